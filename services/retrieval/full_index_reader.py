"""One service of the catalog, page by page, past what can be passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.catalog.client import Catalog
from services.catalog.errors import CatalogCursorRefused, CatalogPageUnreadable, CatalogServiceUnreadable
from services.catalog.results import Page
from services.catalog.table import NoTableError, service_of
from services.retrieval.catalog_entities import table_entities
from services.retrieval.entities import Entity, Failure
from services.retrieval.full_index_state import INCOMPLETE, READ, Position
from services.runtime.errors import ServiceError

SMALLER = 4
"""A page that cannot be read is asked for in pieces of a quarter, down to one table; then up again by doubling."""


@dataclass(frozen=True, slots=True)
class Read:
    entities: Sequence[Entity] = ()
    failures: Sequence[Failure] = ()


@dataclass(slots=True)
class ServiceReader:
    """Reads on at `position` and moves it. Its state becomes READ at the end, INCOMPLETE where reading must stop."""

    catalog: Catalog
    service: str
    position: Position
    page_size: int
    _visited: set[str] = field(default_factory=set)

    async def next_page(self) -> Read:
        """Entities of the next page. Raises CatalogUnavailable and CatalogRefused; every other trouble is a failure
        of the result."""
        position = self.position
        try:
            page = await self._page()
        except (CatalogPageUnreadable, CatalogServiceUnreadable) as error:
            return self.left(error)
        position.tables += len(page.tables)
        position.total = page.total if page.total is not None else position.total
        position.after = page.after
        read = self._entities(page)
        if not page.after:
            position.state = READ
        elif page.after in self._visited:
            stopped = self._stopped("CATALOG_CURSOR_REPEATED", "the catalog gave the same cursor twice")
            return Read(read.entities, [*read.failures, *stopped.failures])
        self._visited.add(page.after)
        return read

    def left(self, error: ServiceError) -> Read:
        """The service is not read on."""
        message = f"{error.message}; {self.position.tables} tables of the service were read"
        return self._stopped(error.reason, message)

    async def _page(self) -> Page:
        position = self.position
        limit = position.limit or self.page_size
        while True:
            try:
                page = await self.catalog.page(self.service, position.after, limit)
            except CatalogCursorRefused:
                if position.restarted:
                    raise
                position.restarted, position.after, position.tables = True, "", 0
                self._visited.clear()
            except CatalogPageUnreadable:
                if limit == 1:
                    raise
                limit = max(1, limit // SMALLER)
            else:
                position.limit = min(self.page_size, 2 * limit)
                return page

    def _entities(self, page: Page) -> Read:
        entities: list[Entity] = []
        failures = []
        for number, table in enumerate(page.tables, start=self.position.tables - len(page.tables) + 1):
            if service_of(table) not in ("", self.service):
                continue  # a catalog that ignores the filter lists every service's tables
            try:
                entities.extend(table_entities(self.service, table))
            except NoTableError as error:
                failures.append(Failure("table", f"{self.service} table {number}", "MALFORMED", str(error)))
        return Read(entities, failures)

    def _stopped(self, reason: str, message: str) -> Read:
        self.position.state = INCOMPLETE
        return Read(failures=[Failure("service", self.service, reason, message)])
