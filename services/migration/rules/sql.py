"""Small pieces of SQL that rules write themselves: names, casts, and null of a type. Expressions are translated
elsewhere; nothing here reads or edits SQL text."""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

from services.migration.expressions import quote_identifier
from services.migration.expressions.sql.dialects import DIALECTS

identifier = lru_cache(maxsize=65536)(quote_identifier)


def sqlglot_name(dialect: str) -> str:
    """A dialect of the pipeline language as sqlglot names it."""
    return DIALECTS[dialect].sqlglot


@lru_cache(maxsize=1024)
def type_name(canonical_type: str, dialect: str) -> str:
    """A canonical type as the dialect writes it: `double` → `DOUBLE PRECISION` on PostgreSQL."""
    return exp.DataType.build(canonical_type, dialect="duckdb").sql(sqlglot_name(dialect))


def cast(sql: str, canonical_type: str, dialect: str) -> str:
    return f"CAST({sql} AS {type_name(canonical_type, dialect)})"


def left(sql: str, count: int, dialect: str) -> str:
    """The first `count` characters of a text."""
    return f"{'SUBSTR' if dialect == 'teradata' else 'SUBSTRING'}({sql}, 1, {count})"


def null(canonical_type: str, dialect: str) -> str:
    return cast("NULL", canonical_type, dialect)
