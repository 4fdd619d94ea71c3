"""Moments of the sample data: given in days before the start, so that it is always fresh."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

_AT = re.compile(r"(?:(-?\d+) )?(\d\d):(\d\d)")


def now() -> datetime:
    return datetime.now(UTC)


def midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def at(day: datetime, text: str) -> datetime:
    """`02:30` of `day`; `-1 16:40` of the day before it. Raises ValueError."""
    found = _AT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not [DAYS ]HH:MM")
    days, hours, minutes = found.groups()
    return day + timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes))


def written(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
