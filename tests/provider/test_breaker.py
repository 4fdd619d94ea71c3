"""The circuit breaker: closed, open, half open; and what the engine counts for it."""

from __future__ import annotations

import asyncio

import pytest

from dataflow.provider.v1.provider_pb2 import BreakerState
from services.provider.breaker import WINDOW_S, Breaker, BreakerOpen
from services.provider.errors import LlmAuth, LlmBadRequest, LlmOverloaded, LlmRateLimited, LlmTimeout, LlmUnavailable
from tests.provider.fakes import ANSWER, STALL, Bench, Clock, FakeWire, prompt

CLOSED, OPEN, HALF_OPEN = BreakerState.closed, BreakerState.open, BreakerState.half_open


def outcomes(breaker, letters):
    for letter in letters:
        breaker.admit()
        {"+": breaker.succeeded, "-": breaker.failed, "0": breaker.abandoned}[letter]()


@pytest.mark.parametrize(
    ("letters", "state"),
    [
        ("--", CLOSED),
        ("---", OPEN),
        ("-+-+-", OPEN),
        ("++++---", CLOSED),
        ("+++---", OPEN),
        ("-0-0-", OPEN),
        ("000000", CLOSED),
    ],
)
def test_it_opens_after_enough_failures_that_are_half_of_the_calls(letters, state):
    breaker = Breaker("x", 3, 10, Clock())
    outcomes(breaker, letters)
    assert breaker.state == state


def test_old_failures_are_forgotten():
    clock = Clock()
    breaker = Breaker("x", 3, 10, clock)
    outcomes(breaker, "--")
    clock.now += WINDOW_S + 1
    outcomes(breaker, "-")
    assert breaker.state == CLOSED


def test_zero_failures_never_open_it():
    breaker = Breaker("x", 0, 10, Clock())
    outcomes(breaker, "-" * 500)
    assert breaker.state == CLOSED


@pytest.mark.parametrize(
    ("end", "state"), [("succeeded", CLOSED), ("answering", CLOSED), ("failed", OPEN), ("abandoned", HALF_OPEN)]
)
def test_half_open_lets_one_call_through_and_believes_it(end, state):
    clock = Clock()
    breaker = Breaker("x", 1, 10, clock)
    outcomes(breaker, "-")
    with pytest.raises(BreakerOpen) as caught:
        breaker.admit()
    assert caught.value.retry_after == 10
    clock.now += 10
    assert breaker.state == HALF_OPEN
    breaker.admit()
    with pytest.raises(BreakerOpen):
        breaker.admit()
    getattr(breaker, end)()
    assert breaker.state == state


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (LlmUnavailable("x"), OPEN),
        (LlmOverloaded("x"), OPEN),
        (LlmAuth("x"), CLOSED),
        (LlmRateLimited("x"), CLOSED),
        (LlmBadRequest("x"), CLOSED),
        (LlmTimeout("x"), CLOSED),
    ],
)
async def test_only_the_providers_faults_count(error, state):
    bench = Bench(FakeWire([error]), llm_retries=0, llm_breaker_failures=3)
    for _ in range(3):
        with pytest.raises(type(error)):
            await bench.engine.complete(prompt())
    assert bench.active.breaker.state == state


async def test_a_stall_counts_and_our_own_limits_do_not():
    bench = Bench(FakeWire((STALL,)), llm_retries=0, llm_breaker_failures=1, llm_first_token_seconds=0.05)
    with pytest.raises(LlmTimeout):
        await bench.engine.complete(prompt())
    assert bench.active.breaker.state == OPEN
    bench = Bench(FakeWire((STALL,)), llm_breaker_failures=1, llm_max_concurrent=1, llm_queue=0)
    running = asyncio.create_task(bench.engine.complete(prompt()))
    await asyncio.sleep(0.01)
    with pytest.raises(LlmOverloaded):
        await bench.engine.complete(prompt())
    running.cancel()
    await asyncio.wait({running})
    assert bench.active.breaker.state == CLOSED


async def test_an_open_breaker_refuses_at_once_falls_back_and_closes_again():
    wire = FakeWire([LlmUnavailable("down")], ANSWER)
    bench = Bench(wire, FakeWire(), llm_retries=0, llm_breaker_failures=1, llm_breaker_seconds=1.0)
    assert (await bench.engine.complete(prompt())).provider == "openrouter"
    answer = await bench.engine.complete(prompt())
    assert (answer.provider, answer.attempts, len(wire.asked)) == ("openrouter", 1, 1)
    await asyncio.sleep(1.1)
    assert (await bench.engine.complete(prompt())).provider == "anthropic"
    assert bench.active.breaker.state == CLOSED


async def test_a_cancelled_trial_leaves_the_way_free_for_another():
    bench = Bench(
        FakeWire([LlmUnavailable("down")], (STALL,), ANSWER),
        llm_retries=0,
        llm_breaker_failures=1,
        llm_breaker_seconds=0.05,
    )
    with pytest.raises(LlmUnavailable):
        await bench.engine.complete(prompt())
    await asyncio.sleep(0.06)
    trial = asyncio.create_task(bench.engine.complete(prompt()))
    await asyncio.sleep(0.01)
    trial.cancel()
    await asyncio.wait({trial})
    assert (await bench.engine.complete(prompt())).content == "Hello world"
