"""The sandbox's catalog as the catalog's client reads it."""

from __future__ import annotations

import pytest

from services.catalog.client import Catalog
from services.catalog.errors import CatalogCursorRefused, CatalogEntityNotFound, CatalogServiceUnreadable
from services.catalog.listing import list_tables
from services.catalog.settings import SERVICES, CatalogSettings
from services.sandbox.estate import Estate

CUSTOMER = "oracle-legacy.CRMP.CRM.CUSTOMER"
USAGE = "teradata-dwh-mona.mona.dm.fact_usage_daily"


async def test_all_tables_page_by_page(catalog: CatalogSettings) -> None:
    async with Catalog(catalog) as client:
        listing = await list_tables(client, SERVICES, page_size=7, most=1000)
        assert {table.qualified_name for table in listing.tables} == set(Estate().tables)
        assert (listing.unread, listing.truncated) == ((), False)
        assert (await list_tables(client, SERVICES, page_size=7, most=3)).truncated


async def test_a_table_with_its_keys(catalog: CatalogSettings) -> None:
    async with Catalog(catalog) as client:
        table = await client.get_table(USAGE)
        assert (table.service, table.database, table.schema, table.service_type) == (
            "teradata-dwh-mona",
            "mona",
            "dm",
            "Teradata",
        )
        assert table.primary_key == ("subscription_id", "usage_date", "technology", "is_roaming")
        assert table.foreign_keys[0].references == "teradata-dwh-mona.mona.dm.dim_subscription"
        assert {column.name: column.data_type for column in table.columns}["data_mb"] == "decimal(18,3)"
        assert await client.exists(USAGE)
        assert not await client.exists(USAGE + "x")
        with pytest.raises(CatalogEntityNotFound, match="no_such"):
            await client.get_table("sap-hana.HDB.BILLING.no_such")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("churn scores", "snowflake-analytics.ANALYTICS.MARTS.CHURN_SCORES"),
        ("reklamacje", "oracle-legacy.CRMP.CRM.COMPLAINT"),
        ("fact_usage_daily", USAGE),
    ],
)
async def test_search_finds_the_best_first(catalog: CatalogSettings, query: str, first: str) -> None:
    async with Catalog(catalog) as client:
        found = await client.search_tables(query, limit=2)
        assert found.tables[0].qualified_name == first
        assert len(found.tables) <= 2 <= max(2, found.total)


async def test_search_in_pages_and_without_hits(catalog: CatalogSettings) -> None:
    async with Catalog(catalog) as client:
        everything = await client.search_tables("", limit=100)
        assert everything.total == len(Estate().tables)
        pages = [await client.search_tables("", limit=10, offset=start) for start in (0, 10)]
        names = [table.qualified_name for page in pages for table in page.tables]
        assert names == [table.qualified_name for table in everything.tables[:20]]
        assert (await client.search_tables("zzzz")).total == 0


@pytest.mark.parametrize(
    ("up", "down", "edges"),
    [
        (1, 0, {("stg.cdr_voice", "dm.fact_usage_daily"), ("stg.cdr_data", "dm.fact_usage_daily")}),
        (0, 0, set()),
    ],
)
async def test_lineage_so_far_as_asked(catalog: CatalogSettings, up: int, down: int, edges: set) -> None:
    async with Catalog(catalog) as client:
        lineage = await client.get_lineage(USAGE, up=up, down=down)
        short = {tuple(".".join(name.split(".")[-2:]) for name in edge) for edge in lineage.edges}
        assert edges <= short
        assert (not lineage.edges) == (not edges)
        assert lineage.asset.qualified_name == USAGE
        with pytest.raises(CatalogEntityNotFound):
            await client.get_lineage("no.such.table.there")


async def test_lineage_reaches_over_services(catalog: CatalogSettings) -> None:
    async with Catalog(catalog) as client:
        lineage = await client.get_lineage("snowflake-analytics.ANALYTICS.MARTS.CUSTOMER_360", up=4, down=0)
        assert {"CUSTOMER", "fact_revenue", "INVOICE_LINE"} <= {node.name for node in lineage.nodes}


async def test_history_of_a_table(catalog: CatalogSettings) -> None:
    async with Catalog(catalog) as client:
        versions = await client.get_versions(await client.get_table(CUSTOMER))
        assert [version.version for version in versions] == ["0.2", "0.1"]
        (change,) = versions[0].changes
        assert (change.kind, change.old, change.new) == ("updated", "SEGMENT_CD", "VALUE_SEGMENT_CD")
        assert versions[0].updated_at > versions[1].updated_at


async def test_services_databases_schemas(catalog: CatalogSettings) -> None:
    async with Catalog(catalog) as client:
        services = await client.list_services()
        assert {service.name for service in services} == set(SERVICES)
        assert all("sandbox" in service.description for service in services)
        (database,) = await client.list_databases("sap-hana")
        schemas = await client.list_schemas(database.qualified_name)
        assert [schema.name for schema in schemas] == ["SAPHANADB", "BILLING"]


async def test_refusals(catalog: CatalogSettings) -> None:
    async with Catalog(catalog) as client:
        with pytest.raises(CatalogServiceUnreadable):
            await client.page("no-such-service", "", 10)
        with pytest.raises(CatalogCursorRefused):
            await client.page("sap-hana", "stale", 10)
