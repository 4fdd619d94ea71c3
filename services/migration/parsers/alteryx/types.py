"""Field types as Alteryx names them, as the names that `types.canonical` knows.

Source: Alteryx Designer Help, "Data Types".
"""

from __future__ import annotations

NAMES: dict[str, str] = {
    "bool": "boolean",
    "byte": "integer",
    "int16": "integer",
    "int32": "integer",
    "int64": "bigint",
    "fixeddecimal": "decimal",
    "float": "double",
    "double": "double",
    "string": "string",
    "wstring": "string",
    "v_string": "string",
    "v_wstring": "string",
    "date": "date",
    "time": "time",
    "datetime": "timestamp",
    "blob": "binary",
    "spatialobj": "binary",
}
UNBOUNDED = 1_000_000
"""Sizes from here on are the tool's way to say that a text has no limit worth naming."""
DEFAULT_SIZE = (19, 6)
"""Of a FixedDecimal without a size."""


def declared(name: str, size: str = "", scale: str = "") -> tuple[str, int, int]:
    """(datatype, precision, scale) for a field; a FixedDecimal's size is `19.6`, or 19 with a scale of its own."""
    kind = NAMES.get(name.strip().lower(), name.strip())
    if kind == "decimal":
        whole, _, part = size.partition(".")
        precision, decimals = _number(whole), _number(part or scale)
        return (kind, precision, decimals) if precision else (kind, *DEFAULT_SIZE)
    if kind == "string":
        length = _number(size)
        return (kind, 0 if length >= UNBOUNDED else length, 0)
    return (kind, 0, 0)


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= 10 else 0
