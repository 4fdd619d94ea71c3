"""Server-sent events: framing, pauses, errors before and after the first event, a client that leaves."""

from __future__ import annotations

import asyncio
import json

import pytest

from services.copilot.chat import sse


async def script(*steps):
    """Yields events, sleeps for numbers, raises errors."""
    for step in steps:
        if isinstance(step, Exception):
            raise step
        if isinstance(step, float):
            await asyncio.sleep(step)
        else:
            yield step


TOKEN = ("token", {"text": "SELECT"})
DONE = ("done", {"confidence": 0.5})


def failed(error):
    return "error", {"message": str(error)}


async def collect(frames):
    return [frame async for frame in frames]


async def test_events_are_framed_in_order():
    assert await collect(sse.frames(script(TOKEN, DONE), failed)) == [
        b'event: token\ndata: {"text":"SELECT"}\n\n',
        b'event: done\ndata: {"confidence":0.5}\n\n',
    ]


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "zażółć", "\u2028", 'quote " and \\', "data: x\n\nevent: done"])
def test_a_frame_holds_its_text_on_one_line(text):
    frame = sse.frame("token", {"text": text}).decode()
    head, data, *rest = frame.splitlines()
    assert frame.endswith("\n\n")
    assert head == "event: token"
    assert data.startswith("data: {")
    assert rest == [""]
    assert json.loads(data.removeprefix("data: ")) == {"text": text}


async def test_silence_is_broken_by_comment_lines():
    frames = await collect(sse.frames(script(TOKEN, 0.25, DONE), failed, keep_alive=0.1))
    assert frames[0].startswith(b"event: token")
    assert frames[1:-1] == [sse.KEEP_ALIVE] * len(frames[1:-1])
    assert len(frames) >= 4
    assert frames[-1].startswith(b"event: done")


async def test_an_error_before_the_first_event_is_raised():
    with pytest.raises(LookupError):
        await collect(sse.frames(script(LookupError("no model")), failed))


async def test_silence_before_the_first_event_is_broken_too():
    frames = await collect(sse.frames(script(0.25, TOKEN), failed, keep_alive=0.1))
    assert frames[0] == sse.KEEP_ALIVE
    assert frames[-1].startswith(b"event: token")


@pytest.mark.parametrize("before", [TOKEN, 0.25])
async def test_an_error_after_the_first_frame_is_the_last_event(before):
    frames = await collect(sse.frames(script(before, LookupError("gone")), failed, keep_alive=0.1))
    assert len(frames) >= 2
    assert frames[-1] == b'event: error\ndata: {"message":"gone"}\n\n'


async def test_an_empty_stream_has_no_frames():
    assert await collect(sse.frames(script(), failed)) == []


async def test_each_frame_comes_before_the_next_event_is_made():
    gate = asyncio.Event()

    async def events():
        yield TOKEN
        await gate.wait()
        yield DONE

    frames = sse.frames(events(), failed)
    assert (await asyncio.wait_for(anext(frames), 10)).startswith(b"event: token")
    gate.set()
    assert (await asyncio.wait_for(anext(frames), 10)).startswith(b"event: done")


async def test_closing_the_frames_ends_the_source_at_once():
    ended = asyncio.Event()

    async def events():
        try:
            yield TOKEN
            await asyncio.sleep(60)
            yield DONE
        finally:
            ended.set()

    frames = sse.frames(events(), failed, keep_alive=0.01)
    await anext(frames)
    assert await anext(frames) == sse.KEEP_ALIVE
    await frames.aclose()
    assert ended.is_set()
