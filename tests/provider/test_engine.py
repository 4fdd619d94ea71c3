"""Complete and StreamComplete: attempts, retries, fallbacks, limits, and how each of them ends."""

from __future__ import annotations

import asyncio

import pytest

from dataflow.provider.v1.completion_pb2 import FinishReason
from services.provider.errors import (
    LlmAuth,
    LlmBadRequest,
    LlmContentFiltered,
    LlmContextTooLong,
    LlmError,
    LlmOverloaded,
    LlmRateLimited,
    LlmTimeout,
    LlmUnavailable,
)
from services.provider.wire import Accepted, Text, Thinking, Usage
from services.runtime.context import Call, enter
from services.runtime.errors import ServiceError
from tests.provider.fakes import ANSWER, STALL, STOP, Bench, FakeWire, kinds, prompt, text_of

DOWN = LlmUnavailable("down")
BEGUN = (Accepted("m"), Usage(prompt_tokens=7), Text("Hel"))


async def test_a_whole_answer_says_who_answered_and_what_it_took():
    bench = Bench(FakeWire())
    answer = await bench.engine.complete(prompt())
    assert (answer.content, answer.provider, answer.model) == ("Hello world", "anthropic", "model-1")
    assert (answer.prompt_tokens, answer.completion_tokens, answer.attempts) == (5, 2, 1)
    assert answer.finish_reason == FinishReason.stop
    assert (answer.cached, answer.first_token_ms) == (False, 0)


async def test_a_stream_begins_with_who_answers_and_ends_with_the_figures():
    bench = Bench(FakeWire((0.02, *ANSWER)))
    messages = await bench.stream(prompt())
    assert kinds(messages) == ["started", "text", "text", "done"]
    assert (messages[0].started.provider, messages[0].started.model) == ("anthropic", "model-1")
    assert text_of(messages) == "Hello world"
    done = messages[-1].done
    assert (done.content, done.completion_tokens, done.attempts) == ("", 2, 1)
    assert 15 <= done.first_token_ms <= done.latency_ms


async def test_an_empty_answer_is_one():
    messages = await Bench(FakeWire((Accepted(), STOP))).stream(prompt())
    assert kinds(messages) == ["started", "done"]
    assert messages[0].started.model == "claude-sonnet-4-6-20251001"


async def test_defaults_are_filled_in_and_the_model_may_be_chosen():
    bench = Bench(FakeWire(), llm_max_tokens=77)
    await bench.engine.complete(prompt())
    await bench.engine.complete(prompt(model="other-1", max_tokens=5))
    asked = [(sent.max_tokens, model) for sent, model in bench.wires["anthropic"].asked]
    assert asked == [(77, "claude-sonnet-4-6-20251001"), (5, "other-1")]


@pytest.mark.parametrize(
    ("errors", "attempts", "waits"),
    [
        ([DOWN], 2, [0.25]),
        ([DOWN, DOWN], 3, [0.25, 0.5]),
        ([LlmOverloaded("busy", retry_after=3)], 2, [3.25]),
        ([LlmRateLimited("slow", retry_after=0)], 2, [0.25]),
        ([LlmAuth("no credit", retryable=True, retry_after=1)], 2, [1.25]),
    ],
)
async def test_what_may_pass_is_tried_again_after_a_wait(errors, attempts, waits):
    bench = Bench(FakeWire(*([error] for error in errors), ANSWER))
    answer = await bench.engine.complete(prompt())
    assert (answer.attempts, bench.slept) == (attempts, waits)
    bench = Bench(FakeWire(*([error] for error in errors), ANSWER))
    assert (await bench.stream(prompt()))[-1].done.attempts == attempts


@pytest.mark.parametrize(
    ("error", "settings", "attempts"),
    [
        (DOWN, {}, 3),
        (DOWN, {"llm_retries": 0}, 1),
        (LlmRateLimited("slow", retry_after=31), {}, 1),
        (LlmRateLimited("slow", retry_after=5), {"llm_timeout_seconds": 4.0}, 1),
        (LlmAuth("no"), {}, 1),
        (LlmBadRequest("no"), {}, 1),
        (LlmContextTooLong("long"), {}, 1),
        (LlmContentFiltered("no"), {}, 1),
        (LlmUnavailable("for good", retryable=False), {}, 1),
    ],
)
async def test_what_does_not_pass_is_told_with_the_providers_reason(error, settings, attempts):
    bench = Bench(FakeWire([error]), llm_breaker_failures=0, **settings)
    for ask in (bench.engine.complete, bench.stream):
        with pytest.raises(type(error)) as caught:
            await ask(prompt())
        assert caught.value.reason == error.reason
        assert caught.value.metadata["attempts"] == str(attempts)
        assert caught.value.metadata["provider"] == "anthropic"
    assert len(bench.wires["anthropic"].asked) == 2 * attempts


async def test_a_wait_that_was_asked_for_stands_in_the_error():
    with pytest.raises(LlmRateLimited) as caught:
        await Bench(FakeWire([LlmRateLimited("slow", retry_after=31.5)])).engine.complete(prompt())
    assert caught.value.metadata["retry_after_ms"] == "31500"


async def test_retries_have_a_budget_over_calls():
    wire = FakeWire([DOWN])
    bench = Bench(wire, llm_breaker_failures=0)
    for _ in range(40):
        with pytest.raises(LlmUnavailable):
            await bench.engine.complete(prompt())
    # 10 saved up and a fifth for each call, instead of 80 retries
    assert 16 <= len(wire.asked) - 40 <= 19
    assert bench.metric("dataflow_llm_retries_total", what="refused") > 20


async def test_after_the_first_token_nothing_is_tried_again():
    wire, other = FakeWire((*BEGUN, DOWN)), FakeWire()
    messages = await Bench(wire, other).stream(prompt())
    assert kinds(messages) == ["started", "text", "error"]
    error, partial = messages[-1].error.error, messages[-1].error.partial
    assert (error.code, error.reason, error.message, error.retryable) == (14, "LLM_UNAVAILABLE", "down", True)
    assert (partial.prompt_tokens, partial.attempts, partial.provider) == (7, 1, "anthropic")
    assert partial.finish_reason == FinishReason.error
    assert partial.content == ""
    assert (len(wire.asked), len(other.asked)) == (1, 0)


async def test_before_the_first_token_an_accepted_stream_is_tried_again():
    messages = await Bench(FakeWire((Accepted("m"), Usage(prompt_tokens=7), Thinking(), DOWN), ANSWER)).stream(prompt())
    assert kinds(messages) == ["started", "text", "text", "done"]
    assert (messages[0].started.model, messages[-1].done.attempts) == ("model-1", 2)


async def test_a_whole_answer_that_broke_off_is_tried_again_since_nobody_saw_it():
    answer = await Bench(FakeWire((*BEGUN, DOWN), ANSWER)).engine.complete(prompt())
    assert (answer.content, answer.attempts, answer.prompt_tokens) == ("Hello world", 2, 5)


@pytest.mark.parametrize("script", [(Accepted(),), BEGUN, (*BEGUN, Usage(completion_tokens=1))])
async def test_an_end_without_a_finish_is_an_error(script):
    bench = Bench(FakeWire(script), llm_retries=0)
    with pytest.raises(LlmUnavailable, match="without a finish"):
        await bench.engine.complete(prompt())
    if Text("Hel") in script:
        assert (await bench.stream(prompt()))[-1].error.error.reason == "LLM_UNAVAILABLE"


@pytest.mark.parametrize(
    ("script", "settings", "text"),
    [
        ((STALL,), {"llm_first_token_seconds": 0.05}, "no token within 0.05 s"),
        ((Accepted(), STALL), {"llm_first_token_seconds": 0.05}, "no token within 0.05 s"),
        ((*BEGUN, STALL), {"llm_idle_seconds": 0.05}, "nothing came for 0.05 s"),
        ((Thinking(), STALL), {"llm_idle_seconds": 0.05}, "nothing came for 0.05 s"),
    ],
)
async def test_a_stall_ends_by_its_limit_and_closes_the_stream(script, settings, text):
    wire = FakeWire(script)
    with pytest.raises(LlmTimeout, match=text):
        await Bench(wire, llm_retries=0, **settings).engine.complete(prompt())
    assert (wire.open, wire.cut_off) == (0, 1)


@pytest.mark.parametrize("script", [(STALL,), (*BEGUN, STALL), (DOWN,)])
async def test_the_callers_deadline_bounds_all_attempts_together(script):
    async def ask():
        loop = asyncio.get_running_loop()
        began = loop.time()
        enter(Call("/m", "id", deadline=began + 0.2))
        with pytest.raises(LlmError) as caught:
            await Bench(FakeWire(script), FakeWire((STALL,)), llm_retries=0).engine.complete(prompt())
        return loop.time() - began, caught.value

    seconds, error = await asyncio.create_task(ask())
    assert seconds < 1
    assert error.reason == ("LLM_UNAVAILABLE" if script == (DOWN,) else "LLM_TIMEOUT")


async def test_a_stream_that_meets_its_deadline_says_so_with_what_it_had():
    messages = await Bench(FakeWire((*BEGUN, STALL)), llm_timeout_seconds=0.05).stream(prompt())
    assert kinds(messages) == ["started", "text", "error"]
    assert messages[-1].error.error.reason == "LLM_TIMEOUT"
    assert messages[-1].error.error.retryable is False


@pytest.mark.parametrize(
    ("error", "answers"),
    [
        (DOWN, True),
        (LlmAuth("refused"), True),
        (LlmRateLimited("slow", retry_after=900), True),
        (LlmOverloaded("busy"), True),
        (LlmBadRequest("no"), False),
        (LlmContextTooLong("long"), False),
        (LlmContentFiltered("no"), False),
    ],
)
async def test_a_fallback_answers_for_a_fault_but_not_for_a_bad_request(error, answers):
    bench = Bench(FakeWire([error]), FakeWire(), llm_retries=0)
    if answers:
        answer = await bench.engine.complete(prompt(model="only-here"))
        assert (answer.provider, answer.attempts) == ("openrouter", 2)
        assert [model for _, model in bench.wires["openrouter"].asked] == ["openai/gpt-oss-120b:free"]
        assert (await bench.stream(prompt()))[0].started.provider == "openrouter"
    else:
        with pytest.raises(type(error)):
            await bench.engine.complete(prompt())
        assert bench.wires["openrouter"].asked == []


async def test_a_stall_is_tried_again_only_where_no_fallback_waits():
    limit = {"llm_first_token_seconds": 0.05}
    bench = Bench(FakeWire((STALL,)), FakeWire((STALL,), ANSWER), **limit)
    answer = await bench.engine.complete(prompt())
    assert (answer.provider, answer.attempts) == ("openrouter", 3)


async def test_where_all_fail_the_first_ones_reason_is_told_and_the_others_named():
    bench = Bench(FakeWire([LlmRateLimited("slow")]), FakeWire([LlmAuth("no")]), FakeWire([DOWN]), llm_retries=0)
    with pytest.raises(LlmRateLimited) as caught:
        await bench.engine.complete(prompt())
    assert caught.value.metadata["fallbacks"] == "openrouter: LLM_AUTH, local: LLM_UNAVAILABLE"
    assert caught.value.metadata["attempts"] == "3"


async def test_a_wires_own_mistake_ends_a_begun_stream_masked_and_a_new_one_raised(log_text):
    secret = "sk-ant-very-secret-1234"
    messages = await Bench(FakeWire((*BEGUN, ValueError(secret)))).stream(prompt())
    assert kinds(messages) == ["started", "text", "error"]
    assert messages[-1].error.error.reason == "INTERNAL"
    assert secret not in str(messages)
    assert secret not in log_text()
    with pytest.raises(ServiceError, match="internal error"):
        await Bench(FakeWire([ValueError(secret)])).stream(prompt())


async def test_partial_use_is_counted_and_estimated_where_the_provider_did_not_say():
    bench = Bench(FakeWire((*BEGUN, Text("x" * 37), DOWN)), llm_retries=0)
    await bench.stream(prompt())
    tokens = {
        kind: bench.metric("dataflow_llm_tokens_total", kind=kind) for kind in ("prompt", "completion", "estimated")
    }
    assert tokens == {"prompt": 7, "completion": 0, "estimated": 10}
    assert bench.metric("dataflow_llm_calls_total", outcome="LLM_UNAVAILABLE") == 1


async def test_calls_are_counted_by_purpose_and_workspace():
    async def ask():
        enter(Call("/m", "id", workspace="team-a"))
        await bench.engine.complete(prompt(purpose="sql_generate"))

    bench = Bench(FakeWire())
    await asyncio.create_task(ask())
    await bench.engine.complete(prompt())
    assert bench.metric("dataflow_llm_calls_total", purpose="sql_generate", outcome="stop", provider="anthropic") == 1
    assert bench.metric("dataflow_llm_calls_total", purpose="other") == 1
    assert bench.metric("dataflow_llm_workspace_tokens_total", workspace="team-a", kind="completion") == 2


async def test_labels_that_callers_choose_are_bounded():
    bench = Bench(FakeWire((Accepted(), Text("x"), Usage(1, 1), STOP)))
    for number in range(150):
        await bench.engine.complete(prompt(model=f"m{number}", purpose=f"p{number}"))
    assert bench.metric("dataflow_llm_calls_total") == 150
    assert bench.metric("dataflow_llm_calls_total", model="other") == 50
    assert bench.metric("dataflow_llm_calls_total", purpose="other") == 50
