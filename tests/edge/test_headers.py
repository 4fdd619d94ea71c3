"""Request ids, CORS, exposed headers, what passes to servers and what stays hidden from clients."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.edge.conftest import Stage, http_client
from tests.edge.recording_server import message
from tests.edge.replies import replying
from tests.fixtures_envoy import running_envoy

ORIGIN = "http://localhost:3000"
PREFLIGHT = {
    "origin": ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,x-workspace-id",
}
EXPOSED = {"X-Request-Id", "X-Copilot-Confidence", "Content-Disposition", "Retry-After"}
CHAT = "/dataflow.copilot.v1.ChatService/Chat"


async def test_a_request_id_is_kept_passed_on_and_returned(stage: Stage) -> None:
    reply = await stage.copilot.post("/api/copilot/chat", json={}, headers={"x-request-id": "my-id-1"})
    assert reply.headers["x-request-id"] == "my-id-1"
    assert stage.servers["copilot"].calls[0].metadata["x-request-id"] == "my-id-1"


async def test_a_request_id_is_made_where_there_is_none(stage: Stage) -> None:
    replies = [await stage.copilot.post("/api/copilot/chat", json={}) for _ in range(2)]
    ids = [reply.headers["x-request-id"] for reply in replies]
    assert ids == [call.metadata["x-request-id"] for call in stage.servers["copilot"].calls]
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("given", "seen"),
    [(b"a b;c", "a_b_c"), ("zażółć".encode(), "za________"), (b"x" * 300, "x" * 128)],
    ids=["blanks", "not ASCII", "long"],
)
async def test_an_odd_request_id_is_made_harmless(stage: Stage, given: bytes, seen: str) -> None:
    reply = await stage.copilot.post("/api/copilot/chat", json={}, headers=[(b"x-request-id", given)])
    assert reply.status_code == 200
    assert reply.headers["x-request-id"] == stage.servers["copilot"].calls[0].metadata["x-request-id"] == seen


@pytest.mark.parametrize("path", ["/nothing", "/api/copilot/chat", "/api/migration/jobs?colour=red"])
async def test_errors_of_envoy_carry_the_request_id_too(stage: Stage, path: str) -> None:
    reply = await stage.copilot.get(path, headers={"x-request-id": "my-id-2"})
    assert reply.status_code >= 400
    assert reply.headers["x-request-id"] == "my-id-2"
    assert reply.json()["details"][1]["request_id"] == "my-id-2"


async def test_callers_headers_reach_the_server_as_metadata(stage: Stage) -> None:
    headers = {
        "authorization": "Bearer secret",
        "x-workspace-id": "team-a",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    await stage.copilot.post("/api/copilot/chat", json={}, headers=headers)
    assert headers.items() <= stage.servers["copilot"].calls[0].metadata.items()


async def test_servers_are_not_told_the_query(stage: Stage) -> None:
    await stage.copilot.get("/api/copilot/chat/stream", params={"message": "my secret"})
    assert "secret" not in str(stage.servers["copilot"].calls[0].metadata)


async def test_nothing_of_grpc_shows_in_a_rest_reply(stage: Stage) -> None:
    ok = await stage.copilot.post("/api/copilot/chat", json={})
    stream = await stage.copilot.get("/api/copilot/chat/stream", params={"message": "x"})
    for reply in (ok, stream):
        assert reply.status_code == 200
        assert not [name for name in reply.headers if name.startswith(("grpc-", "x-envoy", "server", "trailer"))]
        assert reply.headers["x-content-type-options"] == "nosniff"


async def test_confidence_is_returned_and_exposed(stage: Stage) -> None:
    stage.servers["copilot"].answers[CHAT] = replying(
        message("dataflow.copilot.v1.ChatResponse")(), x_copilot_confidence="0.85"
    )
    reply = await stage.copilot.post("/api/copilot/chat", json={}, headers={"origin": ORIGIN})
    assert reply.headers["x-copilot-confidence"] == "0.85"
    assert set(reply.headers["access-control-expose-headers"].split(",")) == EXPOSED
    assert reply.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize("path", ["/api/v1/ai/chat", "/api/copilot/chat", "/api/migration/upload", "/ready"])
async def test_preflight(stage: Stage, path: str) -> None:
    reply = await stage.copilot.options(path, headers=PREFLIGHT)
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert {"GET", "POST"} <= set(reply.headers["access-control-allow-methods"].split(","))
    assert {"authorization", "content-type", "x-request-id", "x-workspace-id"} <= set(
        reply.headers["access-control-allow-headers"].split(",")
    )
    assert stage.calls == []


async def test_an_origin_that_is_not_listed_gets_no_permission(stage: Stage) -> None:
    preflight = await stage.copilot.options(
        "/api/copilot/chat", headers={**PREFLIGHT, "origin": "https://evil.example"}
    )
    reply = await stage.copilot.post("/api/copilot/chat", json={}, headers={"origin": "https://evil.example"})
    assert not {"access-control-allow-origin"} & (set(preflight.headers) | set(reply.headers))


ERRORS: list[tuple[str, Callable[[httpx.AsyncClient], object]]] = [
    ("unknown path", lambda client: client.get("/nothing", headers={"origin": ORIGIN})),
    ("wrong method", lambda client: client.get("/api/copilot/chat", headers={"origin": ORIGIN})),
    ("malformed", lambda client: client.post("/api/copilot/chat", content="{", headers={"origin": ORIGIN})),
]


@pytest.mark.parametrize("call", [row[1] for row in ERRORS], ids=[row[0] for row in ERRORS])
async def test_a_page_can_read_errors_too(stage: Stage, call: Callable[[httpx.AsyncClient], httpx.Response]) -> None:
    reply = await call(stage.copilot)
    assert reply.status_code in {400, 404, 405}
    assert reply.headers["access-control-allow-origin"] == ORIGIN


async def test_origins_are_configuration() -> None:
    async with running_envoy({}, cors_origins=("https://app.example",)) as ports, http_client(ports.copilot) as client:
        allowed = await client.options("/api/copilot/chat", headers={**PREFLIGHT, "origin": "https://app.example"})
        refused = await client.options("/api/copilot/chat", headers=PREFLIGHT)
    assert allowed.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in refused.headers


async def test_large_json_is_compressed_when_asked_for(stage: Stage) -> None:
    reply = message("dataflow.copilot.v1.ChatResponse")(message="a" * 5000)
    stage.servers["copilot"].answers[CHAT] = replying(reply)
    answer = await stage.copilot.post("/api/copilot/chat", json={}, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["message"] == "a" * 5000
