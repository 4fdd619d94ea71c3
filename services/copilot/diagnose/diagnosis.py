"""What an error means, from the catalogue alone: pure, a few milliseconds for any length of log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.copilot.confidence import Factor
from services.copilot.diagnose.catalogue import Rule, catalogue
from services.copilot.diagnose.locate import Located, locate
from services.copilot.diagnose.match import MOST, Match, class_of, system_named, system_of
from services.copilot.diagnose.nodes import node_of
from services.copilot.diagnose.wording import Remedy, cause, explained, general, in_general, object_of, remedies

_WORD = re.compile(r"\w+")
_STATEMENT_LINE = re.compile(
    r"^LINE (\d{1,6}): |\berror line (\d{1,6}) at position \d|^Msg \d+,[^\n]{0,120}\bLine (\d{1,6})\b"
    r"|\bline (\d{1,6}),? (?:col|pos)\b|\bat line (\d{1,6})\b",
    re.MULTILINE,
)
"""As PostgreSQL, Snowflake, SQL Server, SAP HANA and Spark, Oracle and MySQL write it."""


@dataclass(frozen=True)
class Question:
    """What is asked about. `system`: as the request names it, "" to be told from the text."""

    message: str = ""
    logs: str = ""
    yaml: str = ""
    system: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Diagnosis:
    """`rule`: id of the catalogue's rule, "" where none matched; `excerpt`: the error without secrets."""

    category: str
    root_cause: str
    explanation: str
    remedies: Sequence[Remedy]
    rule: str = ""
    line: int = 0
    object: str = ""
    system: str = ""
    node: str = ""
    excerpt: str = ""
    factors: Sequence[Factor] = field(default_factory=tuple)

    @property
    def is_known(self) -> bool:
        return bool(self.rule)


def diagnose(question: Question) -> Diagnosis:
    """The diagnosis by rules; where no rule matches, the category that words of the text speak for."""
    system = system_named(question.system)
    message = locate(question.message, system) if question.message.strip() else None
    logs = locate(question.logs, system) if question.logs.strip() else None
    found = _chosen(message, logs)
    line = logs.line if logs else statement_line(question.message) or found.line
    if found.match is None:
        return _unknown(question, found, line, system)
    return _known(question, found, found.match, line)


def _chosen(message: Located | None, logs: Located | None) -> Located:
    """The message where it reports a cause itself, else the log where that does."""
    both = [each for each in (message, logs) if each is not None]
    known = [each for each in both if each.match and not each.match.rule.consequence]
    return (known or [each for each in both if each.match] or both or [Located(0, "")])[0]


def _known(question: Question, found: Located, match: Match, line: int) -> Diagnosis:
    rule, language = match.rule, question.language
    concerned = object_of(match.slots)
    node = node_of(question.yaml, [*match.slots.values()], found.text)
    factors = _factors(match, rule, concerned)
    sure = sum(factor.effect for factor in factors)
    said = _facts(question, found, match, line, node)
    return Diagnosis(
        rule.category,
        cause(rule, match.slots, language),
        explained(rule, language, said),
        remedies(rule, match.slots, language, round(min(sure, 1.0), 2)),
        rule.id,
        line,
        concerned or node,
        rule.system,
        node,
        found.text,
        factors,
    )


def _facts(question: Question, found: Located, match: Match, line: int, node: str) -> list[str]:
    words = general()["words"][question.language]
    rule = match.rule
    name = catalogue().systems[rule.system].name
    said = [words["code"].format(name=name, code=rule.code)] if name and match.is_told and not rule.holds else []
    said += _line(question, found, line)
    return said + ([words["node"].format(node=f"`{node}`")] if node else [])


def _factors(match: Match, rule: Rule, concerned: str) -> list[Factor]:
    by = match.by
    found = [Factor("known_error", 0.6 if by != {"name"} else 0.5, f"it is {rule.id} of the catalogue")]
    if rule.holds:
        found.append(Factor("family", -0.2, "the code itself is not in the catalogue, only its family"))
    elif "code" in by:
        found.append(Factor("code", 0.2, "the error's code was given"))
    if "text" in by:
        found.append(Factor("message", 0.1, "the words of the message are those of this error"))
    if concerned:
        found.append(Factor("object", 0.08, "the message names what is concerned"))
    if match.rivals and "code" not in by:
        found.append(Factor("rivals", -0.1, f"{match.rivals} other known errors fit nearly as well"))
    if rule.consequence:
        found.append(Factor("consequence", -0.3, "it follows from another error that the text does not hold"))
    return found


def _unknown(question: Question, found: Located, line: int, system: str) -> Diagnosis:
    category = class_of(found.text) or _category(found.text)
    table = general()
    words = table["words"][question.language]
    node = node_of(question.yaml, (), found.text)
    said = [words["nothing"], *_line(question, found, line)]
    factors = [Factor("category_only", 0.3 if category != "unknown" else 0.1, "no known error, only words of a kind")]
    return Diagnosis(
        category,
        f"{table['categories'][category][question.language]['cause']}.",
        " ".join([*said, f"{table['categories'][category][question.language]['about'].rstrip('.')}."]),
        in_general(category, question.language, factors[0].effect),
        line=line,
        object=node,
        system=system or system_of(found.text),
        node=node,
        excerpt=found.text,
        factors=factors,
    )


def _line(question: Question, found: Located, line: int) -> list[str]:
    """Where the error stands: in the text where that has several lines, and in the statement it tells of."""
    words = general()["words"][question.language]
    text = question.logs if question.logs.strip() else question.message
    named = statement_line(found.text if question.logs.strip() else question.message)
    said = [words["statement"].format(line=named)] if named else []
    in_text = line and "\n" in text.strip() and (question.logs.strip() or not named)
    return [words["line"].format(line=line), *said] if in_text else said


def statement_line(text: str) -> int:
    """The line of the statement that a database's message names; 0 where it names none."""
    hit = _STATEMENT_LINE.search(text[:MOST])
    return int(next(filter(None, hit.groups()))) if hit else 0


def _category(text: str) -> str:
    """The category whose words the text holds most; `unknown` where it holds none or two alike."""
    words = {word.lower() for word in _WORD.findall(text)}
    counts = {name: sum(hint in words for hint in kind["hints"]) for name, kind in general()["categories"].items()}
    ranked = sorted(counts, key=lambda name: -counts[name])
    return ranked[0] if counts[ranked[0]] > counts[ranked[1]] else "unknown"
