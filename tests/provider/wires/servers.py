"""A scripted HTTP server over a real socket: each answer is a list of steps, what the client did is on record.

Raw asyncio, so that an answer can be cut in the middle of an event, stall, or begin late, and so that the moment is
known at which the client's side of the connection went away.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

# --- steps of an answer ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Head:
    """Status line and headers; the body that follows is sent in chunks."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/event-stream"),)


@dataclass(frozen=True)
class Send:
    """Bytes of the body, one chunk."""

    data: bytes


@dataclass(frozen=True)
class Wait:
    seconds: float


class Stall:
    """Nothing more comes, and the connection stays open until the client closes it."""


class Cut:
    """The connection is closed without the end of the body."""


class End:
    """The proper end of the body; the connection stays open for the next request."""


Step = Head | Send | Wait | Stall | Cut | End


def answered(status: int, body: bytes | str | dict[str, Any], **headers: str) -> list[Step]:
    """A whole answer; underscores in header names stand for hyphens."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    kind = "application/json" if isinstance(body, dict) else "text/plain"
    named = {"content-type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return [Head(status, tuple(named.items())), Send(data), End()]


def streamed(frames: Iterable[bytes], *after: Step) -> list[Step]:
    """An event stream, one chunk a frame, and how it ends; properly unless said otherwise."""
    return [Head(), *map(Send, frames), *(after or (End(),))]


# --- what the client did --------------------------------------------------------------------------------------------


@dataclass
class Received:
    """One request. `closed_at`: monotonic seconds when the client closed its connection before the end; else None.

    `gone` is set at that moment; `begun` when the first bytes of the answer's body were written.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    connection: int
    at: float = field(default_factory=time.monotonic)
    closed_at: float | None = None
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    finished: bool = False


Script = Callable[[Received], Sequence[Step]]


class ScriptedServer:
    """`async with ScriptedServer(script) as server`: `server.url`, `server.requests`.

    `script` says the steps for a request; a list stands for the same steps every time.
    """

    def __init__(self, script: Script | Sequence[Step], tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.script: Script = script if callable(script) else lambda _request: script
        self.requests: list[Received] = []
        self.connections = 0
        self._open: set[_Connection] = set()
        self._arrived = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in list(self._open):
            connection.abort()
        await self._server.wait_closed()

    async def request(self, count: int = 1, within: float = 5.0) -> Received:
        """The request number `count`, as soon as it is there."""
        async with asyncio.timeout(within), self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)
        return self.requests[count - 1]

    async def take(self, request: Received) -> None:
        async with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()


class _Connection(asyncio.Protocol):
    def __init__(self, server: ScriptedServer) -> None:
        self._server = server
        self._buffer = b""
        self._more = asyncio.Event()
        self._current: Received | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._server.connections += 1
        self._number = self._server.connections
        self._server._open.add(self)
        self._task = asyncio.create_task(self._serve())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._more.set()

    def eof_received(self) -> bool:
        self._went_away()
        return False

    def connection_lost(self, _error: Exception | None) -> None:
        self._went_away()
        self._task.cancel()
        self._server._open.discard(self)

    def abort(self) -> None:
        self._task.cancel()
        self._transport.abort()

    def _went_away(self) -> None:
        request = self._current
        if request is not None and not request.finished and request.closed_at is None:
            request.closed_at = time.monotonic()
            request.gone.set()

    async def _serve(self) -> None:
        while True:
            self._current = await self._read()
            await self._server.take(self._current)
            for step in self._server.script(self._current):
                await self._play(step, self._current)

    async def _until(self, enough: Callable[[], bool]) -> None:
        while not enough():
            self._more.clear()
            await self._more.wait()

    async def _read(self) -> Received:
        await self._until(lambda: b"\r\n\r\n" in self._buffer)
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        await self._until(lambda: len(self._buffer) >= length)
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return Received(method, path, headers, json.loads(body) if body else None, self._number)

    async def _play(self, step: Step, request: Received) -> None:
        match step:
            case Head(status, headers):
                lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers)]
                self._transport.write("\r\n".join([*lines, "transfer-encoding: chunked", "", ""]).encode("latin-1"))
            case Send(data):
                if data:
                    self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))
                request.begun.set()
                await asyncio.sleep(0)
            case Wait(seconds):
                await asyncio.sleep(seconds)
            case Stall():
                await asyncio.Event().wait()
            case Cut():
                request.finished = True
                self._transport.close()
                await asyncio.Event().wait()
            case End():
                request.finished = True
                self._transport.write(b"0\r\n\r\n")
