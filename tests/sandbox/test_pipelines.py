"""Creating and running pipelines change the sandbox, once for each key."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from services.copilot.platform.clients import Platform
from services.copilot.platform.errors import PlatformNotFound, PlatformRejected
from services.sandbox import pipelines as module
from services.sandbox.app import PIPELINE
from services.sandbox.http import Server

YAML = """\
name: shop_copy
nodes:
  - id: sales
    type: source
    connector: mssql
    config: {connection: mssql_departments, schema: sales, table: Shop}
    columns: [{name: ShopId, type: integer}]
  - id: target
    type: sink
    connector: csv
    depends_on: [sales]
    config: {path: shops.csv, mode: overwrite}
edges: [{from: sales, to: target}]
"""


async def test_connections_and_what_they_hold(platform: Platform) -> None:
    async with platform.pipelines() as service:
        connections = await service.list_connections()
        assert {each.type for each in connections.items} >= {"teradata", "sap_hana", "snowflake", "oracle", "mssql"}
        (table,) = (await service.discover_schema("oracle_crm", schema="crm", table="SIM_CARD")).items
        assert (table.name, table.table_schema, table.primary_key) == ("SIM_CARD", "CRM", ("ICCID",))
        assert (await service.discover_schema("sftp_mediation")).items == ()
        with pytest.raises(PlatformNotFound, match="oracle_crm") as missing:
            await service.discover_schema("oracle")
        assert missing.value.metadata == {"code": "CONNECTION_NOT_FOUND"}


async def test_pipelines_are_found_and_read(platform: Platform) -> None:
    async with platform.pipelines() as service:
        (found,) = (await service.list_pipelines(search="usage")).items
        assert (found.pipeline_id, found.yaml) == ("usage_daily", "")
        whole = await service.get_pipeline("usage_daily")
        assert (await service.validate_pipeline(whole.yaml)).is_valid
        with pytest.raises(PlatformNotFound):
            await service.get_pipeline("a/b?c")


async def test_validation_says_what_is_wrong(platform: Platform) -> None:
    async with platform.pipelines() as service:
        outcome = await service.validate_pipeline(YAML.replace("depends_on: [sales]", "depends_on: [nothing]"))
        assert not outcome.is_valid
        assert any(issue.severity == "error" and issue.line and "nothing" in issue.message for issue in outcome.issues)


async def test_a_pipeline_is_created_once_for_a_key(fresh_platform: Platform) -> None:
    async with fresh_platform.pipelines() as service:
        before = (await service.list_pipelines()).total
        made = await asyncio.gather(*(service.create_pipeline(YAML, idempotency_key="k-1") for _ in range(5)))
        assert {each.name for each in made} == {"shop_copy"}
        assert (await service.list_pipelines()).total == before + 1
        assert (await service.get_pipeline("shop_copy")).yaml == YAML
        assert made[0].sources == ("mssql-departmental.Departments.sales.Shop",)


@pytest.mark.parametrize(
    ("yaml", "key", "code"),
    [
        (YAML, "k-2", "PIPELINE_NAME_TAKEN"),
        (YAML.replace("shop_copy", "other"), "k-1", "IDEMPOTENCY_KEY_REUSED"),
        (YAML.replace("sink", "sank"), "k-3", "PIPELINE_INVALID"),
        (f"{YAML}---\n{YAML.replace('shop_copy', 'b')}", "k-4", "PIPELINE_INVALID"),
        (": : :", "k-5", "PIPELINE_INVALID"),
        (YAML, "no blanks allowed", "IDEMPOTENCY_KEY_MISSING"),
    ],
)
async def test_what_cannot_be_created(fresh_platform: Platform, yaml: str, key: str, code: str) -> None:
    async with fresh_platform.pipelines() as service:
        await service.create_pipeline(YAML, idempotency_key="k-1")
        with pytest.raises(PlatformRejected) as rejected:
            await service.create_pipeline(yaml, idempotency_key=key)
        assert rejected.value.metadata == {"code": code}
        assert (await service.list_pipelines(status="draft")).total == 1


async def test_a_run_is_started_once_for_a_key_and_ends(
    fresh_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RUN_SECONDS", 0.3)
    async with fresh_platform.pipelines() as service, fresh_platform.monitor() as monitor:
        started = [await service.run_pipeline("usage_daily", idempotency_key="r-1") for _ in range(2)]
        assert started[0].run_id == started[1].run_id
        assert (started[0].status, started[0].trigger) == ("running", "manual")
        await asyncio.sleep(0.4)
        run = await monitor.get_run(started[0].run_id)
        assert (run.status, run.rows_written) == ("succeeded", 0)
        assert "no data was moved" in repr(await monitor.get_logs(run.run_id))
        assert (await monitor.list_runs(pipeline_id="usage_daily", most=1)).items[0].run_id == run.run_id
        other = await service.run_pipeline("usage_daily", idempotency_key="r-2")
        assert other.run_id != run.run_id


async def test_without_a_key_nothing_is_changed(fresh_sandbox: Server) -> None:
    reply = httpx.post(f"{fresh_sandbox.url}{PIPELINE}/pipelines", json={"yaml": YAML})
    assert (reply.status_code, reply.json()["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")
