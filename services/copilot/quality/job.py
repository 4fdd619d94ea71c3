"""What worker processes do: read and check a description, check a model's answer, try rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.copilot.confidence import Factor
from services.copilot.quality.checking import checked
from services.copilot.quality.model_rules import Proposed, proposed
from services.copilot.quality.rule import Rule
from services.copilot.quality.trying import Tried, try_rules
from services.copilot.quality.wording.mentions import Described
from services.copilot.quality.wording.read import Reader
from services.copilot.sql.schema_index import TableInfo

_PARTLY = Factor("unread_words", -0.15, "not all words of the sentence were read")


@dataclass(frozen=True)
class Job:
    """One request."""

    description: str
    table: TableInfo
    columns: tuple[Described, ...]
    dialect: str
    rows: Sequence[Mapping[str, Any]] = ()


@dataclass
class Outcome:
    """`unread`: the clauses left for a model, each with what to tell where none reads it."""

    rules: list[Rule] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)


def read_description(job: Job) -> Outcome:
    """The rules that the sentence grammar reads, checked."""
    reading = Reader(job.columns, job.table.name).read(job.description)
    outcome = Outcome(warnings=list(reading.warnings), unread=dict(reading.unread))
    for rule in reading.rules:
        partly = (_PARTLY,) if rule.description in reading.unread else ()
        result = checked(replace(rule, factors=(*rule.factors, *partly)), job.table, job.dialect)
        outcome.warnings += result.warnings
        if result.rule is None:
            outcome.warnings.append(f"“{rule.description}”: {result.refusal}")
        elif not any(_same(result.rule, other) for other in outcome.rules):
            outcome.rules.append(result.rule)
    outcome.warnings = list(dict.fromkeys(outcome.warnings))
    return outcome


def _same(one: Rule, other: Rule) -> bool:
    return (one.type, one.column, dict(one.parameters)) == (other.type, other.column, dict(other.parameters))


def check_answer(text: str, job: Job) -> tuple[Proposed | None, list[str]]:
    """A model's answer, checked."""
    return proposed(text, job.table, job.dialect, job.rows)


def dry_run(rules: Sequence[Rule], job: Job) -> list[Tried]:
    """The rules on the sample rows."""
    return try_rules(rules, job.table, job.dialect, job.rows)
