"""A small JSON server: a table of routes, pages, errors of one shape, faults on request."""

from __future__ import annotations

import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

Answer = dict[str, Any]

MAX_BODY_BYTES = 4 * 1024 * 1024
IDLE_SECONDS = 30.0
LONGEST_DELAY_SECONDS = 60.0
FAULT_HEADER = "X-Sandbox-Fault"
NAME = "dataflow-sandbox (sample data)"


class Problem(Exception):  # noqa: N818 - why: it is the answer
    """An answer that is no success: status, code for programs, sentence for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `parts` are the named parts of its path, unquoted."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def number(self, name: str, default: int, *, least: int = 0, most: int = 1_000) -> int:
        """A whole number of the query, cut to `least` … `most`. Raises Problem."""
        text = self.query.get(name, "")
        if text and not re.fullmatch(r"\d{1,9}", text):
            raise Problem(400, "INVALID_ARGUMENT", f"{name}={text} is not a whole number")
        return max(least, min(int(text or default), most))


@dataclass(frozen=True, slots=True)
class Made:
    """An answer with a status of its own."""

    status: int
    content: Answer
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """`pattern` is a path with {names}; a name takes one part, quoted slashes included."""

    method: str
    pattern: str
    answer: Callable[[Asked], Answer | Made]

    def parts(self, path: str) -> dict[str, str] | None:
        mask = "/".join(
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part) for part in self.pattern.split("/")
        )
        found = re.fullmatch(mask, path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None


@dataclass
class Fault:
    """What requests whose path begins with `path` get in place of an answer, `times` times (-1: until cleared)."""

    path: str = ""
    delay: float = 0.0
    status: int = 0
    cut: bool = False
    times: int = -1

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Fault:
        """Raises Problem."""
        unknown = sorted(set(given) - set(cls.__dataclass_fields__))
        if unknown:
            raise Problem(400, "INVALID_ARGUMENT", f"a fault has no {', '.join(unknown)}")
        try:
            fault = cls(
                str(given.get("path", "")),
                float(given.get("delay", 0)),
                int(given.get("status", 0)),
                str(given.get("cut", "")).lower() in ("1", "true"),
                int(given.get("times", -1)),
            )
        except (TypeError, ValueError) as error:
            raise Problem(400, "INVALID_ARGUMENT", f"a fault cannot be read: {error}") from None
        if not 0 <= fault.delay <= LONGEST_DELAY_SECONDS or fault.status not in (0, *map(int, HTTPStatus)):
            raise Problem(400, "INVALID_ARGUMENT", f"delay is 0 to {LONGEST_DELAY_SECONDS:g} s, status an HTTP status")
        return fault

    @classmethod
    def of_header(cls, text: str) -> Fault:
        """`delay=0.5, status=503`, `cut=true`."""
        pairs = (part.partition("=") for part in text.split(",") if part.strip())
        return cls.read({name.strip(): value.strip() for name, _, value in pairs})


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, asked: Asked) -> Answer:
        self.put(Fault.read(asked.body if isinstance(asked.body, dict) else {}))
        return {"faults": len(self._faults)}

    def put(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self, _: Asked) -> Answer:
        with self._lock:
            self._faults.clear()
        return {"faults": 0}

    def take(self, path: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.times and path.startswith(fault.path):
                    fault.times -= 1
                    return fault
        return None


def page(rows: Iterable[Answer], asked: Asked) -> Answer:
    """The platform's page: items, total, page, page_size, pages."""
    items = list(rows)
    size = asked.number("page_size", 50, least=1, most=500)
    number = asked.number("page", 1, least=1, most=1_000_000)
    start = (number - 1) * size
    pages = max(1, -(-len(items) // size))
    shown = items[start : start + size]
    return {"items": shown, "total": len(items), "page": number, "page_size": size, "pages": pages}


class Server(ThreadingHTTPServer):
    """Serves `routes` on loopback. `token` "": nobody is asked for one; /health and /sandbox never are."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, routes: Iterable[Route], faults: Faults, token: str = "") -> None:
        self.routes = tuple(routes)
        self.faults = faults
        self.token = token
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, asked: Asked) -> Made:
        """Raises Problem."""
        if self.token and not asked.path.startswith(("/health", "/sandbox")):
            given = asked.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(), self.token.encode()):
                raise Problem(401, "UNAUTHORIZED", "send Authorization: Bearer with the sandbox's token")
        matching = [(route, parts) for route in self.routes if (parts := route.parts(asked.path)) is not None]
        for route, parts in matching:
            if route.method == asked.method:
                answer = route.answer(replace(asked, parts=parts))
                return answer if isinstance(answer, Made) else Made(200, answer)
        if matching:
            raise Problem(405, "METHOD_NOT_ALLOWED", f"{asked.path} takes {matching[0][0].method}")
        raise Problem(404, "", f"nothing at {asked.path}")


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = NAME
    sys_version = ""
    timeout: ClassVar[float] = IDLE_SECONDS
    disable_nagle_algorithm = True  # else the body waits 40 ms for the acknowledgement of the head

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the supervisor's log is for what goes wrong."""

    def _serve(self) -> None:
        try:
            asked = self._asked()
            fault = self._fault(asked)
            made = self.server.answer(asked)
        except Problem as problem:
            fault = None
            made = Made(problem.status, {"code": problem.code, "message": problem.message})
        self._send(made, cut=bool(fault and fault.cut))

    def _asked(self) -> Asked:
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Asked(self.command, url.path, dict(parse_qsl(url.query)), {}, headers, self._body(headers))

    def _body(self, headers: Mapping[str, str]) -> Any:
        text = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not text.isdigit() or int(text) > MAX_BODY_BYTES:
            self.close_connection = True
            raise Problem(413, "TOO_LARGE", f"send a Content-Length of at most {MAX_BODY_BYTES} bytes")
        body = self.rfile.read(int(text))
        try:
            return json.loads(body) if body else None
        except (ValueError, RecursionError):
            raise Problem(400, "INVALID_JSON", "the body is not JSON") from None

    def _fault(self, asked: Asked) -> Fault | None:
        """Waits, or raises the Problem asked for; a fault that cuts is carried out when the answer is sent."""
        if asked.path.startswith("/sandbox"):
            return None
        wanted = asked.headers.get(FAULT_HEADER.lower(), "")
        fault = Fault.of_header(wanted) if wanted else self.server.faults.take(asked.path)
        if fault is None:
            return None
        time.sleep(fault.delay)
        if fault.status:
            raise Problem(fault.status, "SANDBOX_FAULT", "this fault was asked for")
        return fault

    def _send(self, made: Made, *, cut: bool) -> None:
        body = json.dumps(made.content, ensure_ascii=False).encode()
        try:
            self.send_response(made.status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
        except ConnectionError:
            cut = True  # the client has gone
        self.close_connection = self.close_connection or cut
