"""Types of DuckDB and PostgreSQL by what their values are compared as."""

from __future__ import annotations

import re

from services.parity.sources import Family

FAMILIES: dict[str, Family] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL"), "number"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "number"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float"),
    **dict.fromkeys(("VARCHAR", "ENUM", "UUID"), "text"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "DATE": "date",
    "BOOLEAN": "boolean",
    # PostgreSQL, by pg_type.typname
    **dict.fromkeys(("int2", "int4", "int8", "numeric", "oid"), "number"),
    **dict.fromkeys(("float4", "float8"), "float"),
    **dict.fromkeys(("text", "varchar", "bpchar", "char", "name", "uuid", "citext"), "text"),
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "date": "date",
    "bool": "boolean",
}
DIGITS = {
    **{"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "HUGEINT": 39},
    **{"UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10, "UBIGINT": 20, "UHUGEINT": 39},
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
NAMES = {
    **{"int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision"},
    **{"bpchar": "char", "bool": "boolean", "timestamptz": "timestamp with time zone"},
}
"""PostgreSQL's types by the names that people write."""


def family_of(declared: str) -> Family:
    """Of a type as DuckDB or PostgreSQL names it; `other` where its values are compared as they are written."""
    if declared in FAMILIES:
        return FAMILIES[declared]
    name = declared.split("(", 1)[0]
    return "other" if declared.endswith("]") else FAMILIES.get(name, "other")


def digits(declared: str) -> tuple[int, int]:
    """Digits before and after the point that an exact number type of DuckDB holds."""
    if found := _DECIMAL.fullmatch(declared):
        precision, scale = int(found[1]), int(found[2])
        return precision - scale, scale
    return DIGITS.get(declared, 39), 0


def shown(declared: str) -> str:
    """The type as reports name it."""
    return NAMES.get(declared, declared.lower())
