"""The tables a capability may speak of: those sent with the request, else the catalog's."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dataflow.common.v1 import table_schema_pb2
from services.catalog.client import Catalog
from services.catalog.listing import list_tables
from services.catalog.settings import CatalogSettings
from services.catalog.table import Table
from services.copilot.snapshot import Snapshot
from services.runtime.context import current_workspace, detached, within
from services.runtime.errors import ServiceError
from services.runtime.logs import get_logger

log = get_logger("schemas")

UNAVAILABLE = "catalog_unavailable"
"""As `degraded_reasons` has it."""
FRESH_SECONDS = 300.0
WAIT_SECONDS = 5.0
"""A call waits so long for the first reading; the reading itself goes on for the next call. Nobody waits for a catalog
that was away the last time."""
AGAIN_SECONDS = 5.0
"""After a reading that failed, the next call so much later tries again."""
MOST_TABLES = 10_000  # of one service
MOST_WORKSPACES = 64

TableSchema = table_schema_pb2.TableSchema


@dataclass(frozen=True, slots=True)
class KnownTables:
    """`tables` are shared by all who ask: read only. `version` is the same as long as a catalog's tables are, "" for
    those of a request: a key for an index of them.

    `degraded`: `catalog_unavailable` where the catalog is away: without tables, or with those of an earlier reading.
    """

    tables: list[TableSchema] = field(default_factory=list)
    origin: Literal["request", "catalog", "none"] = "none"
    degraded: tuple[str, ...] = ()
    version: str = ""
    truncated: bool = False
    """The catalog has more tables than were read."""


@dataclass(slots=True)
class _View:
    """The catalog as one workspace sees it. Times on the monotonic clock."""

    snapshot: Snapshot | None = None
    read_at: float = float("-inf")
    failed_at: float = float("-inf")
    reading: asyncio.Task[None] | None = None

    @property
    def wants_reading(self) -> bool:
        now = time.monotonic()
        old = now - self.read_at >= FRESH_SECONDS
        return self.reading is None and old and now - self.failed_at >= AGAIN_SECONDS

    @property
    def away(self) -> bool:
        return self.failed_at > self.read_at

    @property
    def degraded(self) -> tuple[str, ...]:
        return (UNAVAILABLE,) if self.away or self.snapshot is None else ()


class Schemas:
    """Never raises for a catalog that is away; the answer says so.

    The tables are kept for FRESH_SECONDS for each workspace; then the old ones are served while new ones are read,
    once for all callers.
    """

    def __init__(self, settings: CatalogSettings) -> None:
        self._settings = settings
        self._views: OrderedDict[str, _View] = OrderedDict()

    async def known(self, given: Sequence[TableSchema], *, dialect: str = "") -> KnownTables:
        """The tables given, else the catalog's.

        `dialect` (snowflake, teradata, …) leaves those of services of that kind, where there are any; else all.
        """
        if given:
            return KnownTables(list(given), "request")
        view = await self._view()
        if view.snapshot is None:
            return KnownTables(degraded=view.degraded)
        tables, version = view.snapshot.of_dialect(dialect)
        return KnownTables(tables, "catalog", view.degraded, version, view.snapshot.listing.truncated)

    async def named(self, names: Sequence[str]) -> list[TableSchema]:
        """The catalog's tables of these names (`table`, `schema.table`, … up to the fully qualified one), whatever
        the case; unknown names are left out."""
        return (await self.found(names)).tables

    async def listed(self) -> tuple[Sequence[Table], tuple[str, ...]]:
        """The catalog's tables with their services, and what is missing of it: () or `catalog_unavailable`."""
        view = await self._view()
        return (view.snapshot.listing.tables if view.snapshot else ()), view.degraded

    async def found(self, names: Sequence[str]) -> KnownTables:
        """`named`, with what is missing of the catalog."""
        view = await self._view()
        if view.snapshot is None:
            return KnownTables(degraded=view.degraded)
        tables = view.snapshot.named(names)
        return KnownTables(tables, "catalog", view.degraded, truncated=view.snapshot.listing.truncated)

    async def services(self, names: Sequence[str]) -> Mapping[str, str]:
        """The services that the catalog's tables of these names belong to; unknown names are left out."""
        view = await self._view()
        return view.snapshot.services(names) if view.snapshot else {}

    async def aclose(self) -> None:
        """Ends what is being read."""
        readings = [view.reading for view in self._views.values() if view.reading is not None]
        for reading in readings:
            reading.cancel()
        await asyncio.gather(*readings, return_exceptions=True)

    async def _view(self) -> _View:
        workspace = current_workspace()
        view = self._views.setdefault(workspace, _View())
        self._views.move_to_end(workspace)
        while len(self._views) > MOST_WORKSPACES:
            _, left = self._views.popitem(last=False)
            if left.reading is not None:
                left.reading.cancel()
        if view.wants_reading:
            view.reading = asyncio.create_task(self._read(view, workspace), context=detached())
        if view.reading is not None and view.snapshot is None and not view.away:
            await asyncio.wait([view.reading], timeout=within(WAIT_SECONDS))
        return view

    async def _read(self, view: _View, workspace: str) -> None:
        settings = self._settings
        try:
            async with Catalog(settings, {"X-Workspace-Id": workspace}) as catalog:
                size = settings.catalog_page_size
                listing = await list_tables(catalog, settings.catalog_services, page_size=size, most=MOST_TABLES)
        except ServiceError as error:
            view.failed_at = time.monotonic()
            log.warning("catalog not read", workspace=workspace, reason=error.reason, detail=error.message)
        else:
            # in a thread: thousands of tables take a second
            view.snapshot = await asyncio.to_thread(Snapshot.of, listing, workspace, view.snapshot)
            view.read_at = time.monotonic()
            if listing.unread:
                log.warning("services not in the catalog", workspace=workspace, services=", ".join(listing.unread))
        finally:
            view.reading = None
