"""Functions of the add-on on numbers and texts. Source: see `add_on`, "MathUtils", "StringUtils" and "MiscUtils"."""

from __future__ import annotations

from sqlglot import exp

from services.migration.expressions.alteryx import conditions, conversions, numbers, text
from services.migration.expressions.alteryx.add_on import CORNERS_OPEN, added, built_in
from services.migration.expressions.alteryx.builder import blank
from services.migration.expressions.alteryx.numbers import null_number, whole
from services.migration.expressions.alteryx.operators import as_double
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import DOUBLE, INTEGER, NULL, STRING, Value

SURE = 0.9
"""Confidence of a function that all releases define alike, NULL included."""


def _sum(b: SqlBuilder, arguments: list[Value]) -> Value:
    """NULL counts as nothing; the sum of nothing is 0."""
    total = b.number(0)
    for place, value in enumerate(v for v in arguments if v.kind != NULL):
        number = as_double(b, value)
        known = number if number.never_null else b.sql("COALESCE({n}, 0)", DOUBLE, n=number).unless_null()
        total = b.binary(exp.Add, total, known, DOUBLE) if place else known
    return total


def _count(b: SqlBuilder, arguments: list[Value]) -> Value:
    """How many of the values are not NULL."""
    sure = sum(v.never_null for v in arguments)
    total = b.number(sure)
    for value in arguments:
        if value.kind != NULL and not value.never_null:
            one = b.case([(b.is_null(value), b.number(0))], b.number(1), INTEGER)
            total = one if total.constant == 0 else b.binary(exp.Add, total, one, INTEGER)
    return total


def _whole(b: SqlBuilder, arguments: list[Value]) -> Value:
    return null_number(b) if arguments[0].kind == NULL else whole(b, arguments[0])


def _sign(b: SqlBuilder, arguments: list[Value]) -> Value:
    if arguments[0].kind == NULL:
        return null_number(b)
    return own(b, "truncated", INTEGER, n=b.sql("SIGN({n})", INTEGER, n=b.as_number(arguments[0])))


def _divided(template: str) -> Build:
    """Of a number by another; NULL where that is 0 or NULL."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        number, divisor = arguments
        if divisor.kind == NULL or divisor.constant == 0:
            return null_number(b)
        by = b.sql("NULLIF({n}, 0)", DOUBLE, n=as_double(b, divisor))
        return b.sql(template, DOUBLE, n=as_double(b, number), m=by)

    return build


def _golden(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    return b.sql("CAST(1.618033988749895 AS DOUBLE PRECISION)", DOUBLE).unless_null()


_TRIANGLE = (
    "CASE WHEN {p} < 0 OR {p} > 1 THEN NULL WHEN {p} * ({z} - {a}) <= {m} - {a} "
    "THEN {a} + SQRT({p} * ({z} - {a}) * ({m} - {a})) ELSE {z} - SQRT((1 - {p}) * ({z} - {a}) * ({z} - {m})) END"
)


def _triangular(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The value of a triangular distribution (least, likeliest, greatest) below which a share of it lies."""
    share, least, likeliest, greatest = (as_double(b, v) for v in arguments)
    if "RANDOM" in b.cautions:
        raise Refused("its random number stands in SQL more than once; put it into a field of its own")
    return b.sql(_TRIANGLE, DOUBLE, p=share, a=least, m=likeliest, z=greatest)


def _hexagon(across: bool) -> Build:
    """The middle of the hexagon that a point lies in, of a radius of 1 where none is given."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        radius = b.sql("1.0", DOUBLE)
        if len(arguments) > 2 and arguments[2].kind != NULL:
            given = as_double(b, arguments[2])
            radius = given if given.never_null else b.sql("COALESCE({r}, 1)", DOUBLE, r=given)
        width = b.sql("{r} * 1.5", DOUBLE, r=radius)
        height = b.sql("{r} * 1.7320508075688772", DOUBLE, r=b.copy(radius))
        point = {"x": as_double(b, arguments[0]), "y": as_double(b, arguments[1])}
        return _middle(b, {**point, "w": width, "h": height}, across)

    return build


_COLUMN = "SIGN({x} / {w}) * FLOOR(ABS({x} / {w}) + 0.5)"
_ODD = "({c} - 2 * FLOOR({c} / 2)) / 2"
_UP = "{y} / {h} - " + _ODD
_LINE = "SIGN({u}) * FLOOR(ABS({u}) + 0.5)"
_OTHER_COLUMN = "{c} + CASE WHEN {x} / {w} < {c} THEN -1 ELSE 1 END"
_OTHER_LINE = "{l} + CASE WHEN {u} < {l} THEN -0.5 ELSE 0.5 END"
_IS_OTHER = (
    "ABS({x} - {c} * {w}) * 3 > 1 AND POWER({x} - {c} * {w}, 2) + POWER(({u} - {l}) * {h}, 2) "
    "> POWER({x} - {d} * {w}, 2) + POWER(({u} - {m}) * {h}, 2)"
)


def _middle(b: SqlBuilder, point: dict[str, Value], across: bool) -> Value:
    """The nearest column and line of middles, or the other column beside if that is nearer."""

    def made(template: str, **more: Value) -> Value:
        return b.sql(template, DOUBLE, **{name: b.copy(value) for name, value in {**point, **more}.items()})

    column = made(_COLUMN)
    up = made(_UP, c=column)
    line = made(_LINE, u=up)
    other = made(_OTHER_COLUMN, c=column)
    beside = made(_OTHER_LINE, l=line, u=up)
    test = made(_IS_OTHER, c=column, u=up, l=line, d=other, m=beside)
    if across:
        near, far = made("{c} * {w}", c=column), made("{c} * {w}", c=other)
    else:
        near = made(f"({{l}} + {_ODD}) * {{h}}", l=line, c=column)
        far = made(f"({{m}} + {_ODD}) * {{h}}", m=beside, c=column)
    return b.case([(test, far)], near, DOUBLE)


def _cut(operation: str) -> Build:
    """The text up to a separator, or after it; all of it where the separator is not there."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        return own(b, operation, STRING, s=b.as_text(arguments[0]), x=blank(b, arguments[1]))

    return build


def _nth_part(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The part of a number, from 1, between separators of one character each; NULL where there are not so many."""
    whole_text = b.as_text(arguments[0])
    if any(v.kind == NULL for v in arguments[1:]):
        return whole_text
    parts = b.as_text(arguments[1])
    place = b.as_position(arguments[2], exactly_32_bits=True)
    found = own(b, "nth_part", STRING, s=b.copy(whole_text), x=parts, n=place)
    unset = [b.is_null(b.copy(v)) for v in (parts, place) if not v.never_null]
    return b.case([(test, b.copy(whole_text)) for test in unset], found, STRING) if unset else found


def _last_place(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The place, from 0, of the last occurrence; -1 where there is none."""
    if any(v.kind == NULL for v in arguments):
        b.caution("NULL_ARGUMENT", function="FindStringLast")
    value, target = (blank(b, v) for v in arguments)
    reverse = built_in(text.FUNCTIONS, "REVERSESTRING")
    backwards, wanted = (reverse(b, [b.copy(v)]) for v in (value, target))
    place = b.op("position", INTEGER, s=backwards, x=wanted)
    template = "CASE WHEN {n} > 0 THEN LENGTH({s}) - LENGTH({x}) - {n} + 1 ELSE -1 END"
    return b.sql(template, INTEGER, n=place, s=value, x=target).unless_null()


def _roman(b: SqlBuilder, arguments: list[Value]) -> Value:
    """NULL beyond 5000, which the add-on reports."""
    return own(b, "roman", STRING, n=whole(b, arguments[0]))


def _from_roman(b: SqlBuilder, arguments: list[Value]) -> Value:
    """NULL for what is no numeral, which the add-on reports."""
    return own(b, "from_roman", INTEGER, s=b.as_text(arguments[0]))


FUNCTIONS = (
    added("AVG", 1, -1, built_in(numbers.FUNCTIONS, "AVERAGENONNULL"), confidence=SURE),
    added("COUNT", 1, -1, _count, confidence=SURE),
    added("DEG", 1, 1, built_in(conversions.FUNCTIONS, "TODEGREES"), confidence=SURE),
    Function("FINDSTRINGLAST", "string", 2, 2, _last_place, confidence=CORNERS_OPEN),  # later the tool's own
    added("FROMROMAN", 1, 1, _from_roman),
    added("HEXBINX", 2, 3, _hexagon(across=True)),
    added("HEXBINY", 2, 3, _hexagon(across=False)),
    added("IFNULL", 2, 2, built_in(conditions.FUNCTIONS, "COALESCE"), confidence=SURE),
    added("INT", 1, 1, _whole, confidence=SURE),
    added("LEFTPART", 2, 2, _cut("left_part"), confidence=SURE),
    added("MODULO", 2, 2, _divided("({n} / {m} - FLOOR({n} / {m})) * {m}"), confidence=SURE),
    added("PHI", 0, 0, _golden, confidence=SURE),
    added("QUOTIENT", 2, 2, _divided("TRUNC({n} / {m})"), confidence=SURE),
    added("RAD", 1, 1, built_in(conversions.FUNCTIONS, "TORADIANS"), confidence=SURE),
    added("RANDTRIANGULAR", 4, 4, _triangular),
    added("RIGHTPART", 2, 2, _cut("right_part"), confidence=SURE),
    added("SIGN", 1, 1, _sign, confidence=SURE),
    added("SPLIT", 3, 3, _nth_part),
    added("SUM", 1, -1, _sum, confidence=SURE),
    added("TOROMAN", 1, 1, _roman),
)
