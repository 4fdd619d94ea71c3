"""Rows that a table does not hold yet: what `INSERT … WHERE NOT EXISTS` adds, found for all rows together."""

from __future__ import annotations

from sqlglot import exp

from services.migration.rules.context import Node, NotConvertible
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.ssis import compare, frame, places
from services.migration.rules.ssis.row_values import TODO, Statement, place
from services.migration.rules.steps.context import StepContext

READ_BEFORE = 0.84
_TYPES = {str: "varchar", int: "bigint", float: "double"}


def rows_missing(
    context: StepContext, given: Relation, statement: Statement, columns: dict[int, Column], label: str
) -> tuple[list[Node], str]:
    """Nodes that leave the rows whose keys the table does not hold, once each, and the reference to them."""
    pairs = [(_column(value, columns), name) for name, value in statement.unless.items()]
    taken: set[str] = set()
    keys = [(left, Column(unique(column_name(name), taken), left.type)) for left, name in pairs]
    others = [
        (Column(unique(column_name(name), taken), _TYPES.get(type(value), "varchar")), value)
        for name, value in statement.only.items()
    ]
    table: Node = {
        "id": context.ids.new(f"{label} table"),
        "type": "source",
        "connector": places.connector(context),
        "config": {**places.connection(context), **places.table(statement.target)},
        "columns": [{"name": c.name, "type": c.type} for c in (*(c for _, c in keys), *(c for c, _ in others))],
        "origin": context.origin(),
    }
    nodes, ref = [table], str(table["id"])
    if others:
        condition = " AND ".join(_held(context, column, value) for column, value in others)
        nodes.append(context.node("sql_where", {"condition": condition}, [ref], name=f"{label} rows"))
        ref = nodes[-1]["id"]
    config = {
        "left": given.ref,
        "right": ref,
        "condition": " AND ".join(compare.equal(context, left, right, nulls_match=False) for left, right in keys),
        "policy": "any",
        "on_no_match": "drop",
        "columns": frame.identity(context, given.columns, "l."),
    }
    found = context.node("sql_join_pushdown", config, [given.ref, ref], name=f"{label} search")
    missing = f"{found['id']}.no_match"
    once = context.node("distinct", {"columns": [left.name for left, _ in keys]}, [missing], name=f"{label} missing")
    context.warn(
        "Which rows the table holds is read once, before the load; of several new rows of one key, or with null for "
        "it, one is added.",
        confidence=READ_BEFORE,
    )
    return [*nodes, found, once], str(once["id"])


def _column(value: exp.Expr, columns: dict[int, Column]) -> Column:
    number = place(value)
    if number is None or number not in columns:
        raise NotConvertible("it looks for the row by a value that is computed", TODO)
    return columns[number]


def _held(context: StepContext, column: Column, value: str | float | None) -> str:
    name = frame.quoted(context, column)
    if value is None:
        return f"{name} IS NULL"
    escaped = value.replace("'", "''") if isinstance(value, str) else value
    return f"{name} = '{escaped}'" if isinstance(value, str) else f"{name} = {escaped}"
