"""What can go wrong with the catalog.

Unavailable
├── CatalogUnavailable          nothing answers
│   ├── CatalogSilent           it does not answer in time
│   └── CatalogBusy             it cannot serve now, or breaks off
├── CatalogRefused              401, 403
└── CatalogPageUnreadable       one request answers an error each time, or no JSON of the right shape
    └── CatalogCursorRefused    it does not know the cursor (any more)
FailedPrecondition
└── CatalogServiceUnreadable    it refuses the request for good
NotFound
└── CatalogEntityNotFound       nothing of that name
"""

from __future__ import annotations

from services.rest_client.client import Reply, Unreached
from services.runtime.errors import FailedPrecondition, NotFound, ServiceError, Unavailable


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


class CatalogEntityNotFound(NotFound):
    """The catalog has nothing of that name."""

    reason = "CATALOG_ENTITY_NOT_FOUND"


_SILENT = "the catalog does not answer; check CATALOG_BASE_URL, and that the catalog runs"
_UNREACHED: dict[str, ServiceError] = {
    "away": CatalogUnavailable(_SILENT),
    "silent": CatalogSilent(_SILENT),
    "cut": CatalogBusy("the catalog breaks off its answer each time"),
}


def unreached(error: Unreached) -> ServiceError:
    """The error for an answer that never came."""
    known = _UNREACHED[error.kind]
    return type(known)(known.message)


def problem_of(reply: Reply) -> ServiceError | None:
    """The error that an answer means; None where it is what was asked for."""
    if reply.accepted:
        return None
    status = reply.status
    if status == 500:
        return CatalogPageUnreadable("the catalog answers 500 to this request each time")
    if 200 <= status < 300:
        return CatalogPageUnreadable("the catalog's answer is not what was asked for, or no JSON")
    if reply.passing:
        return CatalogBusy(f"the catalog answers {status} each time; try again later")
    if status in (401, 403):
        return CatalogRefused(f"the catalog answers {status}; check CATALOG_TOKEN and what it may read")
    return CatalogServiceUnreadable(
        f"the catalog answers {status}; check CATALOG_BASE_URL and that it knows what was asked for"
    )
