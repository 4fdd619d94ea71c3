"""Paths into semi-structured values: `v:a.b[0]` of Snowflake, on a JSON column of the target."""

from __future__ import annotations

from sqlglot import exp

from services.sql_dialects.transpile.templates import filled
from services.sql_dialects.transpile.work import Work


def extracted(node: exp.Expr, work: Work) -> exp.Expr | None:
    """The value at the path; as text, without its quotes, where it is cast."""
    if not isinstance(node, exp.JSONExtract):
        return None
    path = node.expression
    if not isinstance(path, exp.JSONPath):
        raise work.refusal(node, "give the path as it is, not as an expression")
    steps = [_step(each, node, work) for each in path.expressions if not isinstance(each, exp.JSONPathRoot)]
    as_text = isinstance(node.parent, exp.Cast)
    if work.write == "duckdb":
        places = "".join(f"[{each}]" if isinstance(each, int) else f'."{each}"' for each in steps)
        target, operator = f"${places}", "->>" if as_text else "->"
    else:
        target, operator = "{" + ",".join(str(each) for each in steps) + "}", "#>>" if as_text else "#>"
    return filled(f"(_0 {operator} '{target}')", [node.this])


def _step(node: exp.Expr, whole: exp.Expr, work: Work) -> str | int:
    value = node.this if isinstance(node, exp.JSONPathKey | exp.JSONPathSubscript) else None
    if isinstance(value, int) or (isinstance(value, str) and value.replace("_", "").replace("$", "").isalnum()):
        return value
    raise work.refusal(whole, "only names and positions in the path")
