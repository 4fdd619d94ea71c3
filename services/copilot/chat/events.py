"""ChatService. `StreamChat` is the truth; `StreamChatEvents` is the same stream as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import grpc
from google.api import httpbody_pb2
from google.protobuf.json_format import MessageToDict

from dataflow.common.v1 import stream_error_pb2
from dataflow.copilot.v1 import chat_pb2, chat_pb2_grpc
from services.copilot import sse
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


def failed(raised: Exception) -> sse.Event:
    """The `error` event for what a typed stream raised after it had begun; the log has the rest."""
    error = as_service_error(raised)
    log.error("stream failed", reason=error.reason, exc_info=raised)
    return "error", _fields(
        stream_error_pb2.StreamError(
            code=error.code.value[0],
            reason=error.reason,
            message=error.message,
            retryable=error.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED),
        )
    )


class ChatServicer(chat_pb2_grpc.ChatServiceServicer):
    async def StreamChatEvents(self, request: Any, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        typed = chat_pb2.StreamChatRequest.FromString(request.SerializeToString())  # the same fields and numbers
        content_type = sse.CONTENT_TYPE
        answer: Any = self.StreamChat(typed, context)
        async with aclosing(answer) as stream, aclosing(named_events(stream)) as events:
            async for frame in sse.frames(events, failed):
                yield httpbody_pb2.HttpBody(content_type=content_type, data=frame)
                content_type = ""  # the first message alone carries it
