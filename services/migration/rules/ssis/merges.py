"""MERGE of one row, and what a batch that looks for a row comes to: changes of it, or what is added without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from services.migration.rules.context import NotConvertible
from services.migration.rules.ssis.row_values import (
    TODO,
    Statement,
    assign,
    conditions,
    equal,
    names_of,
    selected,
    value_of,
)


def merge(tree: exp.Expr) -> list[Statement]:
    """A MERGE of one row: what it updates, what it adds where the row is missing."""
    given = {name.lower(): value for name, value in _merged_row(tree.args["using"])}
    looked_for = Statement("select", tree.this)
    names = names_of(tree, looked_for.table)
    for condition in conditions(tree.args["on"]):
        column, value = equal(condition, names)
        looked_for.put(column, _given(value, given, names), key=True)
    changes: list[Statement] = []
    adds: list[Statement] = []
    for when in tree.args["whens"].expressions:
        if when.args.get("condition") is not None or when.args.get("source"):
            raise NotConvertible("its MERGE has more conditions than whether the row is there", TODO)
        is_there = bool(when.args.get("matched"))
        (changes if is_there else adds).append(_then(looked_for, when.args.get("then"), given, names, matched=is_there))
    if len(changes) > 1 or len(adds) > 1:
        raise NotConvertible("its MERGE does more than update the row or add it", TODO)
    return together(changes, adds, looked_for)


def _then(
    looked_for: Statement, then: exp.Expr, given: Mapping[str, exp.Expr], names: frozenset[str], *, matched: bool
) -> Statement:
    """What a MERGE does with a row that is there, or with one that is not."""
    if matched and isinstance(then, exp.Update):
        found = Statement("update", looked_for.table, dict(looked_for.values), list(looked_for.keys))
        for assignment in then.expressions:
            assign(found, assignment, names, lambda value: _given(value, given, names))
        return found
    if matched and isinstance(then, exp.Var | exp.Delete) and "DELETE" in then.sql("tsql").upper():
        return Statement("delete", looked_for.table, dict(looked_for.values), list(looked_for.keys))
    if matched or not isinstance(then, exp.Insert) or not then.this or not then.expression:
        raise NotConvertible("its MERGE does more than update the row or add it", TODO)
    named, values = then.this.expressions, then.expression.expressions
    if len(named) != len(values):
        raise NotConvertible("its MERGE does not add one row of named columns", TODO)
    found = Statement("append", looked_for.table)
    for column, value in zip(named, values, strict=True):
        found.put(column.name, _given(value, given, names))
    return found


def _merged_row(using: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    """Names and values of the one row that a MERGE takes."""
    if isinstance(using, exp.Values) and len(using.expressions) == 1:
        columns = using.args["alias"].columns if using.args.get("alias") else []
        yield from zip([column.name for column in columns], using.expressions[0].expressions, strict=False)
        return
    query = using.this if isinstance(using, exp.Subquery) else using
    values = selected(query)
    columns = using.args["alias"].columns if using.args.get("alias") else []
    named = [column.name for column in columns] or [one.alias for one in query.expressions]
    yield from zip(named, values, strict=False)


def _given(node: exp.Expr, row: Mapping[str, exp.Expr], changed: frozenset[str]) -> exp.Expr:
    """A value of a MERGE: a column of the merged row, or a value of its own; `changed` names the table it changes."""
    node = node.unnest()
    if isinstance(node, exp.Column):
        if node.name.lower() not in row or (node.table and node.table.lower() in changed):
            raise NotConvertible("its statement computes a value from the row that it changes", TODO)
        return value_of(row[node.name.lower()])
    return value_of(node)


def together(changes: list[Statement], adds: list[Statement], looked_for: Statement) -> list[Statement]:
    """Changes of rows that are there before what is added; as one where both write the same values."""
    if changes and adds and not looked_for.only and changes[0].mode == "update" and _all(changes[0]) == _all(adds[0]):
        return [replace(changes[0], mode="upsert")]
    return [*changes, *(replace(one, unless=looked_for.values, only=looked_for.only) for one in adds)]


def _all(one: Statement) -> dict[str, exp.Expr]:
    return {name.lower(): value for name, value in one.values.items()}
