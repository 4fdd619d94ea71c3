"""Statements that a connector runs for each row: those that only write the columns of the same names need no SQL.

`UPDATE t SET A = ORCHESTRATE.A WHERE ID = ORCHESTRATE.ID` is what a connector generates by itself; anything more is
design that a sink does not have. Source: IBM InfoSphere DataStage connectivity guides, "Defining statements by hand".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

OF_THE_ROW = "ORCHESTRATE"


def keys_of(text: str) -> list[str] | None:
    """The columns that a plain statement finds its rows by, none for an INSERT; None where it is more than plain."""
    try:
        trees = [tree for tree in sqlglot.parse(text) if tree is not None]
    except (SqlglotError, RecursionError):
        return None
    reader = _READERS.get(type(trees[0])) if len(trees) == 1 else None
    return reader(trees[0]) if reader else None


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
