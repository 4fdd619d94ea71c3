"""The catalog's REST interface (OpenMetadata 1.x).

GET {base}/tables?service=…&limit=…&after=…&fields=…                       a page, by cursor
GET {base}/tables/name/{fqn}?fields=…                                      one table
GET {base}/tables/{id}/versions                                            its history
GET {base}/{topics|dashboards|pipelines}/name/{fqn}?fields=…               one topic, dashboard or pipeline
GET {base}/search/query?q=…&index=table_search_index&from=…&size=…         a search
GET {base}/lineage/{kind}/name/{fqn}?upstreamDepth=…&downstreamDepth=…      what it comes from and feeds
GET {base}/system/version                                                  its own version
GET {base}/services/databaseServices, /databases?service=…, /databaseSchemas?database=…
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

from services.catalog.assets import KINDS, asset_of
from services.catalog.errors import (
    CatalogCursorRefused,
    CatalogEntityNotFound,
    CatalogPageUnreadable,
    problem_of,
    unreached,
)
from services.catalog.results import (
    Found,
    Lineage,
    Named,
    Page,
    Version,
    found_of,
    is_object,
    is_page,
    is_search,
    lineage_of,
    named_of,
    page_of,
    versions_of,
)
from services.catalog.settings import CatalogSettings
from services.catalog.table import NoTableError, Table, objects_of, table_of, text_of
from services.rest_client.client import Accept, Ask, Reply, RestClient, Unreached, path

FIELDS = "columns,tableConstraints,tags,owners"
MAX_SEARCHED = 100  # tables of one search
MAX_DEPTH = 10  # steps of lineage in either direction
MAX_LISTED = 10_000  # services, databases or schemas of one list


class Catalog:
    """`async with Catalog(settings) as catalog: page = await catalog.page("sap-hana", "", 100)`.

    Every method raises CatalogUnavailable (or CatalogSilent, CatalogBusy), CatalogRefused, CatalogPageUnreadable and
    CatalogServiceUnreadable as services/catalog/errors.py says.
    """

    def __init__(self, settings: CatalogSettings, headers: Mapping[str, str] | None = None) -> None:
        """`headers` go with each request."""
        self._headers = dict(headers or {})
        self._client = RestClient(
            "catalog",
            settings.catalog_base_url,
            token=settings.catalog_token.get_secret_value(),
            seconds=settings.catalog_timeout_seconds,
            attempts=settings.catalog_attempts,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def page(self, service: str, after: str, limit: int) -> Page:
        """Up to `limit` tables of `service` from the cursor `after` on; "" is the beginning.

        Raises CatalogRefused, CatalogServiceUnreadable or CatalogCursorRefused at once, CatalogUnavailable or
        CatalogPageUnreadable after all attempts.
        """
        asked = {"service": service, "limit": str(limit), "fields": FIELDS} | ({"after": after} if after else {})
        return await self._page("/tables", asked)

    async def get_table(self, qualified_name: str) -> Table:
        """Raises CatalogEntityNotFound."""
        given = await self._one(path("tables", "name", qualified_name), {"fields": FIELDS}, qualified_name)
        try:
            return table_of("", given)
        except NoTableError as error:
            raise CatalogPageUnreadable(f"the catalog's answer for {qualified_name} is no table: {error}") from None

    async def get_asset(self, kind: str, qualified_name: str) -> Table:
        """A table, topic, dashboard or pipeline (`kind`). Raises CatalogEntityNotFound."""
        if kind not in KINDS:
            return await self.get_table(qualified_name)
        asked = {"fields": KINDS[kind].fields}
        given = await self._one(path(KINDS[kind].path, "name", qualified_name), asked, qualified_name)
        try:
            return asset_of(kind, given)
        except NoTableError as error:
            raise CatalogPageUnreadable(f"the catalog's answer for {qualified_name} is no {kind}: {error}") from None

    async def exists(self, qualified_name: str) -> bool:
        """Whether the catalog knows the table."""
        try:
            await self._one(path("tables", "name", qualified_name), {}, qualified_name)
        except CatalogEntityNotFound:
            return False
        return True

    async def search_tables(self, query: str, *, limit: int = 10, offset: int = 0) -> Found:
        """Tables that match words or a Lucene query, best first; at most MAX_SEARCHED at once."""
        asked = {"q": query or "*", "index": "table_search_index", "from": str(max(0, offset))}
        asked |= {"size": str(min(max(1, limit), MAX_SEARCHED)), "deleted": "false"}
        return found_of(await self._content("/search/query", asked, is_search))

    async def get_lineage(self, qualified_name: str, *, up: int = 2, down: int = 2, kind: str = "table") -> Lineage:
        """Lineage, `up` and `down` steps far (at most MAX_DEPTH). Raises CatalogEntityNotFound."""
        asked = {"upstreamDepth": str(min(up, MAX_DEPTH)), "downstreamDepth": str(min(down, MAX_DEPTH))}
        return lineage_of(await self._one(path("lineage", kind, "name", qualified_name), asked, qualified_name))

    async def get_versions(self, table: Table) -> list[Version]:
        """The table's history, newest first. Raises CatalogEntityNotFound."""
        given = await self._one(path("tables", table.entity_id, "versions"), {}, table.qualified_name)
        return list(versions_of(given))

    async def list_services(self) -> list[Named]:
        """The database services."""
        return [each async for each in self._listed("/services/databaseServices", {})]

    async def list_databases(self, service: str) -> list[Named]:
        return [each async for each in self._listed("/databases", {"service": service})]

    async def list_schemas(self, database: str) -> list[Named]:
        """`database` is the qualified name, service.database."""
        return [each async for each in self._listed("/databaseSchemas", {"database": database})]

    async def version(self) -> str:
        """The catalog's own version; "" where it does not say."""
        return text_of(await self._content("/system/version", {}, is_object), "version")

    async def _listed(self, where: str, asked: Mapping[str, str]) -> AsyncIterator[Named]:
        after, count, seen = "", 0, {""}
        while count < MAX_LISTED:
            page = await self._page(where, {**asked, "limit": "1000"} | ({"after": after} if after else {}))
            for item in objects_of(list(page.tables)):
                yield named_of(item)
            count += len(page.tables)
            after = page.after
            if after in seen:
                return
            seen.add(after)

    async def _page(self, where: str, asked: Mapping[str, str]) -> Page:
        reply = await self._asked(where, asked, is_page)
        if reply.status == 400 and "after" in asked:
            raise CatalogCursorRefused("the catalog refuses the cursor of an earlier page")
        return page_of(_content(reply))

    async def _one(self, where: str, asked: Mapping[str, str], name: str) -> Mapping[str, Any]:
        reply = await self._asked(where, asked, is_object)
        if reply.status == 404:
            raise CatalogEntityNotFound(f"the catalog knows no {name}")
        content: Mapping[str, Any] = _content(reply)
        return content

    async def _content(self, where: str, asked: Mapping[str, str], accept: Accept) -> Any:
        return _content(await self._asked(where, asked, accept))

    async def _asked(self, where: str, asked: Mapping[str, str], accept: Accept) -> Reply:
        try:
            return await self._client.ask(Ask(where, asked, headers=self._headers, accept=accept))
        except Unreached as error:
            raise unreached(error) from error


def _content(reply: Reply) -> Any:
    problem = problem_of(reply)
    if problem is not None:
        raise problem
    return reply.content
