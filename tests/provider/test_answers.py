"""What a model may answer: tool calls that are complete, JSON that parses; and what becomes of the rest."""

from __future__ import annotations

import json

import pytest

from dataflow.provider.v1 import completion_pb2 as c
from services.provider.errors import LlmBadRequest, LlmContentFiltered, LlmUnavailable
from services.provider.fence import Fence, unfenced
from services.provider.wire import Accepted, Finish, Text, ToolPiece
from tests.provider.fakes import CALLS, LENGTH, STOP, Bench, FakeWire, kinds, prompt, text_of, tool

FILTERED = Finish(c.FinishReason.content_filter)
JSON = {"response_format": c.ResponseFormat.json}
SCHEMA = {
    "response_format": c.ResponseFormat.json_schema,
    "json_schema": '{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}',
}
FENCED = '```json\n{"a": 1}\n```'


def call(index, *pieces, name="run_sql"):
    first = ToolPiece(index, f"id{index}", name, pieces[0])
    return (first, *(ToolPiece(index, arguments=piece) for piece in pieces[1:]))


def says(*texts, finish=STOP):
    return (Accepted("m"), *map(Text, texts), finish)


@pytest.mark.parametrize(
    ("events", "calls", "finish"),
    [
        ((*call(0, '{"a"', ": 1}"), CALLS), ['{"a": 1}'], "tool_calls"),
        ((*call(0, ""), CALLS), ["{}"], "tool_calls"),
        ((*call(0, "{}"), *call(1, '{"b": 2}'), STOP), ["{}", '{"b": 2}'], "tool_calls"),
        ((Text("x"), *call(0, '{"a": 1}'), *call(1, '{"b": '), LENGTH), ['{"a": 1}'], "length"),
        ((*call(0, '{"a": 1'), LENGTH), [], "length"),
        ((*call(0, ""), LENGTH), [], "length"),
        ((*call(0, "{}"), LENGTH), ["{}"], "length"),
        ((Text("x"), CALLS), [], "stop"),
    ],
)
async def test_only_complete_calls_are_in_the_end(events, calls, finish):
    for bench in (Bench(FakeWire((Accepted(), *events))), Bench(FakeWire((Accepted(), *events)))):
        answer = await bench.engine.complete(prompt(tools=[tool()]))
        done = (await bench.stream(prompt(tools=[tool()])))[-1].done
        for end in (answer, done):
            assert [made.arguments_json for made in end.tool_calls] == calls
            assert c.FinishReason.Value.Name(end.finish_reason) == finish
            assert all(isinstance(json.loads(made.arguments_json), dict) for made in end.tool_calls)


async def test_pieces_of_a_call_are_passed_on_as_they_come():
    messages = await Bench(FakeWire((*call(0, '{"a"', ": 1}"), CALLS))).stream(prompt(tools=[tool()]))
    assert kinds(messages) == ["started", "tool_call", "tool_call", "done"]
    first, second = messages[1].tool_call, messages[2].tool_call
    assert (first.index, first.id, first.name, first.arguments_json) == (0, "id0", "run_sql", '{"a"')
    assert (second.id, second.name, second.arguments_json) == ("", "", ": 1}")


@pytest.mark.parametrize(
    "events", [call(0, "[1]"), call(0, '{"a": '), call(0, '{"a": NaN}'), call(0, "{}", name="drop_all")]
)
async def test_calls_that_nobody_could_make_are_tried_once_more_and_never_delivered_as_done(events):
    wire = FakeWire((*events, CALLS), (Text("fine"), STOP))
    answer = await Bench(wire).engine.complete(prompt(tools=[tool()]))
    assert (answer.content, answer.attempts) == ("fine", 2)
    wire = FakeWire((*events, CALLS))
    with pytest.raises(LlmUnavailable) as caught:
        await Bench(wire).engine.complete(prompt(tools=[tool()]))
    assert (len(wire.asked), caught.value.retryable) == (2, True)
    messages = await Bench(FakeWire((*events, CALLS))).stream(prompt(tools=[tool()]))
    assert kinds(messages)[-1] == "error"
    assert not messages[-1].error.partial.tool_calls


@pytest.mark.parametrize("form", [JSON, SCHEMA])
@pytest.mark.parametrize(
    "texts", [('{"a": 1}',), ('{"a"', ": 1}"), (FENCED,), tuple(FENCED), ("```\n", '{"a": 1}```\n')]
)
async def test_json_is_returned_without_its_fence(form, texts):
    bench = Bench(FakeWire(says(*texts)))
    assert json.loads((await bench.engine.complete(prompt(**form))).content) == {"a": 1}
    messages = await bench.stream(prompt(**form))
    assert json.loads(text_of(messages)) == {"a": 1}
    assert messages[-1].WhichOneof("event") == "done"


@pytest.mark.parametrize(
    ("form", "text"), [(JSON, "Sure: {}"), (JSON, ""), (JSON, '{"a":'), (SCHEMA, "{}"), (SCHEMA, '{"a": "x"}')]
)
async def test_an_answer_in_another_form_is_tried_once_more(form, text):
    wire = FakeWire(says(text), says('{"a": 1}')) if text else FakeWire((Accepted(), STOP), says('{"a": 1}'))
    answer = await Bench(wire).engine.complete(prompt(**form))
    assert (answer.content, answer.attempts) == ('{"a": 1}', 2)
    wire = FakeWire(wire.scripts[0])
    bench = Bench(wire)
    with pytest.raises(LlmUnavailable, match="model gave an answer that") as caught:
        await bench.engine.complete(prompt(**form))
    assert caught.value.metadata["fault"] == "unusable_answer"
    assert len(wire.asked) == 2
    health = await bench.active.probe.health()
    assert health.healthy  # the model's fault, not the provider's


@pytest.mark.parametrize(
    ("finish", "kind", "text"),
    [(LENGTH, LlmBadRequest, "raise prompt.max_tokens"), (FILTERED, LlmContentFiltered, "withheld")],
)
async def test_json_that_was_cut_names_the_remedy(finish, kind, text):
    with pytest.raises(kind, match=text):
        await Bench(FakeWire(says('{"a": ', finish=finish))).engine.complete(prompt(**JSON))


async def test_text_that_was_cut_or_filtered_is_an_answer():
    for finish in (LENGTH, FILTERED):
        answer = await Bench(FakeWire(says("Hel", finish=finish))).engine.complete(prompt())
        assert (answer.content, answer.finish_reason) == ("Hel", finish.reason)


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        (FENCED, '{"a": 1}'),
        ("```\n1\n```", "1"),
        ("  ```JSON\r\n[]\r\n```  \n", "[]"),
        ('{"a": "```"}', '{"a": "```"}'),
        ("Look:\n```json\n1\n```", "Look:\n```json\n1\n```"),
        ("```json\n1", "```json\n1"),
    ],
)
def test_fences(text, inside):
    assert unfenced(text) == inside
    for size in (1, 2, 3, 100):
        fence = Fence(active=True)
        out = "".join(fence.feed(text[at : at + size]) for at in range(0, len(text), size))
        assert out + fence.rest() == inside


def test_a_fence_that_is_not_looked_for_passes_at_once():
    fence = Fence(active=False)
    assert fence.feed("```") == "```"
    assert fence.rest() == ""
