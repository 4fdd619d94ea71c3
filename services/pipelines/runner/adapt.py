"""Functions of PostgreSQL in DuckDB's words, where sqlglot's translation does not run there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from services.pipelines.runner import adapt_calls, moments

NO_DIVISION = "division by zero"
"""What PostgreSQL says of it."""
_SCIENTIFIC = re.compile(r"9\.(9+)EEEE")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BORDERS = {"y": r"\b", "Y": r"\B", "m": r"\b", "M": r"\b", "Z": r"\z"}
_GROUP = re.compile(r"(?<!\\)\((?!\?)")


REPLACED: tuple[type[exp.Expr], ...] = (
    exp.Substring, exp.RegexpSubstr, exp.Anonymous, exp.Div, exp.IntDiv, exp.Mod, exp.TimeToStr, exp.StrToTime,
    exp.StrToDate, exp.Cast, exp.Trim, exp.Encode, exp.Decode, exp.MakeInterval, exp.Offset, exp.Hex,
    exp.Factorial, exp.RegexpReplace, exp.RegexpLike, exp.RegexpILike, exp.RegexpCount, *adapt_calls.GUARDS,
)  # fmt: skip


ROUNDED = (exp.Round, exp.Trunc, exp.Floor, exp.Ceil)
"""They leave a DECIMAL no places, and DuckDB would then take those of its neighbour in a CASE too."""


def for_duckdb(tree: exp.Expr) -> exp.Expr:
    """The tree with what PostgreSQL means and DuckDB writes otherwise replaced; itself where there is none."""
    return tree.transform(_replaced) if tree.find(*REPLACED) else tree


def for_postgresql(tree: exp.Expr) -> exp.Expr:
    """The tree with what sqlglot reads of PostgreSQL and does not write as it has it."""
    return tree.transform(_hexadecimal) if tree.find(exp.Hex) else tree


def _hexadecimal(node: exp.Expr) -> exp.Expr:
    if type(node) is exp.Hex:  # of UPPER(TO_HEX(…)), which would be written as a HEX that is not there
        return exp.Upper(this=exp.Anonymous(this="TO_HEX", expressions=[node.this.copy()]))
    return node


def _replaced(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.StrToTime | exp.StrToDate):
        return moments.read(node)
    if isinstance(node, exp.Div | exp.IntDiv | exp.Mod):
        return _divided(node)
    if isinstance(node, exp.Cast) and _is_call(node.this, "trim_scale") and node.to.this in exp.DataType.TEXT_TYPES:
        return _fifteen_digits(node.this.expressions[0]) or _without_last_zeros(node.this.expressions[0])
    made = _made(node)
    return node if made is None or made is node else made.transform(_replaced)


def _made(node: exp.Expr) -> exp.Expr | None:
    """What stands for the node, its parts as they were; None where it stays. Some are changed in place."""
    for kinds, make in _MAKERS.items():
        if isinstance(node, kinds):
            return make(node)
    return None


def _part_of(node: exp.Substring) -> exp.Expr | None:
    """SUBSTRING by a pattern."""
    if not _is_text(node.args.get("start")):
        return None
    return _matched(node.this, node.args["start"], 1 if _GROUP.search(node.args["start"].name) else 0)


def _bordered(node: exp.Expr) -> None:
    if _is_text(node.expression):
        node.set("expression", _pattern(node.expression))


def _pattern(text: exp.Expr) -> exp.Expr:
    r"""A pattern with the borders of words and of the text as DuckDB has them: `\b` for PostgreSQL's `\y`."""
    if not _is_text(text) or "\\" not in text.name:
        return text.copy()
    return exp.Literal.string(_ESCAPED.sub(lambda found: _BORDERS.get(found[1], found[0]), text.name))


def _moment(node: exp.TimeToStr) -> exp.Expr:
    return _scientific(node) or moments.written(node)


def _trimmed(node: exp.Expr) -> None:
    if node.expression is None:
        node.set("expression", exp.Literal.string(" "))  # DuckDB takes every kind of white space away


def _widened(node: exp.Expr) -> None:
    if _is_unbounded(node):
        if isinstance(node.this, exp.IntDiv):  # of `div`; of fractions DuckDB's own leaves a fraction
            node.set("this", exp.Anonymous(this="TRUNC", expressions=[node.this]))
        node.set("to", exp.DataType.build(adapt_calls.WIDE))


def _rounded(node: exp.Expr) -> exp.Expr | None:
    if adapt_calls.is_computed(node.args.get("decimals")):
        return None if node.this.find(*ROUNDED) else adapt_calls.by_digits(node)
    if not _is_unbounded(node.this):
        return None
    node.this.set("to", exp.DataType.build(adapt_calls.WIDE))
    return exp.Cast(this=node.copy(), to=exp.DataType.build(adapt_calls.WIDE))


def _is_unbounded(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.is_type("decimal") and not node.to.expressions


def _picked(node: exp.Subquery) -> exp.Expr | None:
    """One row of a subquery by a number that a column tells, which DuckDB can't have in OFFSET."""
    select = node.this
    offset = select.args.get("offset") if isinstance(select, exp.Select) else None
    if offset is None or not offset.find(exp.Column):
        return None
    listed = select.copy()
    listed.set("offset", None)
    listed.set("limit", None)
    number = exp.Add(this=exp.paren(offset.expression), expression=exp.Literal.number(1))
    rows = exp.Anonymous(this="ARRAY", expressions=[listed])
    return exp.Anonymous(this="LIST_EXTRACT", expressions=[rows, number])


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
        this="REGEXP_EXTRACT", expressions=[value.copy(), _pattern(pattern), exp.Literal.number(str(group))]
    )
    found = exp.Anonymous(this="REGEXP_MATCHES", expressions=[value.copy(), _pattern(pattern)])
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


_MAKERS: dict[type[exp.Expr] | tuple[type[exp.Expr], ...], Callable[[Any], exp.Expr | None]] = {
    exp.Anonymous: adapt_calls.called,
    (exp.Encode, exp.Decode): adapt_calls.coded,
    exp.MakeInterval: adapt_calls.interval,
    adapt_calls.GUARDS: adapt_calls.guarded,
    (exp.Factorial, exp.Hex): adapt_calls.of_int,
    exp.Subquery: _picked,
    ROUNDED: _rounded,
    exp.Substring: _part_of,
    exp.RegexpSubstr: _regexp_substr,
    exp.TimeToStr: _moment,
    (exp.RegexpReplace, exp.RegexpLike, exp.RegexpILike, exp.RegexpCount): _bordered,
    exp.Trim: _trimmed,
    exp.Cast: _widened,
}
FROM_POSTGRESQL = {"duckdb": for_duckdb, "postgresql": for_postgresql}
"""By the engine that a pipeline of the dialect runs on."""
