"""Provider status: a real request decides, its failures are named, nothing of the key shows."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from services.provider.probe import FRESH_S, RETRY_S, Probe, percentile
from services.provider.settings import ProviderSettings
from services.provider.table import PROVIDERS

KEY = "sk-ant-very-secret"


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def probe(answer, *, provider="anthropic", clock=None, **settings):
    values = {"anthropic_api_key": KEY, "openrouter_api_key": KEY, **settings}
    target = ProviderSettings(**values).target(provider)
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return Probe(target, client, clock=clock or Clock())


def status(code):
    return lambda request: httpx.Response(code, json={})


def raising(error):
    def answer(request):
        raise error

    return answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (status(200), ""),
        (status(401), "anthropic refused the key (401)"),
        (status(402), "anthropic has no credit left (402)"),
        (status(429), "anthropic is limiting the rate (429)"),
        (status(529), "anthropic answered 529"),
        (raising(httpx.ConnectTimeout("x")), "anthropic did not answer within 3 s"),
        (raising(httpx.ConnectError(f"to {KEY}")), "anthropic cannot be reached"),
    ],
)
async def test_what_the_provider_said(answer, reason):
    health = await probe(answer).health()
    assert health.reason == reason
    assert health.healthy is (reason == "")
    assert KEY not in repr(health)


@pytest.mark.parametrize(
    ("provider", "missing", "reason"),
    [
        ("anthropic", {"anthropic_api_key": ""}, "ANTHROPIC_API_KEY is not set"),
        ("openrouter", {"openrouter_api_key": ""}, "OPENROUTER_API_KEY is not set"),
    ],
)
async def test_a_missing_key_is_named_without_a_request(provider, missing, reason):
    health = await probe(raising(AssertionError("asked")), provider=provider, **missing).health()
    assert health.reason == reason


@pytest.mark.parametrize(
    ("provider", "url", "header"),
    [
        ("anthropic", "https://api.anthropic.com/v1/models?limit=1", "x-api-key"),
        ("openrouter", "https://openrouter.ai/api/v1/key", "authorization"),
        ("local", "http://localhost:11434/v1/models", ""),
    ],
)
async def test_each_provider_is_asked_in_its_own_way(provider, url, header):
    asked = []

    def answer(request):
        asked.append(request)
        return httpx.Response(200, json={})

    assert (await probe(answer, provider=provider).health()).healthy
    assert str(asked[0].url) == url
    assert not header or KEY in asked[0].headers[header]


async def test_a_good_answer_lasts_longer_than_a_bad_one():
    answers = [401, 200]
    asked = []
    clock = Clock()

    def answer(request):
        asked.append(clock.now)
        return httpx.Response(answers[min(len(asked), 2) - 1], json={})

    checked = probe(answer, clock=clock)
    for pause in (0, RETRY_S / 2, RETRY_S, FRESH_S / 2, FRESH_S):
        clock.now += pause
        health = await checked.health()
    assert len(asked) == 3
    assert health.healthy
    assert health.last_success_at is not None
    assert health.samples == 2


async def test_callers_at_the_same_time_share_one_request():
    asked = []

    async def answer(request):
        asked.append(request)
        await asyncio.sleep(0.05)
        return httpx.Response(200, json={})

    checked = probe(answer)
    healths = await asyncio.gather(*(checked.health() for _ in range(10)))
    assert all(health.healthy for health in healths)
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


def test_a_probes_target_never_shows_its_key():
    assert KEY not in repr(ProviderSettings(anthropic_api_key=KEY).target("anthropic"))


def test_every_row_has_a_default_model():
    assert {name: row.default_model for name, row in PROVIDERS.items()} == {
        "anthropic": "claude-sonnet-4-6-20251001",
        "openrouter": "openai/gpt-oss-120b:free",
        "local": "llama3.2",
    }
