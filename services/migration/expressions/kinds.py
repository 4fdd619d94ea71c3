"""Kinds of value, as far as SQL depends on them, and the constants a translator may fold."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Kind:
    """`name`: string, number, date, boolean, binary, null, unknown.

    `detail` of a number: integer, decimal, double or ""; of a date: `day` where the time is known to be midnight,
    `timestamp` where the SQL type has a time of day.
    """

    name: str
    detail: str = ""


STRING, NUMBER, DATE, BOOLEAN = Kind("string"), Kind("number"), Kind("date"), Kind("boolean")
INTEGER, DECIMAL, DOUBLE, DAY, TIMESTAMP = (
    Kind("number", "integer"),
    Kind("number", "decimal"),
    Kind("number", "double"),
    Kind("date", "day"),
    Kind("date", "timestamp"),
)
BINARY, NULL, UNKNOWN = Kind("binary"), Kind("null"), Kind("unknown")

_BY_TYPE_NAME = {
    **dict.fromkeys(("string", "varchar", "nvarchar", "char", "nchar", "text", "nstring", "ntext"), STRING),
    **dict.fromkeys(("varchar2", "nvarchar2", "character", "clob", "nclob"), STRING),
    **dict.fromkeys(("integer", "int", "bigint", "smallint", "tinyint", "byteint", "small integer"), INTEGER),
    **dict.fromkeys(("decimal", "numeric"), DECIMAL),
    **dict.fromkeys(("double", "real", "float", "double precision"), DOUBLE),
    "number": NUMBER,
    "date": DATE,
    **dict.fromkeys(("timestamp", "datetime", "date/time", "datetime2", "timestamptz"), TIMESTAMP),
    **dict.fromkeys(("boolean", "bool", "bit"), BOOLEAN),
    **dict.fromkeys(("binary", "varbinary", "blob", "bytea", "raw"), BINARY),
    # of Alteryx
    **dict.fromkeys(("v_wstring", "v_string", "wstring"), STRING),
    **dict.fromkeys(("byte", "int16", "int32", "int64"), INTEGER),
    "fixeddecimal": DECIMAL,
    # of SSIS, without DT_
    **dict.fromkeys(("wstr", "str", "ntext", "guid"), STRING),
    **dict.fromkeys(("i1", "i2", "i4", "i8", "ui1", "ui2", "ui4", "ui8"), INTEGER),
    **dict.fromkeys(("r4", "r8"), DOUBLE),
    "cy": DECIMAL,
    "dbdate": DAY,
    **dict.fromkeys(("dbtimestamp", "dbtimestamp2", "filetime"), TIMESTAMP),
}


def kind_of_type(type_name: str) -> Kind:
    """The kind of a canonical type such as `decimal(10,2)`; `unknown` for one that is not in the table."""
    base = re.sub(r"\(.*", "", type_name).strip().lower()
    if base == "decimal" and re.search(r"\(\s*\d+\s*(,\s*0\s*)?\)", type_name):
        return INTEGER
    return _BY_TYPE_NAME.get(base, UNKNOWN)


@dataclass(slots=True)
class Value:
    """A piece of finished SQL. `constant` holds a literal's value; `size` counts SQL nodes, to bound growth.

    `written_as` is the format of a text that the date `written_from` was just written in; `is_narrow` holds of integers
    of 32 bits (a column may be wider than its port); `failure` is the message of a value that is none, but stops what
    computes it; `is_wide` holds of decimals of all digits an engine has, of which it may give up some after the point;
    `most_digits` an integer has, 0 where that is not known.
    """

    node: exp.Expr
    kind: Kind
    constant: str | Decimal | bool | None = None
    never_null: bool = False
    size: int = 1
    written_as: str = ""
    written_from: Value | None = None
    is_narrow: bool = False
    failure: Value | None = None
    is_wide: bool = False
    most_digits: int = 0

    def unless_null(self, *arguments: Value) -> Value:
        """The same, known to be NULL only where one of `arguments` is."""
        return replace(self, never_null=all(a.never_null for a in arguments))

    @property
    def is_integer_constant(self) -> bool:
        return isinstance(self.constant, Decimal) and self.constant == self.constant.to_integral_value()
