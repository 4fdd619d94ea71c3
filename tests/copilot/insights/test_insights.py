"""Insights over the sandbox's estate: computed, worded, cached, shared by pollers, and honest where things are away."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter

import grpc
import pytest

from dataflow.common.v1 import reply_pb2
from dataflow.copilot.v1 import insights_pb2, insights_pb2_grpc
from services.copilot.insights.facts import gather
from services.copilot.insights.finders import find
from services.copilot.insights.finding import CATEGORIES, Finding, ranked
from services.copilot.insights.wording import _read
from services.sandbox.app import METADATA, MONITOR, PIPELINE, serving
from services.sandbox.settings import SandboxSettings
from tests.copilot.stage import copilot
from tests.sandbox.conftest import NOON
from tests.sandbox.served import platform_of

SLOW_MODEL = 'model: m\nrules: []\ndefault: {text: "[]", delay: 50}\n'


@pytest.fixture(scope="module")
def estate():
    with serving(SandboxSettings(sandbox_port=0)) as server:
        yield server


@pytest.fixture
def around(estate):
    return {
        "pipeline_base_url": estate.url + PIPELINE,
        "monitor_base_url": estate.url + MONITOR,
        "metadata_base_url": estate.url + METADATA,
    }


def ask(channel, **fields):
    stub = insights_pb2_grpc.InsightsServiceStub(channel)
    return stub.ListInsights(insights_pb2.ListInsightsRequest(**fields))


async def test_the_estates_incidents_are_found_in_figures():
    with serving(SandboxSettings(sandbox_port=0), lambda: NOON) as estate:
        findings = find(await gather(platform_of(estate), "", NOON))
    assert {finding.category for finding in findings} <= set(CATEGORIES)
    assert len({finding.category for finding in findings}) >= 3
    assert all(finding.evidence and finding.recommendation for finding in findings)
    kinds = Counter(finding.kind for finding in findings)
    assert kinds["FAILING_RUNS"] >= 2
    listed = ranked(findings, 20)
    assert [finding.id for finding in listed] == [finding.id for finding in ranked(list(reversed(findings)), 20)]
    assert len({finding.id for finding in listed}) == len(listed)


async def test_without_a_model_the_figures_stand(around):
    async with copilot(**around) as channel:
        reply = await ask(channel)
        assert 0 < len(reply.insights) <= 5
        assert reply.source == reply_pb2.Source.rules
        assert list(reply.degraded_reasons) == ["llm_unavailable"]
        assert not reply.cached
        assert reply.confidence > 0.7
        again = await ask(channel)
        assert again.cached
        assert [each.id for each in again.insights] == [each.id for each in reply.insights]
        assert len((await ask(channel, limit=2)).insights) == 2


async def test_a_models_words_are_used_where_they_keep_to_the_finding(around, estate, tmp_path):
    found = ranked(find(await gather(platform_of(estate), "")), 5)
    rows = [
        {"id": each.id, "title": "Look here", "description": "It matters.", "recommendation": "Begin with the log."}
        for each in found
    ]
    rows[0]["description"] = "It failed 987654 times."
    script = json.dumps({"model": "m", "rules": [], "default": f"Here you are:\n```json\n{json.dumps(rows)}\n```"})
    async with copilot(script, tmp_path, **around) as channel:
        reply = await ask(channel)
    titles = {insight.id: insight.title for insight in reply.insights}
    assert titles[found[1].id] == "Look here"
    assert titles[found[0].id] == found[0].title
    assert (reply.source, reply.model) == (reply_pb2.Source.model, "m")
    assert reply.provenance.repairs == 1


async def test_ten_pollers_make_one_call_of_the_model(around, tmp_path):
    script = 'model: m\nrules: []\ndefault: {text: "[]", delay: 0.3}\n'
    async with copilot(script, tmp_path, **around) as channel:
        replies = await asyncio.gather(*(ask(channel) for _ in range(10)))
    assert len({reply.generated_at.ToNanoseconds() for reply in replies}) == 1
    assert {reply.provenance.model_calls for reply in replies} == {1}


async def test_a_slow_model_blocks_nobody_for_long(around, tmp_path):
    async with copilot(SLOW_MODEL, tmp_path, **around) as channel:
        stub = insights_pb2_grpc.InsightsServiceStub(channel)
        first = await stub.ListInsights(insights_pb2.ListInsightsRequest(), timeout=5)
        assert first.insights
        assert first.source == reply_pb2.Source.rules
        began = time.monotonic()
        second = await ask(channel)
        assert time.monotonic() - began < 10
        assert second.cached


async def test_a_service_that_is_away_is_said_and_the_rest_stands(around):
    away = {**around, "metadata_base_url": "http://127.0.0.1:9/api/v1", "platform_attempts": 1}
    async with copilot(**away) as channel:
        reply = await ask(channel)
    assert "metadata_service_unavailable" in reply.degraded_reasons
    assert reply.insights
    assert reply.source == reply_pb2.Source.rules


async def test_with_nothing_to_look_at_the_advice_is_marked_as_prepared():
    nowhere = dict.fromkeys(("pipeline_base_url", "monitor_base_url", "metadata_base_url"), "http://127.0.0.1:9/api")
    async with copilot(**nowhere, platform_attempts=1) as channel:
        reply = await ask(channel)
    assert reply.source == reply_pb2.Source.fallback
    assert reply.confidence == pytest.approx(0.2)
    assert {"monitor_service_unavailable", "metadata_service_unavailable"} <= set(reply.degraded_reasons)
    assert all(not insight.evidence for insight in reply.insights)


@pytest.mark.parametrize(
    ("pipeline_id", "factor"), [("no_such_pipeline", "unknown_pipeline"), ("churn_features", "findings")]
)
async def test_a_pipeline_that_nobody_knows_is_not_said_to_be_well(around, pipeline_id, factor):
    async with copilot(**around) as channel:
        reply = await ask(channel, pipeline_id=pipeline_id)
    assert [each.name for each in reply.provenance.confidence_factors] == [factor]
    assert (reply.confidence < 0.2) is (factor == "unknown_pipeline")


@pytest.mark.parametrize("limit", [0, 21, -1])
async def test_a_limit_out_of_range_is_refused(around, limit):
    async with copilot(**around) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await ask(channel, limit=limit)
    assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "send 1 to 20" in raised.value.details()


FOUND = Finding("K", "cost", "info", "T", "2 of 10 runs", "Do it", "p", ["2 of 10 runs (20%)"])
GOOD = {"id": FOUND.id, "title": "A", "description": "20% of the runs", "recommendation": "C"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"title": ""}, "title is missing"),
        ({"title": "x" * 200}, "longer than"),
        ({"description": "It cost 4,000 dollars"}, "figure 4,000"),
        ({"description": "see [here](http://evil.example)"}, "link"),
        ({"id": "other"}, "no finding has"),
    ],
)
def test_words_that_leave_the_finding_are_refused(change, said):
    good, problems = _read(json.dumps([{**GOOD, **change}]), {FOUND.id: FOUND})
    assert (len(good), [said in each for each in problems]) == ((1, []) if not said else (0, [True]))
