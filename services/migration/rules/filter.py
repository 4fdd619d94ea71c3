"""Filter → `sql_where`. A row stays where the condition is true; null drops it, as in SQL."""

from __future__ import annotations

from services.migration.rules.context import Context, Outcome
from services.migration.rules.fit import fitted
from services.migration.rules.nodes import passed_on, transformation
from services.migration.rules.ports import scope


def convert(context: Context) -> Outcome:
    given, before = fitted(context)
    found = scope(context)
    condition = context.condition(context.attribute("Filter Condition") or "TRUE", "Filter condition", found)
    node = transformation(context, "sql_where", {"condition": condition}, [given.relation.ref])
    return Outcome("sql_where", 1.0, (*before, node), {"": passed_on(context, given.relation, node["id"])})
