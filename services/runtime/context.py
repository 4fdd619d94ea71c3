"""The call being served: who calls, for which workspace, until when. One context variable, one record.

Each call runs in a task of its own, so what is set here is seen by everything the call starts and by
nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextvars import Context, ContextVar
from dataclasses import dataclass, field

from services.runtime.keys import ANONYMOUS, Caller

DEFAULT_WORKSPACE = "default"


@dataclass(slots=True)
class Call:
    """One running RPC. `deadline` is on the monotonic clock, None where the caller set none."""

    method: str  # "/package.Service/Method"
    request_id: str
    deadline: float | None = None
    caller: Caller = ANONYMOUS
    workspace: str = DEFAULT_WORKSPACE
    headers: dict[str, str] = field(default_factory=dict)
    headers_sent: bool = False
    received: int = 0  # messages
    sent: int = 0


_CALL: ContextVar[Call | None] = ContextVar("dataflow_call", default=None)


def detached() -> Context:
    """An empty context for work that outlives the call: `asyncio.create_task(work(), context=detached())`.

    A task started without it inherits the call's caller, workspace and deadline, and logs under its request id.
    """
    return Context()


def enter(call: Call) -> None:
    _CALL.set(call)


def current_call() -> Call | None:
    return _CALL.get()


def current_caller() -> Caller:
    """Who calls; outside a call, and with authorization off, the anonymous caller with every role."""
    call = _CALL.get()
    return call.caller if call else ANONYMOUS


def current_workspace() -> str:
    """The workspace this call may read and write; every query is bound to it."""
    call = _CALL.get()
    return call.workspace if call else DEFAULT_WORKSPACE


def request_id() -> str:
    """Id of the request being served; "" outside a call."""
    call = _CALL.get()
    return call.request_id if call else ""


def remaining() -> float | None:
    """Seconds until the caller's deadline, never below 0; None where there is none."""
    call = _CALL.get()
    if call is None or call.deadline is None:
        return None
    return max(0.0, call.deadline - time.monotonic())


def within(limit: float) -> float:
    """`limit` seconds, or what remains of the caller's deadline where that is less."""
    left = remaining()
    return limit if left is None else min(limit, left)


def set_headers(headers: Mapping[str, str]) -> None:
    """Response headers (initial metadata) of the current call, ASCII, lower-case names.

    They go out with the first message, or with the status of an error. Raises RuntimeError after the first
    message.
    """
    call = _CALL.get()
    if call is None:
        return
    if call.headers_sent:
        raise RuntimeError("response headers were already sent with the first message")
    call.headers.update(headers)
