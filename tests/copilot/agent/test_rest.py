"""The agent over REST, under each mount, as a browser's program calls it."""

from __future__ import annotations

from contextlib import AsyncExitStack

import httpx
import pytest

from tests.copilot.agent.stage import around, call, calls, created, sandbox, script
from tests.copilot.stage import COPILOT, provider, running, settings_of
from tests.fixtures_envoy import running_envoy

MOUNTS = ("/api/v1/ai", "/api/v1/copilot", "/api/copilot")
RUN = calls(call("run_pipeline", pipeline_id="usage_daily", parameters={"day": "2026-01-31", "limit": 3}))
SCRIPT = script(**{f"run_{number}": [RUN, "It runs."] for number in range(len(MOUNTS))})


@pytest.fixture(scope="module")
async def rest(tmp_path_factory, postgres_server):
    database = postgres_server.create_database()
    async with AsyncExitStack() as stack:
        platform = stack.enter_context(sandbox())
        given = {
            "provider_address": await stack.enter_async_context(provider(SCRIPT, tmp_path_factory.mktemp("rest"))),
            "database_url": database,
            **around(platform),
        }
        server = await stack.enter_async_context(running(COPILOT, settings_of(COPILOT, **given)))
        port, _ = await stack.enter_async_context(running_envoy({"copilot": server.address}))
        address = f"http://127.0.0.1:{port}"
        yield (
            await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=60, trust_env=False)),
            platform,
        )
    postgres_server.drop_database(database)


@pytest.mark.parametrize(("number", "mount"), list(enumerate(MOUNTS)))
async def test_ask_approve_and_look(rest, number, mount):
    client, platform = rest
    runs = created(platform)[1]
    asked = (await client.post(f"{mount}/agent/chat", json={"message": f"run {number}"})).json()
    assert asked["status"] == "awaiting_approval"
    (action,) = asked["pending_actions"]
    assert action["input"] == {"pipeline_id": "usage_daily", "parameters": {"day": "2026-01-31", "limit": 3}}
    decision = {
        "session_id": asked["session_id"],
        "action_id": action["action_id"],
        "approved": True,
        "arguments_hash": action["arguments_hash"],
    }
    answer = await client.post(f"{mount}/agent/approve", json=decision)
    done = answer.json()
    assert (done["status"], done["message"]) == ("completed", "It runs.")
    assert done["steps"][0]["output"]["status"] == "running"
    assert float(answer.headers["x-copilot-confidence"]) == done["confidence"]
    assert created(platform)[1] == runs + 1
    again = await client.post(f"{mount}/agent/approve", json=decision)
    assert (again.status_code, again.json()["details"][0]["reason"]) == (400, "ACTION_ALREADY_DECIDED")
    seen = (await client.get(f"{mount}/agent/status/{asked['session_id']}")).json()
    assert [message["content"] for message in seen["history"]] == [f"run {number}", "It runs."]
    assert (await client.get(f"{mount}/agent/status/nothing")).status_code == 404
