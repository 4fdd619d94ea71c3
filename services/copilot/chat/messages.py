"""Chat requests and replies, to and from what the core speaks of."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

from dataflow.copilot.v1 import action_pb2, chat_pb2, conversation_pb2
from services.copilot.chat.actions import ProposedAction
from services.copilot.chat.conversations import LONGEST_ID, Said
from services.copilot.chat.turn import Message, Outcome
from services.copilot.language import LANGUAGES, chosen
from services.copilot.tail import finished
from services.runtime.errors import InvalidArgument

MOST_CHARACTERS = 32_000
MOST_MESSAGES = 200
_ROLES = conversation_pb2.MessageRole.Value


def message_of(request: Any) -> Message:
    """A ChatRequest or StreamChatRequest; InvalidArgument says which field is wrong and what to send."""
    text = request.message
    if not text.strip():
        raise InvalidArgument("message: is empty; say what you want to know")
    if len(text) > MOST_CHARACTERS:
        raise InvalidArgument(f"message: has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read")
    if request.language and request.language not in LANGUAGES:
        raise InvalidArgument(f"language: is {request.language[:20]!r}; send {' or '.join(LANGUAGES)}, or leave it out")
    if len(request.conversation_id) > LONGEST_ID:
        raise InvalidArgument(f"conversation_id: is longer than {LONGEST_ID} characters")
    context = conversation_pb2.PipelineContext()
    context.CopyFrom(request.pipeline_context)
    context.pipeline_id = context.pipeline_id or request.pipeline_id
    return Message(text, chosen(request.language, text), context, request.conversation_id, _history(request.history))


def _history(messages: Any) -> tuple[Said, ...]:
    if len(messages) > MOST_MESSAGES:
        messages = messages[-MOST_MESSAGES:]
    for place, each in enumerate(messages):
        if not each.role:
            raise InvalidArgument(f"history[{place}].role: is missing; send user, assistant or system")
    return tuple(Said(_ROLES.Name(each.role), each.content) for each in messages)


def reply_of(text: str, outcome: Outcome) -> chat_pb2.ChatResponse:
    reply = chat_pb2.ChatResponse(message=text.strip())
    _fill(reply, outcome)
    return finished(reply, outcome.tail)


def done_of(outcome: Outcome) -> chat_pb2.ChatDone:
    reply = chat_pb2.ChatDone()
    _fill(reply, outcome)
    return finished(reply, outcome.tail)


def _fill(reply: Any, outcome: Outcome) -> None:
    reply.actions.extend(map(_action, outcome.actions))
    reply.intent = chat_pb2.Intent.Value.Value(outcome.routed.intent)
    reply.rag_mode = outcome.rag_mode
    reply.sources.extend(outcome.sources)
    reply.conversation_id = outcome.conversation_id


def _action(action: ProposedAction) -> action_pb2.Action:
    payload = struct_pb2.Struct()
    payload.update(action.payload)
    return action_pb2.Action(type=action.type, label=action.label, payload=payload)
