"""A catalog on a real socket: OpenMetadata's GET /api/v1/tables over tables given, with faults on request."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Asked = dict[str, str]


@dataclass
class Fault:
    """What a request that `when` accepts gets instead of a page, `times` times (−1: always)."""

    when: Callable[[Asked], bool] = lambda asked: True
    status: int = 200
    body: bytes | None = None  # None: the page itself
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False  # the connection ends in the middle of the body
    times: int = 1


def table(service: str, name: str, columns: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """A table as OpenMetadata lists it; `columns` are name → description."""
    described = [
        {"name": column, "dataType": "VARCHAR", "dataTypeDisplay": "varchar(20)", "description": text}
        for column, text in (columns or {}).items()
    ]
    return {
        "id": f"00000000-{name}",
        "name": name,
        "fullyQualifiedName": f"{service}.db.core.{name}",
        "tableType": "Regular",
        "columns": described,
        "service": {"name": service, "type": "databaseService"},
        "database": {"name": "db"},
        "databaseSchema": {"name": "core"},
        **more,
    }


def tables(service: str, count: int, columns: int = 2) -> list[dict[str, Any]]:
    return [
        table(service, f"table_{number:03}", {f"column_{at}": f"value {at} of {number}" for at in range(columns)})
        for number in range(count)
    ]


class ScriptedCatalog:
    def __init__(self, services: dict[str, list[Any]], token: str = "") -> None:
        self.services = services
        self.token = token
        self.faults: list[Fault] = []
        self.asked: list[Asked] = []
        self.paths: list[str] = []
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen, on the same port as before a stop."""
        self._server = await asyncio.start_server(self.handle, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Accept nothing more; running requests are answered."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            status, headers, body, cut = await self._answer(head)
            lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + (body[: len(body) // 2] if cut else body))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _answer(self, head: str) -> tuple[int, dict[str, str], bytes, bool]:
        request, *lines = head.split("\r\n")
        url = urlsplit(request.split()[1])
        asked = dict(parse_qsl(url.query))
        self.asked.append(asked)
        self.paths.append(url.path)
        sent = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if self.token and sent.get("authorization") != f"Bearer {self.token}":
            return 401, {}, b'{"code":401,"message":"Not Authorized"}', False
        fault = next((each for each in self.faults if each.times and each.when(asked)), None)
        if fault is None:
            return self._page(asked, url.path)
        fault.times -= 1
        await asyncio.sleep(fault.delay)
        if fault.body is None and fault.status == 200:
            return (*self._page(asked, url.path)[:3], fault.cut)
        return fault.status, fault.headers, fault.body or b"{}", fault.cut

    def _page(self, asked: Asked, path: str) -> tuple[int, dict[str, str], bytes, bool]:
        if path != "/api/v1/tables" or asked.get("service") not in self.services:
            return 404, {}, b'{"code":404}', False
        rows = self.services[asked["service"]]
        start = int(base64.b64decode(asked["after"])) if "after" in asked else 0
        end = start + int(asked["limit"])
        paging: dict[str, Any] = {"total": len(rows)}
        if end < len(rows):
            paging["after"] = base64.b64encode(str(end).encode()).decode()
        return 200, {}, json.dumps({"data": rows[start:end], "paging": paging}).encode(), False


@contextlib.asynccontextmanager
async def serving_catalog(services: dict[str, list[Any]], token: str = "") -> AsyncIterator[ScriptedCatalog]:
    catalog = ScriptedCatalog(services, token)
    await catalog.start()
    try:
        yield catalog
    finally:
        await catalog.stop()
