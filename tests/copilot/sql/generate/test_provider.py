"""GenerateSql through the real Provider server: answers from a script, faults, a slow model."""

from __future__ import annotations

import grpc
import pytest
import pytest_asyncio

from dataflow.copilot.v1 import sql_pb2
from services.provider.app import APP as PROVIDER
from services.runtime.server import running
from services.runtime.status import describe
from tests.copilot.sql.generate.stage import SHOP, staged

SCRIPT = """
model: scripted-sql
default: I have nothing to say.
rules:
  - when: {purpose: sql_generate, user: "cities"}
    replies:
      - "```sql\\nSELECT town FROM customers\\n```"
      - "```sql\\nSELECT city FROM customers\\n```\\nCities of customers."
  - when: {purpose: sql_generate, user: "broken"}
    reply: {fault: {reason: LLM_AUTH}}
  - when: {purpose: sql_generate, user: "halfway"}
    reply: {text: "SELECT city FROM customers", fault: {reason: LLM_UNAVAILABLE, after_tokens: 2}}
  - when: {purpose: sql_generate, user: "slow"}
    reply: {text: "SELECT city FROM customers", delay: 30}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory):
    script = tmp_path_factory.mktemp("script") / "script.yaml"
    script.write_text(SCRIPT)
    settings = PROVIDER.settings(
        grpc_port=0,
        metrics_port=None,
        drain_seconds=0,
        process_pool_size=1,
        llm_provider="scripted",
        llm_allow_scripted=True,
        llm_script_file=script,
    )
    async with running(PROVIDER, settings) as provider, staged(provider_address=provider.address) as made:
        yield made


async def test_the_first_answer_is_repaired_by_the_second(stage):
    reply = await stage.sql.GenerateSql(sql_pb2.GenerateSqlRequest(question="Which cities?", tables=SHOP))
    assert (reply.sql, reply.explanation) == ("SELECT city FROM customers", "Cities of customers.")
    assert (reply.model, reply.provenance.provider) == ("scripted-sql", "scripted")
    assert (reply.provenance.model_calls, reply.provenance.repairs) == (2, 1)
    assert reply.usage.prompt_tokens > 100


@pytest.mark.parametrize("word", ["broken", "halfway"])
async def test_a_model_that_fails_is_unavailable(stage, word):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await stage.sql.GenerateSql(sql_pb2.GenerateSqlRequest(question=f"A {word} question", tables=SHOP))
    assert describe(raised.value)[:2] == (grpc.StatusCode.UNAVAILABLE, "LLM_UNAVAILABLE")


async def test_the_callers_deadline_ends_a_slow_model(stage):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await stage.sql.GenerateSql(sql_pb2.GenerateSqlRequest(question="A slow question", tables=SHOP), timeout=1)
    assert raised.value.code() in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE)
