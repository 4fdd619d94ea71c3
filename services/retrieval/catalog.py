"""The catalog's tables over its REST interface (OpenMetadata 1.x): pages by cursor, with retries and bounds.

    GET {base}/tables?service=…&limit=…&after=…&fields=columns,tableConstraints,tags,owners
    → {"data": [table, …], "paging": {"after": "cursor of the next page", "total": 1234}}

The base address comes from configuration alone: redirects are not followed and no address in an answer is used.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx

from services.retrieval.catalog_settings import CatalogSettings
from services.runtime.errors import FailedPrecondition, ServiceError, Unavailable
from services.runtime.logs import get_logger

log = get_logger("catalog")

FIELDS = "columns,tableConstraints,tags,owners"
MAX_PAGE_BYTES = 64 * 1024 * 1024
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 30.0
CONNECT_SECONDS = 3.0
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed."""


class CatalogUnavailable(Unavailable):
    """Nothing answers at the base address."""

    reason = "CATALOG_UNAVAILABLE"


class CatalogSilent(CatalogUnavailable):
    """It is there, but does not answer in time."""


class CatalogBusy(CatalogUnavailable):
    """It answers that it cannot serve the request now, or breaks off."""


class CatalogRefused(Unavailable):
    """The catalog answers 401 or 403."""

    reason = "CATALOG_UNAUTHORIZED"


class CatalogServiceUnreadable(FailedPrecondition):
    """The catalog refuses to list the tables of a service, whatever the page."""

    reason = "CATALOG_SERVICE_UNREADABLE"


class CatalogPageUnreadable(Unavailable):
    """One page cannot be had: it answers an error each time, or something that is no page."""

    reason = "CATALOG_PAGE_UNREADABLE"


class CatalogCursorRefused(CatalogPageUnreadable):
    """The catalog does not know the cursor (any more)."""

    reason = "CATALOG_CURSOR_REFUSED"


_SILENT = "the catalog does not answer; check CATALOG_BASE_URL, and that the catalog runs"


@dataclass(frozen=True, slots=True)
class Page:
    """Tables as the catalog gives them, unchecked. `after` is "" on the last page; `total` None where not said."""

    tables: tuple[Any, ...]
    after: str = ""
    total: int | None = None


class Catalog:
    """`async with Catalog(settings) as catalog: page = await catalog.page("sap-hana", "", 100)`."""

    def __init__(self, settings: CatalogSettings) -> None:
        token = settings.catalog_token.get_secret_value()
        self._settings = settings
        self._client = httpx.AsyncClient(
            headers={"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
            timeout=httpx.Timeout(settings.catalog_timeout_seconds, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def page(self, service: str, after: str, limit: int) -> Page:
        """Up to `limit` tables of `service` from the cursor `after` on; "" is the beginning.

        Raises CatalogRefused, CatalogServiceUnreadable or CatalogCursorRefused at once, CatalogUnavailable or
        CatalogPageUnreadable after all attempts.
        """
        asked = {"service": service, "limit": str(limit), "fields": FIELDS} | ({"after": after} if after else {})
        attempts = self._settings.catalog_attempts
        for attempt in range(1, attempts):
            outcome = await self._attempt(asked)
            if isinstance(outcome, Page):
                return outcome
            pause = _pause(attempt, outcome.retry_after)
            log.warning("catalog request failed", service=service, problem=outcome.problem, pause=round(pause, 2))
            await asyncio.sleep(pause)
        outcome = await self._attempt(asked)
        if isinstance(outcome, _Failed):
            raise outcome.error
        return outcome

    async def _attempt(self, asked: Mapping[str, str]) -> Page | _Failed:
        """A page, or what went wrong where another attempt makes sense; raises where it does not."""
        try:
            async with asyncio.timeout(self._settings.catalog_timeout_seconds):
                status, headers, body = await self._get(asked)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return _Failed(type(error).__name__, CatalogUnavailable(_SILENT))
        except (httpx.TimeoutException, TimeoutError) as error:
            return _Failed(type(error).__name__, CatalogSilent(_SILENT))
        except (httpx.TransportError, httpx.DecodingError) as error:
            return _Failed(type(error).__name__, CatalogBusy("the catalog breaks off its answer to a page each time"))
        if status in AGAIN:
            unreadable = CatalogPageUnreadable(f"the catalog answers {status} to this page each time")
            busy = CatalogBusy(f"the catalog answers {status} each time; try again later")
            return _Failed(f"HTTP {status}", unreadable if status == 500 else busy, headers.get("retry-after", ""))
        _raise_for(status, cursor=bool(asked.get("after")))
        page = _page(body)
        return page or _Failed("no page", CatalogPageUnreadable("the catalog's answer is no page of tables in JSON"))

    async def _get(self, asked: Mapping[str, str]) -> tuple[int, httpx.Headers, bytes]:
        """Status, headers and body; a body above MAX_PAGE_BYTES is cut, and so is no JSON."""
        url = f"{self._settings.catalog_base_url}/tables"
        async with self._client.stream("GET", url, params=dict(asked)) as reply:
            body = bytearray()
            async for part in reply.aiter_bytes():
                body += part
                if len(body) > MAX_PAGE_BYTES:
                    break
            return reply.status_code, reply.headers, bytes(body)


@dataclass(frozen=True, slots=True)
class _Failed:
    problem: str
    error: ServiceError
    retry_after: str = ""


def _raise_for(status: int, *, cursor: bool) -> None:
    if status in (401, 403):
        raise CatalogRefused(f"the catalog answers {status}; check CATALOG_TOKEN and what it may read")
    if status == 400 and cursor:
        raise CatalogCursorRefused("the catalog refuses the cursor of an earlier page")
    if status != 200:
        raise CatalogServiceUnreadable(
            f"the catalog answers {status}; check CATALOG_BASE_URL and that it knows the service"
        )


def _page(body: bytes) -> Page | None:
    """None where the body is no page."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    tables = content.get("data") if isinstance(content, dict) else None
    if not isinstance(tables, list):
        return None
    paging = content.get("paging")
    paging = paging if isinstance(paging, dict) else {}
    after, total = paging.get("after"), paging.get("total")
    known = total if isinstance(total, int) and total >= 0 else None
    return Page(tuple(tables), after if isinstance(after, str) else "", known)


def _pause(attempt: int, retry_after: str) -> float:
    """Seconds before the next attempt: what the catalog asks for, else growing with jitter."""
    asked = _seconds(retry_after)
    if asked is None:
        asked = FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - why: jitter
    return min(max(asked, 0.0), LONGEST_PAUSE_SECONDS)


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
