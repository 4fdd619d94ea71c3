"""Which tables a capability may speak of, over a scripted catalog on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from dataflow.common.v1 import table_schema_pb2
from services.catalog.settings import CatalogSettings
from services.catalog.table import table_of
from services.copilot import schemas as module
from services.copilot.schemas import Schemas
from services.copilot.snapshot import schema_of
from services.rest_client import pauses
from services.runtime import context
from services.runtime.context import Call
from tests.catalog.scripted_catalog import Fault, ScriptedCatalog, serving_catalog, table, tables


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "FIRST_SECONDS", 0.01)


@asynccontextmanager
async def reading(catalog: ScriptedCatalog | str, *services: str, **values: Any) -> AsyncIterator[Schemas]:
    url = catalog if isinstance(catalog, str) else catalog.url
    names = services or (tuple(catalog.services) if isinstance(catalog, ScriptedCatalog) else ("a",))
    quick = {"catalog_timeout_seconds": 1, "catalog_attempts": 2, "catalog_page_size": 3}
    settings = CatalogSettings(catalog_base_url=url, catalog_services=names, **{**quick, **values})
    async with aclosing(Schemas(settings)) as schemas:
        yield schemas


async def test_the_requests_tables_stand_and_nobody_is_asked() -> None:
    given = [table_schema_pb2.TableSchema(name="t")]
    async with serving_catalog({"a": tables("a", 2)}) as catalog, reading(catalog) as schemas:
        known = await schemas.known(given)
        assert (known.tables, known.origin, known.degraded) == (given, "request", ())
        assert catalog.asked == []


async def test_else_all_tables_of_the_catalog_once_for_all_callers() -> None:
    async with serving_catalog({"a": tables("a", 7), "b": tables("b", 1)}) as catalog, reading(catalog) as schemas:
        answers = await asyncio.gather(*(schemas.known([]) for _ in range(10)))
        assert {(len(known.tables), known.origin, known.degraded) for known in answers} == {(8, "catalog", ())}
        assert len({known.version for known in answers} - {""}) == 1
        assert len(catalog.asked) == 4  # three pages of a, one of b
        await schemas.known([])
        assert len(catalog.asked) == 4


async def test_old_tables_are_served_while_new_ones_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving_catalog({"a": tables("a", 1)}) as catalog, reading(catalog) as schemas:
        first = await schemas.known([])
        monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
        catalog.services["a"] = tables("a", 2)
        catalog.faults = [Fault(delay=0.1)]
        assert await schemas.known([]) == first
        monkeypatch.setattr(module, "FRESH_SECONDS", 300.0)
        await asyncio.sleep(0.3)
        assert len((second := await schemas.known([])).tables) == 2
        assert second.version != first.version


@pytest.mark.parametrize(
    "fault",
    [Fault(status=503, times=-1), Fault(status=401, times=-1), Fault(body=b"no json", times=-1), Fault(delay=1.5)],
    ids=["503", "401", "no json", "slow"],
)
async def test_a_catalog_that_fails_is_said_and_then_used_again(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving_catalog({"a": tables("a", 1)}) as catalog, reading(catalog) as schemas:
        catalog.faults = [fault]
        monkeypatch.setattr(module, "WAIT_SECONDS", 0.5)
        known = await schemas.known([])
        assert (known.tables, known.origin, known.degraded) == ([], "none", ("catalog_unavailable",))
        assert (await schemas.found(["table_000"])).degraded == ("catalog_unavailable",)
        catalog.faults = []
        monkeypatch.setattr(module, "AGAIN_SECONDS", 0.0)
        for _ in range(50):  # a slow reading is still under way
            if (await schemas.known([])).origin == "catalog":
                break
            await asyncio.sleep(0.1)
        assert (await schemas.known([])).degraded == ()


async def test_nobody_waits_for_a_catalog_that_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = {"catalog_timeout_seconds": 10}
    async with serving_catalog({"a": tables("a", 1)}) as catalog, reading(catalog, **slow) as schemas:
        catalog.faults = [Fault(status=401), Fault(delay=3.0)]
        await schemas.known([])
        monkeypatch.setattr(module, "AGAIN_SECONDS", 0.0)
        async with asyncio.timeout(10):
            assert (await schemas.known([])).degraded == ("catalog_unavailable",)


async def test_a_failed_reading_is_not_repeated_at_once() -> None:
    async with serving_catalog({"a": tables("a", 1)}) as catalog, reading(catalog) as schemas:
        catalog.faults = [Fault(status=401, times=-1)]
        for _ in range(3):
            await schemas.known([])
        assert len(catalog.asked) == 1


async def test_nobody_there() -> None:
    async with reading("http://127.0.0.1:1/api/v1", "a") as schemas:
        assert (await schemas.known([])).degraded == ("catalog_unavailable",)


async def test_tables_read_before_the_catalog_went_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving_catalog({"a": tables("a", 1)}) as catalog, reading(catalog) as schemas:
        await schemas.known([])
        catalog.faults = [Fault(status=401, times=-1)]
        monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
        await schemas.known([])
        await asyncio.sleep(0.2)
        known = await schemas.known([])
        assert (len(known.tables), known.origin, known.degraded) == (1, "catalog", ("catalog_unavailable",))


async def test_a_service_the_catalog_does_not_know_is_left_out() -> None:
    async with serving_catalog({"a": tables("a", 1)}) as catalog, reading(catalog, "a", "gone") as schemas:
        assert len((await schemas.known([])).tables) == 1


async def test_more_tables_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TABLES", 5)
    async with serving_catalog({"a": tables("a", 7)}) as catalog, reading(catalog) as schemas:
        known = await schemas.known([])
        assert (len(known.tables), known.truncated) == (5, True)


async def test_each_workspace_has_its_own_view() -> None:
    async with serving_catalog({"a": tables("a", 1)}) as catalog, reading(catalog) as schemas:

        async def asked(workspace: str) -> str:
            context.enter(Call("/x/y", "r", workspace=workspace))
            return (await schemas.known([])).version

        versions = [await asyncio.create_task(asked(name)) for name in ("one", "two", "one")]
        assert versions[0] == versions[2] != versions[1]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["SUBSCRIBER"], ["SUBSCRIBER", "subscriber"]),
        (["core.subscriber"], ["SUBSCRIBER", "subscriber"]),
        (["a.db.core.SUBSCRIBER", "cdr"], ["SUBSCRIBER", "cdr"]),
        (["a.db.CORE.subscriber", "SUBSCRIBER"], ["SUBSCRIBER", "subscriber"]),
        (['"dot.ted"'], ["dot.ted"]),
        (["scriber", "other.cdr", "", "x.a.db.core.cdr"], []),
    ],
)
async def test_tables_by_name(names: list[str], found: list[str]) -> None:
    dotted = table("b", "dot.ted", fullyQualifiedName='b.db.core."dot.ted"')
    served = {"a": [table("a", "SUBSCRIBER"), table("a", "cdr")], "b": [table("b", "subscriber"), dotted]}
    async with serving_catalog(served) as catalog, reading(catalog) as schemas:
        assert [each.name for each in await schemas.named(names)] == found


@pytest.mark.parametrize(("dialect", "count"), [("teradata", 1), ("snowflake", 2), ("mssql", 3), ("", 3)])
async def test_tables_of_a_dialect_where_there_are_any(dialect: str, count: int) -> None:
    served = {
        "a": [table("a", "one", serviceType="Teradata")],
        "b": [table("b", name, serviceType="Snowflake") for name in ("two", "three")],
    }
    async with serving_catalog(served) as catalog, reading(catalog) as schemas:
        assert len((await schemas.known([], dialect=dialect)).tables) == count


def test_a_table_as_messages_write_it() -> None:
    given = table(
        "a",
        "usage",
        {"msisdn": "number"},
        description="What was used",
        tableConstraints=[
            {"constraintType": "PRIMARY_KEY", "columns": ["msisdn"]},
            {
                "constraintType": "FOREIGN_KEY",
                "columns": ["msisdn"],
                "referredColumns": ["a.db.core.subscriber.msisdn"],
            },
        ],
    )
    given["columns"] += [
        {"name": "paid", "dataType": "DECIMAL", "precision": 12, "scale": 2, "constraint": "NULL"},
        {"name": "at", "dataType": "STRUCT", "children": [{"name": "city", "dataType": "VARCHAR", "dataLength": 9}]},
    ]
    schema = schema_of(table_of("a", given))
    assert (schema.name, schema.schema, schema.database, schema.description) == ("usage", "core", "db", "What was used")
    described = [(column.name, column.type, column.nullable) for column in schema.columns]
    assert described == [("msisdn", "varchar(20)", False), ("paid", "DECIMAL(12,2)", True), ("at", "STRUCT", False)]
    assert list(schema.primary_key) == ["msisdn"]
    assert schema.foreign_keys[0].references_table == "core.subscriber"
