"""A Provider server on a real socket that says what a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from dataflow.common.v1 import stream_error_pb2
from dataflow.provider.v1 import completion_pb2, provider_pb2, provider_pb2_grpc
from services.runtime.errors import DOMAIN
from services.runtime.status import DETAILS_KEY

Event = provider_pb2.StreamCompleteResponse
USED = {"model": "fake-1", "provider": "scripted", "prompt_tokens": 100, "completion_tokens": 10, "cost_usd": 0.001}


@dataclass
class Refuse:
    """An error before the first event, with one of the Provider's reasons or none."""

    code: grpc.StatusCode
    reason: str = ""


@dataclass
class BreakOff:
    """Some text, then an error event."""

    text: str = '{"sql": "SEL'
    reason: str = "LLM_UNAVAILABLE"


@dataclass
class Silent:
    """Nothing for a while."""

    seconds: float = 60.0


@dataclass
class Cut:
    """An answer that reached its length."""

    text: str


Step = str | Refuse | BreakOff | Silent | Cut
Script = Callable[[completion_pb2.Prompt], Step]


@dataclass
class FakeProvider(provider_pb2_grpc.ProviderServiceServicer):
    """`script` says what each prompt gets; `prompts` and `metadata` came in; `cancelled` counts calls given up."""

    script: Script
    prompts: list[completion_pb2.Prompt] = field(default_factory=list)
    metadata: list[dict[str, str]] = field(default_factory=list)
    running: int = 0
    most_running: int = 0
    cancelled: int = 0
    address: str = ""

    async def StreamComplete(self, request, context):
        self.prompts.append(request.prompt)
        self.metadata.append(dict(context.invocation_metadata()))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            async for event in self._events(self.script(request.prompt), context):
                yield event
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1

    async def _events(self, step: Step, context: grpc.aio.ServicerContext) -> AsyncIterator[Event]:
        if isinstance(step, Refuse):
            await _abort(context, step)
        yield Event(started=provider_pb2.Started(provider="scripted", model="fake-1"))
        if isinstance(step, Silent):
            await asyncio.sleep(step.seconds)
            step = "too late"
        text = step if isinstance(step, str) else step.text
        for piece in [text[i : i + 40] for i in range(0, len(text), 40)]:
            yield Event(text=provider_pb2.TextDelta(text=piece))
        used = completion_pb2.Completion(**USED)
        if isinstance(step, BreakOff):
            error = stream_error_pb2.StreamError(code=14, reason=step.reason, message="it broke off", retryable=True)
            yield Event(error=provider_pb2.StreamFailure(error=error, partial=used))
            return
        used.finish_reason = completion_pb2.FinishReason.length if isinstance(step, Cut) else 1
        yield Event(done=used)


async def _abort(context: grpc.aio.ServicerContext, step: Refuse) -> None:
    if step.reason:
        packed = any_pb2.Any()
        packed.Pack(error_details_pb2.ErrorInfo(reason=step.reason, domain=DOMAIN))
        status = status_pb2.Status(code=step.code.value[0], message="the fake refuses", details=[packed])
        context.set_trailing_metadata(((DETAILS_KEY, status.SerializeToString()),))
    await context.abort(step.code, "the fake refuses")


def in_turn(*steps: Step) -> Script:
    """One step after the other, the last again and again."""
    left: Iterator[Step] = iter(steps)
    current = steps[-1]
    return lambda _prompt: next(left, current)


@asynccontextmanager
async def fake_provider(script: Script | Step, *more: Step, port: int = 0) -> AsyncIterator[FakeProvider]:
    """A running fake; `address` is where it listens."""
    servicer = FakeProvider(script if callable(script) else in_turn(script, *more))
    server = grpc.aio.server()
    provider_pb2_grpc.add_ProviderServiceServicer_to_server(servicer, server)
    servicer.address = f"127.0.0.1:{server.add_insecure_port(f'127.0.0.1:{port}')}"
    await server.start()
    try:
        yield servicer
    finally:
        await server.stop(None)
