"""Channels to our other servers: every call carries a deadline, the request id, the workspace and the
caller's key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grpc import aio

from services.runtime.context import current_call, current_caller, remaining
from services.runtime.server_settings import ServerSettings
from services.runtime.tls import channel_credentials

UNARY_SECONDS = 60.0
STREAM_SECONDS = 300.0
# Left for our own answer: the caller is told by us what timed out, not by its own clock.
_MARGIN_SECONDS = 0.05


def outgoing_timeout(asked: float | None, default: float) -> float:
    """Seconds an outgoing call may take: what was asked for (else `default`), never more than the caller
    has left."""
    wanted = default if asked is None else asked
    left = remaining()
    return wanted if left is None else max(0.0, min(wanted, left - _MARGIN_SECONDS))


def outgoing_metadata(given: Any, service_key: str) -> aio.Metadata:
    """`given` and the context of the call being served; what the program gave itself wins."""
    metadata = aio.Metadata(*(given or ()))
    call = current_call()
    token = current_caller().token or service_key
    for key, value in (
        ("x-request-id", call.request_id if call else ""),
        ("x-workspace-id", call.workspace if call else ""),
        ("authorization", f"Bearer {token}" if token else ""),
    ):
        if value and key not in metadata:
            metadata.add(key, value)
    return metadata


class _Outgoing:
    """What the four kinds of client interceptor share."""

    seconds = UNARY_SECONDS

    def __init__(self, service_key: str) -> None:
        self._service_key = service_key

    async def _continue(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        changed = aio.ClientCallDetails(
            method=details.method,
            timeout=outgoing_timeout(details.timeout, self.seconds),
            metadata=outgoing_metadata(details.metadata, self._service_key),
            credentials=details.credentials,
            wait_for_ready=details.wait_for_ready,
        )
        return await continuation(changed, request)


class _UnaryUnary(_Outgoing, aio.UnaryUnaryClientInterceptor):  # type: ignore[type-arg]  # stub is generic
    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await self._continue(continuation, client_call_details, request)


class _UnaryStream(_Outgoing, aio.UnaryStreamClientInterceptor):  # type: ignore[type-arg]  # stub is generic
    seconds = STREAM_SECONDS

    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await self._continue(continuation, client_call_details, request)


class _StreamUnary(_Outgoing, aio.StreamUnaryClientInterceptor):  # type: ignore[type-arg]  # stub is generic
    seconds = STREAM_SECONDS

    async def intercept_stream_unary(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return await self._continue(continuation, client_call_details, request_iterator)


class _StreamStream(_Outgoing, aio.StreamStreamClientInterceptor):  # type: ignore[type-arg]  # stub is generic
    seconds = STREAM_SECONDS

    async def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return await self._continue(continuation, client_call_details, request_iterator)


class Channels:
    """One channel an address, made on first use:
    `ProviderServiceStub(channels.to(settings.provider_address))`.

    A peer that is down makes calls fail at once with UNAVAILABLE; the channel reconnects by itself, within
    2 s of the peer coming back. Errors arrive as `AioRpcError`; left alone, the interceptor of the server
    passes on those of our own servers unchanged (see status.from_rpc_error).
    """

    def __init__(self, settings: ServerSettings) -> None:
        self._credentials = channel_credentials(settings)
        self._service_key = settings.dataflow_service_key.get_secret_value()
        self._options = (
            ("grpc.enable_http_proxy", 0),
            ("grpc.keepalive_time_ms", 30_000),
            ("grpc.keepalive_timeout_ms", 5_000),
            ("grpc.initial_reconnect_backoff_ms", 100),
            ("grpc.min_reconnect_backoff_ms", 500),
            ("grpc.max_reconnect_backoff_ms", 2_000),
            ("grpc.max_receive_message_length", settings.max_send_message_bytes),
            ("grpc.max_send_message_length", settings.max_receive_message_bytes),
        )
        self._open: dict[str, aio.Channel] = {}

    def to(self, address: str) -> aio.Channel:
        """The channel to "host:port"."""
        if address not in self._open:
            interceptors: list[Any] = [
                kind(self._service_key) for kind in (_UnaryUnary, _UnaryStream, _StreamUnary, _StreamStream)
            ]
            self._open[address] = (
                aio.insecure_channel(address, options=self._options, interceptors=interceptors)
                if self._credentials is None
                else aio.secure_channel(address, self._credentials, options=self._options, interceptors=interceptors)
            )
        return self._open[address]

    async def close(self) -> None:
        """Close all channels; running calls end as cancelled."""
        for channel in self._open.values():
            await channel.close(None)
        self._open.clear()
