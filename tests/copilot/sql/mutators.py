"""One error of a class put into a valid query; the server says afterwards whether it is one."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

Tables = dict[str, list[str]]  # table → its columns


def unknown_table(tree: exp.Expr, schema: Tables) -> Iterator[exp.Expr]:
    for at, table in enumerate(tree.find_all(exp.Table)):
        if table.name in schema:
            yield _changed(tree, exp.Table, at, lambda t: t.set("this", exp.to_identifier(t.name + "_archive")))


def unknown_column(tree: exp.Expr, schema: Tables) -> Iterator[exp.Expr]:
    for at, _ in enumerate(tree.find_all(exp.Column)):
        yield _changed(tree, exp.Column, at, lambda c: c.set("this", exp.to_identifier(c.name + "_xyz")))


def unknown_alias(tree: exp.Expr, schema: Tables) -> Iterator[exp.Expr]:
    for at, _ in enumerate(tree.find_all(exp.Column)):
        yield _changed(tree, exp.Column, at, lambda c: c.set("table", exp.to_identifier("zz9")))


def unknown_function(tree: exp.Expr, schema: Tables) -> Iterator[exp.Expr]:
    for name in ("nvl", "dateadd_x", "ifnull"):
        for at, column in enumerate(tree.find_all(exp.Column)):
            if not isinstance(column.this, exp.Star) and isinstance(column.parent, exp.Predicate | exp.Select):
                yield _replaced(tree, exp.Column, at, lambda c, n=name: exp.Anonymous(this=n, expressions=[c]))


def ambiguous_column(tree: exp.Expr, schema: Tables) -> Iterator[exp.Expr]:
    for at, column in enumerate(tree.find_all(exp.Column)):
        if column.table:
            yield _changed(tree, exp.Column, at, lambda c: c.set("table", None))
    for at, select in enumerate(tree.find_all(exp.Select)):
        source = select.args.get("from_")
        if source is not None and isinstance(source.this, exp.Table) and source.this.name in schema:
            column = schema[source.this.name][0]

            def twice(s: exp.Expr, column: str = column) -> None:
                again = s.args["from_"].this.copy()
                again.set("alias", exp.TableAlias(this=exp.to_identifier("again")))
                s.append("joins", exp.Join(this=again, kind="CROSS"))
                s.append("expressions", exp.column(column))

            yield _changed(tree, exp.Select, at, twice)


def missing_group_by(tree: exp.Expr, schema: Tables) -> Iterator[exp.Expr]:
    for at, select in enumerate(tree.find_all(exp.Select)):
        if select.args.get("group"):
            yield _changed(tree, exp.Select, at, lambda s: s.set("group", None))
            if len(select.args["group"].expressions) > 1:
                yield _changed(tree, exp.Select, at, lambda s: s.args["group"].expressions[0].pop())
        else:
            yield _changed(tree, exp.Select, at, lambda s: s.append("expressions", sqlglot.parse_one("COUNT(*)")))


def aggregate_in_where(tree: exp.Expr, schema: Tables) -> Iterator[exp.Expr]:
    for at, _ in enumerate(tree.find_all(exp.Select)):
        for condition in ("COUNT(*) > 1", "MAX(1) = 1"):
            yield _changed(tree, exp.Select, at, lambda s, c=condition: s.where(c, copy=False))


def type_mismatch(tree: exp.Expr, schema: Tables) -> Iterator[exp.Expr]:
    for at, _ in enumerate(tree.find_all(exp.Column)):
        for pattern in ("{} + TRUE", "CAST({} AS POINT)", "ABS({} > 'a')", "SUM(CAST({} AS TEXT))"):
            yield _replaced(
                tree,
                exp.Column,
                at,
                lambda c, p=pattern: sqlglot.parse_one(p.format(c.sql("postgres")), dialect="postgres"),
            )
    for at, literal in enumerate(tree.find_all(exp.Literal)):
        if isinstance(literal.parent, exp.Binary | exp.In | exp.Between):
            changed = exp.Literal.string("not-a-number") if not literal.is_string else exp.Literal.number(7)
            yield _replaced(tree, exp.Literal, at, lambda _, c=changed: c.copy())


def set_operation_arity(tree: exp.Expr, schema: Tables) -> Iterator[exp.Expr]:
    for at, _ in enumerate(tree.find_all(exp.Union, exp.Except, exp.Intersect)):
        yield _changed(
            tree, (exp.Union, exp.Except, exp.Intersect), at, lambda u: u.selects and _widen(u.expression.unnest())
        )
    copy = tree.copy()
    copy.set("order", None)
    copy.set("limit", None)
    other = copy.copy()
    other.set("with_", None)
    _widen(other)
    if isinstance(copy, exp.Query):
        yield exp.union(copy, other, distinct=False)


def _widen(query: exp.Expr) -> None:
    while isinstance(query, exp.SetOperation):
        query = query.this
    query.append("expressions", exp.Literal.number(1))


MUTATORS = {
    "UNKNOWN_TABLE": unknown_table,
    "UNKNOWN_COLUMN": unknown_column,
    "UNKNOWN_ALIAS": unknown_alias,
    "UNKNOWN_FUNCTION": unknown_function,
    "AMBIGUOUS_COLUMN": ambiguous_column,
    "MISSING_GROUP_BY": missing_group_by,
    "AGGREGATE_IN_WHERE": aggregate_in_where,
    "TYPE_MISMATCH": type_mismatch,
    "SET_OPERATION_ARITY": set_operation_arity,
}
# SQLSTATEs by which the server shows that a mutant has the error meant, and not another.
STATES = {
    "UNKNOWN_TABLE": {"42P01"},
    "UNKNOWN_COLUMN": {"42703"},
    "UNKNOWN_ALIAS": {"42P01"},
    "UNKNOWN_FUNCTION": {"42883"},
    "AMBIGUOUS_COLUMN": {"42702"},
    "MISSING_GROUP_BY": {"42803"},
    "AGGREGATE_IN_WHERE": {"42803"},
    "TYPE_MISMATCH": {"42883", "42846", "42804", "22P02", "22007"},
    "SET_OPERATION_ARITY": {"42601"},
}


def _changed(tree: exp.Expr, kind, at: int, change) -> exp.Expr:
    copy = tree.copy()
    change(list(copy.find_all(*(kind if isinstance(kind, tuple) else (kind,))))[at])
    return copy


def _replaced(tree: exp.Expr, kind, at: int, change) -> exp.Expr:
    copy = tree.copy()
    node = list(copy.find_all(kind))[at]
    new = change(node.copy())
    if node is copy:
        return new
    node.replace(new)
    return copy
