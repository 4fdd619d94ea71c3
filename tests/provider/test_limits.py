"""Turns, retries, prices, budget and cache, one table each."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dataflow.provider.v1 import completion_pb2 as c
from services.provider.cache import Cache, cacheable, key_of
from services.provider.errors import LlmBudgetExceeded, LlmOverloaded, LlmUnavailable
from services.provider.limit import Limit
from services.provider.prices import PriceFileError, load_prices
from services.provider.retry import Backoff, RetryBudget
from services.provider.settings import ProviderSettings
from services.provider.spend import Spend
from services.provider.wire import Accepted, Text, Usage
from services.runtime.context import Call, enter
from services.runtime.settings import SettingsError, load_settings
from tests.provider.fakes import ANSWER, LENGTH, STALL, STOP, Bench, Clock, FakeWire, kinds, prompt, text_of

# Turns


async def test_calls_wait_for_their_turn_and_get_it():
    limit = Limit("x", calls=2, waiting=10, seconds=5)
    most = 0

    async def work():
        nonlocal most
        async with limit.slot(5):
            most = max(most, limit.running)
            await asyncio.sleep(0.01)

    await asyncio.gather(*(work() for _ in range(8)))
    assert (most, limit.running, limit.queued) == (2, 0, 0)


@pytest.mark.parametrize(("waiting", "at_most", "text"), [(0, 5, "are taken"), (1, 0.02, "no turn at x came up")])
async def test_more_than_may_wait_or_longer_is_overload(waiting, at_most, text):
    limit = Limit("x", calls=1, waiting=waiting, seconds=5)
    async with limit.slot(1):
        with pytest.raises(LlmOverloaded, match=text):
            async with limit.slot(at_most):
                pass
    async with limit.slot(1):
        assert limit.running == 1


async def test_a_waiting_call_that_leaves_takes_no_turn_with_it():
    limit = Limit("x", calls=1, waiting=5, seconds=5)

    async def enter_and_leave():
        async with limit.slot(5):
            pass

    async with limit.slot(1):
        tasks = [asyncio.create_task(enter_and_leave()) for _ in range(3)]
        await asyncio.sleep(0.01)
        tasks[0].cancel()
    await asyncio.wait(tasks)
    async with limit.slot(0.1):
        assert limit.queued == 0


async def test_a_full_provider_falls_back():
    bench = Bench(FakeWire((STALL,)), FakeWire(), llm_max_concurrent=1, llm_queue=0)
    first = asyncio.create_task(bench.engine.complete(prompt()))
    await asyncio.sleep(0.01)
    assert (await bench.engine.complete(prompt())).provider == "openrouter"
    first.cancel()
    await asyncio.wait({first})
    assert bench.active.limit.running == 0


# Retries


@pytest.mark.parametrize(
    ("number", "asked", "draw", "wait"),
    [
        (0, None, 1.0, 0.5),
        (1, None, 1.0, 1.0),
        (2, None, 0.0, 0.0),
        (9, None, 1.0, 8.0),
        (0, 4.0, 0.0, 4.0),
        (0, 4.0, 1.0, 4.5),
        (0, 30.0, 0.0, 30.0),
        (0, 30.1, 0.0, None),
        (10, None, 0.0, None),
    ],
)
def test_waits_are_drawn_up_to_a_limit_that_doubles_and_never_shorter_than_asked(number, asked, draw, wait):
    assert Backoff(10, 30.0, lambda: draw).wait(number, asked) == wait


def test_the_budget_of_retries_fills_with_calls():
    budget = RetryBudget(full=2, deposit=0.5)
    assert [budget.spend() for _ in range(3)] == [True, True, False]
    budget.earn()
    assert not budget.spend()
    budget.earn()
    assert budget.spend()


# Prices


@pytest.mark.parametrize(
    ("provider", "model", "dollars"),
    [
        ("anthropic", "claude-sonnet-4-6-20251001", 18.0),
        ("anthropic", "anthropic/claude-sonnet-4.6", 18.0),
        ("anthropic", "claude-opus-4-6", 30.0),
        ("anthropic", "claude-opus-4-1-20250805", 90.0),
        ("anthropic", "claude-opus-4-20250514", 90.0),
        ("anthropic", "claude-haiku-4-5-20251001", 6.0),
        ("anthropic", "claude-next", None),
        ("openrouter", "openai/gpt-oss-120b:free", 0.0),
        ("openrouter", "openai/gpt-5", None),
        ("local", "llama3.2", 0.0),
        ("scripted", "anything", 0.0),
    ],
)
def test_list_prices(provider, model, dollars):
    assert load_prices().cost(provider, model, 1_000_000, 1_000_000) == dollars


def test_the_packaged_table_says_when_and_where_from():
    prices = load_prices()
    assert datetime.fromisoformat(prices.date) < datetime.now()
    assert prices.source.startswith("https://")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[", "is not YAML"),
        ("a: 1", "must have date, source and prices"),
        ("{date: 1, source: x, prices: 3}", "must be a list"),
        ("{date: 1, source: x, prices: [{provider: a}]}", "price 1 must have exactly"),
        ("{date: 1, source: x, prices: [{provider: a, model: b, prompt: -1, completion: 0}]}", "price 1: prompt"),
        ("{date: 1, source: x, prices: [{provider: a, model: b, prompt: 1, completion: true}]}", "price 1: completion"),
    ],
)
def test_a_price_file_that_cannot_be_used_is_a_problem_of_the_settings(tmp_path, text, problem):
    file = tmp_path / "prices.yaml"
    file.write_text(text)
    with pytest.raises(PriceFileError, match=problem):
        load_prices(file)
    with pytest.raises(SettingsError, match="LLM_PRICE_FILE"):
        load_settings(ProviderSettings, {"LLM_PRICE_FILE": str(file)})
    with pytest.raises(PriceFileError, match="cannot be read"):
        load_prices(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("usage", "model", "cost"),
    [
        (Usage(1_000_000, 100_000), "claude-sonnet-4-6-20251001", 4.5),
        (Usage(1_000_000, 100_000, cost_usd=0.25), "claude-sonnet-4-6-20251001", 0.25),
        (Usage(10, 10), "mystery", None),
        (Usage(1_000_000, 0), "claude-sonnet-4-6-by-another-name", 3.0),
        (Usage(), "claude-sonnet-4-6-20251001", None),
    ],
)
async def test_what_the_provider_says_it_costs_wins_and_an_unknown_price_is_absent(usage, model, cost):
    bench = Bench(FakeWire((Accepted(model), usage, STOP)), anthropic_model=model)
    answer = await bench.engine.complete(prompt())
    assert (answer.cost_usd if answer.HasField("cost_usd") else None) == cost


# Budget


class Days:
    now = datetime(2026, 5, 1, 23, 0, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.mark.parametrize(("usd", "tokens"), [(1.0, 0), (0.0, 100), (1.0, 100)])
def test_a_budget_is_a_workspaces_own_and_begins_anew_each_day(usd, tokens):
    days = Days()
    spend = Spend(usd, tokens, days)
    spend.check("a")
    spend.add("a", 100, 1.0)
    spend.check("b")
    with pytest.raises(LlmBudgetExceeded, match="2026-05-02T00:00:00Z") as caught:
        spend.check("a")
    assert caught.value.retry_after == 3600
    assert caught.value.metadata["resets_at"] == "2026-05-02T00:00:00Z"
    days.now += timedelta(hours=2)
    spend.check("a")


def test_without_a_budget_nothing_is_kept():
    spend = Spend()
    spend.add("a", 10**9, 10**6)
    spend.check("a")
    assert spend._used == {}


async def test_a_spent_budget_refuses_before_the_provider_is_asked_and_counts_what_broke_off():
    wire = FakeWire((Accepted(), Text("x" * 40), LlmUnavailable("down")))
    bench = Bench(wire, FakeWire(), llm_retries=0, llm_daily_budget_tokens=10)
    assert kinds(await bench.stream(prompt()))[-1] == "error"
    for ask in (bench.engine.complete, bench.stream):
        with pytest.raises(LlmBudgetExceeded):
            await ask(prompt())
    assert (len(wire.asked), bench.wires["openrouter"].asked) == (1, [])


# Cache


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({"allow_cache": True, "temperature": 0}, True),
        ({"allow_cache": True}, False),
        ({"allow_cache": True, "temperature": 0.1}, False),
        ({"temperature": 0}, False),
    ],
)
async def test_only_what_is_allowed_and_at_temperature_0_is_kept(fields, may):
    wire = FakeWire()
    bench = Bench(wire, llm_cache_seconds=60)
    assert cacheable(prompt(**fields)) is may
    answers = [await bench.engine.complete(prompt(**fields)) for _ in range(2)]
    assert [answer.cached for answer in answers] == [False, may]
    assert len(wire.asked) == (1 if may else 2)
    assert answers[0].content == answers[1].content
    if may:
        assert (answers[1].attempts, answers[1].cost_usd, answers[1].provider) == (0, 0, "anthropic")
        messages = await bench.stream(prompt(**fields))
        assert (kinds(messages), text_of(messages)) == (["started", "text", "done"], "Hello world")
        assert messages[-1].done.cached
        assert messages[-1].done.content == ""


async def test_off_is_the_default():
    wire = FakeWire()
    bench = Bench(wire)
    for _ in range(2):
        await bench.engine.complete(prompt(allow_cache=True, temperature=0))
    assert len(wire.asked) == 2


def test_the_key_is_of_all_that_matters():
    base = {"workspace": "a", "provider": "p", "model": "m", "prompt": prompt("x")}
    others = [
        {"workspace": "b"},
        {"provider": "q"},
        {"model": "n"},
        {"prompt": prompt("y")},
        {"prompt": prompt("x", max_tokens=5)},
        {"prompt": prompt("x", system="s")},
    ]
    keys = [key_of(**{**base, **other}) for other in [{}, *others]]
    assert len(set(keys)) == len(keys)
    assert key_of(**base) == key_of(**{**base, "prompt": prompt("x", purpose="chat", allow_cache=True)})


async def test_workspaces_do_not_share_answers():
    wire = FakeWire()
    bench = Bench(wire, llm_cache_seconds=60)

    async def ask(workspace):
        enter(Call("/m", "id", workspace=workspace))
        return await bench.engine.complete(prompt(allow_cache=True, temperature=0))

    answers = [await asyncio.create_task(ask(workspace)) for workspace in ("a", "b", "a")]
    assert [answer.cached for answer in answers] == [False, False, True]


def stored(text, finish=c.FinishReason.stop):
    return c.Completion(content=text, finish_reason=finish)


def test_the_cache_is_bounded_in_age_number_and_bytes():
    clock = Clock()
    cache = Cache(10, entries=2, max_bytes=1000, clock=clock)
    for key in "abc":
        cache.put(key, stored(key))
    assert [cache.get(key) is not None for key in "abc"] == [False, True, True]
    cache.put("big", stored("x" * 2000))
    assert cache.get("big") is None
    cache.put("d", stored("x" * 995))
    assert (len(cache), cache.get("d") is not None) == (1, True)
    clock.now += 11
    assert cache.get("d") is None
    assert (len(cache), cache.bytes) == (0, 0)


@pytest.mark.parametrize("script", [(Accepted(), Text("x"), LENGTH), (Accepted(), Text("x"))])
async def test_cut_answers_and_fallbacks_answers_are_not_kept(script):
    wire = FakeWire(script, ANSWER)
    bench = Bench(wire, FakeWire(), llm_cache_seconds=60, llm_retries=0)
    for expected in (False, False, True):
        answer = await bench.engine.complete(prompt(allow_cache=True, temperature=0))
        assert answer.cached is expected
