"""Figures and names as providers send them: what is none counts as not said."""

from __future__ import annotations

import math

MAX_TOKENS = 2**31 - 1


def tokens(value: object) -> int | None:
    """A count of tokens, a whole number that the contract can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_TOKENS:
        return None
    return int(value)


def dollars(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        return None
    return float(value)


def words(value: object) -> str:
    """A text or a name; "" where it is none."""
    return value if isinstance(value, str) else ""
