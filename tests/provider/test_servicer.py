"""ProviderService over real gRPC: answers, streams, true statuses, cancellation, reload, status, no key anywhere."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import grpc
import pytest

from dataflow.provider.v1 import completion_pb2 as c
from dataflow.provider.v1 import provider_pb2 as p
from services.provider.errors import LlmAuth, LlmError, LlmRateLimited, LlmUnavailable
from services.provider.script_file import FAULTS
from services.provider.wire import Accepted, Text, Usage
from services.runtime.status import describe, error_info
from tests.provider.fakes import ANSWER, STALL, FakeWire, kinds, prompt, provider_server, text_of

BEGUN = (Accepted("m"), Usage(prompt_tokens=7), Text("Hel"))
KEY = "a-key-that-looks-like-nothing-0123456789"
CLOSED_WITHIN_S = 10.0  # measured: some ms; machines of tests are busy


def whole(text="Hi", **fields):
    return p.CompleteRequest(prompt=prompt(text, **fields))


def streamed(text="Hi", **fields):
    return p.StreamCompleteRequest(prompt=prompt(text, **fields))


async def refused(call):
    """The error of a call that must fail."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


async def messages_of(call):
    return [message async for message in call]


async def until(condition):
    began = time.perf_counter()
    while not condition():
        assert time.perf_counter() - began < CLOSED_WITHIN_S
        await asyncio.sleep(0.005)


@pytest.fixture
async def scripted():
    async with provider_server(llm_provider="scripted", llm_allow_scripted=True) as (stub, *_):
        yield stub


async def test_answers_and_streams(scripted):
    answer = (await scripted.Complete(whole("x"))).completion
    assert (answer.provider, answer.finish_reason, answer.attempts) == ("scripted", c.FinishReason.stop, 1)
    messages = await messages_of(scripted.StreamComplete(streamed("x")))
    assert (messages[0].started.provider, text_of(messages)) == ("scripted", answer.content)
    assert kinds(messages)[-1] == "done"


async def test_each_token_comes_before_the_next_is_there(scripted):
    call = scripted.StreamComplete(streamed("say it slowly"))
    times = [time.perf_counter() async for message in call if message.HasField("text")]
    assert times[-1] - times[0] > 0.25


@pytest.mark.parametrize("reason", sorted(FAULTS))
async def test_every_reason_is_a_true_status_before_the_first_token(reason):
    def build(settings, target):
        return FakeWire([FAULTS[reason]("why it is so", retry_after=1.2, retryable=False)])

    async with provider_server(build) as (stub, *_):
        for call in (stub.Complete(whole()), messages_of(stub.StreamComplete(streamed()))):
            error = await refused(call)
            assert describe(error) == (FAULTS[reason].code, reason, "why it is so")
            assert (
                dict(error.initial_metadata()).get("retry-after")
                or dict(error.trailing_metadata())["retry-after"] == "2"
            )
            assert error_info(error).metadata["retry_after_ms"] == "1200"


async def test_after_the_first_token_the_error_is_the_last_message(scripted):
    messages = await messages_of(scripted.StreamComplete(streamed("break off")))
    assert kinds(messages) == ["started", "text", "text", "text", "error"]
    assert messages[-1].error.error.reason == "LLM_UNAVAILABLE"
    assert messages[-1].error.partial.prompt_tokens == 2


async def test_a_bad_prompt_names_its_fields(scripted):
    error = await refused(scripted.Complete(whole(" ", temperature=9)))
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert error_info(error).metadata["fields"] == "prompt.messages[0].content,prompt.temperature"
    assert (await refused(scripted.Complete(p.CompleteRequest()))).code() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("script", [(STALL,), (*BEGUN, STALL)])
@pytest.mark.parametrize("how", ["cancel", "deadline"])
async def test_a_caller_that_leaves_closes_the_model_call_at_once(script, how):
    wire = FakeWire(script)
    async with provider_server(lambda *_: wire) as (stub, server, _):
        seconds = 0.2 if how == "deadline" else None
        for start in (partial(stub.StreamComplete, streamed()), partial(stub.Complete, whole())):
            call = start(timeout=seconds)
            task = asyncio.create_task(messages_of(call) if hasattr(call, "__aiter__") else _wait(call))
            await until(lambda: wire.open == 1)
            if how == "cancel":
                call.cancel()
            await until(lambda: wire.open == 0)
            await asyncio.wait({task})
            task.cancelled() or task.exception()
        assert wire.cut_off == 2
        if how == "cancel":
            labels = {"provider": "anthropic", "kind": "prompt"}
            counted = server.runtime.metrics.value("dataflow_llm_tokens_total", model="m", **labels)
            assert counted == (14 if len(script) > 1 else 0)
            exposition = server.runtime.metrics.exposition().decode()
            assert 'outcome="cancelled"' in exposition


async def _wait(call):
    return await call


async def test_a_caller_with_a_deadline_gets_its_partial_answer_before_it():
    async with provider_server(lambda *_: FakeWire((*BEGUN, STALL))) as (stub, *_):
        messages = await messages_of(stub.StreamComplete(streamed(), timeout=2.5))
    assert kinds(messages) == ["started", "text", "error"]
    assert messages[-1].error.error.reason == "LLM_TIMEOUT"


async def test_a_reload_lets_running_streams_finish_where_they_are():
    wires = []

    def build(settings, target):
        wires.append(FakeWire((*BEGUN, 0.0 if wires else 0.5, *ANSWER[2:])))
        return wires[-1]

    async with provider_server(build) as (stub, *_):
        running = asyncio.create_task(messages_of(stub.StreamComplete(streamed())))
        await until(lambda: wires[0].open == 1)
        reply = await stub.ReloadProvider(p.ReloadProviderRequest(provider="local", model="tiny"))
        assert (reply.provider, reply.model, reply.previous_provider, reply.running_calls) == (
            "local",
            "tiny",
            "anthropic",
            1,
        )
        assert (await stub.Complete(whole())).completion.provider == "local"
        assert not wires[0].closed
        messages = await running
        assert (messages[0].started.provider, kinds(messages)[-1]) == ("anthropic", "done")
        await until(lambda: wires[0].closed)
        error = await refused(stub.ReloadProvider(p.ReloadProviderRequest(provider="gpt")))
        assert describe(error)[:2] == (grpc.StatusCode.INVALID_ARGUMENT, "UNKNOWN_PROVIDER")
        assert (await stub.GetProviderStatus(p.GetProviderStatusRequest())).provider == "local"
    assert all(wire.closed for wire in wires)


async def test_the_list_says_what_is_missing_and_what_is_active():
    async with provider_server(FakeWireOf(), llm_provider="local", openrouter_api_key=KEY) as (stub, *_):
        providers = (await stub.ListProviders(p.ListProvidersRequest())).providers
    assert [info.name for info in providers] == ["anthropic", "openrouter", "local"]
    assert [info.active for info in providers] == [False, False, True]
    assert providers[0].model == "anthropic/claude-sonnet-4-6-20251001"  # through OpenRouter
    assert all(info.configured for info in providers)
    async with provider_server(llm_allow_scripted=True) as (stub, *_):
        providers = (await stub.ListProviders(p.ListProvidersRequest())).providers
    assert [list(info.missing_settings) for info in providers] == [
        ["ANTHROPIC_API_KEY"],
        ["OPENROUTER_API_KEY"],
        [],
        [],
    ]
    assert providers[3].name == "scripted"


class FakeWireOf:
    """Builds one wire for all."""

    def __init__(self, *scripts, **fields):
        self.wire = FakeWire(*scripts, **fields)

    def __call__(self, settings, target):
        return self.wire


async def test_the_status_follows_calls_and_probes_and_recovers():
    build = FakeWireOf([LlmUnavailable("anthropic cannot be reached")], ANSWER)
    settings = {"llm_retries": 0, "llm_breaker_failures": 1, "llm_breaker_seconds": 0.05, "llm_fallback": ("local",)}
    async with provider_server(build, **settings) as (stub, server, _):
        status = await stub.GetProviderStatus(p.GetProviderStatusRequest())
        assert (status.healthy, status.provider, status.model) == (True, "anthropic", "claude-sonnet-4-6-20251001")
        assert (status.sample_size, list(status.fallbacks), build.wire.probes) == (1, ["local"], 1)
        assert build.wire.probed == status.model
        assert (await stub.Complete(whole())).completion.provider == "local"
        status = await stub.GetProviderStatus(p.GetProviderStatusRequest())
        assert (status.healthy, status.reason) == (False, "anthropic cannot be reached")
        assert status.breaker in (p.BreakerState.open, p.BreakerState.half_open)
        assert status.last_success_at.seconds
        await asyncio.sleep(0.06)
        assert (await stub.Complete(whole())).completion.provider == "anthropic"
        status = await stub.GetProviderStatus(p.GetProviderStatusRequest())
        assert (status.healthy, status.breaker) == (True, p.BreakerState.closed)
        assert await server.runtime.readiness.reasons() == ()


async def test_readiness_is_what_the_probe_says():
    build = FakeWireOf(probe=LlmAuth("anthropic refused the key: check ANTHROPIC_API_KEY"))
    async with provider_server(build) as (_, server, factory):
        assert await server.runtime.readiness.reasons() == ("llm_unavailable",)
        (finding,) = await server.runtime.readiness.findings()
        assert finding.detail == "anthropic refused the key: check ANTHROPIC_API_KEY"
        build.wire.probe_error = None
        factory.current.active.probe._known_at -= 60
        await asyncio.sleep(1.05)  # readiness keeps what it found for a second
        assert await server.runtime.readiness.reasons() == ()


@pytest.mark.parametrize(
    "error", [LlmUnavailable(f"upstream said {KEY}"), LlmError(KEY), ValueError(KEY), LlmRateLimited("slow")]
)
async def test_a_key_is_in_no_log_no_status_and_no_repr(error, log_text):
    settings = {"anthropic_api_key": KEY, "openrouter_api_key": KEY, "local_llm_api_key": KEY, "llm_retries": 0}
    async with provider_server(FakeWireOf([error], (*BEGUN, error)), **settings) as (stub, server, factory):
        told = [
            str(describe(await refused(stub.Complete(whole())))),
            str(await messages_of(stub.StreamComplete(streamed()))),
            str(await stub.GetProviderStatus(p.GetProviderStatusRequest())),
            str(await stub.ListProviders(p.ListProvidersRequest())),
            str(await stub.ReloadProvider(p.ReloadProviderRequest())),
            server.runtime.metrics.exposition().decode(),
            repr(factory.current.active.target),
            log_text(),
        ]
    assert not any(KEY in text for text in told)


async def test_the_budget_is_told_with_the_time_it_begins_anew():
    async with provider_server(FakeWireOf(), llm_daily_budget_tokens=7) as (stub, *_):
        metadata = (("x-workspace-id", "team-a"),)
        await stub.Complete(whole(), metadata=metadata)
        error = await refused(stub.Complete(whole(), metadata=metadata))
        assert describe(error)[:2] == (grpc.StatusCode.RESOURCE_EXHAUSTED, "LLM_BUDGET_EXCEEDED")
        assert error_info(error).metadata["resets_at"].endswith("T00:00:00Z")
        await stub.Complete(whole(), metadata=(("x-workspace-id", "team-b"),))


async def test_many_streams_at_once_and_none_is_left():
    build = FakeWireOf((*BEGUN, 0.01, *ANSWER[2:]))
    async with provider_server(build, llm_max_concurrent=20) as (stub, _, factory):
        ends = await asyncio.gather(*(messages_of(stub.StreamComplete(streamed())) for _ in range(100)))
        assert all(kinds(messages)[-1] == "done" for messages in ends)
        assert (build.wire.open, factory.current.running, factory.current.active.limit.running) == (0, 0, 0)
