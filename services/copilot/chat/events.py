"""The typed stream of a chat as the events that a browser reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict

from dataflow.common.v1 import stream_error_pb2
from dataflow.copilot.v1 import chat_pb2
from services.copilot.chat import sse
from services.runtime.interceptors import as_service_error
from services.runtime.logs import get_logger

log = get_logger("chat")


def _fields(message: Any) -> dict[str, object]:
    fields: dict[str, object] = MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return fields


async def named_events(stream: AsyncIterator[chat_pb2.StreamChatResponse]) -> AsyncGenerator[sse.Event, None]:
    """(`token` | `done` | `error`, its JSON) for each message of a typed stream."""
    async for response in stream:
        name = response.WhichOneof("event")
        if name is not None:
            yield name, _fields(getattr(response, name))


def stream_error(raised: Exception) -> stream_error_pb2.StreamError:
    """What a stream raised after it had begun, as its last event; the log has the rest."""
    error = as_service_error(raised)
    log.error("stream failed", reason=error.reason, exc_info=raised)
    return stream_error_pb2.StreamError(
        code=error.code.value[0],
        reason=error.metadata.get("llm_reason", error.reason),
        message=error.message,
        retryable=error.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED),
    )


def failed(raised: Exception) -> sse.Event:
    """The `error` event of a stream that raised."""
    return "error", _fields(stream_error(raised))
