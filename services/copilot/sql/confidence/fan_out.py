"""Joins that multiply rows before they are added up or counted: the commonest way for SQL to run and be wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlglot import exp

from services.copilot.sql.confidence.selects import Relation, Select

CERTAIN = 1.0
UNKNOWN = 0.5  # neither side's key is known
_COUNTED = (exp.Sum, exp.Avg, exp.Count)


def fan_out(select: Select) -> float:
    """The worst of its SUM, AVG and COUNT: 1 where a join repeats the rows they read, 0.5 where that can't be told."""
    if len(select.relations) < 2:
        return 0.0
    return max((_repeated(each, select) for each in select.aggregates if isinstance(each, _COUNTED)), default=0.0)


def _repeated(aggregate: exp.Expr, select: Select) -> float:
    if isinstance(aggregate.this, exp.Distinct):
        return 0.0
    columns = [aggregate.this] if isinstance(aggregate.this, exp.Column) else list(aggregate.find_all(exp.Column))
    columns = [each for each in columns if isinstance(each, exp.Column) and not isinstance(each.this, exp.Star)]
    if not columns:  # COUNT(*) counts the rows of some relation, if there is one that no join repeats
        return min(risk_of(each, select) for each in select.relations.values())
    owners = [owner for each in columns if (owner := select.owner(each)) is not None]
    # an expression over several relations is right at the finest of them
    return min((risk_of(each, select) for each in owners), default=0.0)


def risk_of(start: Relation, select: Select) -> float:
    """Whether a walk over the joins from `start` ever reaches several rows for one."""
    together: dict[tuple[str, str], set[str]] = defaultdict(set)
    for left, left_column, right, right_column in select.edges:
        together[left, right].add(right_column)
        together[right, left].add(left_column)
    risk, seen, waiting = 0.0, {start.alias}, [start.alias]
    while waiting:
        here = waiting.pop()
        for (origin, there), columns in together.items():
            if origin == here and there not in seen:
                seen.add(there)
                waiting.append(there)
                risk = max(risk, _to_many(select.relations[there], columns))
    return max(risk, CERTAIN if set(select.relations) - seen - _single(select.relations.values()) else 0.0)


def _to_many(relation: Relation, columns: set[str]) -> float:
    if not relation.key:
        return UNKNOWN
    return 0.0 if relation.key <= columns else CERTAIN


def _single(relations: Iterable[Relation]) -> set[str]:
    """Derived tables without a known key: as a rule one row of totals, which a cross join does not repeat."""
    return {each.alias for each in relations if not each.table and not each.key}
