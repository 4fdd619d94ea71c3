"""What a REST error must look like, and errors as our servers send them."""

from __future__ import annotations

from typing import Any

import grpc
import httpx
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc import aio
from grpc_status import rpc_status

ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def error_of(reply: httpx.Response, status: int, code: int, reason: str) -> str:
    """Checks an error down to its shape; returns its message."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/json"
    body = reply.json()
    assert set(body) == {"code", "message", "details"}
    assert body["code"] == code
    info = next(detail for detail in body["details"] if detail["@type"] == ERROR_INFO)
    assert (info["reason"], info["domain"]) == (reason, "dataflow.ai")
    assert body["message"].strip()
    assert "<" not in body["message"]
    return str(body["message"])


async def abort(context: aio.ServicerContext, code: grpc.StatusCode, message: str, reason: str) -> None:
    """Ends a call as our servers do: google.rpc.Status with ErrorInfo."""
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason=reason, domain="dataflow.ai"))
    status = status_pb2.Status(code=code.value[0], message=message, details=[detail])
    await context.abort_with_status(rpc_status.to_status(status))


def aborting(code: grpc.StatusCode, message: str, reason: str, **metadata: str) -> Any:
    """An answer that fails; `metadata` goes out first (`_` stands for `-`)."""

    async def answer(_: Any, context: aio.ServicerContext) -> None:
        if metadata:
            await context.send_initial_metadata([(key.replace("_", "-"), value) for key, value in metadata.items()])
        await abort(context, code, message, reason)

    return answer


def aborting_in_trailers(code: grpc.StatusCode, message: str, reason: str, **metadata: str) -> Any:
    """An answer that fails before any header is sent, as services.runtime does: everything is in the trailers."""

    async def answer(_: Any, context: aio.ServicerContext) -> None:
        detail = any_pb2.Any()
        detail.Pack(error_details_pb2.ErrorInfo(reason=reason, domain="dataflow.ai"))
        status = status_pb2.Status(code=code.value[0], message=message, details=[detail])
        extra = tuple((key.replace("_", "-"), value) for key, value in metadata.items())
        await context.abort(code, message, (*extra, ("grpc-status-details-bin", status.SerializeToString())))

    return answer


def replying(reply: Any, **metadata: str) -> Any:
    """An answer with a message and initial metadata (`_` stands for `-`)."""

    async def answer(_: Any, context: aio.ServicerContext) -> Any:
        if metadata:
            await context.send_initial_metadata([(key.replace("_", "-"), value) for key, value in metadata.items()])
        return reply

    return answer
