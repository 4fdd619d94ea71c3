"""The fallback against the Provider server itself, whose model speaks from a script."""

from __future__ import annotations

import asyncio
import json

import grpc
import pytest

from dataflow.provider.v1 import provider_pb2_grpc
from services.migration.fallback.trial import trial
from services.migration.model.ask import Asker, Limits
from services.provider.app import APP
from services.provider.settings import ProviderSettings
from services.runtime.server import running
from tests.migration.fallback.samples import GOOD, java, reply, request_of

REQUEST = request_of(java())


def script(*replies: object) -> str:
    """A script for the prompts of the fallback; JSON is YAML."""
    return json.dumps(
        {"model": "scripted-1", "rules": [{"when": {"purpose": "migration_fallback"}, "replies": replies}]}
    )


async def answered(tmp_path, *replies: object, limits: Limits | None = None):
    path = tmp_path / "script.yaml"
    path.write_text(script(*replies))
    settings = ProviderSettings(
        grpc_port=0,
        metrics_port=None,
        drain_seconds=0,
        llm_provider="scripted",
        llm_allow_scripted=True,
        llm_script_file=path,
    )

    async def tried(request, sql):
        return await asyncio.to_thread(trial, request, sql)

    async with running(APP, settings) as server, grpc.aio.insecure_channel(server.address) as channel:
        stub = provider_pb2_grpc.ProviderServiceStub(channel)
        answers = await Asker(stub, tried, limits or Limits()).ask([REQUEST])
    return answers[REQUEST.key]


@pytest.mark.parametrize(
    ("replies", "rounds"),
    [
        ([reply()], 1),
        ([f"Here you are:\n```json\n{reply()}\n```"], 1),
        (["not JSON", reply("SELECT status AS x FROM input"), reply()], 3),
    ],
    ids=["good", "sloppy", "right at last"],
)
async def test_a_model_behind_the_provider_converts(tmp_path, replies, rounds):
    answer = await answered(tmp_path, *({"text": text} for text in replies))
    assert (answer.good, answer.reply.sql, answer.rounds) == (True, GOOD, rounds)
    assert (answer.model, answer.provider) == ("scripted-1", "scripted")
    assert answer.prompt_tokens > 0
    assert answer.completion_tokens > 0


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"fault": {"reason": "LLM_AUTH"}}, "LLM_AUTH"),
        ({"fault": {"reason": "LLM_CONTENT_FILTERED"}}, "LLM_CONTENT_FILTERED"),
        ({"text": reply(), "fault": {"reason": "LLM_UNAVAILABLE", "after_tokens": 3}}, "LLM_UNAVAILABLE"),
    ],
    ids=["auth", "filtered", "breaks off"],
)
async def test_every_failure_of_the_provider_is_an_unavailable_model(tmp_path, fault, said):
    answer = await answered(tmp_path, fault)
    assert not answer.good
    assert said in answer.unavailable


async def test_a_model_that_stalls_is_given_up(tmp_path):
    answer = await answered(tmp_path, {"text": reply(), "stall_after": 2}, limits=Limits(seconds=0.5))
    assert "LLM_TIMEOUT" in answer.unavailable or "did not answer" in answer.unavailable
