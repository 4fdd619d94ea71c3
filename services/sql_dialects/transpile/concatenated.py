"""Rows put together into one value: FOR XML PATH('') of T-SQL, ARRAY_AGG … WITHIN GROUP of Snowflake."""

from __future__ import annotations

from sqlglot import exp

from services.sql_dialects.transpile.work import Work

_REMEDY = "FOR XML and FOR JSON have no equivalent; use STRING_AGG or the target's JSON functions"


def for_xml(node: exp.Expr, work: Work) -> exp.Expr | None:
    """(SELECT ',' + x FROM … ORDER BY … FOR XML PATH('')): the texts of the rows one after another. A column of a name
    would be an element of it."""
    clause = node.args.get("for_") if isinstance(node, exp.Select) else None
    if clause is None or not isinstance(node, exp.Select):
        return None
    if not _empty_path(clause) or len(node.selects) != 1 or isinstance(node.selects[0], exp.Alias | exp.Column):
        raise work.refusal(f"FOR {clause.text('kind')}", _REMEDY)
    order, distinct = node.args.get("order"), node.args.get("distinct")
    if any(node.args.get(each) for each in ("group", "limit", "offset")) or (order and distinct):
        raise work.refusal("FOR XML", "take the rows in a subquery, and put them together with STRING_AGG")
    work.caution("xml_text", "FOR XML PATH('')")
    value: exp.Expr = exp.cast(node.selects[0].copy(), "TEXT")
    if distinct:
        order = exp.Order(expressions=[exp.Ordered(this=value.copy(), nulls_first=False)])
        value = exp.Distinct(expressions=[value])
    separator: exp.Expr = exp.Literal.string("")
    if order is not None:
        separator = exp.Order(this=separator, expressions=[each.copy() for each in order.expressions])
    node.set("expressions", [exp.GroupConcat(this=value, separator=separator)])
    for part in ("for_", "order", "distinct"):
        node.set(part, None)
    return None


def _empty_path(clause: exp.Expr) -> bool:
    """PATH('') alone."""
    options = [each.this for each in clause.expressions]
    return (
        clause.text("kind").upper() == "XML"
        and len(options) == 1
        and isinstance(options[0], exp.XMLKeyValueOption)
        and options[0].name.upper() == "PATH"
        and options[0].expression is not None
        and options[0].expression.name == ""
    )


def array(node: exp.Expr, work: Work) -> exp.Expr | None:
    """ARRAY_AGG(x) WITHIN GROUP (ORDER BY y) as ARRAY_AGG(x ORDER BY y); NULLs are left out, as in the source."""
    if not isinstance(node, exp.WithinGroup) or not isinstance(node.this, exp.ArrayAgg):
        return None
    made = node.this.copy()
    made.set("this", exp.Order(this=made.this, expressions=[each.copy() for each in node.expression.expressions]))
    return made
