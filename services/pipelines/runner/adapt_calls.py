"""Functions that PostgreSQL names otherwise than DuckDB, or that refuse what DuckDB answers.

Source: PostgreSQL 18 documentation, "Functions and Operators"; DuckDB documentation, "Functions".
"""

from __future__ import annotations

from collections.abc import Callable

import sqlglot
from sqlglot import exp

from services.sql_dialects.crc32 import CRC32

GUARDED = "duckdb_guarded"
"""Mark of a call within its guard: a tree may pass here twice."""
NAMED_MONTHS = ("%Y-%b-%d %H:%M:%S", "%Y-%B-%d %H:%M:%S")
NOON = tuple(
    f"%Y-{month}-%d {time}{blank}%p"
    for month in ("%m", "%b", "%B")
    for time in ("%I:%M:%S", "%I:%M")
    for blank in ("", " ")
)
"""Timestamps that PostgreSQL takes as text and DuckDB's CAST does not, or not as they are meant."""
DIGITS = range(-12, 13)
WIDE = "DECIMAL(38, 12)"
"""For NUMERIC without a precision, which DuckDB would read as DECIMAL(18, 3)."""


def called(node: exp.Anonymous) -> exp.Expr | None:
    """The call in DuckDB's words; None where it is to stay."""
    make = _CALLS.get(node.name.casefold())
    return make(node.expressions) if make else None


def coded(node: exp.Encode | exp.Decode) -> exp.Expr | None:
    """`encode(bytes, form)` and `decode(text, form)`; None for a form that DuckDB does not have."""
    given = node.args.get("charset")
    form = given.name.casefold() if isinstance(given, exp.Literal) else ""
    name = _CODES.get((type(node), form))
    if name is None:
        return None
    made = exp.Anonymous(this=name, expressions=[node.this.copy()])
    return exp.Lower(this=made) if name == "HEX" else made


def guarded(node: exp.Expr) -> exp.Expr | None:
    """LN, LOG, SQRT or POWER with an error where PostgreSQL has one and DuckDB gives NaN or infinity."""
    parts = [part for part in (node.this, node.args.get("expression")) if part is not None]
    if node.meta.get(GUARDED) or any(part.find(*GUARDS) for part in parts):
        return None  # a guard names its argument again: one within another would double at every depth
    wrong = _WRONG[type(node)](node)
    kept = node.copy()
    kept.meta[GUARDED] = True
    case = exp.Case()
    for condition, why in wrong:
        case = case.when(condition, exp.Anonymous(this="ERROR", expressions=[exp.Literal.string(why)]), copy=False)
    return case.else_(kept, copy=False) if wrong else None


def of_int(node: exp.Factorial | exp.Hex) -> exp.Expr | None:
    """`factorial`, of no wider number there, and `to_hex` of four bytes, which are eight there."""
    if isinstance(node, exp.Factorial):
        return exp.Anonymous(this="FACTORIAL", expressions=[exp.cast(node.this.copy(), "INT")])
    if not (isinstance(node.this, exp.Cast) and node.this.to.is_type("int")):
        return None
    wide = exp.cast(node.this.copy(), "BIGINT")
    digits = exp.Anonymous(
        this="HEX", expressions=[exp.BitwiseAnd(this=wide, expression=exp.Literal.number(0xFFFFFFFF))]
    )
    return exp.Lower(this=digits) if isinstance(node, exp.LowerHex) else digits


def is_computed(digits: exp.Expr | None) -> bool:
    """Whether they are no constant, which DuckDB's ROUND and TRUNC ask for."""
    return digits is not None and not isinstance(digits.this if isinstance(digits, exp.Neg) else digits, exp.Literal)


def by_digits(node: exp.Expr) -> exp.Expr:
    """ROUND or TRUNC to digits that are computed: one of all the results there can be within WIDE."""
    digits, case = node.args["decimals"], exp.Case()
    for places in DIGITS:
        one = type(node)(this=node.this.copy(), decimals=exp.Literal.number(places))
        case = case.when(digits.eq(places), exp.cast(one, WIDE), copy=False)
    beyond = exp.GT(this=digits.copy(), expression=exp.Literal.number(DIGITS[-1]))
    below = exp.LT(this=digits.copy(), expression=exp.Literal.number(DIGITS[0]))
    return case.when(beyond, exp.cast(node.this.copy(), WIDE)).when(below, exp.cast(exp.Literal.number(0), WIDE))


def interval(node: exp.MakeInterval) -> exp.Expr | None:
    """`make_interval(…)`, whose arguments need not be constants; None where there are none."""
    parts: list[exp.Expr] = []
    for key, name in _INTERVALS.items():
        given = node.args.get(key)
        if given is not None:
            value = given.expression if isinstance(given, exp.Kwarg) else given
            parts.append(exp.Anonymous(this=name, expressions=[value.copy()]))
    if not parts:
        return None
    total = parts[0]
    for part in parts[1:]:
        total = exp.Add(this=total, expression=part)
    return exp.paren(total, copy=False)


def _template(text: str) -> Callable[[list[exp.Expr]], exp.Expr | None]:
    def make(arguments: list[exp.Expr]) -> exp.Expr | None:
        tree = sqlglot.parse_one(text.format(bytes="__bytes"), dialect="duckdb")
        if len(arguments) != 1:
            return None
        return tree.transform(lambda node: arguments[0].copy() if _names(node, "__bytes") else node)

    return make


def _names(node: exp.Expr, name: str) -> bool:
    return isinstance(node, exp.Column) and node.name == name


def _renamed(name: str, count: int) -> Callable[[list[exp.Expr]], exp.Expr | None]:
    """The first argument under another name, where there are `count`."""

    def make(arguments: list[exp.Expr]) -> exp.Expr | None:
        return exp.Anonymous(this=name, expressions=[arguments[0]]) if len(arguments) == count else None

    return make


def _of_utf8(name: str) -> Callable[[list[exp.Expr]], exp.Expr | None]:
    def make(arguments: list[exp.Expr]) -> exp.Expr | None:
        utf8 = len(arguments) == 2 and arguments[1].name.upper() in {"UTF8", "UTF-8"}
        return exp.Anonymous(this=name, expressions=[arguments[0]]) if utf8 else None

    return make


def _input_is_valid(arguments: list[exp.Expr]) -> exp.Expr | None:
    """`pg_input_is_valid(text, 'type')`."""
    if len(arguments) != 2 or not (isinstance(arguments[1], exp.Literal) and arguments[1].is_string):
        return None
    value, kind = arguments[0], exp.DataType.build(arguments[1].name, dialect="postgres")
    valid = _is_read(exp.TryCast(this=value.copy(), to=kind))
    if kind.is_type("timestamp"):
        noon = exp.RegexpLike(this=value.copy(), expression=exp.Literal.string(r"[AaPp][Mm]\s*$"))
        named = exp.or_(valid, _is_read(_read(value, NAMED_MONTHS)))
        valid = exp.Case().when(noon, _is_read(_read(value, NOON))).else_(named)
    return exp.Case().when(exp.Not(this=exp.Is(this=value.copy(), expression=exp.null())), valid)


def _is_read(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value, expression=exp.null()))


def _read(value: exp.Expr, formats: tuple[str, ...]) -> exp.Expr:
    listed = exp.Array(expressions=[exp.Literal.string(text) for text in formats])
    return exp.Anonymous(this="TRY_STRPTIME", expressions=[value.copy(), listed])


Wrong = list[tuple[exp.Expr, str]]
_NO_LOGARITHM = "cannot take logarithm of zero or a negative number"


def _is_above_zero(value: exp.Expr) -> bool:
    return isinstance(value, exp.Literal) and not value.is_string and float(value.name) > 0


def _not_above(values: list[exp.Expr]) -> Wrong:
    zero = exp.Literal.number(0)
    return [
        (exp.LTE(this=each.copy(), expression=zero.copy()), _NO_LOGARITHM)
        for each in values
        if not _is_above_zero(each)
    ]


def _of_logarithm(node: exp.Expr) -> Wrong:
    given = [each for each in (node.this, node.args.get("expression")) if each is not None]
    wrong = _not_above(given)
    if len(given) > 1:
        one = exp.EQ(this=node.this.copy(), expression=exp.Literal.number(1))
        wrong += [] if _is_above_zero(node.this) and node.this.name != "1" else [(one, "division by zero")]
    return wrong


def _of_root(node: exp.Expr) -> Wrong:
    below = exp.LT(this=node.this.copy(), expression=exp.Literal.number(0))
    return [] if _is_above_zero(node.this) else [(below, "cannot take square root of a negative number")]


def _of_power(node: exp.Expr) -> Wrong:
    base, power = node.this, node.expression
    if _is_above_zero(base) or (isinstance(power, exp.Literal) and power.is_int):
        return []
    zero = exp.Literal.number(0)
    none = exp.and_(exp.EQ(this=base.copy(), expression=zero.copy()), exp.LT(this=power.copy(), expression=zero.copy()))
    whole = exp.NEQ(this=power.copy(), expression=exp.Floor(this=power.copy()))
    complex_ = exp.and_(exp.LT(this=base.copy(), expression=zero.copy()), whole)
    return [
        (none, "zero raised to a negative power is undefined"),
        (complex_, "a negative number raised to a non-integer power yields a complex result"),
    ]


_WRONG: dict[type[exp.Expr], Callable[[exp.Expr], Wrong]] = {
    exp.Ln: _of_logarithm, exp.Log: _of_logarithm, exp.Sqrt: _of_root, exp.Pow: _of_power,
}  # fmt: skip
GUARDS = tuple(_WRONG)
_INTERVALS = {
    "year": "TO_YEARS", "month": "TO_MONTHS", "week": "TO_WEEKS", "day": "TO_DAYS", "hour": "TO_HOURS",
    "minute": "TO_MINUTES", "second": "TO_SECONDS",
}  # fmt: skip
_CODES: dict[tuple[type[exp.Expr], str], str] = {
    (exp.Encode, "base64"): "TO_BASE64", (exp.Encode, "hex"): "HEX",
    (exp.Decode, "base64"): "FROM_BASE64", (exp.Decode, "hex"): "UNHEX",
}  # fmt: skip
_CALLS: dict[str, Callable[[list[exp.Expr]], exp.Expr | None]] = {
    "pg_input_is_valid": _input_is_valid,
    "trim_scale": lambda arguments: arguments[0],
    "convert_to": _of_utf8("ENCODE"),
    "convert_from": _of_utf8("DECODE"),
    "to_bin": _renamed("BIN", 1),
    "crc32": _template(CRC32),
}
