"""Equality as components compare: null with null where they say so, letters without case where a flag says so."""

from __future__ import annotations

from services.migration.rules.relation import Column
from services.migration.rules.ssis.frame import quoted
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

IGNORES_CASE = 1
"""Bit of comparison flags: NORM_IGNORECASE. Others ignore accents, kana and width."""
_KNOWN_FLAGS = (0, IGNORES_CASE)
_STANDARD = frozenset({"postgresql", "duckdb", "snowflake", "mssql"})
"""Dialects that have IS NOT DISTINCT FROM."""


def equal(
    context: StepContext,
    left: Column,
    right: Column,
    *,
    nulls_match: bool,
    ignores_case: bool = False,
    keeps_both: bool = False,
) -> str:
    """Equality of a column of `l.` and one of `r.` as a condition of a join, `keeps_both` that of a full one."""
    first, second = quoted(context, left, "l."), quoted(context, right, "r.")
    if ignores_case and types.kind(left.type) == "string":
        first, second = f"UPPER({first})", f"UPPER({second})"
    if not nulls_match:
        return f"{first} = {second}"
    if keeps_both and context.dialect == "postgresql":  # which joins so by plain equality only; in arrays null is null
        return f"ARRAY[{first}] = ARRAY[{second}]"
    if context.dialect in _STANDARD:
        return f"{first} IS NOT DISTINCT FROM {second}"
    return f"({first} = {second} OR ({first} IS NULL AND {second} IS NULL))"


def differ(context: StepContext, left: Column, right: Column) -> str:
    first, second = quoted(context, left, "l."), quoted(context, right, "r.")
    if context.dialect in _STANDARD:
        return f"{first} IS DISTINCT FROM {second}"
    one_is_null = f"({first} IS NULL AND {second} IS NOT NULL) OR ({first} IS NOT NULL AND {second} IS NULL)"
    return f"({first} <> {second} OR {one_is_null})"


def ignores_case(context: StepContext, flags: int, place: str) -> bool:
    """Reads comparison flags; those that SQL does not have are named."""
    if flags not in _KNOWN_FLAGS:
        context.warn(
            f"{place} is compared without regard to accents, kana or width (flags {flags}); here only case is ignored.",
            confidence=0.79,
        )
    return bool(flags & IGNORES_CASE)


def warn_of_collation(context: StepContext, compared: list[Column]) -> None:
    """SSIS compares letter by letter; a database without case does not."""
    if context.dialect == "mssql" and any(types.kind(column.type) == "string" for column in compared):
        context.warn(
            "SSIS tells upper and lower case apart; the database does so only where its collation does.",
            confidence=0.79,
        )
