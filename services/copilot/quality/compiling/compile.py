"""One rule to one statement.

The contract: the statement returns the failing rows, or, for a rule about the table, one row with what was measured; no
row where the rule holds. A row rule with `mostly` is about the table: it fails where too small a share of the rows that
are looked at holds, and then returns how many fail of how many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder, counted, number
from services.copilot.quality.compiling.columns import custom
from services.copilot.quality.compiling.conditions import picked, query
from services.copilot.quality.compiling.distributions import chi_square, divergence
from services.copilot.quality.compiling.rows import RowCheck, not_null, range_, regex, unique
from services.copilot.quality.compiling.schemas import schema_match
from services.copilot.quality.compiling.tables import (
    MEASURES,
    TableCheck,
    completeness,
    freshness,
    measured,
    most_common,
    row_count,
    value_set,
    z_scores,
)
from services.copilot.quality.rule import RefusedRuleError, Rule, checked_parameters, share
from services.copilot.sql.schema_index import TableInfo

Check = RowCheck | TableCheck
Compiler = Callable[[Rule, Builder, exp.Expr], Check]

_STATISTICS: Mapping[str, Compiler] = {
    **dict.fromkeys([*MEASURES, "median", "quantile"], measured),
    "z_score": z_scores,
    "value_set": value_set,
    "most_common": most_common,
    "kl_divergence": divergence,
    "chi_square": chi_square,
}


def _statistical(rule: Rule, build: Builder, source: exp.Expr) -> Check:
    measure = rule.parameters.get("measure")
    if measure not in _STATISTICS:
        raise RefusedRuleError(f"measure: {measure!r} is none of {', '.join(sorted(_STATISTICS))}")
    return _STATISTICS[str(measure)](rule, build, source)


COMPILERS: Mapping[str, Compiler] = {
    "NOT_NULL": not_null,
    "UNIQUE": unique,
    "RANGE": range_,
    "REGEX": regex,
    "ROW_COUNT": row_count,
    "CUSTOM_SQL": custom,
    "FRESHNESS": freshness,
    "COMPLETENESS": completeness,
    "SCHEMA_MATCH": schema_match,
    "STATISTICAL": _statistical,
}


@dataclass(frozen=True, slots=True)
class Compiled:
    sql: str
    about_table: bool


def compiled(rule: Rule, table: TableInfo, dialect: str) -> Compiled:
    """The rule's statement in a dialect. Raises RefusedRuleError with the reason where it has none."""
    checked_parameters(rule)
    if not table.name:
        raise RefusedRuleError("table: give its name; a rule's statement reads it")
    build = Builder(table, dialect)
    if rule.parameters.get("query") is not None:
        return Compiled(build.sql(query(build, rule.parameters["query"])), about_table=False)
    where = picked(build, rule.parameters["where"]) if rule.parameters.get("where") else None
    source = build.source(where)
    check = COMPILERS[rule.type](rule, build, source)
    if isinstance(check, TableCheck):
        found = exp.select("*").from_(check.select.subquery("q"))
        return Compiled(build.sql(found.where(check.failing or _never())), about_table=True)
    mostly = share(rule.parameters.get("mostly"), "mostly")
    if mostly is None or mostly == 1:
        return Compiled(build.sql(_failing_rows(build, check, where)), about_table=False)
    return Compiled(build.sql(_too_many(check, source, mostly)), about_table=True)


def _never() -> exp.Expr:
    return exp.EQ(this=number(1), expression=number(0))


def _failing_rows(build: Builder, check: RowCheck, where: exp.Expr | None) -> exp.Expr:
    select = exp.select("*").from_(check.source or build.table())
    if where is not None and check.source is None:
        select = select.where(where.copy())
    return select.where(*([check.considered] if check.considered is not None else []), check.failing)


def _too_many(check: RowCheck, source: exp.Expr, mostly: float) -> exp.Expr:
    looked_at = check.considered if check.considered is not None else exp.EQ(this=number(1), expression=number(1))
    inner = exp.select(
        exp.alias_(counted(exp.and_(looked_at.copy(), check.failing)), "failing"),
        exp.alias_(counted(looked_at), "considered"),
    ).from_(check.source or source)
    good = exp.Sub(this=exp.column("considered"), expression=exp.column("failing"))
    least = exp.Mul(this=number(mostly), expression=exp.column("considered"))
    return exp.select("*").from_(inner.subquery("q")).where(exp.LT(this=good, expression=least))
