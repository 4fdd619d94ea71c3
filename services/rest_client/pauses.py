"""How long to wait before a request is tried again."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_SECONDS = 0.25
LONGEST_SECONDS = 30.0


def pause(attempt: int, retry_after: str) -> float:
    """Seconds after the `attempt`th attempt: what the server asks for, else growing with jitter."""
    asked = _seconds(retry_after)
    if asked is None:
        asked = FIRST_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - why: jitter
    return min(max(asked, 0.0), LONGEST_SECONDS)


def _seconds(retry_after: str) -> float | None:
    """Retry-After as seconds; it is a number or a date (RFC 9110). None where it is neither."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()
