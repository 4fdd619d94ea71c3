"""Kinds that hand rows on unchanged: mapplet inputs and outputs that were not dissolved, Transaction Control."""

from __future__ import annotations

from services.migration.rules.context import Context, Outcome
from services.migration.rules.fit import fitted
from services.migration.rules.nodes import passed_on, transformation

COMMITS = 0.79
"""Below the gate's limit for one object: where commits fall is a person's decision."""


def convert(context: Context) -> Outcome:
    given, before = fitted(context)
    config = {"columns": [], "passthrough": ["*"]}
    node = transformation(context, "sql_expression", config, [given.relation.ref])
    return Outcome("sql_expression", 1.0, (*before, node), {"": passed_on(context, given.relation, node["id"])})


def transaction_control(context: Context) -> Outcome:
    """The rows are the same; the commit points are not kept, which is named."""
    condition = context.attribute("Transaction Control Condition")
    context.warn(
        f"Commit points ({condition or 'no condition'}) are not kept: a pipeline loads its targets as a whole.",
        confidence=COMMITS,
    )
    return convert(context)
