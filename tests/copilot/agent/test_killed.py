"""A Copilot that is killed while it executes an approved action: another one goes on, and nothing is done twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys

import grpc
import pytest

from dataflow.copilot.v1 import agent_pb2
from services.sandbox.app import PIPELINE
from services.sandbox.http import Fault
from tests.copilot.agent.stage import Client, around, call, calls, created, sandbox, script
from tests.copilot.stage import NOWHERE, provider

Status = agent_pb2.AgentStatus
SCRIPT = script(
    run_it=[
        calls(call("run_pipeline", pipeline_id="usage_daily")),
        {"when": {"tool_result": "run_id"}, "reply": "It runs."},
        "Wrong.",
    ]
)
LEASE = 1.5


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextlib.asynccontextmanager
async def process(**settings):
    """(client, process) of a Copilot of its own."""
    port = free_port()
    given = {"grpc_port": port, "metrics_port": "off", "retrieval_address": NOWHERE, **settings}
    environment = {"PATH": os.environ["PATH"], **{name.upper(): str(value) for name, value in given.items()}}
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.copilot",
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            await asyncio.wait_for(channel.channel_ready(), 60)
            yield Client(channel), started
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.kill()
        await started.wait()


@pytest.mark.slow
async def test_a_copilot_killed_while_it_executes(tmp_path, postgres_database):
    with sandbox() as platform:
        async with provider(SCRIPT, tmp_path) as address:
            settings = {
                "provider_address": address,
                "database_url": postgres_database,
                "agent_lease_seconds": LEASE,
                **around(platform),
            }
            async with process(**settings) as (client, copilot):
                asked = await client.chat("run it")
                fault = Fault(f"{PIPELINE}/pipelines/usage_daily/runs", delay=1.0, times=1)
                platform.faults.put(fault)
                approving = asyncio.ensure_future(client.decide(asked))
                while fault.times:
                    await asyncio.sleep(0.02)
                copilot.kill()  # the request is at the platform, which takes a second for it
                with pytest.raises(grpc.aio.AioRpcError):
                    await approving
            async with process(**settings) as (client, _):
                await asyncio.sleep(LEASE)
                found = await client.session(asked.session_id)
                assert (found.status, list(found.pending_actions)) == (Status.failed, [])
                assert created(platform)[1] == 1
                done = await client.chat("run it, go on", asked.session_id)
                assert (done.status, done.message) == (Status.completed, "It runs.")
                assert created(platform)[1] == 1
