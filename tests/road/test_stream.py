"""The Copilot's own event view of a scripted typed stream, through Envoy, as `new EventSource(...)` reads it."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest

from dataflow.copilot.v1 import chat_pb2, chat_pb2_grpc
from services.copilot.app import APP as COPILOT
from services.copilot.chat.servicer import ChatServicer
from services.runtime.app import App, Service
from services.runtime.errors import Unavailable
from services.runtime.server import running
from services.runtime.unbuilt import without_unbuilt
from tests.fixtures_envoy import running_envoy
from tests.road.conftest import settings_for


class ModelAway(Unavailable):
    reason = "LLM_UNAVAILABLE"


def token(text):
    return chat_pb2.StreamChatResponse(token=chat_pb2.Token(text=text))


DONE = chat_pb2.StreamChatResponse(done=chat_pb2.ChatDone(confidence=0.85, intent="chat", model="scripted"))


class Scripted(ChatServicer):
    """Sends a token for each `go`, then the end; `left` tells that the client is gone."""

    def __init__(self):
        self.go = asyncio.Queue()
        self.left = asyncio.Event()

    async def StreamChat(self, request, context):
        if request.message == "no model":
            raise ModelAway("no model is configured")
        try:
            while (text := await self.go.get()) is not None:
                yield token(text)
            yield DONE
        finally:
            self.left.set()


@pytest.fixture
async def scripted():
    """A client of an Envoy in front of a Copilot with a scripted chat, and the script."""
    chat = without_unbuilt(Scripted)()

    @asynccontextmanager
    async def lifespan(runtime):
        name = "dataflow.copilot.v1.ChatService"
        yield [Service(chat_pb2_grpc.add_ChatServiceServicer_to_server, chat, name)]

    app = App(COPILOT.name, COPILOT.title, COPILOT.version, COPILOT.settings, lifespan)
    async with (
        running(app, settings_for(app, "")) as server,
        running_envoy({"copilot": server.address}) as (port, _),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client,
    ):
        yield client, chat


async def next_event(lines):
    """(name, data) of the next event; comment lines are passed over."""
    name, data = "", ""
    async for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
        elif not line and name:
            return name, json.loads(data)
    raise AssertionError("the stream ended without an event")


@pytest.mark.parametrize("mount", ["/api/v1/ai", "/api/v1/copilot", "/api/copilot"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_each_token_arrives_before_the_next_is_made(scripted, mount, method):
    client, chat = scripted
    request = {"params": {"message": "hi"}} if method == "GET" else {"json": {"message": "hi", "history": []}}
    chat.go.put_nowait("SEL")  # headers leave with the first event
    async with client.stream(method, f"{mount}/chat/stream", **request) as reply:
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "text/event-stream"
        lines = reply.aiter_lines()
        assert await next_event(lines) == ("token", {"text": "SEL"})
        for text in ("ECT", " zażółć\n", "\u2028"):
            chat.go.put_nowait(text)
            assert await asyncio.wait_for(next_event(lines), 20) == ("token", {"text": text})
        chat.go.put_nowait(None)
        name, done = await next_event(lines)
    assert (name, done["confidence"], done["actions"], done["intent"]) == ("done", 0.85, [], "chat")


async def test_an_error_before_the_first_token_is_a_true_status(scripted):
    client, _ = scripted
    reply = await client.get("/api/v1/ai/chat/stream", params={"message": "no model"})
    assert reply.status_code == 503
    assert reply.json()["details"][0]["reason"] == "LLM_UNAVAILABLE"


async def test_a_client_that_leaves_ends_the_stream(scripted):
    client, chat = scripted
    chat.go.put_nowait("SELECT")
    async with client.stream("GET", "/api/v1/ai/chat/stream", params={"message": "hi"}) as reply:
        await next_event(reply.aiter_lines())
    await asyncio.wait_for(chat.left.wait(), 10)
