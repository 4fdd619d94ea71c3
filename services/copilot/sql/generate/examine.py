"""What a model's answer is worth: its statement, checked, in the dialect asked for. Runs in a worker process."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.copilot.confidence import Factor
from services.copilot.knowledge.dialects import bare
from services.copilot.sql.confidence import score
from services.copilot.sql.confidence.features import Subject
from services.copilot.sql.confidence.known import Known, known_of
from services.copilot.sql.findings import Finding
from services.copilot.sql.generate.extract import extract
from services.copilot.sql.generate.intent import asks_for_change
from services.copilot.sql.generate.rewriting import holds, rewritten
from services.copilot.sql.packed import Held
from services.copilot.sql.validate import Validation, validate
from services.sql_dialects import DIALECT_NAMES

_SAID = 4  # words of a text that is an apology rather than a value
NOT_ASKED = "CHANGE_NOT_ASKED"
_READS = re.compile(r"[\s(]*(?:SELECT|SEL|WITH|VALUES)\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(?:INSERT|UPDATE|DELETE|MERGE|DROP|TRUNCATE|ALTER|CREATE|REPLACE\s+INTO|UPSERT|GRANT|REVOKE|EXEC|EXECUTE|CALL|INTO)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Examined:
    """`refusal`: why the model gives no statement. `withheld`: the statement changes data that nobody asked to change,
    or reaches outside the database, and must not be handed on.
    """

    sql: str = ""
    explanation: str = ""
    refusal: str = ""
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    tables: tuple[str, ...] = ()
    factors: tuple[Factor, ...] = ()
    withheld: bool = False

    @property
    def problems(self) -> list[str]:
        """What to send back to the model; empty where the answer holds."""
        if self.refusal:
            return []
        if not self.sql:
            return ["There is no SQL statement in the answer."]
        return [_told(each) for each in self.errors]

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Smaller is better."""
        return not (self.sql or self.refusal), self.withheld, len(self.errors)


def examine(held: Held | None, answer: str, question: str, dialect: str) -> Examined:
    """The first statement of an answer, rewritten where it is good in another dialect, with what is wrong with it."""
    found = extract(answer)
    if not found.sql:
        return Examined(explanation=found.explanation, refusal=found.refusal)
    apology = _apology(found.sql, dialect)
    if apology:
        return Examined(explanation=found.explanation, refusal=apology)
    index = held.index(dialect) if held is not None else None
    result, validation = Examined(found.sql, found.explanation), validate(found.sql, dialect, index)
    if held is not None and not holds(validation):
        result, validation = _brought_home(result, validation, dialect, held)
    return _weighed(result, validation, question, dialect, held)


def weigh(held: Held | None, sql: str, question: str, dialect: str) -> Examined:
    """A statement that did not come from a model: checked and weighed, changed in nothing."""
    index = held.index(dialect) if held is not None else None
    return _weighed(Examined(sql), validate(sql, dialect, index), question, dialect, held)


def _weighed(result: Examined, validation: Validation, question: str, dialect: str, held: Held | None) -> Examined:
    errors = list(validation.errors)
    if len({*(each.code for each in validation.warnings)} & {"SEVERAL_STATEMENTS"}):
        errors.append(Finding("SEVERAL_STATEMENTS", "The answer holds several statements.", fix="Write one."))
    unasked = _may_change(result.sql, validation) and not asks_for_change(question)
    if unasked:
        message = "The statement changes data, and the question does not ask for a change."
        errors.append(Finding(NOT_ASKED, message, fix="Write a query that only reads."))
    outside = any(each.code == "REACHES_OUTSIDE" for each in validation.errors)
    return replace(
        result,
        errors=tuple(errors),
        warnings=(*result.warnings, *(each for each in validation.warnings if each.code != "SEVERAL_STATEMENTS")),
        tables=tuple(validation.tables),
        factors=tuple(_factors(result.sql, question, dialect, held, len(errors))),
        withheld=unasked or outside,
    )


def _may_change(sql: str, validation: Validation) -> bool:
    """Of a statement that can't be parsed its words decide."""
    if validation.kind != "unknown":
        return not validation.is_read_only
    text = bare(sql)
    return not _READS.match(text) or bool(_CHANGES.search(text))


def _factors(sql: str, question: str, dialect: str, held: Held | None, errors: int) -> Sequence[Factor]:
    known = held.once("known", known_of) if held is not None else Known()
    try:
        statement = sqlglot.parse_one(sql, dialect=DIALECT_NAMES[dialect])
        return score.factors(Subject(question, statement, known), errors=errors, checked=held is not None)
    except (SqlglotError, RecursionError):
        return [Factor("syntax", 0.0, "it cannot be read, or not to the end")]


def _brought_home(result: Examined, validation: Validation, dialect: str, held: Held) -> tuple[Examined, Validation]:
    """The statement rewritten, where it was good in another dialect and is good here then; else as it is."""
    made = rewritten(result.sql, dialect, held)
    if made is None:
        return result, validation
    checked = validate(made.sql, dialect, held.index(dialect))
    return replace(result, sql=made.sql, warnings=made.warnings), checked


def _apology(sql: str, dialect: str) -> str:
    """The text of `SELECT 'Sorry, the data does not say' AS answer`: a statement that only says why there is none."""
    try:
        statement = sqlglot.parse_one(sql, dialect=DIALECT_NAMES[dialect])
    except (SqlglotError, RecursionError):
        return ""
    if not isinstance(statement, exp.Select) or statement.args.get("from_") is not None:
        return ""
    values = [each.unalias() for each in statement.expressions]
    said = [each.name for each in values if isinstance(each, exp.Literal) and each.is_string]
    return " ".join(said) if len(said) == len(values) and len(" ".join(said).split()) >= _SAID else ""


def _told(finding: Finding) -> str:
    place = f"line {finding.line}, column {finding.column}: " if finding.line else ""
    near = f" Nearest names: {', '.join(finding.nearest)}." if finding.nearest else ""
    fix = f" {finding.fix}" if finding.fix else ""
    return f"{place}{finding.code}: {finding.message}{near}{fix}"
