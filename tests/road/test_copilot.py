"""The Copilot's mounts, the operators' endpoints, and a stream, in front of the real servers."""

from __future__ import annotations

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

MOUNTS = ("/api/v1/ai", "/api/v1/copilot", "/api/copilot")


async def test_health_answers_for_the_server_of_the_port(road):
    copilot = (await road.copilot.get("/health")).json()
    migration = (await road.migration.get("/health")).json()
    assert (copilot["service"], copilot["version"]) == ("DataFlow AI Copilot", "0.3.0")
    assert (migration["service"], migration["version"]) == ("DataFlow Migration Engine", "0.2.0")
    assert copilot["status"] == migration["status"] == "healthy"


async def test_readiness_tells_what_is_missing(road):
    reply = await road.copilot.get("/ready")
    assert reply.status_code == 503
    assert (reply.json()["status"], reply.json()["reasons"]) == ("degraded", ["llm_unavailable"])
    details = {dependency["name"]: dependency["detail"] for dependency in reply.json()["dependencies"]}
    assert (details.pop("pgvector"), details.pop("llm")) == ("", "ANTHROPIC_API_KEY is not set")
    assert set(details) == {"catalog", "pipeline-service", "monitor-service", "metadata-service"}
    reply = await road.migration.get("/ready")
    assert (reply.status_code, reply.json()["status"], reply.json()["reasons"]) == (200, "ready", [])


async def test_metrics_are_prometheus_text_with_the_documented_series(road):
    await road.migration.get("/api/migration/jobs")
    reply = await road.migration.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain")
    assert 'version="0.2.0"' in reply.text
    assert "uptime_seconds" in reply.text
    assert 'grpc_method="ListJobs"' in reply.text


@pytest.mark.parametrize("mount", MOUNTS)
async def test_provider_status_is_real_under_every_mount(road, mount):
    status = (await road.copilot.get(f"{mount}/provider/status")).json()
    assert status["provider"] == "anthropic"
    assert status["healthy"] is False
    assert status["reason"] == "ANTHROPIC_API_KEY is not set"
    assert status["fallbacks"] == []


@pytest.mark.parametrize("port", ["copilot_port", "migration_port"])
async def test_grpc_health_through_envoy(road, port):
    async with grpc.aio.insecure_channel(f"127.0.0.1:{getattr(road, port)}") as channel:
        reply = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
    assert reply.status == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
async def test_documents_are_served(road, path):
    reply = await road.copilot.get(path)
    assert reply.status_code == 200
    assert "/sql/generate" in reply.text
