"""What kind of values a column type holds."""

from __future__ import annotations

import re
from typing import Literal

Family = Literal["number", "integer", "text", "date", "timestamp", "time", "boolean", "other", ""]

_FAMILIES: tuple[tuple[str, Family], ...] = (
    (r"timestamp|datetime|seconddate|smalldatetime", "timestamp"),
    (r"^date", "date"),
    (r"^time|^interval", "time"),
    (r"bool|^bit$", "boolean"),
    (r"^(?:tiny|small|medium|big|byte|huge|u)*int|^integer|^serial|^bigserial|^byteint|^long$", "integer"),
    (r"^num|^dec|^float|^double|^real|^money|^smallmoney|^smalldecimal|^fixed", "number"),
    (r"char|text|string|^clob|^nclob|^long varchar|^uuid|^uniqueidentifier|^enum", "text"),
)


def family(kind: str) -> Family:
    """The family of a type as a database names it; "" where the type is not known, `other` where it is none of them."""
    plain = kind.strip().strip('"').replace("_", " ").lower()
    if not plain:
        return ""
    return next((name for pattern, name in _FAMILIES if re.search(pattern, plain)), "other")


def is_number(kind: str) -> bool:
    return family(kind) in ("number", "integer")


def is_moment(kind: str) -> bool:
    return family(kind) in ("date", "timestamp")
