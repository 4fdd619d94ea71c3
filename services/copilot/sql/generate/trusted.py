"""Statements that need no model: a verified query, a formula of the glossary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.copilot.confidence import Factor
from services.copilot.sql.findings import Finding
from services.copilot.sql.generate.rewriting import into
from services.copilot.sql.generate.verified import library, matching

VERIFIED = Factor("verified_query", 0.95, "people have checked this query")


@dataclass(frozen=True)
class Trusted:
    """`factors`: what the confidence rests on; `rules`: what it comes from, for provenance."""

    sql: str
    explanation: str
    factors: Sequence[Factor]
    rules: tuple[str, ...]
    metrics_used: tuple[str, ...] = ()
    warnings: tuple[Finding, ...] = field(default=())


def by_library(question: str, dialect: str, known: set[str], path: Path | None = None) -> Trusted | None:
    """The verified query for a question in the dialect asked for; None where there is none, its tables are not among
    those known (names in lower case; none: any), or it can't be had in the dialect."""
    match = matching(question, library(path))
    if match is None or (known and not match.query.tables <= known):
        return None
    query = match.query
    made = into(dialect, match.sql, query.dialect)
    if made is None:
        return None
    return Trusted(made.sql, query.explanation, [VERIFIED], (f"verified_query: {query.name}",), warnings=made.warnings)
