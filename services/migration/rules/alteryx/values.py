"""Inline rows: what types Alteryx gives the texts of a Text Input, and the values of those types.

Designer looks at all values of a column and takes the narrowest type that holds them; a value that is missing is null.
Source: Designer Help, "Text Input", "Auto Field"; the metadata that real workflows hold beside their rows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime

from services.pipelines import types

WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)?\.[0-9]+|-?(?:0|[1-9][0-9]*)\.?")
DATE = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
DATETIME = re.compile(DATE.pattern + " " + TIME.pattern)
INTEGERS = 2**31
Value = str | int | float | bool | None


def inferred(texts: Sequence[str | None]) -> str:
    """The canonical type of a column of texts."""
    given = [text for text in texts if text]
    if not given:
        return "varchar"
    if all(WHOLE.fullmatch(text) for text in given):
        return "integer" if all(-INTEGERS <= int(text) < INTEGERS for text in given) else "bigint"
    if all(NUMBER.fullmatch(text) for text in given):
        return "double"
    for pattern, kind in ((DATE, "date"), (DATETIME, "timestamp"), (TIME, "time")):
        if all(pattern.fullmatch(text) and _exists(text) for text in given):
            return kind
    if all(text in ("True", "False") for text in given):
        return "boolean"
    return f"varchar({max(len(text) for text in given)})"


def _exists(text: str) -> bool:
    """False for a day that no calendar has."""
    try:
        datetime.fromisoformat(text if "-" in text else f"2000-01-01 {text}")
    except ValueError:
        return False
    return True


def value(text: str | None, kind: str) -> Value:
    """A text as a value of an inline row. What its type does not hold is null, as a failed conversion is."""
    if text is None or (not text and types.kind(kind) != "string"):
        return None
    if types.kind(kind) == "number":
        return _number(text, kind)
    if kind == "boolean":
        return text.strip().lower() in ("true", "1", "t")
    return text


def _number(text: str, kind: str) -> Value:
    try:
        if types.is_whole(kind):
            return int(float(text)) if "." in text or "e" in text.lower() else int(text)
        if kind.startswith("decimal"):
            float(text)
            return text.strip()
        found = float(text)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
