"""Columns of CREATE TABLE: Snowflake's semi-structured types, and numbers that count up by themselves."""

from __future__ import annotations

from sqlglot import exp

from services.sql_dialects.transpile.work import Work

_OPEN = (exp.DType.VARIANT, exp.DType.OBJECT, exp.DType.ARRAY)


def column(node: exp.Expr, work: Work) -> exp.Expr | None:
    """VARIANT, OBJECT and ARRAY as JSONB; AUTOINCREMENT as an identity, which takes whole types only."""
    if not isinstance(node, exp.ColumnDef) or not isinstance(node.kind, exp.DataType):
        return None
    if node.kind.is_type(*_OPEN) and not node.kind.expressions:
        node.set("kind", exp.DataType.build("JSONB"))
    for each in node.args.get("constraints") or []:
        if isinstance(each.kind, exp.AutoIncrementColumnConstraint):
            each.set("kind", exp.GeneratedAsIdentityColumnConstraint(this=False))
        if isinstance(each.kind, exp.GeneratedAsIdentityColumnConstraint) and node.kind.is_type(exp.DType.DECIMAL):
            node.set("kind", exp.DataType.build("BIGINT"))
    return None
