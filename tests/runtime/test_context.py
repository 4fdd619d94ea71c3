import asyncio
import time

import pytest

from services.runtime.context import (
    Call,
    current_call,
    current_caller,
    current_workspace,
    detached,
    enter,
    remaining,
    request_id,
    set_headers,
    within,
)
from services.runtime.keys import ANONYMOUS


async def test_outside_a_call_there_is_no_deadline_and_everyone_is_anonymous() -> None:
    assert (current_call(), remaining(), request_id()) == (None, None, "")
    assert (current_caller(), current_workspace(), within(7)) == (ANONYMOUS, "default", 7)
    set_headers({"x-a": "b"})  # nowhere to go, no error


async def inside(call: Call) -> tuple[str, str, float | None, float]:
    enter(call)
    return request_id(), current_workspace(), remaining(), within(1000.0)


async def test_a_call_is_seen_by_its_own_task_only() -> None:
    call = Call("/x/Y", "r-1", deadline=time.monotonic() + 500.0, workspace="telco")
    seen = await asyncio.create_task(inside(call))
    assert seen[:2] == ("r-1", "telco")
    assert 400 < seen[3] <= 500
    assert current_call() is None


async def test_expired_deadline_leaves_nothing() -> None:
    seen = await asyncio.create_task(inside(Call("/x/Y", "r-1", deadline=0.0)))
    assert seen[2:] == (0.0, 0.0)


async def test_detached_work_knows_nothing_of_the_call() -> None:
    async def inner() -> str:
        return request_id()

    async def outer() -> tuple[str, str]:
        enter(Call("/x/Y", "r-1"))
        return await asyncio.create_task(inner()), await asyncio.create_task(inner(), context=detached())

    assert await asyncio.create_task(outer()) == ("r-1", "")


async def test_headers_after_the_first_message_are_a_defect() -> None:
    async def late() -> None:
        enter(Call("/x/Y", "r-1", headers_sent=True))
        set_headers({"x-a": "b"})

    with pytest.raises(RuntimeError, match="already sent"):
        await asyncio.create_task(late())
