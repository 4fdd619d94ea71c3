"""Rewrites given as text: a call on the left, an expression of PostgreSQL on the right.

In a template `_0`, `_1`, … stand for the arguments, and a word before the number for a form of it: `moment_0` as a
timestamp, `day_0` as a date, `when_0` as either, `text_0` as text, `int_0` as an integer. An integer in place of a date
is a number of days since 1900-01-01.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import sqlglot
from sqlglot import exp

from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.reading import PlainPostgres

_PLACE = re.compile(r"([a-z]*)_(\d+)")
_NEEDS_BRACKETS = (exp.Binary, exp.Unary, exp.Between, exp.In, exp.Interval)


def cast(node: exp.Expr, to: str) -> exp.Expr:
    """The expression as a type; a cast to the same is left out."""
    wanted = exp.DataType.build(to, dialect="postgres")
    if isinstance(node, exp.Cast) and not isinstance(node, exp.TryCast) and node.to == wanted:
        return node
    made = exp.cast(node, wanted)
    made.to.meta["written"] = True
    return made


def _moment(node: exp.Expr) -> exp.Expr:
    if kinds.is_a(node, {exp.DType.TIMESTAMP, exp.DType.DATETIME, exp.DType.TIMESTAMPNTZ, exp.DType.DATETIME2}):
        return node
    if kinds.is_a(node, {exp.DType.TIME}):  # a time of day is one of 1900-01-01
        return exp.paren(exp.Add(this=cast(exp.Literal.string("1900-01-01"), "DATE"), expression=node))
    clock = isinstance(node, exp.Localtimestamp) or node.name.upper() in ("GETDATE", "SYSDATETIME")
    return node if clock else cast(from_days(node), "TIMESTAMP")


def _when(node: exp.Expr) -> exp.Expr:
    """Something with a date in it: text is cast, a name of unknown type is believed."""
    text = node.is_string or kinds.is_a(node, kinds.TEXT)
    return cast(node, "TIMESTAMP") if text else from_days(node)


def from_days(node: exp.Expr) -> exp.Expr:
    """An integer is a number of days since 1900-01-01; others are left as they are."""
    inner = node.this if isinstance(node, exp.Neg | exp.Paren) else node
    if not (kinds.whole(node) or kinds.whole(inner)):
        return node
    base = cast(exp.Literal.string("1900-01-01"), "TIMESTAMP")
    if isinstance(node, exp.Literal) and node.name == "0":
        return base
    day = exp.Interval(this=exp.Literal.string("1"), unit=exp.var("DAY"))
    made = exp.Add(this=base, expression=exp.Mul(this=wrapped(node), expression=day))
    made.meta["written"] = True
    return exp.paren(made, copy=False)


FORMS: Mapping[str, Callable[[exp.Expr], exp.Expr]] = MappingProxyType(
    {
        "": lambda node: node,
        "moment": _moment,
        "when": _when,
        "day": lambda node: node if kinds.is_a(node, {exp.DType.DATE}) else cast(from_days(node), "DATE"),
        "text": lambda node: node if node.is_string or kinds.is_a(node, kinds.TEXT) else cast(node, "TEXT"),
        "int": lambda node: node if kinds.whole(node) else cast(node, "INT"),
    }
)


def wrapped(node: exp.Expr) -> exp.Expr:
    return exp.paren(node, copy=False) if isinstance(node, _NEEDS_BRACKETS) else node


@functools.lru_cache(maxsize=1024)
def _parsed(template: str) -> exp.Expr:
    return sqlglot.parse_one(template, dialect=PlainPostgres)


def filled(template: str, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """The template with the arguments in it, in brackets where they need them."""
    root = exp.Tuple(expressions=[_parsed(template).copy()])
    for each in root.walk():
        each.meta["written"] = True  # what a rule has made is not rewritten again
    for place in list(root.find_all(exp.Column)):
        match = _PLACE.fullmatch(place.name)
        if match is None or place.table:
            continue
        value = FORMS[match[1]](arguments[int(match[2])].copy())
        inside_call = isinstance(place.parent, exp.Func | exp.Tuple) and not isinstance(place.parent, exp.Binary)
        place.replace(value if inside_call else wrapped(value))
    made: exp.Expr = root.expressions[0]
    made.pop()
    return made


def put(node: exp.Expr, made: exp.Expr) -> exp.Expr:
    """The new expression, in brackets where it stands within another operator."""
    parent = node.parent
    outside = isinstance(parent, _NEEDS_BRACKETS) or (isinstance(parent, exp.Cast) and parent.args.get("format"))
    return wrapped(made) if outside else made
