"""Functions of PostgreSQL in DuckDB's words, where sqlglot's translation does not run there."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from services.pipelines.runner import moments

NO_DIVISION = "division by zero"
"""What PostgreSQL says of it."""
_SCIENTIFIC = re.compile(r"9\.(9+)EEEE")
_GROUP = re.compile(r"(?<!\\)\((?!\?)")


REPLACED = (
    exp.Substring, exp.RegexpSubstr, exp.Anonymous, exp.Div, exp.IntDiv, exp.Mod, exp.TimeToStr, exp.StrToTime,
    exp.StrToDate,
)  # fmt: skip


def for_duckdb(tree: exp.Expr) -> exp.Expr:
    """The tree with what PostgreSQL means and DuckDB writes otherwise replaced; itself where there is none."""
    return tree.transform(_replaced) if tree.find(*REPLACED) else tree


def _replaced(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Substring) and _is_text(node.args.get("start")):
        return _matched(node.this, node.args["start"], 1 if _GROUP.search(node.args["start"].name) else 0)
    if isinstance(node, exp.RegexpSubstr):
        return _regexp_substr(node)
    if isinstance(node, exp.TimeToStr):
        return _scientific(node) or moments.written(node)
    if isinstance(node, exp.StrToTime | exp.StrToDate):
        return moments.read(node)
    if isinstance(node, exp.Div | exp.IntDiv | exp.Mod):
        return _divided(node)
    if isinstance(node, exp.Cast) and _is_call(node.this, "trim_scale") and node.to.this in exp.DataType.TEXT_TYPES:
        return _fifteen_digits(node.this.expressions[0]) or _without_last_zeros(node.this.expressions[0])
    if isinstance(node, exp.Anonymous):
        make = _FUNCTIONS.get(node.name.casefold())
        return (make(node.expressions) if make else None) or node
    return node


def _is_call(node: exp.Expr, name: str) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.casefold() == name and len(node.expressions) == 1


def _scientific(node: exp.TimeToStr) -> exp.Expr | None:
    """TO_CHAR of a number with an exponent; None for any other format."""
    form = _SCIENTIFIC.fullmatch(node.args["format"].name)
    if form is None:
        return None
    number = exp.Cast(this=for_duckdb(node.this.copy()), to=exp.DataType.build("DOUBLE"))
    return exp.Anonymous(this="PRINTF", expressions=[exp.Literal.string(f"%.{len(form[1])}e"), number])


def _fifteen_digits(number: exp.Expr) -> exp.Expr | None:
    """The text of a double rounded to places that its own size tells, which DuckDB's ROUND can't take; else None."""
    places = number.args.get("decimals") if isinstance(number, exp.Round) else None
    if places is None or not places.find(exp.Log, exp.Floor):
        return None
    value = number.this
    while isinstance(value, exp.Cast):
        value = value.this
    double = exp.Cast(this=for_duckdb(value.copy()), to=exp.DataType.build("DOUBLE"))
    text = exp.Anonymous(this="PRINTF", expressions=[exp.Literal.string("%.15g"), double])
    exact = exp.Cast(this=text.copy(), to=exp.DataType.build("DECIMAL(38, 32)"))
    plain = exp.Cast(this=exact, to=exp.DataType.build("TEXT"))
    small = exp.LT(this=exp.Abs(this=double.copy()), expression=exp.Literal.number("1e-4"))
    return exp.Case().when(small, exp.Anonymous(this="RTRIM", expressions=[plain, exp.Literal.string("0")])).else_(text)


def _divided(node: exp.Binary) -> exp.Expr:
    """A division that refuses zero, for which DuckDB gives null."""
    by = node.expression
    if isinstance(by, exp.Literal | exp.Nullif) or _refuses_zero(by):
        return node
    is_zero = exp.EQ(this=_bare(by).copy(), expression=exp.Literal.number("0"))
    refused = exp.Anonymous(this="ERROR", expressions=[exp.Literal.string(NO_DIVISION)])
    node.set("expression", exp.Case().when(is_zero, refused).else_(by))
    return node


def _bare(node: exp.Expr) -> exp.Expr:
    return node.unnest() if isinstance(node, exp.Paren) else node


def _refuses_zero(node: exp.Expr) -> bool:
    """Whether a divisor was seen to already."""
    return isinstance(node, exp.Case) and any(text.name == NO_DIVISION for text in node.find_all(exp.Literal))


def _without_last_zeros(number: exp.Expr) -> exp.Expr:
    """The text of a number without the zeros at the end of its places."""
    text = exp.Cast(this=number, to=exp.DataType.build("TEXT"))
    short = exp.Anonymous(this="RTRIM", expressions=[text, exp.Literal.string("0")])
    plain = exp.Anonymous(this="RTRIM", expressions=[short, exp.Literal.string(".")])
    place = exp.Anonymous(this="CONTAINS", expressions=[text.copy(), exp.Literal.string(".")])
    return exp.Case().when(place, plain).else_(text.copy())


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
    "trim_scale": lambda arguments: arguments[0],
}
