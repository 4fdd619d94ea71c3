"""ICONV and OCONV of server jobs: dates counted in days since 1967-12-31, times in seconds, masks of numbers and texts.

Source: "ICONV function", "OCONV function" and "Conversion codes" of the BASIC reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage import moments
from services.migration.expressions.datastage.builder import DECIMAL, TIME, Told, told
from services.migration.expressions.datastage.conversions import exact, fixed_text, rounded
from services.migration.expressions.datastage.formats import Field
from services.migration.expressions.datastage.layout import masked
from services.migration.expressions.datastage.operators import concatenate
from services.migration.expressions.datastage.searching import fields
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.datastage.text import replaced
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text
from services.migration.expressions.kinds import DAY, INTEGER, STRING, Value

_DATE = re.compile(
    r"D(?P<year>\d)?(?P<between>[^A-Za-z0-9\[])?(?P<order>[YMD]{1,3})?(?:\[(?P<widths>[^\]]*)\])?(?P<europe>E)?\Z"
)
_MASKED_DECIMAL = re.compile(r"MD(?P<digits>\d)(?P<down>\d)?(?P<comma>,)?(?P<money>\$)?\Z")
_GROUP = re.compile(r"G(?P<skipped>\d*)(?P<between>[^\d])(?P<taken>\d+)\Z")
_CUTOFF = 1930  # two digits of a year from 30 on are of the 1900s, as the page on the D code says
_SINGLE = {"Y": "yyyy", "M": "m", "D": "d"}
_PADDED = {"Y": "yyyy", "M": "mm", "D": "dd"}


def _date_fields(code: str) -> tuple[tuple[Field, ...], bool]:
    """The fields of a D code, and whether the widths of days and months are told."""
    match = _DATE.match(code)
    if match is None:
        raise Refused(f"the conversion code {code} has no equal")
    if not match["between"] and not match["order"]:
        year = _year(match["year"])
        return (Field("dd", option="s"), Field("", " "), Field("mmm"), Field("", " "), year), True
    order = match["order"] or ("DMY" if match["europe"] else "MDY")
    widths = [width.strip() for width in (match["widths"] or "").split(",")] if match["widths"] else []
    names: list[Field] = []
    for place, letter in enumerate(order):
        width = widths[place] if place < len(widths) else ""
        names.append(_field(letter, width, match["year"]))
    separator = match["between"] or " "
    joined = [part for name in names for part in (Field("", separator), name)][1:]
    return tuple(joined), bool(widths) or order == "Y"


def _field(letter: str, width: str, year: str | None) -> Field:
    if letter == "Y":
        return _year(width or year)
    if width not in ("", "2"):
        raise Refused(f"a width of {width} in a D code has no equal")
    return Field(_PADDED[letter] if width else _SINGLE[letter])


def _year(digits: str | None) -> Field:
    if digits not in (None, "", "2", "4"):
        raise Refused(f"a year of {digits} digits has no equal")
    return Field("yy", cutoff=_CUTOFF) if digits == "2" else Field("yyyy")


def _day(b: SqlBuilder, value: Value) -> Value:
    return b.as_date(value) if value.kind.name == "date" else own(b, "from_internal_date", DAY, n=b.as_integer(value))


_PARTS_OF_DATES: Mapping[str, tuple[str, str]] = {
    "DJ": ("year_day", "{n}"),
    "DQ": ("month", "CEIL({n} / 3.0)"),
    "DW": ("weekday", "CASE WHEN {n} = 0 THEN 7 ELSE {n} END"),  # Monday is 1
}
_NAMES_OF_DATES = {"DMA": Field("mmmm"), "DWA": Field("eeee")}


def _part_out(b: SqlBuilder, value: Value, code: str) -> Value:
    operation, template = _PARTS_OF_DATES[code]
    number = b.sql(template, INTEGER, n=own(b, operation, INTEGER, d=_day(b, value)))
    return b.sql("CAST(CAST({n} AS INT) AS VARCHAR(3))", STRING, n=number)


def _name_out(b: SqlBuilder, value: Value, code: str) -> Value:
    return b.op("upper", STRING, s=moments.write(b, _day(b, value), (_NAMES_OF_DATES[code],)))


def _date_out(b: SqlBuilder, value: Value, code: str) -> Value:
    date = _day(b, value)
    parts, is_certain = _date_fields(code)
    if not is_certain:
        b.caution("WIDTH_OF_DATES")
    text = moments.write(b, date, parts)
    return b.op("upper", STRING, s=text) if any(part.name == "mmm" for part in parts) else text


def _date_in(b: SqlBuilder, value: Value, code: str) -> Value:
    parts, _ = _date_fields(code)
    if not any(field.name in ("yyyy", "yy") for field in parts):
        raise Refused(f"the conversion code {code} has no year")
    lenient = tuple(Field(field.name[:1]) if field.name in ("mm", "dd") else field for field in parts)
    return own(b, "internal_date", INTEGER, d=moments.read(b, b.as_text(value), lenient, "date"))


_TIMES: Mapping[str, tuple[Field, ...]] = {
    "MT": (Field("hh"), Field("", ":"), Field("nn")),
    "MTS": (Field("hh"), Field("", ":"), Field("nn"), Field("", ":"), Field("ss")),
    "MTH": (Field("HH"), Field("", ":"), Field("nn"), Field("aa", option="w")),
    "MTHS": (Field("HH"), Field("", ":"), Field("nn"), Field("", ":"), Field("ss"), Field("aa", option="w")),
}


def _time_out(b: SqlBuilder, value: Value, code: str) -> Value:
    time = value if value.kind == TIME else own(b, "from_midnight", TIME, n=b.as_integer(value))
    return moments.write(b, time, _TIMES[code])


def _time_in(b: SqlBuilder, value: Value, code: str) -> Value:
    lenient = tuple(Field(field.name[:1]) if field.name in ("hh", "HH") else field for field in _TIMES[code])
    return own(b, "midnight_seconds", INTEGER, t=moments.read(b, b.as_text(value), lenient, "time"))


def _decimal_out(b: SqlBuilder, value: Value, code: str) -> Value:
    match = _MASKED_DECIMAL.match(code)
    if match is None:
        raise Refused(f"the conversion code {code} has no equal")
    digits = int(match["digits"])
    power = 10 ** int(match["down"] or digits)
    number = exact(b, value)
    text = fixed_text(b, b.sql("{n} / {m}", DECIMAL, n=number, m=b.number(power)), digits, bool(match["comma"]))
    return concatenate(b, [b.string("$"), text]) if match["money"] else text


def _decimal_in(b: SqlBuilder, value: Value, code: str) -> Value:
    """Thousands' commas and the sign of a currency are passed over."""
    match = _MASKED_DECIMAL.match(code)
    if match is None:
        raise Refused(f"the conversion code {code} has no equal")
    if isinstance(value.constant, str):
        value = b.string(re.sub("[$,]", "", value.constant))
    elif value.kind == STRING:
        value = replaced(b, value, "[$,]")
    scaled = b.sql("{n} * {m}", DECIMAL, n=exact(b, value), m=b.number(10 ** int(match["digits"])))
    return b.sql("CAST({n} AS BIGINT)", INTEGER, n=rounded(b, scaled, "rounded", 0))


def _text_op(operation: str) -> Callable[[SqlBuilder, Value, str], Value]:
    return lambda b, value, _code: b.op(operation, STRING, s=b.as_text(value))


def _without(pattern: str) -> Callable[[SqlBuilder, Value, str], Value]:
    return lambda b, value, _code: replaced(b, b.as_text(value), pattern)


def _digits(operation: str) -> Callable[[SqlBuilder, Value, str], Value]:
    return lambda b, value, _code: b.op(operation, STRING, n=b.as_integer(value))


def _from_digits(base: int) -> Callable[[SqlBuilder, Value, str], Value]:
    return lambda b, value, _code: b.op("digits_to_integer", INTEGER, s=b.as_text(value), m=b.number(base))


def _group(b: SqlBuilder, value: Value, code: str) -> Value:
    """`G1-2`: one field skipped, two taken."""
    match = _GROUP.match(code)
    if match is None:
        raise Refused(f"the conversion code {code} has no equal")
    first = b.number(int(match["skipped"] or 0) + 1)
    return fields(b, [value, b.string(match["between"]), first, b.number(int(match["taken"]))])


def _mask(b: SqlBuilder, value: Value, code: str) -> Value:
    """`MR%8` and `ML#8`: laid out by a mask of places."""
    return masked(b, b.as_text(value), code[2:], code.startswith("MR"))


def _length(b: SqlBuilder, value: Value, code: str) -> Value:
    if code != "L":
        raise Refused(f"the conversion code {code} has no equal")
    return b.op("length", INTEGER, s=b.as_text(value))


def _code_of_text(b: SqlBuilder, value: Value, _code: str) -> Value:
    return own(b, "hexadecimal_text", STRING, s=b.as_text(value))


_Conversion = Callable[[SqlBuilder, Value, str], Value]
_MASKS: Mapping[str, _Conversion] = {
    "MCU": _text_op("upper"), "MCL": _text_op("lower"), "MCT": _text_op("initcap"), "MCN": _without("[^0-9]"),
    "MCA": _without("[^A-Za-z]"), "MC/N": _without("[0-9]"), "MC/A": _without("[A-Za-z]"),
}  # fmt: skip
_OUT: Mapping[str, _Conversion] = {
    **_MASKS, **dict.fromkeys(_TIMES, _time_out), "MX": _digits("hexadecimal_digits"), "MO": _digits("octal_digits"),
    "MB": _digits("binary_digits"), "MCD": _digits("hexadecimal_digits"), "MCDX": _digits("hexadecimal_digits"),
    "MX0C": _code_of_text, "L": _length, **dict.fromkeys(_PARTS_OF_DATES, _part_out),
    **dict.fromkeys(_NAMES_OF_DATES, _name_out),
}  # fmt: skip
_IN: Mapping[str, _Conversion] = {
    **_MASKS, **dict.fromkeys(_TIMES, _time_in), "MX": _from_digits(16), "MO": _from_digits(8), "MB": _from_digits(2),
    "MCX": _from_digits(16), "MCXD": _from_digits(16),
}  # fmt: skip
_FAMILIES: Mapping[bool, tuple[tuple[str, _Conversion], ...]] = {
    True: (("MD", _decimal_out), ("D", _date_out), ("G", _group), ("MR", _mask), ("ML", _mask)),
    False: (("MD", _decimal_in), ("D", _date_in)),
}


def _convert(b: SqlBuilder, value: Value, code: str, outward: bool) -> Value:
    code = code.strip().upper()
    b.limit(0.88)
    convert = (_OUT if outward else _IN).get(code)
    if convert is None:
        convert = next((found for start, found in _FAMILIES[outward] if code.startswith(start)), None)
    if convert is None:
        raise Refused(f"the conversion code {code} has no equal")
    return convert(b, value, code)


def _conversion(outward: bool) -> Build:
    return lambda b, arguments: _convert(b, arguments[0], constant_text(arguments[1], "the conversion code"), outward)


def _either(b: SqlBuilder, arguments: list[Value]) -> Value:
    mode = constant_text(arguments[2], "the mode of CONVERSION").strip().upper()
    if mode not in ("I", "O"):
        raise Refused("the mode of CONVERSION is I or O")
    return _convert(b, arguments[0], constant_text(arguments[1], "the conversion code"), mode == "O")


def _exchange(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A character, by its code in two hexadecimal digits, for another; FF takes it away."""
    try:
        old, new = (int(constant_text(value, "the code of a character"), 16) for value in arguments[1:])
    except ValueError:
        old = new = -1
    if not 0 < old < 256 or not 0 <= new < 256:
        raise Refused("EXCHANGE takes the codes of characters in two hexadecimal digits")
    return b.op(
        "replace", STRING, s=b.as_text(arguments[0]), x=b.string(chr(old)), y=b.string("" if new == 255 else chr(new))
    )


def _to_ebcdic(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A text in EBCDIC can't stand in a column here; ASCII turns it back."""
    text = b.as_text(arguments[0])
    return told(text, inner=text, hidden="EBCDIC: a text in that code page has no equal in SQL")


def _to_ascii(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    if isinstance(value, Told) and value.inner is not None:
        return value.inner
    raise Refused("ASCII: a text in EBCDIC has no equal in SQL")


def _today(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    return own(b, "internal_date", INTEGER, d=own(b, "today", DAY)).unless_null()


def _now(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    return own(b, "midnight_seconds", INTEGER, t=own(b, "time_now", TIME)).unless_null()


def _base64(operation: str) -> Build:
    return lambda b, arguments: b.op(operation, STRING, s=b.as_text(arguments[0]))


def _digits_of(convert: _Conversion) -> Build:
    return lambda b, arguments: convert(b, arguments[0], "")


FUNCTIONS = (
    Function("ASCII", "string", 1, 1, _to_ascii),
    Function("BASE64TOSTRING", "conversion", 1, 1, _base64("decode_base64")),
    Function("CONVERSION", "conversion", 3, 3, _either),
    Function("DATE", "server", 0, 0, _today),
    Function("DTX", "conversion", 1, 1, _digits_of(_digits("hexadecimal_digits"))),
    Function("EBCDIC", "string", 1, 1, _to_ebcdic),
    Function("EXCHANGE", "string", 3, 3, _exchange),
    Function("ICONV", "conversion", 2, 2, _conversion(False)),
    Function("OCONV", "conversion", 2, 2, _conversion(True)),
    Function("STRINGTOBASE64", "conversion", 1, 1, _base64("encode_base64")),
    Function("XTD", "conversion", 1, 1, _digits_of(_from_digits(16))),
    Function("TIME", "server", 0, 0, _now),
)
