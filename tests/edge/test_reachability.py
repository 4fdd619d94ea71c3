"""Every REST rule of the contract, under every mount, on both listeners, reaches its RPC on its server."""

from __future__ import annotations

import re

import pytest

from services.edge import tables
from services.edge.descriptor import Rule, load_contract
from services.edge.routes import cluster_of
from tests.edge.conftest import Stage
from tests.edge.recording_server import DESCRIPTOR_SET

CONTRACT = load_contract(DESCRIPTOR_SET)
LISTENERS = ("copilot", "migration")
COPILOT_PATHS = [
    *("chat", "chat/stream", "suggest", "insights", "generate-pipeline", "semantic/query", "semantic/glossary"),
    *("sql/generate", "sql/explain", "sql/optimize", "sql/validate", "diagnose", "quality/generate-rules"),
    *("agent/chat", "agent/approve", "agent/status/{}", "schema/match", "schema/match/override", "schema/match/{}"),
    *("describe/asset", "catalog/ask", "rca/analyze", "provider/status"),
]
MIGRATION_PATHS = [
    *("upload", "jobs", "jobs/{}/status", "{}/status", "jobs/{}/report", "jobs/{}/download"),
    *("jobs/{}/validate", "jobs/{}/convert", "jobs/{}/objects/{}/override"),
    *("batches", "batches/{}", "batches/{}/cancel", "compare"),
]


def mounted(path: str) -> list[str]:
    """The canonical path and its form under each alias."""
    aliases = [
        alias + path.removeprefix(canonical) for alias, canonical in tables.mounts() if path.startswith(canonical)
    ]
    return [path, *aliases]


ROWS = [
    pytest.param(listener, rule, path, id=f"{listener}-{rule.verb}-{path}")
    for rule in CONTRACT.rules
    for path in mounted(rule.path)
    for listener in LISTENERS
]


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "some-id", path)


@pytest.mark.parametrize(("listener", "rule", "path"), ROWS)
async def test_rule_reaches_its_rpc(stage: Stage, listener: str, rule: Rule, path: str) -> None:
    client = getattr(stage, listener)
    body = {"json": {}} if rule.verb != "GET" else {}
    reply = await client.request(rule.verb, filled(path), **body)
    assert reply.status_code == 200, reply.text
    assert stage.calls == [(cluster_of(rule.package, listener), f"/{rule.service}/{rule.method}")]


def test_every_documented_path_is_in_the_contract() -> None:
    """Variables by shape: what they are called is the contract's affair."""
    paths = {re.sub(r"\{[^}]+\}", "{}", rule.path) for rule in CONTRACT.rules}
    assert {f"/api/v1/ai/{path}" for path in COPILOT_PATHS} <= paths
    assert {f"/api/v1/migration/{path}" for path in MIGRATION_PATHS} <= paths
    assert {"/health", "/ready", "/metrics"} <= paths


def test_three_mounts_for_the_copilot_two_for_the_migration_engine() -> None:
    assert mounted("/api/v1/ai/chat") == ["/api/v1/ai/chat", "/api/v1/copilot/chat", "/api/copilot/chat"]
    assert mounted("/api/v1/migration/jobs") == ["/api/v1/migration/jobs", "/api/migration/jobs"]


async def test_a_slash_at_the_end_and_a_query_are_kept_apart(stage: Stage) -> None:
    reply = await stage.migration.get("/api/migration/jobs/?search=a%20b/")
    assert reply.status_code == 200
    assert stage.calls == [("migration", "/dataflow.migration.v1.MigrationService/ListJobs")]
