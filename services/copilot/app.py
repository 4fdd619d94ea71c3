"""The Copilot server, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from importlib.resources import files
from typing import Any

from dataflow.copilot.v1 import (
    agent_pb2_grpc,
    catalog_pb2_grpc,
    chat_pb2_grpc,
    diagnose_pb2_grpc,
    insights_pb2_grpc,
    pipeline_pb2_grpc,
    quality_pb2_grpc,
    rca_pb2_grpc,
    schema_match_pb2_grpc,
    semantic_pb2_grpc,
    sql_pb2_grpc,
    suggest_pb2_grpc,
)
from dataflow.provider.v1 import provider_pb2, provider_pb2_grpc
from services.copilot.agent.servicer import AgentServicer
from services.copilot.catalog_answers.servicer import CatalogServicer
from services.copilot.chat.servicer import ChatServicer
from services.copilot.diagnose.servicer import DiagnoseServicer
from services.copilot.insights.servicer import InsightsServicer
from services.copilot.pipeline.servicer import PipelineServicer
from services.copilot.platform.checks import checks
from services.copilot.quality.servicer import QualityServicer
from services.copilot.rca.servicer import RcaServicer
from services.copilot.retention import forgetting
from services.copilot.schema_match.servicer import SchemaMatchServicer
from services.copilot.semantic.servicer import SemanticServicer
from services.copilot.settings import CopilotSettings
from services.copilot.sql.servicer import SqlServicer
from services.copilot.suggest.servicer import SuggestServicer
from services.copilot.surroundings import Surroundings
from services.copilot.version import VERSION
from services.runtime.app import App, Runtime, Service
from services.runtime.errors import FailedPrecondition, Unavailable
from services.runtime.schema_versions import load_schema
from services.runtime.unbuilt import without_unbuilt

PACKAGE = "dataflow.copilot.v1"
SCHEMA = load_schema("copilot", files(__package__) / "schema")

# Every service of the contract: generated module, name, and what serves it; None where its behaviour is not built yet.
SERVICES: tuple[tuple[Any, str, type[Any] | None], ...] = (
    (agent_pb2_grpc, "AgentService", AgentServicer),
    (catalog_pb2_grpc, "CatalogService", CatalogServicer),
    (chat_pb2_grpc, "ChatService", ChatServicer),
    (diagnose_pb2_grpc, "DiagnoseService", DiagnoseServicer),
    (insights_pb2_grpc, "InsightsService", InsightsServicer),
    (pipeline_pb2_grpc, "PipelineService", PipelineServicer),
    (quality_pb2_grpc, "QualityService", QualityServicer),
    (rca_pb2_grpc, "RcaService", RcaServicer),
    (schema_match_pb2_grpc, "SchemaMatchService", SchemaMatchServicer),
    (semantic_pb2_grpc, "SemanticService", SemanticServicer),
    (sql_pb2_grpc, "SqlService", SqlServicer),
    (suggest_pb2_grpc, "SuggestService", SuggestServicer),
)


async def _check_pgvector(runtime: Runtime[CopilotSettings]) -> None:
    async with runtime.database.connection() as connection:
        if not await connection.fetchval("SELECT true FROM pg_extension WHERE extname = 'vector'"):
            raise FailedPrecondition("the database has no pgvector; run CREATE EXTENSION vector as its superuser")


async def _check_model(runtime: Runtime[CopilotSettings]) -> None:
    stub = provider_pb2_grpc.ProviderServiceStub(runtime.channels.to(runtime.settings.provider_address))
    reply = await stub.GetProviderStatus(provider_pb2.GetProviderStatusRequest())
    if not reply.healthy:
        raise Unavailable(reply.reason)


@asynccontextmanager
async def lifespan(runtime: Runtime[CopilotSettings]) -> AsyncIterator[Sequence[Service]]:
    runtime.database.add_schema(SCHEMA)
    runtime.readiness.add("pgvector", lambda: _check_pgvector(runtime), reason="pgvector_unavailable")
    runtime.readiness.add("llm", lambda: _check_model(runtime), reason="llm_unavailable", timeout=4.0)
    for name, check in checks(runtime.settings):
        runtime.readiness.add(name, check, reason="")
    async with AsyncExitStack() as stack:
        around = await stack.enter_async_context(aclosing(Surroundings.of(runtime)))
        await stack.enter_async_context(forgetting(runtime.database, runtime.settings.copilot_retention_days))
        services = []
        for module, name, make in SERVICES:
            base = getattr(module, f"{name}Servicer")
            servicer = without_unbuilt(make or type(f"Unbuilt{name}", (base,), {}))
            made = servicer(around) if make else servicer()
            if hasattr(made, "aclose"):
                stack.push_async_callback(made.aclose)
            services.append(Service(getattr(module, f"add_{name}Servicer_to_server"), made, f"{PACKAGE}.{name}"))
        yield services


APP = App("copilot", "DataFlow AI Copilot", VERSION, CopilotSettings, lifespan)
