"""Servers that are down, come back, drain, refuse; what is repeated and what never is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2

from tests.edge.conftest import Stage, http_client
from tests.edge.recording_server import RecordingServer, message
from tests.edge.replies import abort, aborting, error_of
from tests.fixtures_envoy import running_envoy

LIST = "/dataflow.migration.v1.MigrationService/ListJobs"
CONVERT = "/dataflow.migration.v1.MigrationService/ConvertJob"
PACKAGES = ("dataflow.migration.v1", "dataflow.ops.v1")
JOBS = "/api/migration/jobs"


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[RecordingServer]:
    """A migration server a test may stop and start."""
    server = RecordingServer("migration", PACKAGES)
    await server.start()
    yield server
    await server.stop()


async def until_status(client: Any, path: str, status: int, within_s: float = 10) -> None:
    async with asyncio.timeout(within_s):
        while (await client.get(path)).status_code != status:
            await asyncio.sleep(0.05)


async def test_a_server_that_was_never_up_is_503_at_once() -> None:
    async with running_envoy({}) as ports, http_client(ports.copilot) as client:
        await until_status(client, JOBS, 503)
        begun = time.monotonic()
        for method, path in (
            ("GET", JOBS),
            ("POST", "/api/copilot/chat"),
            ("GET", "/health"),
            ("GET", "/api/copilot/chat/stream"),
        ):
            reply = await client.request(method, path)
            error_of(reply, 503, 14, "SERVER_UNAVAILABLE")
            assert reply.headers["retry-after"] == "2"
        assert time.monotonic() - begun < 20  # a route waits for 30 s and more
        assert (await client.get("/healthz")).status_code == 200


async def test_a_name_that_does_not_resolve_is_a_server_that_is_down() -> None:
    """As in compose, when a container is not up yet."""
    async with (
        asyncio.timeout(20),
        running_envoy({"copilot": "no-such-host.invalid:9090"}) as ports,
        http_client(ports.copilot) as client,
    ):
        error_of(await client.get("/health"), 503, 14, "SERVER_UNAVAILABLE")


async def test_a_server_that_comes_back_is_used_again(server: RecordingServer) -> None:
    async with running_envoy({"migration": server.address}) as ports, http_client(ports.migration) as client:
        await until_status(client, JOBS, 200)
        await server.stop()
        reply = await client.get(JOBS)
        assert (reply.status_code, reply.json()["code"]) == (503, 14)
        assert reply.json()["details"][0]["reason"] in {"SERVER_UNAVAILABLE", "CONNECTION_LOST"}
        await server.start()
        await until_status(client, JOBS, 200)


async def test_a_server_ended_in_the_middle_of_a_call_is_a_503(server: RecordingServer) -> None:
    begun = asyncio.Event()

    async def answer(_: Any, __: Any) -> None:
        begun.set()
        await asyncio.sleep(30)

    server.answers[CONVERT] = answer
    async with running_envoy({"migration": server.address}) as ports, http_client(ports.migration) as client:
        await until_status(client, JOBS, 200)
        call = asyncio.create_task(client.post("/api/migration/jobs/j1/convert", json={}))
        await begun.wait()
        await server.stop()
        reply = await call
        assert (reply.status_code, reply.headers["content-type"]) == (503, "application/json")
        assert reply.json()["code"] == 14
        assert len([call for call in server.calls if call.method == CONVERT]) == 1
        await server.start()


async def test_a_draining_server_gets_no_new_calls_while_another_can_take_them(server: RecordingServer) -> None:
    second = RecordingServer("second", PACKAGES)
    await second.start()
    addresses = f"{server.address},{second.address}"
    async with running_envoy({"migration": addresses}) as ports, http_client(ports.migration) as client:
        async with asyncio.timeout(10):
            while not (server.calls and second.calls):
                assert (await client.get(JOBS)).status_code == 200
        await server.health.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
        await asyncio.sleep(3)
        server.calls.clear()
        statuses = {(await client.get(JOBS)).status_code for _ in range(30)}
        assert (statuses, server.calls) == ({200}, [])
    await second.stop()


async def test_a_read_is_repeated_when_the_server_is_unavailable(stage: Stage) -> None:
    server = stage.servers["migration"]

    async def answer(request: Any, context: Any) -> Any:
        if len(server.calls) < 3:
            await abort(context, grpc.StatusCode.UNAVAILABLE, "not now", "DATABASE_UNAVAILABLE")
        return message("dataflow.migration.v1.ListJobsResponse")(total=3)

    server.answers[LIST] = answer
    reply = await stage.migration.get(JOBS)
    assert (reply.status_code, len(server.calls)) == (200, 3)


@pytest.mark.parametrize(
    "code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL, grpc.StatusCode.RESOURCE_EXHAUSTED]
)
async def test_a_write_is_sent_once(stage: Stage, code: grpc.StatusCode) -> None:
    stage.servers["migration"].answers[CONVERT] = aborting(code, "not now", "NOT_NOW")
    reply = await stage.migration.post("/api/migration/jobs/j1/convert", json={})
    assert reply.json()["code"] == code.value[0]
    assert len(stage.calls) == 1


async def test_errors_of_a_server_do_not_close_the_door_to_it(stage: Stage) -> None:
    """A server without a model key answers UNAVAILABLE to everything; it must still be asked."""
    chat = "/dataflow.copilot.v1.ChatService/Chat"
    stage.servers["copilot"].answers[chat] = aborting(grpc.StatusCode.UNAVAILABLE, "no model", "LLM_UNAVAILABLE")
    for _ in range(30):
        error_of(await stage.copilot.post("/api/copilot/chat", json={}), 503, 14, "LLM_UNAVAILABLE")
    await asyncio.sleep(2.5)
    error_of(await stage.copilot.post("/api/copilot/chat", json={}), 503, 14, "LLM_UNAVAILABLE")
    assert (await stage.copilot.get("/health")).status_code == 200
