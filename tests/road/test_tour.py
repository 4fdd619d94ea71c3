"""The tour of docs/copilot.md, step by step, as a newcomer takes it: the servers with the sandbox, no key."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import AsyncExitStack

import httpx
import pytest

from services.contracts.layout import REPOSITORY
from services.copilot.app import APP as COPILOT
from services.provider.app import APP as PROVIDER
from services.runtime.server import running
from services.sandbox.app import CATALOG, METADATA, MONITOR, PIPELINE, serving
from services.sandbox.settings import SandboxSettings
from tests.fixtures_envoy import running_envoy
from tests.road.conftest import settings_for

BLOCK = re.search(r"## A tour.*?```sh\n(.*?)```", (REPOSITORY / "docs/copilot.md").read_text("utf-8"), re.DOTALL)
assert BLOCK
STEPS = [line for line in BLOCK[1].splitlines() if line.startswith(("json /", "curl "))]


def request(step):
    """(method, path, body) of `json PATH BODY` or `curl … "$BASE/PATH"`."""
    words = shlex.split(step)
    if words[0] == "json":
        return "POST", words[1], json.loads(words[2])
    (address,) = [word for word in words if "$BASE" in word]
    return "GET", address.removeprefix("$BASE").rstrip(";"), None


@pytest.fixture(scope="module")
async def tour(postgres_server):
    url = postgres_server.create_database()
    async with AsyncExitStack() as stack:
        sandbox = stack.enter_context(serving(SandboxSettings(sandbox_port=0)))
        around = {
            "catalog_base_url": sandbox.url + CATALOG,
            "metadata_base_url": sandbox.url + METADATA,
            "monitor_base_url": sandbox.url + MONITOR,
            "pipeline_base_url": sandbox.url + PIPELINE,
        }
        provider = await stack.enter_async_context(running(PROVIDER, settings_for(PROVIDER, url)))
        settings = settings_for(COPILOT, url, provider_address=provider.address, **around)
        server = await stack.enter_async_context(running(COPILOT, settings))
        port, _ = await stack.enter_async_context(
            running_envoy({"copilot": server.address, "provider": provider.address})
        )
        base = f"http://127.0.0.1:{port}/api/copilot"
        yield await stack.enter_async_context(httpx.AsyncClient(base_url=base, timeout=60, trust_env=False))


def test_the_tour_has_steps():
    assert len(STEPS) >= 10


@pytest.mark.parametrize("step", STEPS)
async def test_every_step_answers_with_something_to_see(tour, step):
    method, path, body = request(step)
    reply = await tour.request(method, path, json=body)
    assert reply.status_code == 200, reply.text
    told = reply.json()
    assert told["confidence"] > 0
    degraded = told.get("degraded_reasons", told.get("degradedReasons"))
    assert not {"catalog_unavailable", "monitor_service_unavailable"} & set(degraded)
    assert told.get("source", "rules") in ("rules", "verified")
