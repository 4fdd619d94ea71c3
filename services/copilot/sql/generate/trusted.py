"""Statements that need no model: a verified query, a formula of the glossary. Checked all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.copilot.confidence import Factor
from services.copilot.schemas import KnownTables
from services.copilot.sql.findings import Finding
from services.copilot.sql.generate.examine import weigh
from services.copilot.sql.generate.generated import Generated
from services.copilot.sql.generate.rewriting import into
from services.copilot.sql.generate.verified import library, matching
from services.copilot.sql.packed import PackedSchema, with_schema
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail

SECONDS = 30.0
VERIFIED = Factor("verified_query", 0.95, "people have checked this query")
UNCHECKED = Factor("no_schema", -0.1, "no schema was at hand to check it against")


@dataclass(frozen=True)
class Trusted:
    """`factors`: what the confidence rests on; `rules`: what it comes from, for provenance."""

    sql: str
    explanation: str
    factors: Sequence[Factor]
    rules: tuple[str, ...]
    metrics_used: tuple[str, ...] = ()
    warnings: tuple[Finding, ...] = field(default=())


def by_library(question: str, dialect: str, known: KnownTables, path: Path | None = None) -> Trusted | None:
    """The verified query for a question in the dialect asked for; None where there is none, its tables are not among
    those known, or it can't be had in the dialect."""
    match = matching(question, library(path))
    if match is None:
        return None
    query = match.query
    if known.tables and not query.tables <= {each.name.lower() for each in known.tables}:
        return None
    made = into(dialect, match.sql, query.dialect)
    if made is None:
        return None
    return Trusted(made.sql, query.explanation, [VERIFIED], (f"verified_query: {query.name}",), warnings=made.warnings)


async def handed_on(
    trusted: Trusted, around: Surroundings, question: str, dialect: str, packed: PackedSchema | None, tail: Tail
) -> Generated | None:
    """The statement with what its check says; None where it does not hold against the schema at hand."""
    found = await with_schema(around.workers, packed, weigh, SECONDS, trusted.sql, question, dialect)
    if found.errors:
        return None
    tail.source = Source.verified
    tail.rules += trusted.rules
    tail.factors = [*trusted.factors, *([UNCHECKED] if packed is None else [])]
    warnings = (*trusted.warnings, *found.warnings)
    return Generated(
        dialect, trusted.sql, trusted.explanation, found.tables, warnings, trusted.metrics_used, verified=True
    )
