"""Asking for JSON: what is tried again, what is not, and where it ends."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.rest_client import pauses
from services.rest_client.client import IDEMPOTENCY_KEY, Ask, RestClient, Unreached, path
from services.rest_client.pauses import pause
from services.runtime import context
from services.runtime.context import Call
from services.runtime.errors import DeadlineExceeded

Script = Callable[[int], bytes]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "FIRST_SECONDS", 0.01)


def reply(status: int = 200, body: bytes = b"{}", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Peer:
    """Answers the n-th request with `script(n)`; keeps what it was sent."""

    def __init__(self, script: Script, delay: float = 0.0) -> None:
        self.script, self.delay = script, delay
        self.requests: list[str] = []
        self.url = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
            number = len(self.requests)
            await asyncio.sleep(self.delay)
            writer.write(self.script(number))
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def asking(script: Script, delay: float = 0.0, **values: Any) -> AsyncIterator[tuple[Peer, RestClient]]:
    peer = Peer(script, delay)
    server = await asyncio.start_server(peer.handle, "127.0.0.1", 0)
    peer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    quick = {"seconds": 1.0, "attempts": 3, **values}
    try:
        async with RestClient("peer", peer.url, **quick) as client:
            yield peer, client
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    ("ask", "requests"),
    [
        (Ask("/a"), 3),
        (Ask("/a", method="POST", body={}), 1),
        (Ask("/a", method="POST", body={}, headers={IDEMPOTENCY_KEY: "k"}), 3),
    ],
    ids=["get", "post", "post with a key"],
)
async def test_only_what_cannot_happen_twice_is_tried_again(ask: Ask, requests: int) -> None:
    async with asking(lambda _: reply(503)) as (peer, client):
        answer = await client.ask(ask)
        assert (answer.status, answer.accepted, len(peer.requests)) == (503, False, requests)


@pytest.mark.parametrize("status", [400, 401, 404, 301, 409])
async def test_what_stays_so_is_asked_once(status: int) -> None:
    async with asking(lambda _: reply(status, b"{}", "Location: http://127.0.0.1:1/")) as (peer, client):
        assert (await client.ask(Ask("/a"))).status == status
        assert len(peer.requests) == 1


async def test_an_answer_that_was_not_asked_for_is_asked_for_again() -> None:
    async with asking(lambda number: reply(body=b"[]" if number == 1 else b'{"a": 1}')) as (_, client):
        answer = await client.ask(Ask("/a", accept=lambda content: isinstance(content, dict)))
        assert (answer.content, answer.accepted) == ({"a": 1}, True)


@pytest.mark.parametrize(
    ("script", "delay", "kind"),
    [(lambda _: b"", 0.0, "cut"), (lambda _: reply()[:-1], 0.0, "cut"), (lambda _: reply(), 5.0, "silent")],
    ids=["nothing", "half", "slow"],
)
async def test_no_answer(script: Script, delay: float, kind: str) -> None:
    async with asking(script, delay, seconds=0.2, attempts=2) as (peer, client):
        with pytest.raises(Unreached) as unreached:
            await client.ask(Ask("/a"))
        assert (unreached.value.kind, len(peer.requests)) == (kind, 2)


async def test_nobody_there() -> None:
    async with RestClient("peer", "http://127.0.0.1:1", seconds=1, attempts=1) as client:
        with pytest.raises(Unreached) as unreached:
            await client.ask(Ask("/a"))
        assert unreached.value.kind == "away"


async def test_too_long_an_answer_is_none() -> None:
    async with asking(lambda _: reply(body=b'"%s"' % (b"x" * 5000)), max_bytes=1000, attempts=1) as (_, client):
        answer = await client.ask(Ask("/a"))
        assert (answer.content, answer.accepted) == (None, False)


async def served(client: RestClient, seconds: float) -> Any:
    """As inside a call whose deadline is `seconds` away."""

    async def asked() -> Any:
        context.enter(Call("/x/y", "req-17", deadline=time.monotonic() + seconds))
        return await client.ask(Ask("/a"))

    return await asyncio.create_task(asked())


async def test_the_callers_deadline_ends_it() -> None:
    async with asking(lambda _: reply(), 5.0, seconds=10) as (_, client):
        began = time.monotonic()
        with pytest.raises(Unreached):
            await served(client, 0.2)
        assert time.monotonic() - began < 4.5
        with pytest.raises(DeadlineExceeded):
            await served(client, 0)


async def test_no_pause_longer_than_the_caller_waits() -> None:
    async with asking(lambda _: reply(429, b"{}", "Retry-After: 20")) as (peer, client):
        assert (await served(client, 3)).status == 429
        assert len(peer.requests) == 1


async def test_the_request_id_and_the_token_are_sent() -> None:
    async with asking(lambda _: reply(), token="geheim-5") as (peer, client):
        await served(client, 3)
        sent = peer.requests[0].lower()
        assert "x-request-id: req-17" in sent
        assert "authorization: bearer geheim-5" in sent


def test_names_stay_in_their_place() -> None:
    assert path("tables", "name", 'a."b/c".d?e') == "/tables/name/a.%22b%2Fc%22.d%3Fe"


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [("3", 3, 3), ("", 0.005, 0.015), ("nonsense", 0.005, 0.015), ("99999", 30, 30)],
)
def test_pauses(said: str, least: float, most: float) -> None:
    assert least <= pause(1, said) <= most
