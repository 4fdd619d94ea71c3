"""One REST interface, asked for JSON.

The base address comes from configuration alone: redirects are not followed, no proxy of the environment is used, and
no address in an answer is asked. A request is tried again only where that cannot do anything twice: reading, or
writing with an idempotency key.
"""

from __future__ import annotations

import asyncio
import functools
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote

import httpx

from services.rest_client.pauses import pause
from services.runtime.context import remaining, request_id, within
from services.runtime.errors import DeadlineExceeded
from services.runtime.logs import get_logger

log = get_logger("rest_client")

MAX_BODY_BYTES = 64 * 1024 * 1024
CONNECT_SECONDS = 3.0
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed."""
IDEMPOTENCY_KEY = "Idempotency-Key"

Accept = Callable[[Any], bool]


class Unreached(Exception):  # noqa: N818 - why: each client turns it into an error of its own
    """No whole answer after all attempts: nobody listens (`away`), no answer in time (`silent`), it breaks off
    (`cut`)."""

    def __init__(self, kind: Literal["away", "silent", "cut"], detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `path` is below the base address; its parts are quoted by `path()`."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: Accept = lambda content: True
    """Whether a 2xx answer's JSON is what was asked for; an answer that is not is asked for again."""

    @property
    def repeatable(self) -> bool:
        return self.method == "GET" or IDEMPOTENCY_KEY in self.headers


@dataclass(frozen=True, slots=True)
class Reply:
    """The last answer. `content` is its JSON, None where it has none; `accepted` is False for an error status, too
    long a body, no JSON, or JSON that was not asked for."""

    status: int
    content: Any = None
    accepted: bool = False
    retry_after: str = ""

    @property
    def passing(self) -> bool:
        """Whether another attempt makes sense."""
        return self.status in AGAIN or (200 <= self.status < 300 and not self.accepted)


def path(*parts: str) -> str:
    """`/a/b`, each part quoted as a whole: a slash or a question mark in a name stays in the name."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


@functools.cache
def _trust() -> ssl.SSLContext:
    """Made once: reading the certificates takes milliseconds."""
    return httpx.create_ssl_context()


class RestClient:
    """`async with RestClient(base, …) as client: reply = await client.ask(Ask("/tables"))`."""

    def __init__(
        self, name: str, base_url: str, *, token: str = "", seconds: float, attempts: int, max_bytes: int = 0
    ) -> None:
        """`name` is for the log; `seconds` are for one attempt, its body included; `max_bytes` 0: MAX_BODY_BYTES."""
        self._name = name
        self._base = base_url
        self._seconds = seconds
        self._attempts = attempts
        self._max_bytes = max_bytes or MAX_BODY_BYTES
        self._client = httpx.AsyncClient(
            headers={"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
            timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
            verify=_trust(),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def ask(self, ask: Ask) -> Reply:
        """The answer, whatever its status. Raises Unreached after all attempts, DeadlineExceeded where the caller's
        time is over before one began."""
        attempts = self._attempts if ask.repeatable else 1
        for attempt in range(1, attempts + 1):
            outcome = await self._attempt(ask)
            if isinstance(outcome, Reply) and not outcome.passing:
                return outcome
            seconds = pause(attempt, outcome.retry_after if isinstance(outcome, Reply) else "")
            left = remaining()
            if attempt == attempts or (left is not None and left <= seconds):
                break
            log.warning("request failed", to=self._name, path=ask.path, problem=_problem(outcome), pause=seconds)
            await asyncio.sleep(seconds)
        if isinstance(outcome, Unreached):
            raise outcome
        return outcome

    async def _attempt(self, ask: Ask) -> Reply | Unreached:
        seconds = within(self._seconds)
        if seconds <= 0:
            raise DeadlineExceeded(f"the call's time is over before the {self._name} was asked")
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(ask)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return Unreached("away", type(error).__name__)
        except (httpx.TimeoutException, TimeoutError) as error:
            return Unreached("silent", type(error).__name__)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return Unreached("cut", type(error).__name__)

    async def _exchange(self, ask: Ask) -> Reply:
        headers = {**ask.headers, **({"X-Request-Id": request_id()} if request_id() else {})}
        body = {} if ask.body is None else {"json": ask.body}
        url = f"{self._base}{ask.path}"
        async with self._client.stream(ask.method, url, params=dict(ask.params), headers=headers, **body) as reply:
            content = bytearray()
            async for part in reply.aiter_bytes():
                content += part
                if len(content) > self._max_bytes:
                    return Reply(reply.status_code)
            parsed, is_json = _parsed(bytes(content))
            fine = 200 <= reply.status_code < 300 and is_json and ask.accept(parsed)
            return Reply(reply.status_code, parsed, fine, reply.headers.get("retry-after", ""))


def _parsed(body: bytes) -> tuple[Any, bool]:
    if not body:
        return None, True
    try:
        return json.loads(body), True
    except (ValueError, RecursionError):
        return None, False


def _problem(outcome: Reply | Unreached) -> str:
    if isinstance(outcome, Unreached):
        return str(outcome)
    return f"HTTP {outcome.status}" if outcome.status in AGAIN else "not what was asked for"
