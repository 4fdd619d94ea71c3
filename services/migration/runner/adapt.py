"""Functions of PostgreSQL in DuckDB's words, where sqlglot's translation does not run there."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

_GROUP = re.compile(r"(?<!\\)\((?!\?)")


def for_duckdb(tree: exp.Expr) -> exp.Expr:
    """The tree with what PostgreSQL means and DuckDB writes otherwise replaced; itself where there is none."""
    return tree.transform(_replaced) if tree.find(exp.Substring, exp.RegexpSubstr, exp.Anonymous) else tree


def _replaced(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Substring) and _is_text(node.args.get("start")):
        return _matched(node.this, node.args["start"], 1 if _GROUP.search(node.args["start"].name) else 0)
    if isinstance(node, exp.RegexpSubstr):
        return _regexp_substr(node)
    if isinstance(node, exp.Anonymous):
        make = _FUNCTIONS.get(node.name.casefold())
        return (make(node.expressions) if make else None) or node
    return node


def _is_text(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Literal) and node.is_string


def _matched(value: exp.Expr, pattern: exp.Expr, group: int) -> exp.Expr:
    """The part that matches, or one of its groups; null where nothing matches."""
    taken = exp.Anonymous(
        this="REGEXP_EXTRACT", expressions=[value.copy(), pattern.copy(), exp.Literal.number(str(group))]
    )
    found = exp.Anonymous(this="REGEXP_MATCHES", expressions=[value.copy(), pattern.copy()])
    return exp.Case().when(found, taken)


def _regexp_substr(node: exp.RegexpSubstr) -> exp.Expr:
    """`regexp_substr(text, pattern [, 1, 1, 'c' [, group]])`; unchanged where it asks for more than that."""
    asked = [
        (node.args.get(key), plain) for key, plain in (("position", "1"), ("occurrence", "1"), ("parameters", "c"))
    ]
    if any(given is not None and given.name != plain for given, plain in asked):
        return node
    group = node.args.get("group")
    return _matched(node.this, node.expression, int(group.name) if group is not None else 0)


def _input_is_valid(arguments: list[exp.Expr]) -> exp.Expr | None:
    """`pg_input_is_valid(text, 'type')`."""
    if len(arguments) != 2 or not _is_text(arguments[1]):
        return None
    value, kind = arguments[0], exp.DataType.build(arguments[1].name, dialect="postgres")
    valid = exp.Not(this=exp.Is(this=exp.TryCast(this=value.copy(), to=kind), expression=exp.null()))
    return exp.Case().when(exp.Not(this=exp.Is(this=value.copy(), expression=exp.null())), valid)


_FUNCTIONS: dict[str, Callable[[list[exp.Expr]], exp.Expr | None]] = {
    "pg_input_is_valid": _input_is_valid,
}
