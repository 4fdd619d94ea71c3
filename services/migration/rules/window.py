"""ORDER BY clauses of window functions over a proven row order."""

from __future__ import annotations

from services.migration.rules import sql
from services.migration.rules.relation import Relation, SortKey

NO_NULLS_CLAUSE = frozenset({"mssql"})
"""Dialects without NULLS FIRST/LAST: nulls are ordered by a key of their own."""


def order_by_clause(relation: Relation, dialect: str, *, backwards: bool = False) -> str:
    """`ORDER BY a NULLS LAST, b DESC NULLS FIRST` for the relation's order; "" where it has none."""
    terms = [term for key in relation.order for term in _terms(key, dialect, backwards)]
    return f"ORDER BY {', '.join(terms)}" if terms else ""


def _terms(key: SortKey, dialect: str, backwards: bool) -> list[str]:
    name = sql.identifier(key.column, dialect)
    text = name if key.case_sensitive else f"UPPER({name})"
    direction = " DESC" if key.descending != backwards else ""
    nulls_first = key.nulls_first != backwards
    if dialect in NO_NULLS_CLAUSE:
        rank = "0 ELSE 1" if nulls_first else "1 ELSE 0"
        return [f"CASE WHEN {name} IS NULL THEN {rank} END", text + direction]
    return [f"{text}{direction} NULLS {'FIRST' if nulls_first else 'LAST'}"]
