"""Statements that a connector runs for each row: those that only write the columns of the same names need no SQL.

`UPDATE t SET A = ORCHESTRATE.A WHERE ID = ORCHESTRATE.ID` is what a connector generates by itself; anything more is
design that a sink does not have. Source: IBM InfoSphere DataStage connectivity guides, "Defining statements by hand".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.rules.raw_sql import SQLGLOT_SYSTEMS

OF_THE_ROW = "ORCHESTRATE"


def keys_of(text: str) -> list[str] | None:
    """The columns that a plain statement finds its rows by, none for an INSERT; None where it is more than plain."""
    try:
        trees = [tree for tree in sqlglot.parse(text) if tree is not None]
    except (SqlglotError, RecursionError):
        return None
    reader = _READERS.get(type(trees[0])) if len(trees) == 1 else None
    return reader(trees[0]) if reader else None


def table_of(text: str) -> str:
    """The table that a plain statement writes; "" where it is more than plain."""
    if not text or keys_of(text) is None:
        return ""
    tree = sqlglot.parse_one(text)
    table = tree.find(exp.Table)
    return table.sql() if table is not None else ""


def without_the_row(text: str, dialect: str, keys: Collection[tuple[str, str]]) -> str:
    """A SELECT that is run for each row of a stream, as one that is run once: without the conditions that compare a
    column with the row's, where each is a key by which its rows are looked up anyway. "" where they are more than that.

    `keys`: (column, column of the stream), in lower case.
    """
    grammar = SQLGLOT_SYSTEMS.get(dialect, "")
    try:
        tree = sqlglot.parse_one(text, read=grammar)
    except (SqlglotError, RecursionError):
        return ""
    where = tree.args.get("where")
    if not isinstance(tree, exp.Select) or where is None:
        return ""
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    left = [part for part in parts if _pair(part) not in keys]
    tree.set("where", exp.Where(this=exp.and_(*left)) if left else None)
    rest = any(_is_of_the_row(column) for column in tree.find_all(exp.Column))
    return "" if rest else str(tree.sql(grammar))


def _pair(node: exp.Expr) -> tuple[str, str]:
    node = node.unnest()
    if not isinstance(node, exp.EQ):
        return ("", "")
    one, other = node.left, node.right
    if _is_of_the_row(one):
        one, other = other, one
    return (one.name.lower(), other.name.lower()) if isinstance(one, exp.Column) and _is_of_the_row(other) else ("", "")


def _is_of_the_row(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Column) and node.table.upper() == OF_THE_ROW


def _matched(node: exp.Expr) -> str:
    """`A = ORCHESTRATE.A` → `A`; "" for anything else."""
    node = node.unnest()
    if not isinstance(node, exp.EQ) or not isinstance(node.left, exp.Column) or not _is_of_the_row(node.right):
        return ""
    return str(node.left.name) if node.left.name.lower() == node.right.name.lower() else ""


def _where(tree: exp.Expr) -> list[str] | None:
    where = tree.args.get("where")
    if where is None:
        return None
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    names = [_matched(part) for part in parts]
    return names if all(names) else None


def _update(tree: exp.Expr) -> list[str] | None:
    others = [name for name, value in tree.args.items() if value and name not in ("this", "expressions", "where")]
    return _where(tree) if not others and all(map(_matched, tree.expressions)) else None


def _delete(tree: exp.Expr) -> list[str] | None:
    others = [name for name, value in tree.args.items() if value and name not in ("this", "where")]
    return None if others else _where(tree)


def _insert(tree: exp.Expr) -> list[str] | None:
    schema, values = tree.this, tree.expression
    rows = values.expressions if isinstance(values, exp.Values) else []
    if not isinstance(schema, exp.Schema) or len(rows) != 1:
        return None
    pairs = list(zip(schema.expressions, rows[0].expressions, strict=False))
    is_whole = len(schema.expressions) == len(rows[0].expressions)
    same = all(_is_of_the_row(value) and value.name.lower() == column.name.lower() for column, value in pairs)
    return [] if is_whole and same else None


_READERS: Mapping[type[exp.Expr], Callable[[exp.Expr], list[str] | None]] = {
    exp.Update: _update,
    exp.Delete: _delete,
    exp.Insert: _insert,
}
