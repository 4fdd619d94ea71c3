"""The platform's clients over a sandbox that fails on request: every trouble has its error, and nothing is made up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from services.copilot.platform.clients import Platform
from services.copilot.platform.errors import (
    MetadataServiceUnavailable,
    MonitorServiceUnavailable,
    PipelineServiceUnavailable,
    PlatformNotFound,
    PlatformRejected,
    PlatformUnavailable,
)
from services.copilot.platform.settings import PlatformSettings
from services.rest_client import pauses
from services.runtime import context
from services.runtime.context import Call
from services.runtime.settings import SettingsError, load_settings
from services.sandbox.app import serving
from services.sandbox.http import Fault, Server
from services.sandbox.settings import SandboxSettings
from tests.catalog import scripted_catalog
from tests.sandbox.served import platform_of

QUICK = {"platform_timeout_seconds": 0.5, "platform_attempts": 2}


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "FIRST_SECONDS", 0.01)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(SandboxSettings(sandbox_port=0)) as server:
        yield server


async def list_runs(platform: Platform) -> Any:
    async with platform.monitor() as monitor:
        return await monitor.list_runs(most=5)


async def list_changes(platform: Platform) -> Any:
    async with platform.metadata() as metadata:
        return await metadata.list_schema_changes()


async def get_pipeline(platform: Platform) -> Any:
    async with platform.pipelines() as pipelines:
        return await pipelines.get_pipeline("usage_daily")


CALLS = [
    (list_runs, MonitorServiceUnavailable, "monitor_service_unavailable"),
    (list_changes, MetadataServiceUnavailable, "metadata_service_unavailable"),
    (get_pipeline, PipelineServiceUnavailable, "pipeline_service_unavailable"),
]


@pytest.mark.parametrize(("call", "error", "degraded"), CALLS)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=503), "busy"),
        (Fault(status=500), "busy"),
        (Fault(status=401), "refused"),
        (Fault(status=403), "refused"),
        (Fault(status=302), "unreadable"),
        (Fault(cut=True), "cut"),
        (Fault(delay=1.0), "silent"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
async def test_what_lasts_is_an_error_that_says_how(
    server: Server, call: Any, error: type[PlatformUnavailable], degraded: str, fault: Fault, kind: str
) -> None:
    server.faults.put(fault)
    with pytest.raises(error) as raised:
        await call(platform_of(server, **QUICK))
    assert (raised.value.kind, raised.value.degraded, raised.value.metadata) == (kind, degraded, {"kind": kind})
    assert raised.value.setting in raised.value.message or kind not in ("away", "silent")


@pytest.mark.parametrize("fault", [Fault(status=503, times=1), Fault(cut=True, times=1), Fault(delay=1.0, times=1)])
async def test_what_passes_is_passed(server: Server, fault: Fault) -> None:
    server.faults.put(fault)
    assert (await get_pipeline(platform_of(server, **QUICK))).pipeline_id == "usage_daily"


async def test_nobody_there() -> None:
    nowhere = PlatformSettings(monitor_base_url="http://127.0.0.1:1/api/v1", platform_attempts=1)
    with pytest.raises(MonitorServiceUnavailable, match="MONITOR_BASE_URL") as raised:
        await list_runs(Platform(nowhere))
    assert raised.value.kind == "away"


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": {}, "total": 1}',
        b'{"items": []}',
        b'{"items": [{"run_id": "r"}], "total": 1}',
        b'{"items": [{"run_id": "r", "pipeline_id": "p", "status": 7}], "total": 1}',
        b'{"items": [{"run_id": "r", "pipeline_id": "p", "status": "s", "started_at": "2026-01-01"}], "total": 1}',
        b"[]",
        b"not json",
    ],
    ids=["no list", "no total", "fields missing", "wrong type", "no offset", "a list", "no json"],
)
async def test_an_answer_that_is_not_of_the_contract(body: bytes) -> None:
    async with scripted_catalog.serving_catalog({}) as other:
        other.faults = [scripted_catalog.Fault(body=body, times=-1)]
        settings = PlatformSettings(monitor_base_url=other.url, platform_attempts=1)
        with pytest.raises(MonitorServiceUnavailable) as raised:
            await list_runs(Platform(settings))
        assert raised.value.kind == "unreadable"


async def test_something_else_at_the_address_is_not_a_missing_thing(server: Server) -> None:
    wrong = PlatformSettings(pipeline_base_url=f"{server.url}/elsewhere", platform_attempts=1)
    with pytest.raises(PipelineServiceUnavailable) as raised:
        await get_pipeline(Platform(wrong))
    assert raised.value.kind == "unreadable"


async def test_a_listing_is_read_page_by_page_and_says_what_it_leaves(server: Server) -> None:
    async with platform_of(server).monitor() as monitor:
        whole = await monitor.list_runs(pipeline_id="cell_kpi_hourly", most=5000)
        part = await monitor.list_runs(pipeline_id="cell_kpi_hourly", most=130)
        assert whole.total == len(whole.items) > 500
        assert (part.items, part.total, part.truncated) == (whole.items[:130], whole.total, True)
        assert len({run.run_id for run in whole.items}) == whole.total
        assert list(whole.items) == sorted(whole.items, key=lambda run: run.started_at, reverse=True)


async def test_a_window_of_time(server: Server) -> None:
    async with platform_of(server).monitor() as monitor:
        some = (await monitor.list_runs(pipeline_id="usage_daily", most=10)).items
        window = await monitor.list_runs(pipeline_id="usage_daily", since=some[5].started_at, until=some[2].started_at)
        assert window.items == some[3:6]


async def test_the_tail_of_a_log(server: Server) -> None:
    async with platform_of(server).monitor() as monitor:
        (run,) = (await monitor.list_runs(pipeline_id="usage_daily", status="succeeded", most=1)).items
        whole, tail = await monitor.get_logs(run.run_id), await monitor.get_logs(run.run_id, tail=2)
        assert (tail.lines, tail.total, tail.truncated) == (whole.lines[-2:], whole.total, True)
        assert not whole.truncated
        with pytest.raises(PlatformNotFound):
            await monitor.get_logs("no such run")


async def test_a_rejection_carries_the_services_own_words(server: Server) -> None:
    async with platform_of(server).pipelines() as pipelines:
        with pytest.raises(PlatformRejected, match="text, yaml") as raised:
            await pipelines.validate_pipeline(" ")
        assert raised.value.metadata == {"code": "INVALID_ARGUMENT"}


async def test_a_start_that_broke_off_happens_once(server: Server) -> None:
    server.faults.put(Fault(path="/pipelines/api/v1/pipelines/", cut=True, times=1))
    platform = platform_of(server, **QUICK)
    async with platform.pipelines() as pipelines, platform.monitor() as monitor:
        run = await pipelines.run_pipeline("usage_daily", idempotency_key="agent-1")
        manual = [each for each in (await monitor.list_runs(most=20)).items if each.trigger == "manual"]
        assert [each.run_id for each in manual] == [run.run_id]


async def test_the_token_and_the_workspace_go_with_every_request() -> None:
    async with scripted_catalog.serving_catalog({}, token="geheim-9") as other:
        other.faults = [scripted_catalog.Fault(body=b'{"items": [], "total": 0}', times=-1)]

        async def served(token: str) -> Any:
            context.enter(Call("/x/y", "r", workspace="team-a"))
            return await list_runs(Platform(PlatformSettings(monitor_base_url=other.url, platform_token=token)))

        assert (await asyncio.create_task(served("geheim-9"))).total == 0
        with pytest.raises(MonitorServiceUnavailable, match="PLATFORM_TOKEN") as raised:
            await asyncio.create_task(served("falsch-8"))
        assert "falsch-8" not in str(raised.value)


def test_the_documented_addresses_are_the_defaults() -> None:
    defaults = load_settings(PlatformSettings, {})
    assert defaults.metadata_base_url == "http://localhost:8081/api/v1"
    assert defaults.pipeline_base_url == "http://localhost:8082/api/v1"
    assert defaults.monitor_base_url == "http://localhost:8085/api/v1"


@pytest.mark.parametrize(("name", "value"), [("MONITOR_BASE_URL", "localhost:1"), ("PLATFORM_TOKEN", "a b")])
def test_settings_that_cannot_be(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings(PlatformSettings, {name: value})


def test_the_sandbox_can_be_asked_by_hand(server: Server) -> None:
    assert httpx.get(f"{server.url}/monitor/api/v1/alerts?status=open").json()["total"] >= 1
