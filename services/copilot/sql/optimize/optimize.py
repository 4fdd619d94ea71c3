"""A statement improved by rules, each rewrite proven before it is applied. No model asked."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from services.copilot.confidence import Factor
from services.copilot.sql.optimize.execution import Trial, Verdict
from services.copilot.sql.optimize.facts import Reading, UnplacedError
from services.copilot.sql.optimize.rewrite import Candidate, Rule, apply
from services.copilot.sql.optimize.rules import ADVICE, RULES
from services.copilot.sql.schema_index import SchemaIndex

MOST_REWRITES = 20
SECONDS = 12.0
"""Time for all rounds; what is not looked at by then is left as it was."""
MOST_CHARACTERS = 500_000
"""Characters of all suggestions together, from which on no more are added."""
MOST_ADVICE = 10
MOST_SHOWN = 400
"""Characters shown of a text that cannot be rewritten."""

Proof = Literal["equal_results", "rule", "unverified"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """As `Rewrite` of the contract has it."""

    rule: str
    title: str
    before: str
    after: str
    proof: Proof
    impact: str


@dataclass
class Optimized:
    """`notes` say what could not be done, for the provenance."""

    sql: str
    suggestions: list[Suggestion] = field(default_factory=list)
    factors: list[Factor] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_query: bool = False

    def take(self, proposed: Sequence[Suggestion]) -> None:
        """Adds proposals behind the proven rewrites; the first that is proven becomes the statement."""
        first = next((each for each in proposed if each.proof == "equal_results"), None)
        if first is not None:
            self.sql = first.after
        at = sum(each.proof != "unverified" for each in self.suggestions)
        self.suggestions[at:at] = sorted(proposed, key=lambda each: each.proof == "unverified")


def optimize(sql: str, dialect: str, index: SchemaIndex | None) -> Optimized:
    """`index` None: what can be said without a schema. Text that is no single statement comes back as it was."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    deadline = time.monotonic() + SECONDS
    done = Optimized(sql)
    try:
        reading = Reading(sql, dialect, index)
        why = _unfit(reading)
    except (ParseError, TokenError):
        why = f"it does not parse as {dialect}"
    except RecursionError:
        why = "it is nested too deeply"
    if why:
        done.notes.append(f"not rewritten: {why}")
        done.suggestions.append(_unread(sql, why))
        done.factors.append(Factor("syntax", 0.05, why))
        return done
    done.is_query = isinstance(reading.tree, exp.Query)
    try:
        _improve(done, reading, deadline)
        _advise(done, Reading(done.sql, dialect, index))
    except RecursionError:
        done.notes.append("not looked through to the end: it is nested too deeply")
    done.factors += _factors(done, reading)
    return done


def _unread(sql: str, why: str) -> Suggestion:
    text = " ".join(sql[:MOST_SHOWN].split())
    return Suggestion(
        "NOT_REWRITTEN", f"Nothing was rewritten: {why}.", text, text, "unverified", "ValidateSql names the place."
    )


def _unfit(reading: Reading) -> str:
    if len(reading.statements) != 1:
        return "it holds no statement" if not reading.statements else "it holds several statements; send one at a time"
    kinds = (exp.Query, exp.Insert, exp.Update, exp.Delete, exp.Create)
    return "" if isinstance(reading.tree, kinds) else f"{reading.tree.key} is no statement that rewrites are made for"


def _improve(done: Optimized, reading: Reading, deadline: float) -> None:
    original, trial = reading, None
    refused: set[tuple[str, str]] = set()
    try:
        while not _is_full(done) and time.monotonic() < deadline:
            candidate = next(_candidates(reading, RULES, refused), None)
            if candidate is None:
                break
            trial = trial or Trial(original, deadline)
            changed = apply(reading.sql, candidate.edits)
            after = _read_again(reading, changed)
            verdict = trial.compare(changed) if after is not None else Verdict.UNEQUAL
            if after is None or verdict is Verdict.UNEQUAL:
                refused.add((candidate.rule, changed))
                done.notes.append(f"{candidate.rule}: dropped, its result was not the same")
                continue
            proof: Proof = "equal_results" if verdict is Verdict.EQUAL else "rule"
            done.suggestions.append(_suggestion(candidate, reading.sql, proof))
            done.sql, reading = changed, after
    finally:
        if trial is not None:
            trial.close()


def _is_full(done: Optimized) -> bool:
    shown = sum(len(each.before) + len(each.after) for each in done.suggestions)
    return len(done.suggestions) >= MOST_REWRITES or shown > MOST_CHARACTERS


def _candidates(reading: Reading, rules: Sequence[Rule], refused: set[tuple[str, str]]) -> Iterator[Candidate]:
    for rule in rules:
        try:
            for candidate in rule(reading):
                changed = apply(reading.sql, candidate.edits)
                wanted = changed != reading.sql or not candidate.keeps
                if wanted and (candidate.rule, changed) not in refused:
                    yield candidate
        except UnplacedError:
            continue  # the rule needs a text that is not known exactly


def _read_again(reading: Reading, changed: str) -> Reading | None:
    """The changed statement; None where it is no longer one of the same kind that agrees with the schema."""
    try:
        after = Reading(changed, reading.dialect, reading.index)
    except (ParseError, TokenError):
        return None
    same = len(after.statements) == 1 and isinstance(after.tree, exp.Query) == isinstance(reading.tree, exp.Query)
    return after if same and after.index is reading.index else None


def _suggestion(candidate: Candidate, sql: str, proof: Proof) -> Suggestion:
    before, after = candidate.before(sql), candidate.after(sql)
    return Suggestion(candidate.rule, candidate.title, before, after, proof, candidate.impact)


def _advise(done: Optimized, reading: Reading) -> None:
    found = [_suggestion(each, reading.sql, "unverified") for each in _candidates(reading, ADVICE, set())]
    done.suggestions += list(dict.fromkeys(found))[:MOST_ADVICE]


def _factors(done: Optimized, reading: Reading) -> list[Factor]:
    """The project's own weights: what was proven, not how often it was right."""
    factors = [Factor("syntax", 0.5, f"it parses as {reading.dialect}")]
    if reading.index is not None:
        factors.append(Factor("schema", 0.2, "names, types and keys are known"))
    proven = [each for each in done.suggestions if each.proof != "unverified"]
    if proven and all(each.proof == "equal_results" for each in proven):
        factors.append(Factor("proof", 0.25, "every rewrite applied returned the same on made-up rows"))
    elif proven:
        factors.append(Factor("proof", 0.15, "every rewrite applied keeps the meaning by its rule"))
    return factors
