"""OLE DB Command: a statement for each row. One that updates, inserts or deletes by plain columns becomes a sink."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.rules import sql
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.ssis import frame, places
from services.migration.rules.steps.context import StepContext

TODO = "Write the statement as a load of the rows, or run it as a task of the orchestration."
ROW_BY_ROW = 0.85


@dataclass
class _Statement:
    """What a statement writes: target column → its `?` (by place) or an expression without columns."""

    mode: str
    table: exp.Table
    values: dict[str, int | exp.Expr] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)


def convert(context: StepContext) -> Outcome:
    """Source: "OLE DB Command Transformation"."""
    given = context.input()
    text = context.settings.get("SqlCommand")
    statement = _read(text)
    columns = _parameters(context, given)
    written: list[dict[str, str]] = []
    computed: list[dict[str, str]] = []
    taken = given.names()
    for target, value in statement.values.items():
        if isinstance(value, int):
            if value not in columns:
                raise NotConvertible(f"its parameter {value + 1} has no column", "Map the parameter to a column.")
            source = columns[value].name
            kind = columns[value].type
            written.append({"name": column_name(target), "from": source, "type": kind})
            continue
        name = unique(f"set_{column_name(target)}", taken)
        computed.append({"name": name, "expression": value.sql(sql.sqlglot_name(context.dialect))})
        written.append({"name": column_name(target), "from": name})
    nodes = []
    ref = given.ref
    if computed:
        nodes.append(
            context.node(
                "sql_expression", {"passthrough": ["*"], "columns": computed}, [ref], name=f"{context.name} values"
            )
        )
        ref = nodes[-1]["id"]
    config = {
        **places.connection(context),
        **places.table(".".join(f"[{part.name}]" for part in statement.table.parts)),
        "mode": statement.mode,
        **({"keys": [column_name(key) for key in statement.keys]} if statement.keys else {}),
        "columns": written,
    }
    nodes.append(frame.sink(context, ref, places.connector(context), config))
    context.warn("The statement runs for each row in SSIS; here the rows are written together.", confidence=ROW_BY_ROW)
    passed = Relation(given.ref, given.columns, given.ports, given.order)
    return Outcome("sink", 1.0, tuple(nodes), frame.pass_on(context, passed))


def _parameters(context: StepContext, given: Relation) -> dict[int, Column]:
    """Place of the `?` → the column: external columns stand in the order of the parameters."""
    end = frame.input_of(context)
    order = {external.get("id"): place for place, external in enumerate(end.all("external"))}
    return {
        order.get(s.get("externalMetadataColumnId"), place): frame.find(given, s)
        for place, s in enumerate(frame.columns(end))
    }


def _read(text: str) -> _Statement:
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect="tsql") if tree is not None]
    except SqlglotError:
        raise NotConvertible("its statement could not be read", TODO) from None
    if len(trees) != 1 or type(trees[0]) not in _READERS:
        raise NotConvertible("its statement for each row is no single INSERT, UPDATE or DELETE", TODO)
    for place, mark in enumerate(trees[0].find_all(exp.Placeholder, bfs=False)):
        mark.set("this", str(place))
    return _READERS[type(trees[0])](trees[0])


def _update(tree: exp.Expr) -> _Statement:
    found = _Statement("update", _table(tree))
    for assignment in tree.expressions:
        if not isinstance(assignment, exp.EQ):
            raise NotConvertible("it sets a column in a way that is not known", TODO)
        found.values[assignment.left.name] = _value(assignment.right)
    _where(tree, found)
    return found


def _delete(tree: exp.Expr) -> _Statement:
    found = _Statement("delete", _table(tree))
    _where(tree, found)
    return found


def _insert(tree: exp.Expr) -> _Statement:
    schema, values = tree.this, tree.expression
    rows = values.expressions if isinstance(values, exp.Values) else []
    if not isinstance(schema, exp.Schema) or len(rows) != 1:
        raise NotConvertible("it does not insert one row of named columns", TODO)
    found = _Statement("append", schema.this)
    for column, value in zip(schema.expressions, rows[0].expressions, strict=False):
        found.values[column.name] = _value(value)
    return found


_READERS: dict[type[exp.Expr], Callable[[exp.Expr], _Statement]] = {
    exp.Update: _update,
    exp.Delete: _delete,
    exp.Insert: _insert,
}


def _table(tree: exp.Expr) -> exp.Table:
    if not isinstance(tree.this, exp.Table) or tree.args.get("from_") or tree.args.get("from"):
        raise NotConvertible("its statement reads other tables", TODO)
    return tree.this


def _value(node: exp.Expr) -> int | exp.Expr:
    node = node.unnest()
    if isinstance(node, exp.Placeholder):
        return int(node.name)
    if any(node.find_all(exp.Column, exp.Placeholder, exp.Query, exp.Anonymous)):
        raise NotConvertible("its statement computes a value from the row that it changes", TODO)
    return node


def _where(tree: exp.Expr, found: _Statement) -> None:
    where = tree.args.get("where")
    conditions = (
        [] if where is None else list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    )
    for condition in conditions:
        condition = condition.unnest()
        if not (isinstance(condition, exp.EQ) and isinstance(condition.left, exp.Column)):
            raise NotConvertible("its WHERE holds more than equal columns", TODO)
        value = _value(condition.right)
        if not isinstance(value, int) or condition.left.name in found.values:
            raise NotConvertible("its WHERE holds more than equal columns", TODO)
        found.values[condition.left.name] = value
        found.keys.append(condition.left.name)
    if not found.keys:
        raise NotConvertible("its statement changes every row of the table for each row", TODO)
