"""All tables of several services, within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from services.catalog.client import Catalog
from services.catalog.errors import CatalogServiceUnreadable
from services.catalog.results import tables_of
from services.catalog.table import Table


@dataclass(frozen=True, slots=True)
class Listing:
    """`unread`: services that the catalog refuses to list. `truncated`: a service has more tables than were read."""

    tables: tuple[Table, ...] = ()
    unread: tuple[str, ...] = ()
    truncated: bool = False


async def list_tables(catalog: Catalog, services: Sequence[str], *, page_size: int, most: int) -> Listing:
    """The tables of `services` in their order, `most` of each.

    Raises as Catalog.page does where a page cannot be had; CatalogServiceUnreadable only where no service can be
    listed.
    """
    read = await _together([_one(catalog, service, page_size, most) for service in services])
    unread = tuple(service for service, listed in zip(services, read, strict=True) if listed is None)
    if services and len(unread) == len(services):
        raise CatalogServiceUnreadable(f"the catalog lists none of the services {', '.join(services)}")
    listed = [each for each in read if each is not None]
    tables = tuple(table for each in listed for table in each.tables)
    return Listing(tables, unread, truncated=any(each.truncated for each in listed))


async def _together(readings: Sequence[Coroutine[Any, Any, Listing | None]]) -> list[Listing | None]:
    """Results in order; where one fails, the others are cancelled and the error goes on as it is."""
    tasks = [asyncio.create_task(reading) for reading in readings]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def _one(catalog: Catalog, service: str, page_size: int, most: int) -> Listing | None:
    """None where the catalog refuses to list the service."""
    tables: list[Table] = []
    after, seen = "", {""}
    while len(tables) < most:
        try:
            page = await catalog.page(service, after, min(page_size, most - len(tables)))
        except CatalogServiceUnreadable:
            return None
        found = tables_of(iter(page.tables))
        tables += [table for table in found if table.service in ("", service)]
        after = page.after
        if after in seen:
            return Listing(tuple(tables))
        seen.add(after)
    return Listing(tuple(tables), truncated=True)
