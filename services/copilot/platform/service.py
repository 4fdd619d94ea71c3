"""What the clients of the platform's services share: asking, paging, and what an answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import ValidationError

from services.copilot.platform.errors import PlatformNotFound, PlatformRejected, PlatformUnavailable
from services.copilot.platform.records import Record
from services.copilot.platform.settings import PlatformSettings
from services.rest_client.client import IDEMPOTENCY_KEY, Ask, Reply, RestClient, Unreached
from services.runtime.context import current_workspace

R = TypeVar("R", bound=Record)

MAX_BODY_BYTES = 16 * 1024 * 1024
PAGE_SIZE = 100
MOST = 1_000
"""Items of one listing that are read unless fewer or more are asked for."""
_SHOWN = 500  # characters of a service's own message that are passed on


@dataclass(frozen=True, slots=True)
class Listed(Generic[R]):
    """`items` are the first of `total`."""

    items: tuple[R, ...]
    total: int

    @property
    def truncated(self) -> bool:
        return len(self.items) < self.total


class PlatformService:
    """`async with MonitorService(settings) as monitor`. For the workspace of the call in which it is made.

    Every method raises the service's PlatformUnavailable, PlatformRejected, and where an id is given PlatformNotFound;
    DeadlineExceeded where the caller's time is over.
    """

    setting: ClassVar[str]  # field of PlatformSettings that holds the address
    unavailable: ClassVar[type[PlatformUnavailable]]

    def __init__(self, settings: PlatformSettings) -> None:
        self._workspace = current_workspace()
        self._client = RestClient(
            self.unavailable.name,
            str(getattr(settings, self.setting)),
            token=settings.platform_token.get_secret_value(),
            seconds=settings.platform_timeout_seconds,
            attempts=settings.platform_attempts,
            max_bytes=MAX_BODY_BYTES,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def _get(self, where: str, kind: type[R], asked: Mapping[str, object] | None = None) -> R:
        ask = Ask(where, _params(asked or {}), headers=self._headers(), accept=_is_object)
        return self._read(kind, (await self._asked(ask)).content)

    async def _post(self, where: str, kind: type[R], body: Any, idempotency_key: str = "") -> R:
        """Repeated only with an idempotency key."""
        headers = self._headers() | ({IDEMPOTENCY_KEY: idempotency_key} if idempotency_key else {})
        ask = Ask(where, method="POST", body=body, headers=headers, accept=_is_object)
        return self._read(kind, (await self._asked(ask)).content)

    async def _list(self, where: str, kind: type[R], asked: Mapping[str, object], most: int) -> Listed[R]:
        """Page after page, until `most` items or the last."""
        items: list[R] = []
        total, page = 0, 1
        size = max(1, min(PAGE_SIZE, most))
        while True:
            params = _params({**asked, "page": page, "page_size": size})
            reply = await self._asked(Ask(where, params, headers=self._headers(), accept=_is_page))
            given = reply.content["items"]
            items += [self._read(kind, item) for item in given]
            total = max(reply.content["total"], len(items))
            page += 1
            if not given or len(items) >= min(total, most):
                return Listed(tuple(items[:most]), total)

    def _headers(self) -> dict[str, str]:
        return {"X-Workspace-Id": self._workspace}

    async def _asked(self, ask: Ask) -> Reply:
        try:
            reply = await self._client.ask(ask)
        except Unreached as error:
            raise self.unavailable(error.kind) from error
        if reply.accepted:
            return reply
        if reply.status in (401, 403):
            raise self.unavailable("refused", reply.status)
        if reply.passing and reply.status >= 300:
            raise self.unavailable("busy", reply.status)
        if reply.status == 404 and _problem(reply)[0]:
            raise PlatformNotFound(_problem(reply)[1], metadata={"code": _problem(reply)[0]})
        if reply.status in (400, 409, 422) and _problem(reply)[0]:
            raise PlatformRejected(_problem(reply)[1], metadata={"code": _problem(reply)[0]})
        raise self.unavailable("unreadable")

    def _read(self, kind: type[R], given: Any) -> R:
        try:
            return kind.model_validate(given)
        except ValidationError:
            raise self.unavailable("unreadable") from None


def _problem(reply: Reply) -> tuple[str, str]:
    """The contract's error body as (code, message); ("", "") for another: then it is not the service that answers."""
    given = reply.content if isinstance(reply.content, dict) else {}
    code, message = given.get("code"), given.get("message")
    return (code, message[:_SHOWN]) if isinstance(code, str) and isinstance(message, str) else ("", "")


def _is_object(content: Any) -> bool:
    return isinstance(content, dict)


def _is_page(content: Any) -> bool:
    if not isinstance(content, dict):
        return False
    return isinstance(content.get("items"), list) and type(content.get("total")) is int


def _params(asked: Mapping[str, object]) -> dict[str, str]:
    """As text; what is None or "" is not asked for."""
    return {name: _text(value) for name, value in asked.items() if value not in (None, "")}


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return str(value)
