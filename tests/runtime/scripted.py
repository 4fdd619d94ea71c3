"""A real server with scripted methods: what a test hands over as functions is served over gRPC on port 0."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import grpc
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from services.runtime.app import App, Runtime, Service
from services.runtime.server import Server, running
from services.runtime.server_settings import OptionalPort, Port, ServerSettings

NAME = "test.v1.Probe"
TEXT = (StringValue.FromString, StringValue.SerializeToString)


class ProbeSettings(ServerSettings):
    service: ClassVar[str] = "probe"
    grpc_port: Port = 0
    metrics_port: OptionalPort = None
    drain_seconds: float = 0.0
    shutdown_grace_seconds: float = 0.0
    process_pool_size: int = 1


def unary(function: Callable[..., Any]) -> Any:
    return grpc.unary_unary_rpc_method_handler(function, *TEXT)


def server_stream(function: Callable[..., Any]) -> Any:
    return grpc.unary_stream_rpc_method_handler(function, *TEXT)


def client_stream(function: Callable[..., Any]) -> Any:
    return grpc.stream_unary_rpc_method_handler(function, *TEXT)


def bidi(function: Callable[..., Any]) -> Any:
    return grpc.stream_stream_rpc_method_handler(function, *TEXT)


def generic_service(methods: Mapping[str, Any], name: str = NAME) -> Service:
    handler = grpc.method_handlers_generic_handler(name, dict(methods))
    return Service(lambda _servicer, server: server.add_generic_rpc_handlers((handler,)), None, name)


@asynccontextmanager
async def probe(
    methods: Mapping[str, Any] | None = None,
    *,
    name: str = NAME,
    prepare: Callable[[Runtime[Any]], None] | None = None,
    after: Callable[[], None] | None = None,
    services: Sequence[Service] = (),
    **settings: Any,
) -> AsyncIterator[Server]:
    """A server with `methods` as service `name`. `prepare` sees its runtime before it starts."""

    @asynccontextmanager
    async def lifespan(runtime: Runtime[ProbeSettings]) -> AsyncIterator[Sequence[Service]]:
        if prepare is not None:
            prepare(runtime)
        yield services or [generic_service(methods or {}, name)]
        if after is not None:
            after()

    app = App("probe", "Probe server", "1.2.3", ProbeSettings, lifespan)
    async with running(app, ProbeSettings(**settings)) as server:
        yield server


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[aio.Channel]:
    async with aio.insecure_channel(server.address) as channel:
        yield channel


def text_unary(channel: aio.Channel, method: str, name: str = NAME) -> Any:
    return channel.unary_unary(f"/{name}/{method}", TEXT[1], TEXT[0])


def text_server_stream(channel: aio.Channel, method: str, name: str = NAME) -> Any:
    return channel.unary_stream(f"/{name}/{method}", TEXT[1], TEXT[0])


def text_client_stream(channel: aio.Channel, method: str, name: str = NAME) -> Any:
    return channel.stream_unary(f"/{name}/{method}", TEXT[1], TEXT[0])


def text_bidi(channel: aio.Channel, method: str, name: str = NAME) -> Any:
    return channel.stream_stream(f"/{name}/{method}", TEXT[1], TEXT[0])


def text(value: str = "") -> StringValue:
    return StringValue(value=value)
