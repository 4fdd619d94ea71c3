"""The chat stream: every token on its own, errors before it starts are true errors, leaving cancels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from tests.edge.conftest import Stage
from tests.edge.recording_server import message
from tests.edge.replies import abort, error_of

EVENTS = "/dataflow.copilot.v1.ChatService/StreamChatEvents"
TOKENS = [f'event: token\ndata: {{"text":"{word}"}}\n\n' for word in ("SELECT", " 1", ";")]
DONE = 'event: done\ndata: {"confidence":0.85}\n\n'
KEEP_ALIVE = ": keep-alive\n\n"


def frame(text: str) -> Any:
    return message("google.api.HttpBody")(content_type="text/event-stream", data=text.encode())


class Script:
    """Sends each frame only when the test says so: a frame held back anywhere shows as a test that stops."""

    def __init__(self, frames: list[str]) -> None:
        self.frames = frames
        self.next = asyncio.Semaphore(0)
        self.cancelled = asyncio.Event()

    async def __call__(self, _: Any, __: Any) -> AsyncIterator[Any]:
        try:
            for text in self.frames:
                await self.next.acquire()
                yield frame(text)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


@pytest.mark.parametrize("path", ["/api/v1/ai/chat/stream", "/api/v1/copilot/chat/stream", "/api/copilot/chat/stream"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_each_frame_arrives_before_the_next_is_sent(stage: Stage, path: str, method: str) -> None:
    script = Script([TOKENS[0], KEEP_ALIVE, *TOKENS[1:], DONE])
    stage.servers["copilot"].answers[EVENTS] = script
    request = {"params": {"message": "hi"}} if method == "GET" else {"json": {"message": "hi"}}
    script.next.release()
    async with (
        asyncio.timeout(10),
        stage.copilot.stream(method, path, headers={"accept-encoding": "gzip"}, **request) as reply,
    ):
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "text/event-stream"
        assert reply.headers["cache-control"] == "no-cache"
        assert "content-encoding" not in reply.headers
        received = []
        async for piece in reply.aiter_text():
            received.append(piece)
            script.next.release()
    assert received == script.frames


async def test_an_error_before_the_first_frame_is_a_true_error(stage: Stage) -> None:
    async def answer(_: Any, context: Any) -> AsyncIterator[Any]:
        await abort(context, grpc.StatusCode.UNAVAILABLE, "no model is set up", "LLM_UNAVAILABLE")
        yield frame(DONE)

    stage.servers["copilot"].answers[EVENTS] = answer
    reply = await stage.copilot.get("/api/copilot/chat/stream", params={"message": "hi"})
    assert error_of(reply, 503, 14, "LLM_UNAVAILABLE") == "no model is set up"
    assert len(stage.calls) == 1  # a stream is never repeated


async def test_a_client_that_leaves_cancels_the_server(stage: Stage) -> None:
    script = Script([*TOKENS, DONE])
    stage.servers["copilot"].answers[EVENTS] = script
    script.next.release()
    async with stage.copilot.stream("GET", "/api/copilot/chat/stream", params={"message": "hi"}) as reply:
        await anext(reply.aiter_text())
    await asyncio.wait_for(script.cancelled.wait(), 10)


async def test_a_stream_outlives_the_timeout_of_other_calls(stage: Stage) -> None:
    """No deadline is given to a stream: it may last as long as it speaks."""
    stage.servers["copilot"].answers[EVENTS] = script = Script([DONE])
    script.next.release()
    await stage.copilot.get("/api/copilot/chat/stream", params={"message": "hi"})
    assert stage.servers["copilot"].calls[0].deadline_s is None


async def test_many_streams_speak_at_once(stage: Stage) -> None:
    """None waits for another to end, so no connection or breaker limits them to a few."""
    count = 80
    begun, rest = asyncio.Semaphore(0), asyncio.Event()

    async def answer(_: Any, __: Any) -> AsyncIterator[Any]:
        yield frame(TOKENS[0])
        await rest.wait()
        yield frame(DONE)

    async def one() -> str:
        async with stage.copilot.stream("GET", "/api/copilot/chat/stream", params={"message": "hi"}) as reply:
            pieces = reply.aiter_text()
            first = await anext(pieces)
            begun.release()
            return first + "".join([piece async for piece in pieces])

    stage.servers["copilot"].answers[EVENTS] = answer
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        tasks = [group.create_task(one()) for _ in range(count)]
        for _ in range(count):
            await begun.acquire()
        rest.set()
    assert {task.result() for task in tasks} == {TOKENS[0] + DONE}
