"""The Copilot server, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from dataflow.copilot.v1 import (
    agent_pb2_grpc,
    catalog_pb2_grpc,
    diagnose_pb2_grpc,
    insights_pb2_grpc,
    pipeline_pb2_grpc,
    quality_pb2_grpc,
    rca_pb2_grpc,
    schema_match_pb2_grpc,
    semantic_pb2_grpc,
    suggest_pb2_grpc,
)
from dataflow.copilot.v1.chat_pb2_grpc import add_ChatServiceServicer_to_server
from dataflow.copilot.v1.sql_pb2_grpc import add_SqlServiceServicer_to_server
from dataflow.provider.v1 import provider_pb2, provider_pb2_grpc
from services.copilot.chat import ChatServicer
from services.copilot.settings import CopilotSettings
from services.copilot.sql.servicer import SqlServicer
from services.copilot.surroundings import Surroundings
from services.copilot.version import VERSION
from services.runtime.app import App, Runtime, Service
from services.runtime.errors import FailedPrecondition, Unavailable
from services.runtime.unbuilt import without_unbuilt

PACKAGE = "dataflow.copilot.v1"

# Services of the contract whose behaviour is not built yet.
UNBUILT = (
    (agent_pb2_grpc, "AgentService"),
    (catalog_pb2_grpc, "CatalogService"),
    (diagnose_pb2_grpc, "DiagnoseService"),
    (insights_pb2_grpc, "InsightsService"),
    (pipeline_pb2_grpc, "PipelineService"),
    (quality_pb2_grpc, "QualityService"),
    (rca_pb2_grpc, "RcaService"),
    (schema_match_pb2_grpc, "SchemaMatchService"),
    (semantic_pb2_grpc, "SemanticService"),
    (suggest_pb2_grpc, "SuggestService"),
)


def unbuilt_services() -> list[Service]:
    services = []
    for module, name in UNBUILT:
        servicer = without_unbuilt(type(f"Unbuilt{name}", (getattr(module, f"{name}Servicer"),), {}))()
        services.append(Service(getattr(module, f"add_{name}Servicer_to_server"), servicer, f"{PACKAGE}.{name}"))
    return services


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
    runtime.readiness.add("pgvector", lambda: _check_pgvector(runtime), reason="pgvector_unavailable")
    runtime.readiness.add("llm", lambda: _check_model(runtime), reason="llm_unavailable", timeout=4.0)
    chat = without_unbuilt(ChatServicer)()
    sql = without_unbuilt(SqlServicer)(Surroundings.of(runtime))
    yield [
        Service(add_ChatServiceServicer_to_server, chat, f"{PACKAGE}.ChatService"),
        Service(add_SqlServiceServicer_to_server, sql, f"{PACKAGE}.SqlService"),
        *unbuilt_services(),
    ]


APP = App("copilot", "DataFlow AI Copilot", VERSION, CopilotSettings, lifespan)
