"""Pieces that transform expressions are made of: PostgreSQL's grammar, names in quotes where they need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from services.copilot.schema_match.column import Column

DIALECT = "postgresql"
"""The dialect of every expression: what the runner and the validator read best; other dialects are a transpiler's."""

_SQL_TYPES = {
    "timestamp_tz": "timestamptz",
    "double": "double precision",
    "float": "double precision",
    "tinyint": "smallint",
    "string": "varchar",
    "binary": "bytea",
}


@dataclass(frozen=True)
class Made:
    """An expression and why; `computed`: more than a cast. `doubt`: what it takes from the confidence, 0 to 1."""

    sql: str
    why: str
    computed: bool = False
    doubt: float = 0.0

    @property
    def match_type(self) -> str:
        return "TRANSFORM_NEEDED" if self.computed else "TYPE_COERCE"


def column_sql(column: Column) -> str:
    """The column's name as it is written in SQL."""
    return name_sql(column.name)


def name_sql(name: str) -> str:
    return exp.to_identifier(name, quoted=not _bare(name)).sql("postgres", identify=not _bare(name))


def literal(text: str) -> str:
    """A text in quotes, safe whatever it holds."""
    return exp.Literal.string(text).sql("postgres")


def sql_type(type_: str) -> str:
    """A type of the pipeline language as SQL names it."""
    name, bracket, rest = type_.partition("(")
    return f"{_SQL_TYPES.get(name, name)}{bracket}{rest}".upper()


def cast(sql: str, type_: str, why: str, doubt: float = 0.0) -> Made:
    return Made(f"CAST({sql} AS {sql_type(type_)})", why, doubt=doubt)


def case_of(sql: str, arms: Sequence[tuple[Sequence[str], str]]) -> str:
    """`CASE UPPER(TRIM(c)) WHEN 'K' THEN 'F' … END`; values that no arm has become null."""
    lines = [
        f"WHEN {subject} IN ({', '.join(map(literal, values))}) THEN {result}"
        for values, result in arms
        for subject in (f"UPPER(TRIM({sql}))",)
    ]
    return f"CASE {' '.join(lines)} END"


def _bare(name: str) -> bool:
    return name.isascii() and name.isidentifier() and name.upper() not in _RESERVED


# Words that PostgreSQL does not take as a column's name without quotes (its manual, appendix "SQL Key Words").
_KEY_WORDS = """
ALL ANALYSE ANALYZE AND ANY ARRAY AS ASC ASYMMETRIC BOTH CASE CAST CHECK COLLATE COLUMN CONSTRAINT CREATE
CURRENT_CATALOG CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DEFERRABLE DESC
DISTINCT DO ELSE END EXCEPT FALSE FETCH FOR FOREIGN FROM GRANT GROUP HAVING IN INITIALLY INTERSECT INTO
LATERAL LEADING LIMIT LOCALTIME LOCALTIMESTAMP NOT NULL OFFSET ON ONLY OR ORDER PLACING PRIMARY REFERENCES
RETURNING SELECT SESSION_USER SOME SYMMETRIC SYSTEM_USER TABLE THEN TO TRAILING TRUE UNION UNIQUE USER USING
VARIADIC WHEN WHERE WINDOW WITH AUTHORIZATION BINARY COLLATION CONCURRENTLY CROSS CURRENT_SCHEMA FREEZE FULL
ILIKE INNER IS ISNULL JOIN LEFT LIKE NATURAL NOTNULL OUTER OVERLAPS RIGHT SIMILAR TABLESAMPLE VERBOSE
"""
_RESERVED = frozenset(_KEY_WORDS.split())
