"""The agent through the providers' own wires: calls and results as Anthropic and as OpenAI-like servers take them."""

from __future__ import annotations

import json

import pytest

from dataflow.copilot.v1 import agent_pb2
from services.provider.app import APP as PROVIDER
from services.runtime.server import running
from tests.copilot.agent.stage import Client, around, created, sandbox
from tests.copilot.stage import copilot, settings_of
from tests.provider.wires.servers import ScriptedServer, streamed
from tests.provider.wires.voices import KEY, VOICES, Answer, Tool

ARGUMENTS = json.dumps({"pipeline_id": "usage_daily"})
LOOK = Tool("toolu_1", "list_connections", ("{}",))
ANSWERS = (
    Answer(("I look.", LOOK, Tool("toolu_2", "run_pipeline", (ARGUMENTS[:9], ARGUMENTS[9:]))), "tool_calls"),
    Answer(("It runs.",)),
)
PROVIDERS = {
    "anthropic": lambda url: {"llm_provider": "anthropic", "anthropic_api_key": KEY, "anthropic_base_url": url},
    "openrouter": lambda url: {
        "llm_provider": "openrouter",
        "openrouter_api_key": KEY,
        "openrouter_base_url": f"{url}/api/v1",
    },
    "local": lambda url: {"llm_provider": "local", "local_llm_base_url": f"{url}/v1", "local_llm_model": "m"},
}


def results(name, body):
    """(ids called, ids answered) of a request."""
    if name == "anthropic":
        asked, answered = body["messages"][-2:]
        called = [block["id"] for block in asked["content"] if block["type"] == "tool_use"]
        kinds = [block["type"] for block in answered["content"]]
        assert kinds == ["tool_result", "tool_result"]
        return called, [block["tool_use_id"] for block in answered["content"]]
    asked, *answered = body["messages"][-3:]
    return [each["id"] for each in asked["tool_calls"]], [each["tool_call_id"] for each in answered]


@pytest.mark.parametrize("name", PROVIDERS)
async def test_approval_over_the_wire(name, postgres_database):
    voice = VOICES[name]

    def script(request):
        if request.path != voice.path:  # the probe
            return streamed([b"{}"])
        asked = [each for each in request.body["messages"] if each["role"] == "assistant"]
        return streamed(voice.frames(ANSWERS[len(asked)]))

    with sandbox() as platform:
        async with (
            ScriptedServer(script) as server,
            running(PROVIDER, settings_of(PROVIDER, **PROVIDERS[name](server.url))) as provider,
            copilot(provider_address=provider.address, database_url=postgres_database, **around(platform)) as channel,
        ):
            client = Client(channel)
            asked = await client.chat("run it")
            assert asked.status == agent_pb2.AgentStatus.awaiting_approval
            done = await client.decide(asked)
            assert (done.message, done.status) == ("It runs.", agent_pb2.AgentStatus.completed)
            assert created(platform)[1] == 1
            called, answered = results(name, server.requests[-1].body)
            assert called == answered
            assert len(set(called)) == 2
            assert asked.usage.prompt_tokens == Answer().prompt_tokens
