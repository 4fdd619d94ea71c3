"""Column types: what the tools and databases call them → the few canonical types of the pipeline language.

The canonical types are `boolean`, `integer`, `bigint`, `double`, `decimal(p,s)`, `varchar(n)` (`varchar` where
no length is known), `date`, `time`, `timestamp` and `binary`. A name is looked up for its database first, then in
the table all share. Sources: Informatica PowerCenter Designer Guide, "Datatype Reference".
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

MAX_DECIMAL_DIGITS = 38
"""The most digits every dialect's decimal holds; PowerCenter's own limit is 28."""

TypeFor = Callable[[int, int], str]


def _fixed(name: str) -> TypeFor:
    return lambda _precision, _scale: name


def _text(precision: int, _scale: int) -> str:
    return f"varchar({precision})" if precision > 0 else "varchar"


def _decimal(precision: int, scale: int) -> str:
    if precision <= 0:
        return f"decimal({MAX_DECIMAL_DIGITS},10)"
    digits = min(precision, MAX_DECIMAL_DIGITS)
    return f"decimal({digits},{max(0, min(scale, digits))})"


def _oracle_number(precision: int, scale: int) -> str:
    """An export writes Oracle's NUMBER without a precision as `number`, 15, 0: the tool reads it as a double."""
    return "double" if (precision, scale) == (15, 0) else _decimal(precision, scale)


_INTEGER, _BIGINT, _DOUBLE = _fixed("integer"), _fixed("bigint"), _fixed("double")
_TIMESTAMP, _DATE, _TIME = _fixed("timestamp"), _fixed("date"), _fixed("time")
_BINARY, _BOOLEAN = _fixed("binary"), _fixed("boolean")
_LONG_TEXT = _fixed("varchar")

SHARED: dict[str, TypeFor] = {
    "string": _text,
    "nstring": _text,
    "text": _text,
    "ntext": _text,
    "char": _text,
    "nchar": _text,
    "character": _text,
    "varchar": _text,
    "varchar2": _text,
    "nvarchar": _text,
    "nvarchar2": _text,
    "graphic": _text,
    "vargraphic": _text,
    "long varchar": _text,
    "clob": _LONG_TEXT,
    "nclob": _LONG_TEXT,
    "dbclob": _LONG_TEXT,
    "long": _LONG_TEXT,
    "xml": _LONG_TEXT,
    "xmltype": _LONG_TEXT,
    "uniqueidentifier": _fixed("varchar(36)"),
    "rowid": _fixed("varchar(18)"),
    "decimal": _decimal,
    "numeric": _decimal,
    "number": _decimal,
    "number(p,s)": _decimal,
    "dec": _decimal,
    "packed": _decimal,
    "money": _fixed("decimal(19,4)"),
    "smallmoney": _fixed("decimal(10,4)"),
    "integer": _INTEGER,
    "int": _INTEGER,
    "small integer": _INTEGER,
    "smallint": _INTEGER,
    "tinyint": _INTEGER,
    "byteint": _INTEGER,
    "integer identity": _INTEGER,
    "int identity": _INTEGER,
    "serial": _INTEGER,
    "bigint": _BIGINT,
    "bigint identity": _BIGINT,
    "int8": _BIGINT,
    "double": _DOUBLE,
    "double precision": _DOUBLE,
    "real": _DOUBLE,
    "float": _DOUBLE,
    "binary_float": _DOUBLE,
    "binary_double": _DOUBLE,
    "boolean": _BOOLEAN,
    "date/time": _TIMESTAMP,
    "datetime": _TIMESTAMP,
    "datetime2": _TIMESTAMP,
    "smalldatetime": _TIMESTAMP,
    "datetimeoffset": _TIMESTAMP,
    "timestamp": _TIMESTAMP,
    "timestampltz": _TIMESTAMP,
    "timestamptz": _TIMESTAMP,
    "date": _DATE,
    "time": _TIME,
    "binary": _BINARY,
    "varbinary": _BINARY,
    "image": _BINARY,
    "blob": _BINARY,
    "raw": _BINARY,
    "long raw": _BINARY,
    "byte": _BINARY,
    "varbyte": _BINARY,
    "bytea": _BINARY,
}

BY_DATABASE: dict[tuple[str, str], TypeFor] = {
    ("oracle", "date"): _TIMESTAMP,  # carries a time of day
    ("oracle", "number"): _oracle_number,
    ("oracle", "float"): _DOUBLE,
    ("microsoft sql server", "timestamp"): _BINARY,  # a row version, not a time
    ("microsoft sql server", "bit"): _BOOLEAN,
    ("sybase", "bit"): _BOOLEAN,
    ("sybase", "timestamp"): _BINARY,
    ("flat file", "date"): _TIMESTAMP,
}

INITIAL_VALUES: dict[str, str] = {
    "string": "''",
    "number": "0",
    "date": "CAST('1753-01-01 00:00:00' AS TIMESTAMP)",
}
"""What a PowerCenter variable port holds before the first row, by kind. Source: PowerCenter Transformation Guide,
"Guidelines for Configuring Variable Ports"."""

KINDS: dict[str, str] = {
    "varchar": "string",
    "string": "string",
    "decimal": "number",
    "integer": "number",
    "bigint": "number",
    "double": "number",
    "date": "date",
    "timestamp": "date",
    "time": "date",
    "binary": "binary",
    "boolean": "boolean",
}


@lru_cache(4096)
def canonical(datatype: str, precision: int = 0, scale: int = 0, *, database: str = "") -> str | None:
    """The canonical type of a field, or None where the tool's name is not known."""
    name = " ".join(datatype.lower().split())
    make = BY_DATABASE.get((database.lower(), name)) or SHARED.get(name)
    return make(precision, scale) if make else None


@lru_cache(4096)
def kind(canonical_type: str) -> str:
    """`decimal(10,2)` → `number`: string, number, date, binary, boolean or unknown."""
    return KINDS.get(canonical_type.split("(", 1)[0], "unknown")


def narrows(given: str, wanted: str) -> bool:
    """True where a value of type `given` may lose letters, digits or decimals in type `wanted`, or changes its kind."""
    if given == wanted:
        return False
    if kind(given) != kind(wanted):
        return True
    if kind(given) == "string":
        return 0 < text_length(wanted) < (text_length(given) or sys.maxsize)
    if kind(given) == "number":
        return any(mine > theirs for mine, theirs in zip(_digits(given), _digits(wanted), strict=True))
    return given == "timestamp" and wanted == "date"


def has_fraction(canonical_type: str) -> bool:
    """True for number types that can hold decimals."""
    return kind(canonical_type) == "number" and _digits(canonical_type)[1] > 0


def scale(canonical_type: str) -> int | None:
    """The decimals of a decimal or integer type; None for any other, which says none."""
    exact = canonical_type.startswith("decimal(") or is_whole(canonical_type)
    return _digits(canonical_type)[1] if exact else None


def digits(number: str) -> int:
    """The most digits a number type holds."""
    return sum(_digits(number))


def is_whole(canonical_type: str) -> bool:
    """True for the integer types; a decimal without decimals is none."""
    return canonical_type in _WHOLE_DIGITS


def text_length(text: str) -> int:
    """The n of `varchar(n)`, 0 where there is none."""
    length = text.partition("(")[2].rstrip(")")
    return int(length) if length.isdecimal() else 0  # decimal(9,2) has two numbers


def _digits(number: str) -> tuple[int, int]:
    """Digits before and after the point that a number type holds."""
    if number.startswith("decimal("):
        precision, _, scale = number[8:-1].partition(",")
        return int(precision) - int(scale or 0), int(scale or 0)
    return _WHOLE_DIGITS.get(number, (sys.maxsize, sys.maxsize))


_WHOLE_DIGITS = {"integer": (10, 0), "bigint": (19, 0)}


def iso_date(text: str) -> str:
    """A date in one of the tool's default formats (MM/DD/YYYY or MM/DD/RR, with or without HH24:MI:SS) as ISO.

    Another format stays as it is. Of two digits, 00 to 49 are years of this century, the others of the last.
    """
    for pattern in ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S.%f", "%m/%d/%Y", "%m/%d/%y %H:%M:%S", "%m/%d/%y"):
        try:
            found = datetime.strptime(text.strip(), pattern)
        except ValueError:
            continue
        if "%y" in pattern:
            found = found.replace(year=(2000 if found.year % 100 < 50 else 1900) + found.year % 100)
        return found.isoformat(sep=" ")
    return text
