import asyncio

import grpc
import pytest
from grpc import aio

from services.runtime.context import Call, current_call, enter
from services.runtime.errors import Unauthenticated, Unavailable
from services.runtime.readiness import Check, Readiness, reasons
from services.runtime.status import trailers


async def fine() -> None:
    return None


async def no() -> bool:
    return False


async def away() -> None:
    raise Unavailable("the database cannot be reached; try again shortly")


async def leaking() -> None:
    raise OSError("connect to 10.0.0.5 as user postgres with password hunter2")


async def refused_by_our_server() -> None:
    sent = trailers(Unauthenticated("this call needs a valid key"), "r-1")
    code = grpc.StatusCode.UNAUTHENTICATED
    raise aio.AioRpcError(code, aio.Metadata(), aio.Metadata(*sent), "this call needs a valid key")


async def refused_by_another() -> None:
    raise aio.AioRpcError(grpc.StatusCode.UNKNOWN, aio.Metadata(), aio.Metadata(), "dial 10.0.0.5 as hunter2")


async def silent() -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("check", "healthy", "detail"),
    [
        (fine, True, ""),
        (no, False, "not usable"),
        (away, False, "the database cannot be reached; try again shortly"),
        (leaking, False, "not reachable"),
        (refused_by_our_server, False, "this call needs a valid key"),
        (refused_by_another, False, "not reachable"),
        (silent, False, "no answer within 0.05 s"),
    ],
)
async def test_finding_of_a_probe(check: Check, healthy: bool, detail: str) -> None:
    readiness = Readiness()
    readiness.add("thing", check, reason="thing_unavailable", timeout=0.05)
    (found,) = await readiness.findings()
    assert (found.healthy, found.detail) == (healthy, detail)
    assert await readiness.reasons() == (() if healthy else ("thing_unavailable",))


async def test_optional_dependency_is_reported_but_degrades_nothing() -> None:
    readiness = Readiness()
    readiness.add("catalog", no, reason="")
    readiness.add("a", no, reason="same")
    readiness.add("b", no, reason="same")
    assert reasons(await readiness.findings()) == ("same",)
    assert [item.name for item in await readiness.findings()] == ["catalog", "a", "b"]


async def test_probes_run_together_and_results_are_cached() -> None:
    calls = 0
    both = asyncio.Barrier(2)

    async def meet() -> None:
        nonlocal calls
        calls += 1
        await both.wait()

    readiness = Readiness(cache_seconds=60)
    readiness.add("one", meet, reason="one")
    readiness.add("two", meet, reason="two")
    results = await asyncio.gather(*(readiness.reasons() for _ in range(20)))
    assert set(results) == {()}
    assert calls == 2


async def test_recovery_is_seen_after_the_cache_expires() -> None:
    answers = iter([False, True])

    async def flapping() -> bool:
        return next(answers)

    readiness = Readiness(cache_seconds=0)
    readiness.add("x", flapping, reason="x_unavailable")
    assert await readiness.reasons() == ("x_unavailable",)
    assert await readiness.reasons() == ()


async def test_a_probe_knows_nothing_of_the_call_that_asks() -> None:
    seen: list[object] = []

    async def look() -> None:
        seen.append(current_call())

    readiness = Readiness()
    readiness.add("thing", look, reason="thing_unavailable")

    async def call() -> None:
        enter(Call("/x/Y", "id", deadline=0.0, workspace="elsewhere"))
        await readiness.findings()

    await asyncio.create_task(call())
    assert seen == [None]
