"""The catalog's other answers, the well-formed and the rest, over a real socket."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.catalog.client import Catalog
from services.catalog.errors import CatalogBusy, CatalogPageUnreadable, CatalogRefused, CatalogUnavailable
from services.catalog.names import parts, split_column
from services.catalog.results import MAX_NODES, found_of, lineage_of, versions_of
from services.catalog.settings import CatalogSettings
from services.catalog.table import NoTableError, table_of
from services.rest_client import pauses
from tests.catalog.scripted_catalog import Fault, serving_catalog


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "FIRST_SECONDS", 0.01)


CALLS = {
    "table": lambda catalog: catalog.get_table("s.d.c.t"),
    "search": lambda catalog: catalog.search_tables("x"),
    "lineage": lambda catalog: catalog.get_lineage("s.d.c.t"),
    "versions": lambda catalog: catalog.get_versions(table_of("s", {"name": "t", "id": "1"})),
    "services": lambda catalog: catalog.list_services(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=503, times=-1), CatalogBusy),
        (Fault(status=403, times=-1), CatalogRefused),
        (Fault(status=500, times=-1), CatalogPageUnreadable),
        (Fault(body=b"<html>", times=-1), CatalogPageUnreadable),
        (Fault(body=b'"text"', times=-1), CatalogPageUnreadable),
        (Fault(cut=True, times=-1), CatalogUnavailable),
    ],
    ids=["503", "403", "500", "html", "text", "cut"],
)
async def test_every_call_says_what_is_wrong(call: Any, fault: Fault, error: type[Exception]) -> None:
    async with serving_catalog({}) as served:
        served.faults = [Fault(**vars(fault))]
        settings = CatalogSettings(catalog_base_url=served.url, catalog_timeout_seconds=1, catalog_attempts=2)
        async with Catalog(settings) as catalog:
            with pytest.raises(error):
                await call(catalog)


async def answered(body: Any, call: Any) -> Any:
    async with serving_catalog({}) as served:
        served.faults = [Fault(body=json.dumps(body).encode(), times=-1)]
        async with Catalog(CatalogSettings(catalog_base_url=served.url, catalog_attempts=1)) as catalog:
            return await call(catalog)


async def test_a_table_without_a_name_is_none() -> None:
    with pytest.raises(CatalogPageUnreadable, match="no name"):
        await answered({"columns": []}, CALLS["table"])


async def test_a_list_whose_cursor_repeats_ends() -> None:
    names = await answered({"data": [{"name": "a"}, 5], "paging": {"after": "again"}}, CALLS["services"])
    assert [each.name for each in names] == ["a", "a"]


def test_hits_that_are_no_tables_are_left_out() -> None:
    hits = [{"_source": {"name": "a"}}, {"_source": {}}, {"_source": 5}, 7]
    assert [table.name for table in found_of({"hits": {"hits": hits, "total": 40}}).tables] == ["a"]
    assert found_of({"hits": {"hits": hits, "total": {"value": 40}}}).total == 40
    assert found_of({"hits": {"hits": hits}}).total == 1


def test_edges_that_lead_nowhere_are_left_out() -> None:
    node = {"id": "1", "name": "a", "fullyQualifiedName": "s.a"}
    edges = [
        {"fromEntity": "1", "toEntity": {"id": "0"}},
        {"fromEntity": "1", "toEntity": "9"},
        {"fromEntity": None, "toEntity": "0"},
    ]
    lineage = lineage_of({"entity": {"id": "0", "name": "b"}, "nodes": [node], "upstreamEdges": edges})
    assert lineage.edges == (("s.a", "b"),)
    assert lineage_of({}).edges == ()
    assert lineage_of({"nodes": [node] * (MAX_NODES + 1)}).truncated


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"versions": ["{", "7", json.dumps({"version": 0.3})]}, ["0.3"]),
        ({"versions": [{"version": 1.2}]}, ["1.2"]),
        ({"versions": None}, []),
        ({}, []),
    ],
)
def test_versions_that_cannot_be_read_are_left_out(given: dict, found: list[str]) -> None:
    assert [version.version for version in versions_of(given)] == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("s.d.c.t", ("s", "d", "c", "t")),
        ('s."a.b".t', ("s", "a.b", "t")),
        ('"say ""hi"""', ('say "hi"',)),
        ("", ()),
    ],
)
def test_parts_of_names(name: str, found: tuple[str, ...]) -> None:
    assert parts(name) == found


def test_a_column_and_its_table() -> None:
    assert split_column('s.d."a.b".c') == ('s.d."a.b"', "c")
    assert split_column('s.d.t."c.x"') == ("s.d.t", "c.x")


@pytest.mark.parametrize("given", [None, [], {}, {"name": 5}, {"name": "  "}])
def test_what_is_no_table(given: Any) -> None:
    with pytest.raises(NoTableError):
        table_of("s", given)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ({"dataTypeDisplay": "varchar(9)", "dataType": "VARCHAR"}, "varchar(9)"),
        ({"dataType": "VARCHAR", "dataLength": 40}, "VARCHAR(40)"),
        ({"dataType": "DECIMAL", "precision": 12, "scale": 2}, "DECIMAL(12,2)"),
        ({"dataType": "DECIMAL", "precision": 12, "scale": 0}, "DECIMAL(12)"),
        ({"dataType": "BIGINT", "dataLength": 8}, "BIGINT"),
        ({}, ""),
    ],
)
def test_types_of_columns(column: dict, kind: str) -> None:
    table = table_of("s", {"name": "t", "columns": [{"name": "c", **column}]})
    assert table.columns[0].data_type == kind
