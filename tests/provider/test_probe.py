"""Is the provider there: what calls and probes said, shared by everybody who asks, never waiting for ever."""

from __future__ import annotations

import asyncio

import pytest

from services.provider.errors import LlmAuth, LlmUnavailable
from services.provider.latencies import Latencies, percentile
from services.provider.probe import FRESH_S, RETRY_S, Probe
from tests.provider.fakes import Clock


def asking(*answers, asked=None):
    """A probe's request: each time the next answer, an error or None."""
    asked = [] if asked is None else asked

    async def ask():
        asked.append(len(asked))
        answer = answers[min(len(asked), len(answers)) - 1]
        if answer is not None:
            raise answer

    return ask


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, ""),
        (
            LlmAuth("anthropic refused the key: check ANTHROPIC_API_KEY"),
            "anthropic refused the key: check ANTHROPIC_API_KEY",
        ),
        (LlmUnavailable("x cannot be reached"), "x cannot be reached"),
        (ValueError("sk-ant-secret-123456"), "x could not be asked; the server's log says why"),
    ],
)
async def test_what_the_provider_said(answer, reason):
    health = await Probe("x", asking(answer), clock=Clock()).health()
    assert (health.healthy, health.reason) == (not reason, reason)


async def test_a_stalled_provider_is_not_waited_for():
    probe = Probe("x", asyncio.Event().wait, timeout=0.05)
    async with asyncio.timeout(10):
        assert (await probe.health()).reason == "x did not answer within 0.05 s"


async def test_a_good_answer_lasts_longer_than_a_bad_one():
    asked, clock = [], Clock()
    probe = Probe("x", asking(LlmAuth("no"), None, asked=asked), clock=clock)
    for pause in (0, RETRY_S / 2, RETRY_S, FRESH_S / 2, FRESH_S):
        clock.now += pause
        health = await probe.health()
    assert len(asked) == 3
    assert health.healthy
    assert health.last_success_at is not None
    assert health.samples == 2


async def test_callers_at_the_same_time_share_one_request_and_one_that_leaves_does_not_end_it():
    asked, gate = [], asyncio.Event()

    async def ask():
        asked.append(1)
        await gate.wait()

    probe = Probe("x", ask)
    tasks = [asyncio.create_task(probe.health()) for _ in range(10)]
    await asyncio.sleep(0.01)
    tasks[0].cancel()
    gate.set()
    healths = await asyncio.gather(*tasks[1:])
    assert all(health.healthy for health in healths)
    assert len(asked) == 1


async def test_calls_say_how_it_is_without_a_probe():
    asked, clock = [], Clock()
    probe = Probe("x", asking(None, asked=asked), clock=clock)
    probe.succeeded(0.25)
    health = await probe.health()
    assert (health.healthy, health.p50_ms, asked) == (True, 250, [])
    probe.failed("x broke off")
    assert (await probe.health()).reason == "x broke off"
    clock.now += RETRY_S + 1
    assert (await probe.health()).healthy
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("samples", "share", "milliseconds"),
    [
        ([], 0.5, 0),
        ([0.007], 0.5, 7),
        ([0.009, 0.001], 0.5, 1),
        ([n / 1000 for n in range(1, 101)], 0.5, 50),
        ([n / 1000 for n in range(1, 101)], 0.95, 95),
    ],
)
def test_percentiles_are_the_nearest_rank_in_whole_milliseconds(samples, share, milliseconds):
    assert percentile(samples, share) == milliseconds


def test_only_the_latest_latencies_count():
    latencies = Latencies()
    for number in range(1000):
        latencies.add(number)
    assert (len(latencies), latencies.milliseconds(0.005)) == (200, 800_000)
