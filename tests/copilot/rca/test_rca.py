"""Root causes over gRPC: with and without a model, and with services away."""

from __future__ import annotations

import json

import grpc
import httpx
import pytest

from dataflow.common.v1 import reply_pb2
from dataflow.copilot.v1 import rca_pb2, rca_pb2_grpc
from services.sandbox.app import METADATA, MONITOR
from tests.copilot.rca.conftest import addresses
from tests.copilot.rca.incidents import run_of, shipped
from tests.copilot.stage import NOWHERE, copilot
from tests.sandbox.served import platform_of

CASE = shipped()[0]


def ask(channel, **fields):
    return rca_pb2_grpc.RcaServiceStub(channel).AnalyzeIncident(rca_pb2.AnalyzeIncidentRequest(**fields))


def script(answer):
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return json.dumps({"model": "m", "rules": [], "default": text})


def answer_for(reply, **first):
    """What a well-behaved model says of a reply."""
    rows = [
        {"number": number, "title": f"Cause {number}", "explanation": "It fits.", "evidence": list(each.evidence)[:1]}
        for number, each in enumerate(reply.hypotheses, start=1)
    ]
    rows[0] |= first
    return {"summary": "It broke.", "hypotheses": rows}


@pytest.fixture
async def run_id(estate):
    return await run_of(platform_of(estate), CASE)


async def test_without_a_model_the_ranking_stands_without_prose(estate, run_id):
    async with copilot(**addresses(estate)) as channel:
        reply = await ask(channel, run_id=run_id)
    assert list(reply.degraded_reasons) == ["llm_unavailable"]
    assert reply.source == reply_pb2.Source.rules
    assert reply.summary == ""
    assert all(each.explanation == "" for each in reply.hypotheses)
    assert all(each.title and each.suggested_action and each.evidence for each in reply.hypotheses)
    assert (reply.token_count, reply.model) == (0, "")
    assert reply.tool_call_count >= 4
    assert reply.confidence > 0.5
    assert CASE.pipeline in [asset.name for asset in reply.cited_assets]
    ids = {event.id for event in reply.timeline}
    assert {each for one in reply.hypotheses for each in one.evidence} <= ids


async def test_a_model_words_what_was_ranked(estate, run_id, tmp_path):
    async with copilot(**addresses(estate)) as channel:
        bare = await ask(channel, run_id=run_id)
    told = "Here you are:\n```json\n" + json.dumps(answer_for(bare, title="The CRM renamed a column")) + "\n```"
    async with copilot(script(told), tmp_path, **addresses(estate)) as channel:
        reply = await ask(channel, run_id=run_id)
    assert reply.source == reply_pb2.Source.model
    assert reply.summary == "It broke."
    assert reply.hypotheses[0].title == "The CRM renamed a column"
    assert reply.hypotheses[0].explanation == "It fits."
    assert [list(each.evidence) for each in reply.hypotheses] == [list(each.evidence) for each in bare.hypotheses]
    assert [each.confidence for each in reply.hypotheses] == [each.confidence for each in bare.hypotheses]
    assert reply.token_count == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0
    assert reply.provenance.temperature == pytest.approx(0.2)
    assert (reply.provenance.model_calls, reply.provenance.repairs) == (1, 0)


@pytest.mark.parametrize(
    "first",
    [
        {"evidence": ["alert:invented"]},
        {"title": "The table dm.not_there was dropped"},
        {"explanation": "It failed 4711 times."},
        {"explanation": "See https://evil.example for the cause."},
        {"title": ""},
        {"explanation": "x " * 900},
    ],
)
async def test_words_that_leave_the_evidence_are_not_taken(estate, run_id, tmp_path, first):
    async with copilot(**addresses(estate)) as channel:
        bare = await ask(channel, run_id=run_id)
    async with copilot(script(answer_for(bare, **first)), tmp_path, **addresses(estate)) as channel:
        reply = await ask(channel, run_id=run_id)
    assert reply.hypotheses[0].title == bare.hypotheses[0].title
    assert reply.hypotheses[0].explanation == ""
    assert reply.summary == "It broke."
    assert reply.provenance.repairs == 2


async def test_a_cause_of_the_models_own_is_left_out(estate, run_id, tmp_path):
    async with copilot(**addresses(estate)) as channel:
        bare = await ask(channel, run_id=run_id)
    answer = answer_for(bare)
    number = len(bare.hypotheses) + 1
    answer["hypotheses"].insert(0, {"number": number, "title": "Sunspots", "explanation": "Why not.", "evidence": []})
    async with copilot(script(answer), tmp_path, **addresses(estate)) as channel:
        reply = await ask(channel, run_id=run_id)
    assert "Sunspots" not in [each.title for each in reply.hypotheses]
    assert len(reply.hypotheses) == len(bare.hypotheses)


@pytest.mark.parametrize("answer", ["no JSON at all", "[]", '{"hypotheses": 7}', "{"])
async def test_an_answer_that_cannot_be_read_leaves_the_ranking(estate, run_id, tmp_path, answer):
    async with copilot(script(answer), tmp_path, **addresses(estate)) as channel:
        reply = await ask(channel, run_id=run_id)
    assert reply.source == reply_pb2.Source.rules
    assert reply.hypotheses[0].title
    assert reply.token_count > 0


@pytest.mark.parametrize(
    ("away", "reason"),
    [
        ("monitor_base_url", "monitor_service_unavailable"),
        ("metadata_base_url", "metadata_service_unavailable"),
        ("pipeline_base_url", "pipeline_service_unavailable"),
    ],
)
async def test_a_service_that_is_away_is_said(estate, run_id, away, reason):
    around = addresses(estate) | {away: f"http://{NOWHERE}/api/v1"}
    async with copilot(**around) as channel:
        reply = await ask(channel, run_id=run_id)
    assert reason in reply.degraded_reasons
    assert reply.tool_call_count > 0
    if away == "monitor_base_url":
        assert list(reply.hypotheses) == []
        assert reply.confidence <= 0.1
        assert "do not answer" in reply.summary
    else:
        assert len(reply.hypotheses) >= 1


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (MONITOR + "/alerts", "monitor_service_unavailable"),
        (MONITOR + "/runs/{run}/logs", "monitor_service_unavailable"),
        (METADATA + "/schema-changes", "metadata_service_unavailable"),
        (METADATA + "/lineage", "metadata_service_unavailable"),
    ],
)
async def test_one_call_that_fails_leaves_the_rest(estate, run_id, path, reason):
    around = addresses(estate) | {"platform_attempts": 1}
    fault = {"path": path.format(run=run_id), "status": 503, "times": -1}
    async with copilot(**around) as channel, httpx.AsyncClient() as client:
        await client.post(estate.url + "/sandbox/faults", json=fault)
        try:
            reply = await ask(channel, run_id=run_id)
        finally:
            await client.delete(estate.url + "/sandbox/faults")
    assert reason in reply.degraded_reasons
    assert len(reply.timeline) > 2
    assert reply.hypotheses[0].evidence


async def test_everything_away_is_an_honest_answer():
    around = dict.fromkeys(("monitor_base_url", "metadata_base_url", "pipeline_base_url"), f"http://{NOWHERE}/api/v1")
    async with copilot(**around) as channel:
        reply = await ask(channel, pipeline_id="usage_daily", description="Dlaczego to nie działa?")
    assert list(reply.hypotheses) == []
    assert reply.summary.startswith("Nie znaleziono")
    assert "monitor_service_unavailable" in reply.degraded_reasons


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "pipeline_id, run_id, alert_id"),
        ({"pipeline_id": "p", "window_hours": 721}, "window_hours"),
        ({"pipeline_id": "p", "window_hours": -1}, "window_hours"),
        ({"pipeline_id": "p", "description": "x" * 10_001}, "description"),
    ],
)
async def test_a_wrong_request_is_refused(fields, words):
    async with copilot() as channel:
        with pytest.raises(grpc.aio.AioRpcError, match=words) as error:
            await ask(channel, **fields)
    assert error.value.code() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(("name", "words"), [("usage_dayly", "did you mean usage_daily"), ("nope", "pipeline service")])
async def test_a_pipeline_that_nothing_knows_is_not_found(estate, name, words):
    async with copilot(**addresses(estate)) as channel:
        with pytest.raises(grpc.aio.AioRpcError, match=words) as error:
            await ask(channel, pipeline_id=name)
    assert error.value.code() == grpc.StatusCode.NOT_FOUND


async def test_a_known_pipeline_without_trouble_is_no_error(estate):
    async with copilot(**addresses(estate)) as channel:
        reply = await ask(channel, pipeline_id="dim_customer_load")
    assert reply.summary
