"""The rules, the most useful first."""

from __future__ import annotations

from collections.abc import Sequence

from services.copilot.sql.optimize.rewrite import Rule
from services.copilot.sql.optimize.rules import advice, conditions, dates, distinct, joins, moves, outputs, subqueries

RULES: Sequence[Rule] = (
    outputs.dialect_limit,
    dates.sargable_date,
    dates.sargable_years,
    subqueries.correlated_to_join,
    subqueries.qualify,
    subqueries.repeated,
    moves.pushdown,
    joins.unused_join,
    joins.left_to_inner,
    distinct.union_all,
    distinct.redundant_distinct,
    distinct.count_distinct_key,
    conditions.having_to_where,
    conditions.count_to_exists,
    moves.unused_cte,
    moves.unused_columns,
    moves.order_in_subquery,
    subqueries.not_in,
    conditions.or_to_in,
    conditions.constants,
    joins.implicit_join,
    outputs.select_star,
    subqueries.in_to_exists,
)
ADVICE: Sequence[Rule] = (
    advice.not_in,
    advice.cartesian_product,
    advice.leading_wildcard,
    advice.function_on_column,
    advice.implicit_conversion,
    advice.large_offset,
    advice.dirty_read,
)
