"""Whatever JSON a provider sends, the reader's only error is one of the taxonomy, and its events keep their order."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.provider.errors import LlmError
from services.provider.wire import Accepted, Finish, Text, ToolPiece, Usage
from services.provider.wires.answer import read_answer
from services.provider.wires.anthropic_answer import AnthropicAnswer
from services.provider.wires.faults import read_fault
from services.provider.wires.openai_answer import OpenAiAnswer
from services.provider.wires.peer import Peer
from services.provider.wires.refusals import error_of
from tests.provider.wires.voices import sse

PEER = Peer("local", "LOCAL_LLM_BASE_URL", "LOCAL_LLM_MODEL", "LOCAL_LLM_API_KEY", "", key_needed=False)
WORDS = ["a", "", "text", "tool_use", "stop", "end_turn", "text_delta", "input_json_delta", "error", "length"]
KINDS = ["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta"]
KEYS = [
    *("choices", "delta", "message", "content", "tool_calls", "function", "arguments", "name", "id", "index", "usage"),
    *("finish_reason", "error", "code", "type", "metadata", "model", "content_block", "text", "partial_json", "input"),
    *("stop_reason", "prompt_tokens", "detail", "param", "reasons"),
]
LEAVES = st.none() | st.booleans() | st.integers(-2, 600) | st.floats(allow_nan=False) | st.sampled_from(WORDS + KINDS)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
)
EVENTS = st.lists(
    ANYTHING
    | st.builds(
        lambda kind, rest: {**rest, "type": kind},
        st.sampled_from(KINDS),
        st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=5),
    ),
    max_size=8,
)


async def chunks(documents):
    for document in documents:
        yield sse(document)


async def read(documents, dialect):
    events = []
    try:
        async for event in read_answer(chunks(documents), dialect, PEER):
            events.append(event)  # noqa: PERF401 - why: they are wanted when the loop ends by an error, too
    except LlmError as error:
        return events, error
    return events, None


def fits(event) -> bool:
    """Whether every field has the type that is declared."""
    match event:
        case Text(text):
            return isinstance(text, str) and text != ""
        case Accepted(model):
            return isinstance(model, str)
        case ToolPiece(index, id_, name, arguments):
            return index >= 0 and all(isinstance(each, str) for each in (id_, name, arguments))
        case Usage(prompt, completion, cost, model):
            counts = [count for count in (prompt, completion) if count is not None]
            return all(type(count) is int for count in counts) and isinstance(cost, float | None) and type(model) is str
    return True


@pytest.mark.parametrize(
    "dialect", [lambda: OpenAiAnswer(PEER, free=True), lambda: AnthropicAnswer(PEER)], ids=["chat", "messages"]
)
@given(documents=EVENTS)
@settings(max_examples=60, deadline=None)
async def test_any_events(dialect, documents):
    events, error = await read(documents, dialect())
    kinds = [type(event) for event in events]
    assert kinds.count(Accepted) == (1 if kinds else 0)
    assert kinds[:1] in ([], [Accepted])
    assert kinds.count(Finish) <= 1
    assert (Finish in kinds) is (error is None)
    assert error is None or error.message.startswith("local ")
    assert [event for event in events if not fits(event)] == []
    if Finish in kinds:
        assert set(kinds[kinds.index(Finish) + 1 :]) <= {Usage}


@given(body=ANYTHING, status=st.sampled_from([0, 302, 400, 401, 402, 403, 404, 413, 429, 500, 529]))
def test_any_error_body(body, status):
    assert error_of(read_fault(status, {}, json.dumps(body).encode()), PEER).message.startswith("local ")


async def test_a_document_nested_without_end():
    deep = "[" * 100_000
    _, error = await read([deep], OpenAiAnswer(PEER, free=True))
    assert "malformed" in error.message
    assert read_fault(400, {}, deep.encode()).status == 400
