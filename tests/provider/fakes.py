"""A wire that does what each test's rows say, an engine over such wires, and a server with that engine."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import grpc
from prometheus_client import CollectorRegistry

from dataflow.provider.v1 import completion_pb2 as c
from dataflow.provider.v1 import provider_pb2_grpc
from services.provider.account import Account
from services.provider.app import serving
from services.provider.cache import Cache
from services.provider.engine import Engine
from services.provider.factory import Factory
from services.provider.meter import Meter
from services.provider.prices import load_prices
from services.provider.settings import ProviderSettings
from services.provider.spend import Spend
from services.provider.wire import Accepted, Finish, Text, Usage
from services.runtime.app import App
from services.runtime.server import running

STALL = object()
STOP = Finish(c.FinishReason.stop)
LENGTH = Finish(c.FinishReason.length)
CALLS = Finish(c.FinishReason.tool_calls)
ANSWER = (Accepted("model-1"), Usage(prompt_tokens=5), Text("Hello"), Text(" world"), Usage(completion_tokens=2), STOP)


def user(text="Hi"):
    return c.PromptMessage(role="user", content=text)


def prompt(text="Hi", **fields):
    return c.Prompt(messages=[user(text)], **fields)


def tool(name="run_sql", schema='{"type": "object"}'):
    return c.ToolDefinition(name=name, description="Runs SQL", input_schema_json=schema)


class FakeWire:
    """Each call takes the next script, the last one for ever. A step is an event, an error, seconds, or STALL."""

    def __init__(self, *scripts, probe=None):
        self.scripts = list(scripts) or [ANSWER]
        self.asked = []  # (prompt, model)
        self.open = 0
        self.closed = False
        self.cut_off = 0  # streams that were closed before their end
        self.probes = 0
        self.probed = None
        self.probe_error = probe

    async def stream(self, prompt, model):
        script = self.scripts[min(len(self.asked), len(self.scripts) - 1)]
        self.asked.append((prompt, model))
        self.open += 1
        ended = False
        try:
            for step in script:
                if isinstance(step, BaseException):
                    ended = True
                    raise step
                if step is STALL:
                    await asyncio.Event().wait()
                elif isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    yield step
            ended = True
        finally:
            self.open -= 1
            self.cut_off += not ended

    async def probe(self, model=""):
        self.probes += 1
        self.probed = model
        if self.probe_error is not None:
            raise self.probe_error

    async def close(self):
        assert not self.open, "closed while a stream runs"
        self.closed = True


class Clock:
    def __init__(self, now=1000.0):
        self.now = now

    def __call__(self):
        return self.now


class Bench:
    """An engine over fake wires; `slept` has the waits before retries, which take no time."""

    def __init__(self, *wires, draw=0.5, spend=None, **settings):
        names = ("anthropic", "openrouter", "local")[: len(wires)]
        self.wires = dict(zip(names, wires, strict=True))
        self.settings = ProviderSettings(llm_provider=names[0], llm_fallback=names[1:], **settings)
        self.registry = CollectorRegistry()
        self.slept = []
        self.factory = Factory(self.settings, build=lambda _, target: self.wires[target.name], environ={})
        seconds, entries = self.settings.llm_cache_seconds, self.settings.llm_cache_entries
        self.spend = spend or Spend(self.settings.llm_daily_budget_usd, self.settings.llm_daily_budget_tokens)
        self.cache = Cache(seconds, entries, 1_000_000)
        account = Account(Meter(self.registry), load_prices(self.settings.llm_price_file), self.spend)
        self.engine = Engine(self.factory, account, self.spend, self.cache, sleep=self._sleep, draw=lambda: draw)

    async def _sleep(self, seconds):
        self.slept.append(seconds)

    @property
    def active(self):
        return self.factory.current.active

    async def stream(self, prompt):
        return [message async for message in self.engine.stream(prompt)]

    def metric(self, name, **labels):
        """The sum of the samples with these labels."""
        return sum(
            sample.value
            for family in self.registry.collect()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


def kinds(messages):
    return [message.WhichOneof("event") for message in messages]


def text_of(messages):
    return "".join(message.text.text for message in messages)


@asynccontextmanager
async def provider_server(build=None, **settings):
    """(stub, server, factory) of a real gRPC server; `build` makes the wires where given."""
    made = []

    @asynccontextmanager
    async def lifespan(runtime):
        factory = Factory(runtime.settings, environ={}, **({"build": build} if build else {}))
        made.append(factory)
        async with serving(runtime, factory) as services:
            yield services

    app = App("provider", "Provider", "1", ProviderSettings, lifespan)
    own = ProviderSettings(grpc_port=0, metrics_port=None, drain_seconds=0, shutdown_grace_seconds=2, **settings)
    async with running(app, own) as server, grpc.aio.insecure_channel(server.address) as channel:
        yield provider_pb2_grpc.ProviderServiceStub(channel), server, made[0]
