"""What a provider says arrives, whatever its dialect: the same cases on every wire."""

from __future__ import annotations

import pytest

from services.provider.wire import Accepted, Finish, Text, Usage
from tests.provider.wires import prompts
from tests.provider.wires.servers import End, Head, Send, streamed
from tests.provider.wires.voices import ANSWERING, Answer, Tool

ONE = Tool("call_a", "find_table", ('{"na', 'me": "ord', 'ers"}'))
TWO = Tool("call_b", "count", ('{"table": "orders"}',))
BARE = Tool("call_c", "list_all", ())


async def test_plain_text(voice, connect):
    line = await connect(voice, streamed(voice.frames(Answer())))
    events = await line.events()
    assert events[0] == Accepted(ANSWERING)
    assert [event.text for event in events if isinstance(event, Text)] == ["Hello", " world"]
    assert prompts.finish(events) == "stop"
    assert prompts.usage(events) == (11, 3, voice.cost)
    assert prompts.model(events) == ANSWERING


async def test_only_use_follows_the_finish(voice, connect):
    line = await connect(voice, streamed(voice.frames(Answer())))
    events = await line.events()
    after = events[[isinstance(event, Finish) for event in events].index(True) + 1 :]
    assert all(isinstance(event, Usage) for event in after)
    assert sum(isinstance(event, Accepted) for event in events) == 1


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
async def test_characters_are_put_together_whatever_the_chunks(voice, connect, size):
    said = "Zażółć gęślą jaźń — 表名 🦆"
    whole = b"".join(voice.frames(Answer(parts=(said,))))
    line = await connect(voice, streamed(whole[at : at + size] for at in range(0, len(whole), size)))
    assert prompts.text(await line.events()) == said


@pytest.mark.parametrize("newline", [b"\r\n", b"\r", b"\n"], ids=["crlf", "cr", "lf"])
@pytest.mark.parametrize("size", [1, 13, 100_000])
async def test_any_line_end(voice, connect, newline, size):
    whole = b"".join(voice.frames(Answer())).replace(b"\n", newline)
    line = await connect(voice, streamed(whole[at : at + size] for at in range(0, len(whole), size)))
    events = await line.events()
    assert (prompts.text(events), prompts.finish(events)) == ("Hello world", "stop")


async def test_comments_and_unknown_fields_are_passed_over(voice, connect):
    noise = b": OPENROUTER PROCESSING\n\n:\n\nid: 7\nretry: 10\nnonsense\n\n"
    frames = [part for frame in voice.frames(Answer()) for part in (noise, frame)]
    line = await connect(voice, streamed([b"\xef\xbb\xbf", *frames, noise]))
    assert prompts.text(await line.events()) == "Hello world"


async def test_data_over_several_lines(voice, connect):
    frames = [frame.replace(b', "', b',\ndata: "').replace(b": {", b":\ndata: {") for frame in voice.frames(Answer())]
    assert any(frame.count(b"data:") > 2 for frame in frames)
    line = await connect(voice, streamed(frames))
    events = await line.events()
    assert (prompts.text(events), prompts.finish(events)) == ("Hello world", "stop")


@pytest.mark.parametrize(
    ("parts", "calls"),
    [
        ((ONE,), [("call_a", "find_table", '{"name": "orders"}')]),
        ((TWO,), [("call_b", "count", '{"table": "orders"}')]),
        ((BARE,), [("call_c", "list_all", "{}")]),
        (
            ("I look.", ONE, TWO, BARE),
            [
                ("call_a", "find_table", '{"name": "orders"}'),
                ("call_b", "count", '{"table": "orders"}'),
                ("call_c", "list_all", "{}"),
            ],
        ),
    ],
    ids=["in pieces", "whole", "without arguments", "parallel, after text"],
)
async def test_tool_calls(voice, connect, parts, calls):
    line = await connect(voice, streamed(voice.frames(Answer(parts=parts, finish="tool_calls"))))
    events = await line.events()
    assert prompts.calls(events) == calls
    assert prompts.finish(events) == "tool_calls"
    assert prompts.text(events) == "".join(part for part in parts if isinstance(part, str))


async def test_arguments_cut_by_the_limit_are_not_made_whole(voice, connect):
    cut = Tool("call_a", "find_table", ('{"name": "or',))
    line = await connect(voice, streamed(voice.frames(Answer(parts=(cut,), finish="length"))))
    events = await line.events()
    assert prompts.calls(events) == [("call_a", "find_table", '{"name": "or')]
    assert prompts.finish(events) == "length"


@pytest.mark.parametrize("finish", ["stop", "length", "content_filter"])
async def test_finish_reasons(voice, connect, finish):
    line = await connect(voice, streamed(voice.frames(Answer(finish=finish))))
    assert prompts.finish(await line.events()) == finish


async def test_everything_in_one_chunk(voice, connect):
    line = await connect(voice, [Head(), Send(b"".join(voice.frames(Answer()))), End()])
    assert prompts.text(await line.events()) == "Hello world"


async def test_the_connection_is_used_again(voice, connect):
    line = await connect(voice, streamed(voice.frames(Answer())))
    for _ in range(3):
        await line.events()
    assert {request.connection for request in line.server.requests} == {1}
