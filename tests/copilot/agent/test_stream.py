"""The agent's typed stream: what comes, in which order, and how it ends."""

from __future__ import annotations

import asyncio

import grpc
import pytest

from dataflow.copilot.v1 import agent_pb2
from tests.copilot.agent.stage import agent, call, calls, refused, sandbox, script

Status = agent_pb2.AgentStatus
SLOW = {"text": "a b c d e f g h", "token_delay": 1.0}
SCRIPT = script(
    run_it=[
        calls(call("list_connections"), call("run_pipeline", pipeline_id="nothing"), text="One moment."),
        calls(call("run_pipeline", pipeline_id="usage_daily"), text="Shall I?"),
    ],
    breaks_off=[
        calls(call("list_connections")),
        {"text": "one two three four", "fault": {"reason": "LLM_OVERLOADED", "after_tokens": 2}},
        "whole",
    ],
    take_your_time=[SLOW, "Done.", SLOW, "Done."],
    refuses=[{"fault": {"reason": "LLM_AUTH"}}, "Now I can."],
)


@pytest.fixture(scope="module")
def database(postgres_server):
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="module")
async def client(tmp_path_factory, database):
    with sandbox() as platform:
        async with agent(SCRIPT, tmp_path_factory.mktemp("stream"), database, platform) as client:
            yield client


async def test_every_step_comes_as_it_happens(client):
    events = [event async for event in client.stream("run it")]
    first, events = events[0], events[1:]
    kinds = [event.WhichOneof("event") for event in events]
    steps = [kind for kind in kinds if kind != "token"]
    assert steps == [*["step_started", "step_finished"] * 2, "step_started", "pending_action", "done"]
    assert kinds[:2] == ["token", "token"]
    assert kinds.index("step_started") == 2
    done = events[-1].done
    assert done.message == "".join(event.token.text for event in events) == "One moment.\n\nShall I?"
    assert [event.step_started.step_id for event in events if event.HasField("step_started")][:2] == [
        step.step_id for step in done.steps
    ]
    started = next(event.step_started for event in events if event.HasField("step_started"))
    assert not started.HasField("output")
    assert started.HasField("started_at")
    assert [bool(step.error) for step in done.steps] == [False, True]
    assert events[-2].pending_action == done.pending_actions[0]
    assert done.status == Status.awaiting_approval
    assert first.session.session_id == done.session_id


async def test_a_turn_that_breaks_off_ends_in_an_error_and_can_go_on(client):
    events = [event async for event in client.stream("what breaks off")]
    assert [event.WhichOneof("event") for event in events] == [
        "session",
        "step_started",
        "step_finished",
        "token",
        "token",
        "error",
    ]
    assert (events[-1].error.reason, events[-1].error.retryable) == ("LLM_OVERLOADED", True)
    found = await client.session(events[0].session.session_id)
    assert (found.status, found.degraded_reasons) == (Status.failed, ["llm_unavailable"])
    assert found.provenance.model_calls == 2
    again = await client.chat("what breaks off", found.session_id)
    assert (again.status, again.message) == (Status.completed, "whole")


async def test_before_anything_was_sent_it_is_the_status(client):
    code, reason, metadata = await refused(client.stream("one that refuses").read())
    assert (code, reason) == (grpc.StatusCode.UNAVAILABLE, "LLM_UNAVAILABLE")
    events = [event async for event in client.stream("one that refuses", metadata["session_id"])]
    assert events[-1].done.message == "Now I can."


@pytest.mark.parametrize("after", [0, 1], ids=["before the first token", "after it"])
async def test_a_caller_that_goes_away_leaves_a_session_that_can_go_on(client, after):
    first = await client.chat("hello")
    stream = client.stream("take your time", first.session_id)
    for _ in range(after):
        await stream.read()
    async with asyncio.timeout(60):
        while (await client.session(first.session_id)).status != Status.running:
            await asyncio.sleep(0.02)
    stream.cancel()
    async with asyncio.timeout(60):
        while (found := await client.session(first.session_id)).status == Status.running:
            await asyncio.sleep(0.05)
    assert found.status == Status.failed
    assert "the caller went away" in found.message
    assert (await client.chat("hello", first.session_id)).status == Status.completed
