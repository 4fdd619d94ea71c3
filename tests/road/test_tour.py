"""The tour of docs/copilot.md, step by step, as a newcomer takes it: the servers with the sandbox, no key."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import sys
from asyncio.subprocess import PIPE
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

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

ALONE, MATCHING, AGENT = re.findall(r"```sh\n(.*?)```", (REPOSITORY / "docs/copilot.md").read_text("utf-8"), re.DOTALL)[
    :3
]
STEPS = [line for line in ALONE.splitlines() if line.startswith(("json /", "curl "))]
FUNCTIONS = re.compile(r"^(?:json|field)\(\) \{.*?\}$", re.DOTALL | re.MULTILINE)
SCRIPT = REPOSITORY / "services/sandbox/scripted_model.yaml"
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl to type the tour with")
MOUNTS = ("/api/copilot", "/api/v1/copilot", "/api/v1/ai")


def request(step):
    """(method, path, body) of `json PATH BODY` or `curl … "$BASE/PATH"`."""
    words = shlex.split(step)
    if words[0] == "json":
        return "POST", words[1], json.loads(words[2])
    (address,) = [word for word in words if "$BASE" in word]
    return "GET", address.removeprefix("$BASE").rstrip(";"), None


@asynccontextmanager
async def stack_of(postgres_server, **provider_settings):
    """Address of Envoy before a Copilot and a Provider, with a sandbox and a database of their own."""
    url = postgres_server.create_database()
    async with AsyncExitStack() as stack:
        sandbox = stack.enter_context(serving(SandboxSettings(sandbox_port=0)))
        around = {
            "catalog_base_url": sandbox.url + CATALOG,
            "metadata_base_url": sandbox.url + METADATA,
            "monitor_base_url": sandbox.url + MONITOR,
            "pipeline_base_url": sandbox.url + PIPELINE,
        }
        provider = await stack.enter_async_context(running(PROVIDER, settings_for(PROVIDER, url, **provider_settings)))
        settings = settings_for(COPILOT, url, provider_address=provider.address, **around)
        server = await stack.enter_async_context(running(COPILOT, settings))
        port, _ = await stack.enter_async_context(
            running_envoy({"copilot": server.address, "provider": provider.address})
        )
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
async def without_model(postgres_server):
    async with stack_of(postgres_server) as address:
        yield address


@pytest.fixture(scope="module")
async def tour(without_model):
    base = f"{without_model}/api/copilot"
    async with httpx.AsyncClient(base_url=base, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
async def scripted(postgres_server):
    given = {"llm_provider": "scripted", "llm_allow_scripted": True, "llm_script_file": str(SCRIPT)}
    async with stack_of(postgres_server, **given) as address:
        yield address


async def typed(block, base):
    """What a block of the tour shows to who types it, each reply as JSON."""
    functions = "\n".join(FUNCTIONS.findall(f"{ALONE}\n{MATCHING}"))
    script = f"BASE={base}\n{functions}\n{FUNCTIONS.sub('', block)}"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    around = {**os.environ, "PATH": path, "NO_PROXY": "*", "no_proxy": "*"}
    shell = await asyncio.create_subprocess_exec("bash", "-euc", script, env=around, stdout=PIPE, stderr=PIPE)
    shown, problems = await shell.communicate()
    assert (shell.returncode, problems.decode()) == (0, "")
    return [json.loads(line) for line in shown.decode().splitlines() if line]


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


@needs_curl
@pytest.mark.parametrize("mount", MOUNTS)
async def test_a_match_is_decided_on_and_kept(without_model, mount):
    changed, kept = await typed(MATCHING, f"{without_model}{mount}")
    decided = {each["source_column"]: each for each in changed["matches"]}
    assert decided["ID_KLIENTA"]["status"] == "accepted"
    assert (decided["STAT"]["status"], decided["STAT"]["target_column"]) == ("modified", "is_active")
    assert decided["STAT"]["transform_expression"] == "STAT = 'A'"
    assert kept["matches"] == changed["matches"]


@needs_curl
async def test_the_agent_asks_a_person(scripted):
    offered, created, again, asked, rejected, whole = await typed(AGENT, f"{scripted}{MOUNTS[0]}")
    assert [step["tool"] for step in offered["steps"]] == ["list_connections", "discover_schema", "generate_pipeline"]
    assert all(not step["error"] for step in offered["steps"])
    assert (offered["status"], offered["pending_actions"][0]["tool"]) == ("awaiting_approval", "create_pipeline")
    assert created["status"] == "completed"
    assert created["steps"][-1]["output"]["pipeline_id"]
    assert "`revenue_by_type` is there" in created["message"]
    assert again["details"][0]["reason"] == "ACTION_ALREADY_DECIDED"
    assert asked["pending_actions"][0]["tool"] == "run_pipeline"
    assert rejected["status"] == "completed"
    assert "not on Fridays" in rejected["steps"][-1]["error"]
    assert "I do not run `usage_daily`" in rejected["message"]
    assert (whole["status"], len(whole["history"])) == ("completed", 4)
