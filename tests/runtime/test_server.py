"""Start, drain and stop of real servers in this process."""

import asyncio
import socket
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.runtime.server import Server, StartError
from services.runtime.settings import SettingsError
from tests.runtime import scripted as s

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


async def health_of(channel: aio.Channel, service: str = "") -> int:
    stub = health_pb2_grpc.HealthStub(channel)
    reply = await stub.Check(health_pb2.HealthCheckRequest(service=service))
    return int(reply.status)


async def test_health_overall_and_per_service() -> None:
    async with s.probe() as server, s.connected(server) as channel:
        for service in ("", s.NAME, "dataflow.ops.v1.OpsService", "grpc.health.v1.Health"):
            assert await health_of(channel, service) == SERVING
        with pytest.raises(aio.AioRpcError) as caught:
            await health_of(channel, "no.such.Service")
    assert caught.value.code().name == "NOT_FOUND"


async def test_degraded_server_stays_serving() -> None:
    async def missing() -> bool:
        return False

    async with s.probe(prepare=lambda r: r.readiness.add("x", missing, reason="x")) as server:
        assert await server.runtime.readiness.reasons() == ("x",)
        async with s.connected(server) as channel:
            assert await health_of(channel) == SERVING


async def test_drain_lets_running_call_and_stream_finish_then_refuses() -> None:
    release = asyncio.Event()
    order: list[str] = []

    async def slow(request: StringValue, context: Any) -> StringValue:
        order.append("call started")
        await release.wait()
        return s.text("finished")

    async def stream(request: StringValue, context: Any) -> Any:
        yield s.text("one")
        await release.wait()
        yield s.text("two")

    methods = {"Unary": s.unary(slow), "Stream": s.server_stream(stream)}
    options: dict[str, Any] = {"drain_seconds": 1.5, "shutdown_grace_seconds": 10.0}
    async with s.probe(methods, after=lambda: order.append("lifespan ended"), **options) as server:
        async with s.connected(server) as channel:
            call = asyncio.ensure_future(s.text_unary(channel, "Unary")(s.text()))
            running = s.text_server_stream(channel, "Stream")(s.text())
            assert (await running.read()).value == "one"
            while "call started" not in order:
                await asyncio.sleep(0.01)
            stopping = asyncio.ensure_future(server.stop())
            await asyncio.sleep(0.1)
            assert await health_of(channel) == NOT_SERVING
            assert await health_of(channel, s.NAME) == NOT_SERVING
            await asyncio.sleep(2.0)
            with pytest.raises(aio.AioRpcError) as caught:
                await s.text_unary(channel, "Unary")(s.text(), timeout=2)
            assert caught.value.code().name == "UNAVAILABLE"
            assert not stopping.done()
            release.set()
            assert (await call).value == "finished"
            assert (await running.read()).value == "two"
            assert await running.read() is aio.EOF
            await stopping
        assert order == ["call started"]
    assert order == ["call started", "lifespan ended"]


async def test_grace_ends_what_does_not_finish() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def endless(request: StringValue, context: Any) -> StringValue:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()
        return s.text()

    async with (
        s.probe({"Unary": s.unary(endless)}, shutdown_grace_seconds=0.2) as server,
        s.connected(server) as channel,
    ):
        call = asyncio.ensure_future(s.text_unary(channel, "Unary")(s.text()))
        await begun.wait()
        await server.stop()
        async with asyncio.timeout(15):
            await cancelled.wait()
        with pytest.raises(aio.AioRpcError):
            await call


async def test_open_health_watch_is_told_and_does_not_hold_the_stop() -> None:
    async with s.probe(shutdown_grace_seconds=30.0) as server, s.connected(server) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await watch.read()).status == SERVING
        async with asyncio.timeout(5):
            await server.stop()
        assert (await watch.read()).status == NOT_SERVING
        assert await watch.read() is aio.EOF


async def test_stop_twice_is_one_stop(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    async with s.probe() as server:
        await server.stop()
    assert [line["event"] for line in log_lines()] == ["serving", "draining", "stopped"]


async def test_bound_ports_are_told_and_logged(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    async with s.probe(metrics_port=0) as server:
        assert server.port > 0
        assert server.metrics_port
        assert server.address == f"127.0.0.1:{server.port}"
    line = log_lines()[0]
    assert (line["address"], line["metrics_port"]) == (server.address, server.metrics_port)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics")


@pytest.mark.parametrize("variable", ["GRPC_PORT", "METRICS_PORT"])
async def test_taken_port_is_one_sentence(variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"{variable}: cannot listen on 127.0.0.1:{port}"):
            async with s.probe(**{variable.lower(): port}):
                pass


async def test_two_servers_never_share_a_port() -> None:
    async with s.probe() as first:
        with pytest.raises(StartError):
            async with s.probe(grpc_port=first.port):
                pass


async def test_ipv6_loopback_is_served() -> None:
    async with s.probe(grpc_host="::1") as server, aio.insecure_channel(f"[::1]:{server.port}") as channel:
        assert await health_of(channel) == SERVING


async def test_reachable_address_without_keys_is_refused_also_in_process() -> None:
    with pytest.raises(SettingsError, match="DATAFLOW_API_KEYS must be set"):
        async with s.probe(grpc_host="0.0.0.0"):
            pass


async def test_message_over_the_limit_is_refused_and_the_server_lives() -> None:
    async def echo(request: StringValue, context: Any) -> StringValue:
        return request

    async def ask(server: Server, size: int) -> str:
        options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        async with aio.insecure_channel(server.address, options=options) as channel:
            call = s.text_unary(channel, "Unary")(s.text("x" * size))
            return (await call.code()).name

    async with s.probe({"Unary": s.unary(echo)}) as server:
        assert await ask(server, 5 * 1024 * 1024) == "RESOURCE_EXHAUSTED"
        assert await ask(server, 3 * 1024 * 1024) == "OK"
