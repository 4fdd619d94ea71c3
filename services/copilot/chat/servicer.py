"""ChatService. `StreamChat` is the truth; `StreamChatEvents` is the same stream as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from google.api import httpbody_pb2

from dataflow.copilot.v1 import chat_pb2, chat_pb2_grpc
from services.copilot.chat import sse
from services.copilot.chat.conversations import Conversations
from services.copilot.chat.events import failed, named_events, stream_error
from services.copilot.chat.messages import done_of, message_of, reply_of
from services.copilot.chat.turn import ChatTurn
from services.copilot.surroundings import Surroundings


class ChatServicer(chat_pb2_grpc.ChatServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._conversations = Conversations(around.database)

    def _turn(self, request: Any) -> ChatTurn:
        return ChatTurn(self._around, self._conversations, message_of(request))

    async def Chat(self, request: Any, context: Any) -> chat_pb2.ChatResponse:
        turn = self._turn(request)
        async with aclosing(turn.pieces()) as pieces:
            text = "".join([piece async for piece in pieces])
        return reply_of(text, turn.outcome)

    async def StreamChat(self, request: Any, context: Any) -> AsyncIterator[chat_pb2.StreamChatResponse]:
        turn, begun = self._turn(request), False
        try:
            async with aclosing(turn.pieces()) as pieces:
                async for text in pieces:
                    yield chat_pb2.StreamChatResponse(token=chat_pb2.Token(text=text))
                    begun = True
        except Exception as error:  # why: once text was sent only the stream's last event can tell it
            if not begun:
                raise
            yield chat_pb2.StreamChatResponse(error=stream_error(error))
            return
        yield chat_pb2.StreamChatResponse(done=done_of(turn.outcome))

    async def StreamChatEvents(self, request: Any, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        typed = chat_pb2.StreamChatRequest.FromString(request.SerializeToString())  # the same fields and numbers
        content_type = sse.CONTENT_TYPE
        answer: Any = self.StreamChat(typed, context)
        async with aclosing(answer) as stream, aclosing(named_events(stream)) as events:
            async for frame in sse.frames(events, failed):
                yield httpbody_pb2.HttpBody(content_type=content_type, data=frame)
                content_type = ""  # the first message alone carries it
