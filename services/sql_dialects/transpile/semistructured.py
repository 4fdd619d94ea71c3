"""Paths into semi-structured values: `v:a.b[0]` of Snowflake, on a JSON column of the target."""

from __future__ import annotations

from sqlglot import exp

from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.templates import cast, filled
from services.sql_dialects.transpile.work import Work, called

_JSON = {exp.DType.JSON, exp.DType.JSONB, exp.DType.VARIANT, exp.DType.OBJECT}


def extracted(node: exp.Expr, work: Work) -> exp.Expr | None:
    """The value at the path; as text, without its quotes, where it is cast."""
    if not isinstance(node, exp.JSONExtract):
        return None
    path = node.expression
    if not isinstance(path, exp.JSONPath):
        raise work.refusal(node, "give the path as it is, not as an expression")
    steps = [_step(each, node, work) for each in path.expressions if not isinstance(each, exp.JSONPathRoot)]
    as_text = isinstance(node.parent, exp.Cast) and not node.parent.to.is_type(*_JSON)
    if work.write == "duckdb":
        kind = exp.JSONExtractScalar if as_text else exp.JSONExtract
        made = kind(this=node.this.copy(), expression=path.copy())
        made.meta["written"] = True
        return exp.paren(made, copy=False)
    target, operator = "{" + ",".join(str(each) for each in steps) + "}", "#>>" if as_text else "#>"
    return filled(f"(_0 {operator} '{target}')", [node.this])


def field(node: exp.Expr, work: Work) -> exp.Expr | None:
    """v['a'] and v['a'][0]: a field by its name, a place in what a field holds."""
    if not isinstance(node, exp.Bracket) or len(node.expressions) != 1:
        return None
    step = node.expressions[0]
    inside = isinstance(node.this, exp.Paren) and bool(node.this.meta.get("written"))
    if not isinstance(step, exp.Literal) or not (step.is_string or inside) or "'" in step.name:
        return None
    operator = "->>" if isinstance(node.parent, exp.Cast) else "->"
    return filled(f"(_0 {operator} {step.sql()})", [node.this])


def size(node: exp.Expr, work: Work) -> exp.Expr | None:
    """ARRAY_SIZE of a value inside JSON: NULL where it is no array."""
    if called(node) != "ARRAY_SIZE" or len(node.expressions) != 1:
        return None
    value = node.expressions[0]
    inside = isinstance(value, exp.Paren) and isinstance(value.this, exp.JSONExtract | exp.JSONBExtract | exp.Bracket)
    if not inside and not kinds.is_a(value, _JSON):
        if kinds.unknown(value):
            work.caution("json_value", node)
        return None
    if work.write == "duckdb":
        made = "CASE WHEN JSON_TYPE(_0) = 'ARRAY' THEN JSON_ARRAY_LENGTH(_0) END"
        return filled(made, [value])
    return filled("JSONB_ARRAY_LENGTH(CASE WHEN JSONB_TYPEOF(_0) = 'array' THEN _0 END)", [cast(value.copy(), "JSONB")])


def _step(node: exp.Expr, whole: exp.Expr, work: Work) -> str | int:
    value = node.this if isinstance(node, exp.JSONPathKey | exp.JSONPathSubscript) else None
    if isinstance(value, int) or (isinstance(value, str) and value.replace("_", "").replace("$", "").isalnum()):
        return value
    raise work.refusal(whole, "only names and positions in the path")
