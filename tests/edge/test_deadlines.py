"""REST calls: the server's deadline is under the route's timeout, and under the caller's where that is shorter."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.edge import tables
from services.edge.descriptor import load_contract
from tests.edge.conftest import Stage
from tests.edge.recording_server import DESCRIPTOR_SET

CHAT = "/dataflow.copilot.v1.ChatService/Chat"

ROUTES = [
    ("GET", "/health", 5),
    ("GET", "/api/migration/jobs", 30),
    ("POST", "/api/copilot/chat", 120),
    ("POST", "/api/copilot/rca/analyze", 120),
    ("POST", "/api/migration/jobs/j1/convert", 120),
    ("POST", "/api/migration/upload", 300),
]


@pytest.mark.parametrize(("method", "path", "timeout_s"), ROUTES)
async def test_the_server_has_a_little_less_than_the_route(
    stage: Stage, method: str, path: str, timeout_s: float
) -> None:
    await stage.copilot.request(method, path, **({} if method == "GET" else {"json": {}}))
    call = next(call for server in stage.servers.values() for call in server.calls)
    assert call.deadline_s is not None
    assert timeout_s * 0.9 < call.deadline_s < timeout_s


@pytest.mark.parametrize(
    ("given", "expected_s"),
    [
        ("30000m", 30),
        ("20S", 20),
        ("1M", 60),
        ("99999999H", 117.6),
        ("soon", 117.6),
        ("-1S", 117.6),
        ("123456789S", 117.6),
    ],
)
async def test_a_callers_own_deadline_holds_where_it_is_shorter(stage: Stage, given: str, expected_s: float) -> None:
    await stage.copilot.post("/api/copilot/chat", json={}, headers={"grpc-timeout": given})
    left = stage.servers["copilot"].calls[0].deadline_s
    assert left is not None
    assert expected_s * 0.8 < left <= expected_s


async def test_a_deadline_that_passes_is_504(stage: Stage) -> None:
    cancelled = asyncio.Event()

    async def answer(_: Any, __: Any) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    stage.servers["copilot"].answers[CHAT] = answer
    reply = await stage.copilot.post("/api/copilot/chat", json={}, headers={"grpc-timeout": "2S"})
    assert (reply.status_code, reply.json()["code"]) == (504, 4)
    await asyncio.wait_for(cancelled.wait(), 10)


def test_silence_never_ends_a_call_before_its_timeout() -> None:
    for rule in load_contract(DESCRIPTOR_SET).rules:
        facts = tables.facts_for(rule.rpc, rule.kind)
        assert bool(facts.timeout_s) != rule.server_streaming
        assert facts.silence_s > facts.timeout_s
