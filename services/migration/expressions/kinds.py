"""Kinds of value, as far as SQL depends on them, and the constants a translator may fold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Kind:
    """`name`: string, number, date, boolean, binary, null, unknown.

    `detail` of a number: integer, decimal, double or ""; of a date: `day` where the time is known to be midnight.
    """

    name: str
    detail: str = ""


STRING, NUMBER, DATE, BOOLEAN = Kind("string"), Kind("number"), Kind("date"), Kind("boolean")
INTEGER, DECIMAL, DOUBLE, DAY = (
    Kind("number", "integer"),
    Kind("number", "decimal"),
    Kind("number", "double"),
    Kind("date", "day"),
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
    **dict.fromkeys(("timestamp", "datetime", "date/time", "datetime2", "timestamptz"), DATE),
    **dict.fromkeys(("boolean", "bool", "bit"), BOOLEAN),
    **dict.fromkeys(("binary", "varbinary", "blob", "bytea", "raw"), BINARY),
}


def kind_of_type(type_name: str) -> Kind:
    """The kind of a canonical type such as `decimal(10,2)`; `unknown` for one that is not in the table."""
    base = re.sub(r"\(.*", "", type_name).strip().lower()
    if base == "decimal" and re.search(r"\(\s*\d+\s*(,\s*0\s*)?\)", type_name):
        return INTEGER
    return _BY_TYPE_NAME.get(base, UNKNOWN)


@dataclass(slots=True)
class Value:
    """A piece of finished SQL. `constant` holds a literal's value; `size` counts SQL nodes, to bound growth."""

    node: exp.Expression
    kind: Kind
    constant: str | Decimal | bool | None = None
    never_null: bool = False
    size: int = 1

    @property
    def is_integer_constant(self) -> bool:
        return isinstance(self.constant, Decimal) and self.constant == self.constant.to_integral_value()
