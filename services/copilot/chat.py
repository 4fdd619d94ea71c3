"""ChatService. `StreamChat` is the truth; `StreamChatEvents` is the same stream as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from google.api import httpbody_pb2
from google.protobuf.json_format import MessageToDict

from dataflow.copilot.v1 import chat_pb2, chat_pb2_grpc
from services.copilot import sse


async def named_events(stream: AsyncIterator[chat_pb2.StreamChatResponse]) -> AsyncGenerator[sse.Event, None]:
    """(`token` | `done` | `error`, its JSON) for each message of a typed stream."""
    async for response in stream:
        name = response.WhichOneof("event")
        if name is not None:
            yield (
                name,
                MessageToDict(
                    getattr(response, name),
                    preserving_proto_field_name=True,
                    always_print_fields_with_no_presence=True,
                ),
            )


class ChatServicer(chat_pb2_grpc.ChatServiceServicer):
    async def StreamChatEvents(self, request: Any, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        typed = chat_pb2.StreamChatRequest.FromString(request.SerializeToString())  # the same fields and numbers
        content_type = sse.CONTENT_TYPE
        answer: Any = self.StreamChat(typed, context)
        async with aclosing(answer) as stream, aclosing(named_events(stream)) as events:
            async for frame in sse.frames(events):
                yield httpbody_pb2.HttpBody(content_type=content_type, data=frame)
                content_type = ""  # the first message alone carries it
