"""Restarts, replicas, keys, and what is away."""

from __future__ import annotations

import asyncio
import json

import grpc
import pytest

from dataflow.common.v1 import reply_pb2
from dataflow.copilot.v1 import agent_pb2
from services.runtime.keys import make_key
from services.sandbox.app import PIPELINE
from services.sandbox.http import Fault
from tests.copilot.agent.stage import Client, agent, call, calls, changed, created, held_up, refused, sandbox, script
from tests.copilot.stage import copilot

Status = agent_pb2.AgentStatus
RUN = calls(call("run_pipeline", pipeline_id="usage_daily"))
SCRIPT = script(run_it=[RUN, {"when": {"tool_result": "run_id"}, "reply": "It runs."}, "Wrong."])
AFTER = script(run_it=[{"when": {"tool_result": "run_id"}, "reply": "It runs."}, "Wrong."])


@pytest.fixture
def platform():
    with sandbox() as server:
        yield server


async def test_every_server_restarts_between_request_and_approval(tmp_path, postgres_server, platform):
    database = postgres_server.create_database()
    async with agent(SCRIPT, tmp_path, database, platform) as client:
        asked = await client.chat("run it")
    postgres_server.stop()
    postgres_server.start()
    with sandbox() as other:
        async with agent(AFTER, tmp_path, database, other) as client:
            seen = await client.session(asked.session_id)
            assert seen.status == Status.awaiting_approval
            assert list(seen.pending_actions) == list(asked.pending_actions)
            done = await client.decide(seen)
            assert (done.status, done.message) == (Status.completed, "It runs.")
            assert created(other)[1] == 1
    postgres_server.drop_database(database)


@pytest.mark.parametrize("state", ["approved", "executing"])
async def test_a_server_that_died_while_executing_repeats_nothing(tmp_path, postgres_database, platform, state):
    async with agent(SCRIPT, tmp_path, postgres_database, platform) as client:
        asked = await client.chat("run it")
        await client.decide(asked)
        assert created(platform)[1] == 1
        await changed(postgres_database, "DELETE FROM agent_messages WHERE position > 2")
        # as if it had died before it could keep the result
        await changed(
            postgres_database,
            "UPDATE agent_calls SET state = $1, output = '', finished_at = NULL",
            state,
        )
        await changed(
            postgres_database, "UPDATE agent_sessions SET status = 'running', lease_until = now() - '1s'::interval"
        )
        found = await client.session(asked.session_id)
        assert found.status == Status.failed
        assert "the server that worked on it stopped" in found.message
        again = await client.chat("run it, go on", asked.session_id)
        assert (again.status, again.message) == (Status.completed, "It runs.")
        assert [step.tool for step in again.steps] == ["run_pipeline"]
        assert created(platform)[1] == 1


async def test_long_after_a_crash_an_unknown_outcome_is_said_and_not_tried(tmp_path, postgres_database, platform):
    async with agent(SCRIPT, tmp_path, postgres_database, platform) as client:
        asked = await client.chat("run it")
        await changed(
            postgres_database, "UPDATE agent_calls SET state = 'executing', decision = 'approved', expires_at = now()"
        )
        await changed(postgres_database, "UPDATE agent_sessions SET status = 'running', lease_until = now()")
        again = await client.chat("run it, go on", asked.session_id)
        assert "not known whether" in again.steps[0].error
        assert created(platform)[1] == 0


async def test_two_replicas_share_sessions(tmp_path, postgres_database, platform):
    async with (
        agent(SCRIPT, tmp_path, postgres_database, platform) as one,
        agent(AFTER, tmp_path, postgres_database, platform) as two,
    ):
        asked = await one.chat("run it")
        answers = await asyncio.gather(one.decide(asked), two.decide(asked), return_exceptions=True)
        assert sorted(isinstance(each, grpc.aio.AioRpcError) for each in answers) == [False, True]
        assert created(platform)[1] == 1
        assert (await one.session(asked.session_id)).history == (await two.session(asked.session_id)).history


async def test_a_decision_during_the_other_ones_execution_is_seen(tmp_path, postgres_database, platform):
    both = calls(call("run_pipeline", pipeline_id="usage_daily"), call("run_pipeline", pipeline_id="churn_scoring"))
    answers = script(run_both=[both, "Both run."])
    async with agent(answers, tmp_path, postgres_database, platform, platform_timeout_seconds=60) as client:
        asked = await client.chat("run both")
        with held_up(platform, "usage_daily") as opened:
            first = asyncio.ensure_future(client.decide(asked, 0))
            while (await client.session(asked.session_id)).status != Status.running:
                await asyncio.sleep(0.02)
            second = await client.decide(asked, 1)
            assert second.status == Status.running
            opened.set()
            done = await first
        assert (done.status, done.message) == (Status.completed, "Both run.")
        assert created(platform)[1] == 2


async def test_who_may_decide(tmp_path, postgres_database, platform):
    roles = {
        "builder": (["editor"], ["red"]),
        "boss": (["approver"], ["red"]),
        "reader": (["viewer"], ["red"]),
        "stranger": (["admin"], ["blue"]),
    }
    keys, entries = {}, []
    for name, (role, workspaces) in roles.items():
        keys[name], entry = make_key(name, role, workspaces)
        entries.append(entry)
    script_file = script(run_it=[RUN, "It runs."])
    async with agent(script_file, tmp_path, postgres_database, platform, dataflow_api_keys=" ".join(entries)) as client:
        by = {name: Client(client.channel, [("authorization", f"Bearer {key}")]) for name, key in keys.items()}
        asked = await by["builder"].chat("run it")
        for name in ("builder", "reader"):
            assert (await refused(by[name].decide(asked)))[:2] == (grpc.StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED")
        assert (await refused(by["stranger"].decide(asked)))[1] == "SESSION_NOT_FOUND"
        assert (await refused(by["stranger"].session(asked.session_id)))[1] == "SESSION_NOT_FOUND"
        assert (await refused(by["stranger"].chat("hi", asked.session_id)))[1] == "SESSION_NOT_FOUND"
        assert (await refused(by["boss"].chat("hi")))[1] == "ROLE_REQUIRED"
        assert created(platform)[1] == 0
        assert (await by["boss"].decide(asked)).status == Status.completed
        assert created(platform)[1] == 1
        again = await refused(by["boss"].decide(asked))
        assert again[2]["decided_by"] == "boss"
        assert (await by["reader"].session(asked.session_id)).status == Status.completed


async def test_without_a_model_it_says_so_at_once_and_keeps_the_session(postgres_database, tmp_path):
    async with copilot(database_url=postgres_database) as channel:
        client = Client(channel)
        code, reason, metadata = await asyncio.wait_for(refused(client.chat("run it")), 20)
        assert (code, reason) == (grpc.StatusCode.UNAVAILABLE, "LLM_UNAVAILABLE")
        kept = await client.session(metadata["session_id"])
        assert kept.status == Status.failed
        assert [message.content for message in kept.history] == ["run it"]
        assert kept.degraded_reasons == ["llm_unavailable"]
        assert kept.confidence == 0
    async with agent(script(run_it=["Hello."]), tmp_path, postgres_database) as client:
        assert (await client.chat("run it", metadata["session_id"])).message == "Hello."
        history = (await client.session(metadata["session_id"])).history
        assert [message.content for message in history] == ["run it", "Hello."]


async def test_without_a_database_it_says_so(tmp_path):
    async with copilot(SCRIPT, tmp_path) as channel:
        client = Client(channel)
        for refusal in (client.chat("run it"), client.session("x"), client.stream("run it").read()):
            assert (await refused(refusal))[:2] == (grpc.StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE")


async def test_without_the_platform_the_result_says_so(tmp_path, postgres_database):
    answers = script(run_it=[RUN, calls(call("list_connections")), "The pipeline service does not answer."])
    async with agent(answers, tmp_path, postgres_database) as client:
        reply = await client.chat("run it")
        assert reply.status == Status.completed
        assert ["PIPELINE_BASE_URL" in step.error for step in reply.steps] == [True, True]
        assert reply.degraded_reasons == ["pipeline_service_unavailable"]
        assert (await client.session(reply.session_id)).degraded_reasons == reply.degraded_reasons


async def test_a_platform_that_falls_silent_leaves_the_outcome_open(tmp_path, postgres_database, platform):
    answers = script(run_it=[RUN, "I do not know."])
    async with agent(answers, tmp_path, postgres_database, platform) as client:
        asked = await client.chat("run it")
        platform.faults.put(Fault(f"{PIPELINE}/pipelines/usage_daily/runs", cut=True))
        reply = await client.decide(asked)
        assert "It is not known whether it was carried out" in reply.steps[0].error
        assert reply.degraded_reasons == ["pipeline_service_unavailable"]


@pytest.mark.parametrize("catalog", [True, False])
async def test_prepared_schemas_stand_in_where_nobody_answers(tmp_path, postgres_database, platform, catalog):
    answers = script(look=[calls(call("discover_schema", connection="teradata-dwh-mona", about="invoice")), "Here."])
    given = {"pipeline_base_url": platform.url + PIPELINE} if catalog else {}
    async with agent(answers, tmp_path, postgres_database, **given) as client:
        reply = await client.chat("look around")
        step = reply.steps[0]
        assert "catalog_unavailable" in reply.degraded_reasons
        if catalog:  # the connection itself answers in its place
            assert step.source == reply_pb2.Source.rules
        else:
            assert step.source == reply_pb2.Source.fallback
            assert {table["table"] for table in step.output["tables"]} >= {"example-cdr.example.cdr.cdr"}
            assert "prepared examples" in step.output["note"]
            assert "fallback" in {factor.name for factor in reply.provenance.confidence_factors}
        assert json.dumps(step.error) == '""'


@pytest.mark.slow
async def test_a_slow_model_does_not_lose_the_session(tmp_path, postgres_database):
    lease = 6.0
    answers = script(slowly=[{"text": "Here I am.", "stall_after": 1}])
    async with agent(answers, tmp_path, postgres_database, agent_lease_seconds=lease) as client:
        first = await client.chat("hello")
        waiting = client.chat("slowly", first.session_id)
        while (await client.session(first.session_id)).status != Status.running:
            await asyncio.sleep(0.02)
        await asyncio.sleep(lease + 1)
        assert (await client.session(first.session_id)).status == Status.running
        assert (await refused(client.chat("hello", first.session_id)))[1] == "SESSION_BUSY"
        waiting.cancel()


async def test_a_deadline_ends_the_turn_and_says_so(tmp_path, postgres_database):
    answers = script(slowly=[{"text": "Here I am.", "delay": 60}, "Now."])
    async with agent(answers, tmp_path, postgres_database) as client:
        first = await client.chat("hello")
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await client.chat("slowly", first.session_id, timeout=2.0)
        assert raised.value.code() in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE)
        async with asyncio.timeout(60):
            while (found := await client.session(first.session_id)).status == Status.running:
                await asyncio.sleep(0.05)
        assert found.status == Status.failed
        assert (await client.chat("slowly", first.session_id)).message == "Now."
