"""The catalog's client against a scripted catalog on a real socket."""

import time

import pytest

from services.catalog.client import FIELDS, Catalog
from services.catalog.errors import (
    CatalogBusy,
    CatalogCursorRefused,
    CatalogPageUnreadable,
    CatalogRefused,
    CatalogServiceUnreadable,
    CatalogSilent,
    CatalogUnavailable,
)
from services.catalog.settings import SERVICES, CatalogSettings
from services.rest_client import pauses
from services.runtime.settings import SettingsError, load_settings
from tests.catalog.scripted_catalog import Fault, serving_catalog, tables


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "FIRST_SECONDS", 0.01)


def settings(url: str, **values) -> CatalogSettings:
    return CatalogSettings(**{"catalog_base_url": url, "catalog_timeout_seconds": 10, "catalog_attempts": 3, **values})


async def names(catalog: Catalog, service: str, limit: int) -> list[list[str]]:
    """Names of the tables, by page."""
    pages, after = [], ""
    while True:
        page = await catalog.page(service, after, limit)
        pages.append([table["name"] for table in page.tables])
        after = page.after
        if not after:
            return pages


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (3, [3]), (4, [4]), (9, [4, 4, 1])])
async def test_pages_follow_the_cursor(count: int, sizes: list[int]) -> None:
    async with (
        serving_catalog({"sap-hana": tables("sap-hana", count)}) as served,
        Catalog(settings(served.url)) as catalog,
    ):
        pages = await names(catalog, "sap-hana", 4)
        assert [len(page) for page in pages] == sizes
        assert len({name for page in pages for name in page}) == count
        assert {asked["fields"] for asked in served.asked} == {FIELDS}
        assert {(asked["service"], asked["limit"]) for asked in served.asked} == {("sap-hana", "4")}
        assert set(served.paths) == {"/api/v1/tables"}


async def test_the_token_is_sent_and_never_shown() -> None:
    async with serving_catalog({"s": tables("s", 1)}, token="geheim-42") as served:
        async with Catalog(settings(served.url, catalog_token="geheim-42")) as catalog:
            assert len((await catalog.page("s", "", 10)).tables) == 1
        async with Catalog(settings(served.url, catalog_token="falsch-17")) as catalog:
            with pytest.raises(CatalogRefused, match="CATALOG_TOKEN") as refused:
                await catalog.page("s", "", 10)
        assert "falsch-17" not in str(refused.value)
        assert len(served.asked) == 2  # a refusal is not tried again


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, times=2),
        Fault(status=503, times=1),
        Fault(status=429, headers={"Retry-After": "0"}, times=2),
        Fault(status=502, body=b"<html>Bad gateway</html>", times=1),
        Fault(body=b'{"data": [', times=1),
        Fault(body=b"[]", times=1),
        Fault(body=b'{"data": {}}', times=1),
        Fault(cut=True, times=1),
        Fault(delay=2.0, times=1),
    ],
    ids=["500", "503", "429", "502", "broken json", "a list", "data is no list", "cut", "slow"],
)
async def test_a_passing_fault_is_passed(fault: Fault) -> None:
    given = {"catalog_timeout_seconds": 1.5} if fault.delay else {}
    async with serving_catalog({"s": tables("s", 2)}) as served, Catalog(settings(served.url, **given)) as catalog:
        served.faults = [fault]
        assert await names(catalog, "s", 10) == [["table_000", "table_001"]]
        assert fault.times == 0


@pytest.mark.parametrize(
    ("fault", "error", "attempts"),
    [
        (Fault(status=503, times=-1), CatalogBusy, 3),
        (Fault(delay=1.0, times=-1), CatalogSilent, 3),
        (Fault(cut=True, times=-1), CatalogBusy, 3),
        (Fault(status=500, times=-1), CatalogPageUnreadable, 3),
        (Fault(body=b"no json", times=-1), CatalogPageUnreadable, 3),
        (Fault(body=b'{"data": null}', times=-1), CatalogPageUnreadable, 3),
        (Fault(status=401, times=-1), CatalogRefused, 1),
        (Fault(status=403, times=-1), CatalogRefused, 1),
        (Fault(status=404, times=-1), CatalogServiceUnreadable, 1),
        (Fault(status=302, headers={"Location": "http://127.0.0.1:1/"}, times=-1), CatalogServiceUnreadable, 1),
    ],
    ids=["503", "slow", "cut", "500", "no json", "no page", "401", "403", "404", "redirect"],
)
async def test_a_lasting_fault_is_an_error(fault: Fault, error: type[Exception], attempts: int) -> None:
    given = {"catalog_timeout_seconds": 0.5} if fault.delay else {}
    async with serving_catalog({"s": tables("s", 1)}) as served, Catalog(settings(served.url, **given)) as catalog:
        served.faults = [fault]
        with pytest.raises(error):
            await catalog.page("s", "", 10)
        assert len(served.asked) == attempts


async def test_a_cursor_the_catalog_does_not_know() -> None:
    async with serving_catalog({"s": tables("s", 1)}) as served, Catalog(settings(served.url)) as catalog:
        served.faults = [Fault(when=lambda asked: "after" in asked, status=400)]
        with pytest.raises(CatalogCursorRefused):
            await catalog.page("s", "old", 10)


async def test_nobody_there() -> None:
    async with Catalog(settings("http://127.0.0.1:1/api/v1", catalog_attempts=1)) as catalog:
        with pytest.raises(CatalogUnavailable, match="CATALOG_BASE_URL"):
            await catalog.page("s", "", 10)


async def test_retry_after_is_waited_for() -> None:
    async with serving_catalog({"s": tables("s", 1)}) as served, Catalog(settings(served.url)) as catalog:
        served.faults = [Fault(status=429, headers={"Retry-After": "1"})]
        began = time.monotonic()
        await catalog.page("s", "", 10)
        assert time.monotonic() - began >= 1


def test_the_documented_services_and_address_are_the_defaults() -> None:
    defaults = load_settings(CatalogSettings, {})
    assert defaults.catalog_base_url == "http://localhost:8585/api/v1"
    assert defaults.catalog_services == SERVICES
    assert len(SERVICES) == 6


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CATALOG_BASE_URL", "localhost:8585"),
        ("CATALOG_BASE_URL", "ftp://catalog/api"),
        ("CATALOG_BASE_URL", "http://user:geheim@catalog/api/v1"),
        ("CATALOG_BASE_URL", "http://catalog/api/v1?token=geheim"),
        ("CATALOG_TOKEN", "two words"),
        ("CATALOG_SERVICES", "sap-hana,sap-hana"),
        ("CATALOG_SERVICES", "built-in"),
        ("CATALOG_PAGE_SIZE", "0"),
    ],
)
def test_settings_that_cannot_be(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load_settings(CatalogSettings, {variable: value})


def test_services_are_a_list() -> None:
    assert load_settings(CatalogSettings, {"CATALOG_SERVICES": "a, b"}).catalog_services == ("a", "b")
    assert load_settings(CatalogSettings, {"CATALOG_BASE_URL": "https://c/v1/"}).catalog_base_url == "https://c/v1"
