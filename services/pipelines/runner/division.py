"""Division of whole numbers, which gives a whole number in some dialects and a fraction in DuckDB."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.dialects import Dialect
from sqlglot.optimizer.annotate_types import annotate_types

from services.pipelines.dsl.relation import Relation
from services.pipelines.dsl.sqlread import GRAMMARS
from services.pipelines.runner import sqlbuild as sql

WHOLE = exp.DataType.INTEGER_TYPES
MOVED = {"duckdb", "snowflake"}
"""Dialects of scripts that do not divide whole numbers to a whole number."""


def kept_whole(tree: exp.Expr, scope: Mapping[str, Relation], own: str, target: str) -> exp.Expr:
    """The tree with such divisions said outright, where the script's dialect would give a fraction; changed in place.

    `scope` has the columns' types by qualifier, as `Context.expression` does.
    """
    if own == target or target not in MOVED or not tree.find(exp.Div):
        return tree
    if not Dialect.get_or_raise(GRAMMARS.get(own, "")).TYPED_DIVISION:
        return tree
    for column in tree.find_all(exp.Column):
        known = scope.get(column.table)
        kind = sql.data_type(known.type_of(column.name)) if known else None
        if kind is not None:
            column.type = kind
    if own == "postgresql":
        for part in tree.find_all(exp.Extract):
            part.type = exp.DataType.build("DECIMAL")  # sqlglot takes it for a whole number
    annotate_types(tree, dialect=GRAMMARS.get(own, ""), overwrite_types=False)
    return tree.transform(_whole, copy=False)


def _whole(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Div) and _is_whole(node.this) and _is_whole(node.expression):
        return exp.IntDiv(this=node.this, expression=node.expression, type=node.type)
    return node


def _is_whole(node: exp.Expr) -> bool:
    return isinstance(node.type, exp.DataType) and node.type.this in WHOLE
