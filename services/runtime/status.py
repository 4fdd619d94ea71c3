"""Errors on the wire: `ServiceError` ↔ `google.rpc.Status` with ErrorInfo and RequestInfo.

Status and details travel in HTTP/2 trailers, which gRPC limits to 8 KiB; message and metadata are
shortened to fit.
"""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf import any_pb2
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from services.runtime.errors import (
    DOMAIN,
    DeadlineExceeded,
    RemoteError,
    ResourceExhausted,
    ServiceError,
    Unavailable,
)

DETAILS_KEY = "grpc-status-details-bin"
HTTP_STATUS_KEY = "x-http-status"
MASKED_MESSAGE = "internal error; quote the request id when reporting it"
_MESSAGE_LIMIT = 1200  # bytes: percent-encoded (x3 at worst) and again in base64 stays under 8 KiB
_METADATA_LIMIT = 1000  # bytes, all keys and values

# What a call to a peer that is not ours, or died, means to our own caller; every other code is masked as
# INTERNAL.
_TRANSPORT: dict[grpc.StatusCode, type[ServiceError]] = {
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhausted,
}
_TRANSPORT_MESSAGE = {
    grpc.StatusCode.UNAVAILABLE: "a server this call depends on is unavailable; try again shortly",
    grpc.StatusCode.DEADLINE_EXCEEDED: "a server this call depends on did not answer in time",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "a server this call depends on is at its limit; try again shortly",
}


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` bytes of UTF-8, ending in "…" where it was cut."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= limit:
        return raw.decode("utf-8")
    return raw[: limit - 3].decode("utf-8", "ignore") + "…"


def _fitting(metadata: dict[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    room = _METADATA_LIMIT
    for key, value in metadata.items():
        value = shorten(str(value), 300)
        room -= len(key) + len(value.encode())
        if room < 0:
            break
        kept[key] = value
    return kept


def to_status(error: ServiceError, request_id: str) -> status_pb2.Status:
    """The status message of an error, details in the order ErrorInfo, RequestInfo."""
    details = []
    for detail in (
        error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=_fitting(error.metadata)),
        error_details_pb2.RequestInfo(request_id=request_id),
    ):
        packed = any_pb2.Any()
        packed.Pack(detail)
        details.append(packed)
    return status_pb2.Status(code=error.code.value[0], message=shorten(error.message, _MESSAGE_LIMIT), details=details)


def trailers(error: ServiceError, request_id: str) -> tuple[tuple[str, str | bytes], ...]:
    """Trailing metadata of a failed call: request id, details, and `x-http-status` where the error has
    one."""
    base: list[tuple[str, str | bytes]] = [
        ("x-request-id", request_id),
        (DETAILS_KEY, to_status(error, request_id).SerializeToString()),
    ]
    if error.http_status is not None:
        base.append((HTTP_STATUS_KEY, str(error.http_status)))
    return tuple(base)


def error_info(error: grpc.RpcError) -> error_details_pb2.ErrorInfo | None:
    """The ErrorInfo of our domain that a received error carries, or None."""
    for key, value in _trailing(error):
        if key == DETAILS_KEY:
            return _our_info(value)
    return None


def from_rpc_error(error: grpc.aio.AioRpcError) -> ServiceError:
    """What an error received from a peer means here.

    Ours (ErrorInfo of our domain): the same code, reason, message and metadata. A transport failure: its
    own class with a neutral message (the peer's text may name hosts). Anything else: INTERNAL, masked.
    """
    code = error.code()
    info = error_info(error)
    if info is not None and info.reason != ServiceError.reason:
        return RemoteError(error.details() or code.name, code=code, reason=info.reason, metadata=dict(info.metadata))
    kind = _TRANSPORT.get(code)
    if kind is None:
        return ServiceError(MASKED_MESSAGE)
    return kind(_TRANSPORT_MESSAGE[code])


def describe(error: grpc.aio.AioRpcError) -> tuple[grpc.StatusCode, str, str]:
    """(code, reason, message) of a received error; reason is "" where the peer gave none of ours."""
    info = error_info(error)
    return error.code(), info.reason if info else "", error.details() or ""


def _trailing(error: grpc.RpcError) -> Any:
    metadata = getattr(error, "trailing_metadata", None)
    return (metadata() or ()) if callable(metadata) else ()


def _our_info(raw: bytes) -> error_details_pb2.ErrorInfo | None:
    try:
        status = status_pb2.Status.FromString(raw)
    except DecodeError:
        return None
    for detail in status.details:
        info = error_details_pb2.ErrorInfo()
        if detail.Is(info.DESCRIPTOR) and detail.Unpack(info) and info.domain == DOMAIN:
            return info
    return None
