"""What an incident leaves behind can be found over the interfaces, and only that."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from services.copilot.platform.clients import Platform
from services.sandbox.app import serving
from services.sandbox.estate import Estate
from services.sandbox.http import Server
from services.sandbox.moments import midnight
from services.sandbox.settings import SandboxSettings
from tests.sandbox.conftest import NOON
from tests.sandbox.served import platform_of
from tests.sandbox.test_estate import TRUTH

INCIDENTS = Estate().incidents["incidents"]


async def traces(platform: Platform, incident: dict) -> str:
    """All that the four calls of an analysis see around the incident's day."""
    name, day = incident["pipeline"], midnight(NOON) - timedelta(days=incident["day"])
    window = {"since": day - timedelta(days=8), "until": day + timedelta(days=1)}
    async with platform.monitor() as monitor, platform.metadata() as metadata:
        alerts = await monitor.list_alerts(**window)
        runs = await monitor.list_runs(pipeline_id=name, **window)
        logs = [await monitor.get_logs(run.run_id) for run in runs.items[:2]]
        changes = await metadata.list_schema_changes(pipeline_id=name, **window)
    return "\n".join(map(repr, (alerts, runs, logs, changes)))


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda incident: incident["id"])
async def test_the_evidence_of_the_cause_is_there(platform: Platform, incident: dict) -> None:
    truth = next(each for each in TRUTH if each["id"] == incident["id"])
    seen = await traces(platform, incident)
    assert [words for words in truth["evidence"] if words not in seen] == []


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda incident: incident["id"])
async def test_the_run_of_the_day_is_as_described(platform: Platform, incident: dict) -> None:
    day = midnight(NOON) - timedelta(days=incident["day"])
    async with platform.monitor() as monitor:
        found = await monitor.list_runs(
            pipeline_id=incident["pipeline"], since=day, until=day + timedelta(days=1), most=5
        )
        (run,) = found.items
        described = incident["runs"][0]
        assert run.status == described["status"]
        assert run.error_message == described.get("error", "").replace("{read}", str(run.rows_read))
        logs = await monitor.get_logs(run.run_id)
        for line in described.get("logs", ()):
            assert any(
                line.split(" | ")[1].replace("{read}", str(run.rows_read)) == each.message for each in logs.lines
            )
        assert [line.line for line in logs.lines] == list(range(1, len(logs.lines) + 1))
        assert all(run.started_at <= line.at <= run.finished_at for line in logs.lines)


async def test_the_truth_is_not_served(sandbox: Server, platform: Platform) -> None:
    seen = "".join([await traces(platform, incident) for incident in INCIDENTS])
    assert [truth["title"] for truth in TRUTH if truth["title"] in seen] == []
    assert [truth["id"] for truth in TRUTH if truth["id"] in seen] == []
    assert httpx.get(f"{sandbox.url}/estate/incidents_truth.yaml").status_code == 404


async def test_a_quality_gate_that_failed_is_a_result(platform: Platform) -> None:
    async with platform.metadata() as metadata:
        failed = await metadata.list_quality_results(status="failed")
        assert {result.rule for result in failed.items} >= {"msisdn_format", "row_count_in_band"}
        passed = await metadata.list_quality_results(status="passed", most=50)
        assert (len(passed.items), passed.truncated) == (50, True)


async def test_the_same_seed_gives_the_same_runs_and_another_others(sandbox: Server) -> None:
    texts = []
    for seed in (7, 7, 8):
        with serving(SandboxSettings(sandbox_port=0, sandbox_seed=seed), lambda: NOON) as server:
            async with platform_of(server).monitor() as monitor:
                texts.append(repr((await monitor.list_runs(most=300)).items))
    assert texts[0] == texts[1] != texts[2]


async def test_ninety_days_of_every_pipeline(platform: Platform) -> None:
    async with platform.monitor() as monitor:
        for name in Estate().pipelines:
            runs = await monitor.list_runs(pipeline_id=name, most=1)
            assert runs.total >= 90
            metrics = await monitor.get_metrics(name, days=7)
            assert 6 <= len(metrics.points) <= 8
            assert all(point.runs >= point.failed for point in metrics.points)


async def test_freshness_tells_what_is_late(platform: Platform) -> None:
    async with platform.monitor() as monitor:
        status = {row.pipeline_id: row.status for row in (await monitor.list_freshness()).items}
        assert status["crm_customer_delta"] == "stale"
        assert status["usage_daily"] == status["cell_kpi_hourly"] == "fresh"
