"""gRPC clients on the same two ports: right server, true statuses, streams, deadlines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from dataflow.copilot.v1 import chat_pb2, chat_pb2_grpc
from dataflow.migration.v1 import job_pb2, migration_pb2_grpc, upload_pb2
from dataflow.ops.v1 import ops_pb2, ops_pb2_grpc
from dataflow.provider.v1 import provider_pb2, provider_pb2_grpc
from tests.edge.conftest import Stage
from tests.edge.recording_server import message, methods_of
from tests.edge.replies import aborting, replying
from tests.fixtures_envoy import CLUSTERS, running_envoy

LISTENERS = ("copilot", "migration")
CHAT = "/dataflow.copilot.v1.ChatService/Chat"
STREAM = "/dataflow.copilot.v1.ChatService/StreamChat"


def channel(stage: Stage, listener: str) -> aio.Channel:
    return aio.insecure_channel(f"127.0.0.1:{getattr(stage.ports, listener)}")


@pytest.mark.parametrize("listener", LISTENERS)
@pytest.mark.parametrize("cluster", CLUSTERS)
async def test_every_rpc_reaches_its_server(stage: Stage, listener: str, cluster: str) -> None:
    methods = methods_of((f"dataflow.{cluster}.v1",))
    async with channel(stage, listener) as to:
        for path, method in methods.items():
            streams = "stream" if method.client_streaming else "unary"
            call = getattr(to, f"{streams}_{'stream' if method.server_streaming else 'unary'}")(path)
            request = iter([b""]) if method.client_streaming else b""
            if method.server_streaming:
                assert [reply async for reply in call(request)] == [b""]
            else:
                assert await call(request) == b""
    assert stage.calls == [(cluster, path) for path in methods]


@pytest.mark.parametrize("listener", LISTENERS)
async def test_health_ops_and_unknown_services_belong_to_the_listeners_own_server(stage: Stage, listener: str) -> None:
    async with channel(stage, listener) as to:
        health = await health_pb2_grpc.HealthStub(to).Check(health_pb2.HealthCheckRequest())
        await ops_pb2_grpc.OpsServiceStub(to).GetHealth(ops_pb2.GetHealthRequest())
        with pytest.raises(aio.AioRpcError) as unknown:
            await to.unary_unary("/no.such.Service/Method")(b"")
    assert health.status == health_pb2.HealthCheckResponse.SERVING
    assert stage.calls == [(listener, "/dataflow.ops.v1.OpsService/GetHealth")]
    assert unknown.value.code() == grpc.StatusCode.UNIMPLEMENTED


async def test_details_of_an_error_arrive_intact(stage: Stage) -> None:
    stage.servers["copilot"].answers[CHAT] = aborting(grpc.StatusCode.NOT_FOUND, "no żółw", "JOB_NOT_FOUND")
    async with channel(stage, "copilot") as to:
        with pytest.raises(aio.AioRpcError) as raised:
            await chat_pb2_grpc.ChatServiceStub(to).Chat(chat_pb2.ChatRequest())
    status = rpc_status.from_call(raised.value)
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (raised.value.code(), status.message, info.reason) == (grpc.StatusCode.NOT_FOUND, "no żółw", "JOB_NOT_FOUND")


async def test_metadata_and_reply_pass_untouched(stage: Stage) -> None:
    reply = message("dataflow.copilot.v1.ChatResponse")(message="hello")
    stage.servers["copilot"].answers[CHAT] = replying(reply, x_copilot_confidence="0.9", x_http_status="413")
    async with channel(stage, "copilot") as to:
        metadata = (("x-request-id", "r-1"), ("authorization", "Bearer k"), ("x-workspace-id", "w"))
        call = chat_pb2_grpc.ChatServiceStub(to).Chat(chat_pb2.ChatRequest(), metadata=metadata)
        assert (await call).message == "hello"
        headers = dict(await call.initial_metadata())
    assert (headers["x-request-id"], headers["x-copilot-confidence"]) == ("r-1", "0.9")
    assert set(metadata) <= set(stage.servers["copilot"].calls[0].metadata.items())


async def test_a_typed_stream_arrives_message_by_message(stage: Stage) -> None:
    more = asyncio.Semaphore(1)

    async def answer(_: Any, __: Any) -> AsyncIterator[Any]:
        for text in ("a", "b"):
            await more.acquire()
            yield message("dataflow.copilot.v1.StreamChatResponse")(token={"text": text})

    stage.servers["copilot"].answers[STREAM] = answer
    received = []
    async with asyncio.timeout(10), channel(stage, "migration") as to:
        async for event in chat_pb2_grpc.ChatServiceStub(to).StreamChat(chat_pb2.StreamChatRequest()):
            received.append(event.token.text)
            more.release()
    assert received == ["a", "b"]


async def test_the_clients_deadline_reaches_the_server_and_holds(stage: Stage) -> None:
    async def answer(_: Any, __: Any) -> None:
        await asyncio.sleep(60)

    stage.servers["copilot"].answers[CHAT] = answer
    async with channel(stage, "copilot") as to:
        with pytest.raises(aio.AioRpcError) as raised:
            await chat_pb2_grpc.ChatServiceStub(to).Chat(chat_pb2.ChatRequest(), timeout=2)
    left = stage.servers["copilot"].calls[0].deadline_s
    assert left is not None
    assert left < 2.05  # gRPC rounds up
    assert raised.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_message_above_the_json_limit_passes(stage: Stage) -> None:
    """The servers' own limit holds for gRPC: 4 MiB unless raised."""
    async with channel(stage, "copilot") as to:
        await chat_pb2_grpc.ChatServiceStub(to).Chat(chat_pb2.ChatRequest(message="a" * (4 * 1024 * 1024 - 100)))


async def test_a_client_stream_may_be_larger_than_an_upload(stage: Stage) -> None:
    """The upload limit is REST's: over gRPC a million entities may be sent in one stream."""
    piece = upload_pb2.ConvertExportRequest(chunk=bytes(1 << 20))
    async with channel(stage, "migration") as to:
        call = migration_pb2_grpc.MigrationServiceStub(to).ConvertExport(iter([piece] * 60))
        assert len([reply async for reply in call]) == 1
    assert stage.calls == [("migration", "/dataflow.migration.v1.MigrationService/ConvertExport")]


async def test_a_server_that_is_down_is_unavailable_in_plain_words() -> None:
    async with running_envoy({}) as ports, aio.insecure_channel(f"127.0.0.1:{ports.copilot}") as to:
        with pytest.raises(aio.AioRpcError) as raised:
            await migration_pb2_grpc.MigrationServiceStub(to).ListJobs(job_pb2.ListJobsRequest(), timeout=10)
        with pytest.raises(aio.AioRpcError) as second:
            await provider_pb2_grpc.ProviderServiceStub(to).GetProviderStatus(
                provider_pb2.GetProviderStatusRequest(), timeout=10
            )
    for error in (raised.value, second.value):
        assert error.code() == grpc.StatusCode.UNAVAILABLE
        assert error.details()
        assert "{" not in error.details()
