"""Diagnose over gRPC: without a model, with good, sloppy and hostile answers of one."""

from __future__ import annotations

import json

import grpc
import pytest

from dataflow.common.v1 import reply_pb2
from dataflow.copilot.v1 import chat_pb2, chat_pb2_grpc, conversation_pb2, diagnose_pb2, diagnose_pb2_grpc
from tests.copilot.stage import copilot

KNOWN = 'ERROR: relation "sales.orders" does not exist'
UNKNOWN = "ERROR: the gizmo of node blend_rows said no"
GOOD = {
    "category": "data_quality",
    "root_cause": "The gizmo refuses rows.",
    "explanation": "It does so at times.",
    "object": "blend_rows",
    "fixes": [{"title": "Look at the rows", "steps": "1. Look.", "sql": "SELECT 1", "destructive": False}],
}


def script(answer: object) -> str:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return f"model: m\nrules: []\ndefault: {{text: {json.dumps(text)}}}\n"


def ask(channel, **fields):
    return diagnose_pb2_grpc.DiagnoseServiceStub(channel).Diagnose(diagnose_pb2.DiagnoseRequest(**fields))


async def test_without_a_model():
    async with copilot() as channel:
        known = await ask(channel, error_message=KNOWN)
        assert (known.matched_rule, known.object, known.failing_line) == ("postgresql.42P01", "sales.orders", 1)
        assert known.source == reply_pb2.Source.rules
        assert known.confidence >= 0.7
        assert not known.degraded_reasons
        context = conversation_pb2.PipelineContext(last_error=KNOWN)
        assert (await ask(channel, pipeline_context=context)).matched_rule == "postgresql.42P01"
        unknown = await ask(channel, error_message=UNKNOWN)
        assert unknown.source == reply_pb2.Source.fallback
        assert unknown.degraded_reasons == ["llm_unavailable"]
        assert 0 < unknown.confidence < 0.4
        assert unknown.fixes
        for bad in ({}, {"error_message": "x" * (1 << 20) + "y"}, {"error_message": "x", "language": "de"}):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await ask(channel, **bad)
            assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_models_answer_is_checked(tmp_path):
    async with copilot(script(GOOD), tmp_path) as channel:
        made = await ask(channel, error_message=UNKNOWN)
    assert made.source == reply_pb2.Source.model
    assert made.category == diagnose_pb2.ErrorCategory.data_quality
    assert (made.object, made.fixes[0].sql) == ("blend_rows", "SELECT 1")


async def test_a_bad_answer_is_sent_back_and_loses_what_is_wrong(tmp_path):
    fixes = [{"title": "Drop it", "steps": "", "sql": "DROP TABLE t", "destructive": False}]
    async with copilot(script({**GOOD, "object": "elsewhere", "fixes": fixes}), tmp_path) as channel:
        made = await ask(channel, error_message=UNKNOWN)
    assert made.provenance.repairs == 2
    assert (made.object, made.fixes[0].sql) == ("", "")
    assert made.confidence <= 0.3


async def test_an_unreadable_answer_falls_back(tmp_path):
    async with copilot(script("I cannot say."), tmp_path) as channel:
        made = await ask(channel, error_message=UNKNOWN)
    assert made.source == reply_pb2.Source.fallback
    assert made.fixes


async def test_chat_answers_known_errors_from_the_catalogue():
    async with copilot() as channel:
        reply = await chat_pb2_grpc.ChatServiceStub(channel).Chat(chat_pb2.ChatRequest(message=KNOWN, language="pl"))
    assert "sales.orders" in reply.message
    assert "nie istnieje" in reply.message
    assert [action.payload["rule"] for action in reply.actions] == ["postgresql.42P01"]
