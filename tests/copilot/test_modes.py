"""Agent, schema matching, catalog and root causes over gRPC, with one thing after the other away: each says what it can
still do and what is missing, and none fails for want of it. Retrieval is away in all."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack

import grpc
import pytest

from dataflow.common.v1 import reply_pb2, table_schema_pb2
from dataflow.copilot.v1 import (
    agent_pb2,
    agent_pb2_grpc,
    catalog_pb2,
    catalog_pb2_grpc,
    rca_pb2,
    rca_pb2_grpc,
    schema_match_pb2,
    schema_match_pb2_grpc,
)
from dataflow.ops.v1 import ops_pb2, ops_pb2_grpc
from services.runtime.status import error_info
from services.sandbox.app import CATALOG, METADATA, MONITOR, PIPELINE, serving
from services.sandbox.settings import SandboxSettings
from tests.copilot.stage import copilot

AWAY = {
    "provider": ("llm_unavailable",),
    "catalog": (),
    "platform": (),
    "database": ("pgvector_unavailable",),
}
"""What can be away → reasons of /ready."""
NOWHERE = "http://127.0.0.1:9/api"
SCRIPT = json.dumps({"model": "scripted-1", "rules": [], "default": "That is all."})
TABLE = table_schema_pb2.TableSchema(name="t", columns=[table_schema_pb2.Column(name="customer_id", type="bigint")])

REQUESTS = {
    "describe": (
        catalog_pb2_grpc.CatalogServiceStub,
        "DescribeAsset",
        catalog_pb2.DescribeAssetRequest(fully_qualified_name="sap-hana.HDB.BILLING.PAYMENT"),
    ),
    "ask": (
        catalog_pb2_grpc.CatalogServiceStub,
        "AskCatalog",
        catalog_pb2.AskCatalogRequest(question="How many tables?"),
    ),
    "match": (
        schema_match_pb2_grpc.SchemaMatchServiceStub,
        "MatchSchemas",
        schema_match_pb2.MatchSchemasRequest(source=TABLE, target=TABLE),
    ),
    "stored": (
        schema_match_pb2_grpc.SchemaMatchServiceStub,
        "GetSchemaMatch",
        schema_match_pb2.GetSchemaMatchRequest(match_id="nothing"),
    ),
    "override": (
        schema_match_pb2_grpc.SchemaMatchServiceStub,
        "OverrideMatches",
        schema_match_pb2.OverrideMatchesRequest(
            match_id="nothing", overrides=[schema_match_pb2.Override(source_column="a", action="accept")]
        ),
    ),
    "causes": (
        rca_pb2_grpc.RcaServiceStub,
        "AnalyzeIncident",
        rca_pb2.AnalyzeIncidentRequest(pipeline_id="crm_customer_delta"),
    ),
    "agent": (agent_pb2_grpc.AgentServiceStub, "ChatWithAgent", agent_pb2.ChatWithAgentRequest(message="hello")),
    "session": (
        agent_pb2_grpc.AgentServiceStub,
        "GetAgentSession",
        agent_pb2.GetAgentSessionRequest(session_id="none"),
    ),
}
# Source of the answer, or reason of the refusal, where nothing is away.
USUAL = {
    "describe": "rules",
    "ask": "model",
    "match": "rules",
    "stored": "MATCH_NOT_FOUND",
    "override": "MATCH_NOT_FOUND",
    "causes": "found",
    "agent": "model",
    "session": "SESSION_NOT_FOUND",
}
NO_DATABASE = dict.fromkeys(("stored", "override", "agent", "session"), "DATABASE_UNAVAILABLE")
DIFFERS = {
    "nothing": {},
    "provider": {"ask": "rules", "agent": "LLM_UNAVAILABLE"},
    "catalog": {"ask": "fallback"},
    "platform": {"causes": "unknown"},
    "database": NO_DATABASE,
    "all": {"ask": "fallback", "causes": "unknown", **NO_DATABASE},
}
NO_MODEL = dict.fromkeys(("describe", "ask", "causes"), frozenset({"llm_unavailable"}))
SAID = {
    "nothing": {},
    "provider": NO_MODEL,
    "catalog": dict.fromkeys(("describe", "ask"), frozenset({"catalog_unavailable"})),
    "platform": {"causes": {"monitor_service_unavailable"}},
    "database": {"match": {"database_unavailable"}},
    "all": {
        "describe": {"catalog_unavailable", "llm_unavailable"},
        "ask": {"catalog_unavailable"},
        "match": {"database_unavailable"},
        "causes": {"monitor_service_unavailable"},
    },
}
"""Of `degraded_reasons`, beside that Retrieval is away."""


@pytest.fixture(scope="module", params=DIFFERS)
async def stage(request, tmp_path_factory, postgres_server):
    """(name of the mode, what is away, a channel)."""
    away = {"all": set(AWAY), "nothing": set()}.get(request.param, {request.param})
    given = {"catalog_attempts": 1, "platform_attempts": 1}
    async with AsyncExitStack() as stack:
        sandbox = stack.enter_context(serving(SandboxSettings(sandbox_port=0))).url
        given["catalog_base_url"] = NOWHERE if "catalog" in away else sandbox + CATALOG
        for name, path in (("pipeline", PIPELINE), ("monitor", MONITOR), ("metadata", METADATA)):
            given[f"{name}_base_url"] = NOWHERE if "platform" in away else sandbox + path
        if "database" not in away:
            given["database_url"] = postgres_server.create_database()
            stack.callback(postgres_server.drop_database, given["database_url"])
        script = None if "provider" in away else SCRIPT
        channel = await stack.enter_async_context(copilot(script, tmp_path_factory.mktemp("modes"), **given))
        yield request.param, away, channel


async def outcome(channel, name):
    """(source or reason, degraded reasons, confidence)."""
    make, rpc, message = REQUESTS[name]
    try:
        reply = await getattr(make(channel), rpc)(message)
    except grpc.aio.AioRpcError as error:
        return error_info(error).reason, set(), 0.0
    if name == "causes":
        label = "found" if reply.hypotheses else "unknown"
    else:
        label = reply_pb2.Source.Value.Name(reply.source)
    return label, set(reply.degraded_reasons) - {"pgvector_unavailable"}, reply.confidence


@pytest.mark.parametrize("name", REQUESTS)
async def test_each_answers_for_what_is_there(stage, name):
    mode, _, channel = stage
    label, degraded, confidence = await outcome(channel, name)
    assert label == DIFFERS[mode].get(name, USUAL[name])
    wanted = SAID[mode].get(name, set())
    assert wanted <= degraded
    assert bool(wanted) is bool(degraded)
    assert 0 <= confidence <= 1


async def test_ready_names_the_reason(stage):
    _, away, channel = stage
    reply = await ops_pb2_grpc.OpsServiceStub(channel).GetReadiness(ops_pb2.GetReadinessRequest())
    wanted = {reason for each in away for reason in AWAY[each]}
    assert wanted <= set(reply.reasons)
    unhealthy = {each.name for each in reply.dependencies if not each.healthy}
    assert ("catalog" in unhealthy) is ("catalog" in away)
    assert ("monitor-service" in unhealthy) is ("platform" in away)
