"""Quoted literals that PostgreSQL cannot read as the type their place asks for."""

from __future__ import annotations

import re

_INTEGER = re.compile(r"\s*[+-]?(\d(_?\d)*|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)\s*")
_NUMBER = re.compile(
    r"\s*[+-]?((\d[\d_]*)?\.?\d[\d_]*\.?([eE][+-]?\d+)?|0[xX][0-9a-fA-F_]+|inf(inity)?|nan)\s*", re.IGNORECASE
)
_TRUTH = re.compile(r"\s*(t|tr|tru|true|y|ye|yes|on|1|f|fa|fal|fals|false|n|no|of|off|0)\s*", re.IGNORECASE)
_UUID = re.compile(r"\s*\{?[0-9a-fA-F]{4}(-?[0-9a-fA-F]{4}){7}\}?\s*")
_MOMENT = re.compile(
    r".*\d.*|\s*(now|today|tomorrow|yesterday|epoch|-?infinity|allballs)\s*", re.IGNORECASE | re.DOTALL
)
_SPAN = re.compile(r".*\d.*|\s*@?-?\s*infinity\s*", re.IGNORECASE | re.DOTALL)

_READABLE = {
    **dict.fromkeys(("integer", "bigint", "smallint"), _INTEGER),
    **dict.fromkeys(("numeric", "double precision", "real"), _NUMBER),
    **dict.fromkeys(("date", "timestamp without time zone", "timestamp with time zone"), _MOMENT),
    **dict.fromkeys(("time without time zone", "time with time zone"), _MOMENT),
    "boolean": _TRUTH,
    "uuid": _UUID,
    "interval": _SPAN,
}


def readable(text: str, kind: str) -> bool:
    """False where the literal is certainly none of the type; what only the server can tell passes."""
    pattern = _READABLE.get(kind)
    return pattern is None or pattern.fullmatch(text) is not None
