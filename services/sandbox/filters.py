"""What a listing's query leaves of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from services.sandbox.http import Asked, Problem


def within(rows: Iterable[dict[str, Any]], asked: Asked, moment: str, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows with the query's `keys` and a `moment` from `since` to before `until`. Raises Problem."""
    wanted = {key: asked.query[key] for key in keys if asked.query.get(key)}
    since, until = _moment(asked, "since"), _moment(asked, "until")
    for row in rows:
        at = row[moment] if moment else ""
        if (since and at < since) or (until and at >= until):
            continue
        if all(row[key] == value for key, value in wanted.items()):
            yield row


def _moment(asked: Asked, name: str) -> str:
    """In UTC as rows write it, so that texts compare as times do; "" where none is given."""
    text = asked.query.get(name, "")
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Problem(400, "INVALID_ARGUMENT", f"{name}={text} is no RFC 3339 time") from None
    if moment.tzinfo is None:
        raise Problem(400, "INVALID_ARGUMENT", f"{name}={text} has no offset; write Z for UTC")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
