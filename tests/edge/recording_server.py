"""A real gRPC server for any service of the contract: records each call, answers as told or with an empty message."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import MethodDescriptor
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio

from services.edge.tables import REPOSITORY

DESCRIPTOR_SET = REPOSITORY / "gen" / "dataflow.binpb"

Answer = Callable[[Any, aio.ServicerContext], Any]


@dataclass
class Call:
    """One call as the server saw it. `deadline_s`: seconds left on arrival, None without a deadline."""

    method: str
    metadata: dict[str, str]
    deadline_s: float | None
    cancelled: bool = False


@cache
def contract() -> tuple[descriptor_pool.DescriptorPool, descriptor_pb2.FileDescriptorSet]:
    files = descriptor_pb2.FileDescriptorSet.FromString(DESCRIPTOR_SET.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool, files


def message(full_name: str) -> Any:
    """The class of a message of the contract."""
    return message_factory.GetMessageClass(contract()[0].FindMessageTypeByName(full_name))


def methods_of(packages: tuple[str, ...]) -> dict[str, MethodDescriptor]:
    """`/package.Service/Method` → its descriptor."""
    pool, files = contract()
    names = [
        f"{file.package}.{service.name}" for file in files.file if file.package in packages for service in file.service
    ]
    services = [pool.FindServiceByName(name) for name in names]
    return {f"/{service.full_name}/{method.name}": method for service in services for method in service.methods}


@dataclass
class RecordingServer(grpc.GenericRpcHandler):
    """Serves every RPC of `packages`. `answers[method]` replaces the empty reply: a coroutine or an async generator."""

    name: str
    packages: tuple[str, ...]
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    port: int = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def reset(self) -> None:
        self.calls.clear()
        self.answers.clear()

    async def start(self, credentials: grpc.ServerCredentials | None = None) -> None:
        """Binds a free port the first time, the same one again after a stop."""
        self._server = aio.server(
            options=[("grpc.so_reuseport", 0), ("grpc.http2.min_ping_interval_without_data_ms", 10000)]
        )
        self.health = health_aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self._server)
        await self.health.set("", health_pb2.HealthCheckResponse.SERVING)
        self._methods = methods_of(self.packages)
        self._server.add_generic_rpc_handlers((self,))
        if credentials is None:
            self.port = self._server.add_insecure_port(self.address)
        else:
            self.port = self._server.add_secure_port(self.address, credentials)
        await self._server.start()

    async def stop(self) -> None:
        await self._server.stop(None)

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        method = self._methods.get(handler_call_details.method)
        if method is None:
            return None
        behaviour = _streaming(self, method) if method.server_streaming else _unary(self, method)
        make = _HANDLERS[method.client_streaming, method.server_streaming]
        request = message_factory.GetMessageClass(method.input_type)
        return make(behaviour, request.FromString, lambda reply: reply.SerializeToString())

    def record(self, method: MethodDescriptor, context: aio.ServicerContext) -> Call:
        metadata = {key: value for key, value in context.invocation_metadata() if isinstance(value, str)}
        call = Call(f"/{method.containing_service.full_name}/{method.name}", metadata, context.time_remaining())
        self.calls.append(call)
        return call


_HANDLERS = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


def _unary(server: RecordingServer, method: MethodDescriptor) -> Callable[[Any, aio.ServicerContext], Awaitable[Any]]:
    async def answer(request: Any, context: aio.ServicerContext) -> Any:
        call = server.record(method, context)
        scripted = server.answers.get(call.method)
        if scripted is not None:
            return await scripted(request, context)
        if method.client_streaming:
            async for _ in request:
                pass
        return message_factory.GetMessageClass(method.output_type)()

    return answer


def _streaming(
    server: RecordingServer, method: MethodDescriptor
) -> Callable[[Any, aio.ServicerContext], AsyncIterator[Any]]:
    async def answer(request: Any, context: aio.ServicerContext) -> AsyncIterator[Any]:
        call = server.record(method, context)
        scripted = server.answers.get(call.method)
        if scripted is None:
            if method.client_streaming:
                async for _ in request:
                    pass
            yield message_factory.GetMessageClass(method.output_type)()
            return
        async for reply in scripted(request, context):
            yield reply

    return answer
