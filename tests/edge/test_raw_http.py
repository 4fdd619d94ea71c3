"""Requests no client library would send: each has an answer, and what has a body has JSON."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.edge.conftest import Stage

REQUESTS = [
    ("not HTTP", b"GARBAGE\r\n\r\n", 400),
    ("HTTP/1.0", b"GET /health HTTP/1.0\r\nHost: a\r\n\r\n", 426),
    ("no host", b"GET /health HTTP/1.1\r\n\r\n", 400),
    ("length not a number", b"GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
    (
        "two lengths",
        b"POST /chat HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        400,
    ),
    ("proxying", b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 404),
    ("absolute address", b"GET http://evil.example/nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    ("zero byte in the path", b"GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("path upwards", b"GET /api/v1/../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    ("all of the server", b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    ("websocket", b"GET /health HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", 403),
]


async def exchange(port: int, request: bytes) -> tuple[bytes, dict[bytes, bytes], bytes]:
    """(status line, headers, body) of a connection that is then closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.strip().split(b"\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in lines)
        body = await reader.readexactly(int(headers.get(b"content-length", b"0")))
    writer.close()
    await writer.wait_closed()
    return first, headers, body


@pytest.mark.parametrize(("request_", "status"), [row[1:] for row in REQUESTS], ids=[row[0] for row in REQUESTS])
async def test_odd_requests(stage: Stage, request_: bytes, status: int) -> None:
    first, headers, body = await exchange(stage.ports.copilot, request_)
    assert int(first.split()[1]) == status
    assert headers[b"content-type"] == b"application/json"
    assert json.loads(body)["code"] > 0
    assert len(json.loads(body)["message"].strip(" .:-")) > 20
    assert stage.calls == []
