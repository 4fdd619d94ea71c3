"""Streams: cancelled at any moment they close the upstream socket, slow ones are waited for, none mixes with others."""

from __future__ import annotations

import asyncio
import time

import pytest

from services.provider.wire import Finish, Text, Thinking, ToolPiece
from tests.provider.wires import prompts
from tests.provider.wires.prompts import prompt, user
from tests.provider.wires.servers import End, Head, Send, Stall, Wait, streamed
from tests.provider.wires.voices import MODEL, VOICES, Answer, Tool, sse

# The client is where it waits when it is cancelled: for the headers, for the first event, in the middle of text.
MOMENTS = {
    "before the headers": lambda frames: [Stall()],
    "before the first event": lambda frames: [Head(), Stall()],
    "after a comment": lambda frames: [Head(), Send(b": OPENROUTER PROCESSING\n\n"), Stall()],
    "before the first token": lambda frames: [Head(), Send(frames[0]), Stall()],
    "after text": lambda frames: [Head(), *map(Send, frames[:4]), Stall()],
    "inside an event": lambda frames: [Head(), *map(Send, frames[:2]), Send(frames[2][:20]), Stall()],
}


@pytest.mark.parametrize("steps", MOMENTS.values(), ids=MOMENTS.keys())
async def test_a_cancelled_call_closes_the_socket_at_once(voice, connect, steps):
    line = await connect(voice, steps(voice.frames(Answer(finish=None))))
    call = asyncio.create_task(line.events())
    request = await line.server.request()
    await asyncio.sleep(0.02)  # so that everything that was sent is read
    assert request.closed_at is None
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(request.gone.wait(), 15)


async def test_a_closed_generator_closes_the_socket_at_once(voice, connect):
    line = await connect(voice, streamed(voice.frames(Answer(finish=None)), Stall()))
    stream = line.wire.stream(prompt(), MODEL)
    async for event in stream:
        if isinstance(event, Text):
            break
    request = line.server.requests[0]
    assert request.closed_at is None
    await stream.aclose()
    await asyncio.wait_for(request.gone.wait(), 15)


async def test_closing_a_stream_leaves_the_others(voice, connect):
    line = await connect(voice, [Head(), *map(Send, voice.frames(Answer(finish=None))), Wait(0.2), Stall()])
    streams = [line.wire.stream(prompt(), MODEL) for _ in range(2)]
    for stream in streams:
        await anext(stream)
    await streams[0].aclose()
    await asyncio.wait_for(line.server.requests[0].gone.wait(), 15)
    async for event in streams[1]:
        if isinstance(event, Text):
            break
    assert line.server.requests[1].closed_at is None
    await streams[1].aclose()


async def test_a_slow_first_token_and_pauses_are_waited_for(voice, connect):
    steps = [Wait(0.15), Head()]
    for frame in voice.frames(Answer()):
        steps += [Wait(0.03), Send(frame)]
    line = await connect(voice, [*steps, End()])
    assert prompts.text(await line.events()) == "Hello world"


async def test_each_token_arrives_before_the_next_is_sent(voice, connect):
    frames = [[Send(frame), Wait(0.05)] for frame in voice.frames(Answer())]
    line = await connect(voice, [Head(), *(step for pair in frames for step in pair), End()])
    at = [time.monotonic() async for event in line.wire.stream(prompt(), MODEL) if isinstance(event, Text)]
    assert at[1] - at[0] > 0.03


async def test_streams_at_the_same_time_do_not_mix(voice, connect):
    def steps(request):
        said = str(request.body["messages"][-1]["content"])
        name = "red" if "red" in said else "blue"
        frames = voice.frames(Answer(parts=tuple(f"{name} {number};" for number in range(20))))
        return [Head(), *(step for frame in frames for step in (Send(frame), Wait(0.001))), End()]

    line = await connect(voice, steps)
    asked = ["red", "blue"] * 4
    answers = await asyncio.gather(*(line.events(prompt(user(name))) for name in asked))
    for name, events in zip(asked, answers, strict=True):
        assert prompts.text(events) == "".join(f"{name} {number};" for number in range(20))


async def test_a_server_that_holds_the_stream_open_does_not_hold_the_answer(voice, connect):
    line = await connect(voice, streamed(voice.frames(Answer()), Stall()))
    async with asyncio.timeout(15):
        events = await line.events()
    assert prompts.usage(events) == (11, 3, voice.cost)
    await asyncio.wait_for(line.server.requests[0].gone.wait(), 15)


# --- what only one dialect has -----------------------------------------------------------------------------------


def delta(content=None, finish=None, **fields):
    return sse({"choices": [{"delta": {"content": content, **fields}, "finish_reason": finish}]})


def piece(**fields):
    function = {name: fields.pop(name) for name in ("name", "arguments") if name in fields}
    return delta(tool_calls=[{**fields, "function": function}])


DONE = sse("[DONE]")
CALLED = delta(finish="tool_calls")
CHAT = {
    "no use at all": ([delta("Hi"), delta(finish="stop"), DONE], "Hi", "stop", []),
    "no end mark": ([delta("Hi"), delta(finish="stop")], "Hi", "stop", []),
    "finish with the last text": ([delta("Hi", "stop"), DONE], "Hi", "stop", []),
    "an end mark without a finish": ([delta("Hi"), DONE], "Hi", "unspecified", []),
    "no choices": ([sse({"choices": []}), delta("Hi"), sse({"model": "m"}), delta(finish="stop")], "Hi", "stop", []),
    "null everywhere": (
        [
            sse({"choices": None, "usage": None, "error": None}),
            sse({"choices": [{"delta": None}]}),
            delta("Hi", "stop"),
        ],
        "Hi",
        "stop",
        [],
    ),
    "the last event not closed": ([delta("Hi"), delta(finish="stop").rstrip()], "Hi", "stop", []),
    "text in parts": (
        [delta([{"type": "text", "text": "H"}, {"type": "text", "text": "i"}], "stop")],
        "Hi",
        "stop",
        [],
    ),
    "another reason": ([delta("Hi", "SOMETHING")], "Hi", "unspecified", []),
    "a reason in capitals": ([delta("Hi", "STOP")], "Hi", "stop", []),
    "a call that ends with stop": (
        [piece(index=0, id="a", name="f", arguments="{}"), delta(finish="stop")],
        "",
        "tool_calls",
        [("a", "f", "{}")],
    ),
    "a call in one piece": (
        [piece(index=0, id="a", name="f", arguments='{"x": 1}'), CALLED],
        "",
        "tool_calls",
        [("a", "f", '{"x": 1}')],
    ),
    "arguments as an object": (
        [piece(index=0, id="a", name="f", arguments={"x": 1}), CALLED],
        "",
        "tool_calls",
        [("a", "f", '{"x": 1}')],
    ),
    "id and name in every piece": (
        [
            piece(index=0, id="a", name="f", arguments='{"x"'),
            piece(index=0, id="a", name="f", arguments=": 1}"),
            CALLED,
        ],
        "",
        "tool_calls",
        [("a", "f", '{"x": 1}')],
    ),
    "all calls at index 0": (
        [piece(index=0, id="a", name="f", arguments="{}"), piece(index=0, id="b", name="g", arguments="{}"), CALLED],
        "",
        "tool_calls",
        [("a", "f", "{}"), ("b", "g", "{}")],
    ),
    "no index": (
        [
            piece(id="a", name="f", arguments='{"x"'),
            piece(arguments=": 1}"),
            piece(id="b", name="f", arguments="{}"),
            CALLED,
        ],
        "",
        "tool_calls",
        [("a", "f", '{"x": 1}'), ("b", "f", "{}")],
    ),
    "indices that begin at 1 and are mixed": (
        [
            piece(index=1, id="a", name="f", arguments='{"x"'),
            piece(index=2, id="b", name="g", arguments='{"y"'),
            piece(index=1, arguments=": 1}"),
            piece(index=2, arguments=": 2}"),
            CALLED,
        ],
        "",
        "tool_calls",
        [("a", "f", '{"x": 1}'), ("b", "g", '{"y": 2}')],
    ),
    "two calls in one event": (
        [
            delta(
                tool_calls=[
                    {"id": "a", "function": {"name": "f", "arguments": "{}"}},
                    {"id": "b", "function": {"name": "f", "arguments": "{}"}},
                ]
            ),
            CALLED,
        ],
        "",
        "tool_calls",
        [("a", "f", "{}"), ("b", "f", "{}")],
    ),
    "a name after the first arguments": (
        [piece(index=0, id="a", arguments='{"x"'), piece(index=0, name="f", arguments=": 1}"), CALLED],
        "",
        "tool_calls",
        [("a", "f", '{"x": 1}')],
    ),
}


@pytest.mark.parametrize("name", ["openrouter", "local"])
@pytest.mark.parametrize(("frames", "text", "finish", "calls"), CHAT.values(), ids=CHAT.keys())
async def test_what_servers_make_of_chat_completions(connect, name, frames, text, finish, calls):
    line = await connect(VOICES[name], streamed(frames))
    events = await line.events()
    assert (prompts.text(events), prompts.finish(events), prompts.calls(events)) == (text, finish, calls)


@pytest.mark.parametrize("where", [{"index": 0}, {}])
async def test_calls_without_an_id_get_one(connect, where):
    frames = [
        piece(**where, name="f", arguments="{}"),
        piece(**{**where, **({"index": 1} if where else {})}, name="f", arguments="{}"),
    ]
    events = await (await connect(VOICES["local"], streamed([*frames, CALLED]))).events()
    ids = [event.id for event in events if isinstance(event, ToolPiece) and event.id]
    assert len(set(ids)) == 2
    assert all(each.startswith("call_") for each in ids)


async def test_a_server_that_does_not_stream(connect):
    message = {
        "role": "assistant",
        "content": "Hi",
        "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{}"}}],
    }
    body = {
        "model": "m",
        "choices": [{"message": message, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 5},
    }
    steps = [Head(200, (("content-type", "application/json"),)), Send(sse(body)[6:]), End()]
    events = await (await connect(VOICES["local"], steps)).events()
    assert (prompts.text(events), prompts.finish(events), prompts.calls(events)) == (
        "Hi",
        "tool_calls",
        [("a", "f", "{}")],
    )
    assert prompts.usage(events) == (5, None, 0.0)


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
async def test_reasoning_is_a_sign_of_life_and_no_answer(connect, field):
    frames = [delta("", **{field: "Let me think"}), delta("Hi", "stop")]
    events = await (await connect(VOICES["openrouter"], streamed(frames))).events()
    assert [type(event) for event in events[1:]] == [Thinking, Text, Finish]


async def test_thinking_of_the_messages_api(connect):
    voice = VOICES["anthropic"]
    frames = voice.frames(Answer())
    thought = [
        sse({"type": "content_block_start", "index": 9, "content_block": {"type": "thinking", "thinking": ""}}),
        sse({"type": "content_block_delta", "index": 9, "delta": {"type": "thinking_delta", "thinking": "Hm"}}),
        sse({"type": "content_block_delta", "index": 9, "delta": {"type": "signature_delta", "signature": "x"}}),
        sse({"type": "content_block_stop", "index": 9}),
        sse({"type": "of_a_later_version", "index": 9}),
    ]
    events = await (await connect(voice, streamed([frames[0], *thought, *frames[1:]]))).events()
    assert sum(isinstance(event, Thinking) for event in events) == 2
    assert prompts.text(events) == "Hello world"


async def test_text_around_tool_calls_keeps_their_order(voice, connect):
    call = Tool("a", "f", ('{"x": 1}',))
    events = await (await connect(voice, streamed(voice.frames(Answer(("One.", call, "Two."), "tool_calls"))))).events()
    order = [type(event) for event in events if isinstance(event, Text | ToolPiece)]
    assert (order[0], order[-1]) == (Text, Text)
    assert prompts.calls(events) == [("a", "f", '{"x": 1}')]
