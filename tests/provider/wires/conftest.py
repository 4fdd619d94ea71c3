from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from dataflow.provider.v1.completion_pb2 import Prompt
from services.provider.wire import Event, Wire
from tests.provider.wires.prompts import prompt
from tests.provider.wires.servers import Script, ScriptedServer, Step
from tests.provider.wires.voices import MODEL, VOICES, Voice


@pytest.fixture(params=VOICES.values(), ids=VOICES.keys())
def voice(request: pytest.FixtureRequest) -> Voice:
    return request.param


@dataclass
class Line:
    """A wire and the scripted provider at its other end."""

    wire: Wire
    server: ScriptedServer

    async def events(self, asked: Prompt | None = None, model: str = MODEL) -> list[Event]:
        return [event async for event in self.wire.stream(asked or prompt(), model)]


Connect = Callable[[Voice, Script | Sequence[Step]], "AsyncIterator[Line]"]


@pytest.fixture
async def connect():
    """`await connect(voice, steps)`: a Line, closed after the test."""
    async with AsyncExitStack() as stack:

        async def make(voice: Voice, script: Script | Sequence[Step]) -> Line:
            server = await stack.enter_async_context(ScriptedServer(script))
            wire = voice.wire(server.url)
            stack.push_async_callback(wire.close)
            return Line(wire, server)

        yield make
