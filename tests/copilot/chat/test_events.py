"""The events of a chat stream, as they are named for a browser."""

from __future__ import annotations

import pytest

from dataflow.common.v1 import stream_error_pb2
from dataflow.copilot.v1 import chat_pb2
from services.copilot.chat import events as chat
from services.runtime.errors import Unavailable


async def typed(*messages):
    for message in messages:
        yield message


async def test_each_message_of_the_typed_stream_is_an_event_of_its_name():
    stream = typed(
        chat_pb2.StreamChatResponse(token=chat_pb2.Token(text="SELECT")),
        chat_pb2.StreamChatResponse(),
        chat_pb2.StreamChatResponse(error=stream_error_pb2.StreamError(code=14, reason="LLM_UNAVAILABLE")),
    )
    events = [event async for event in chat.named_events(stream)]
    assert events == [
        ("token", {"text": "SELECT"}),
        ("error", {"code": 14, "reason": "LLM_UNAVAILABLE", "message": "", "retryable": False, "retry_after_ms": 0}),
    ]


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (Unavailable("the model is away"), (14, "UNAVAILABLE", "the model is away", True)),
        (KeyError("sk-secret"), (13, "INTERNAL", "internal error; quote the request id when reporting it", False)),
    ],
)
def test_what_breaks_a_stream_is_told_without_its_secrets(raised, told):
    name, data = chat.failed(raised)
    assert name == "error"
    assert tuple(data[field] for field in ("code", "reason", "message", "retryable")) == told
