"""One real server calling another: what travels with the call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from grpc import aio

from dataflow.migration.v1 import migration_pb2
from services.runtime.app import Runtime
from services.runtime.channels import Channels
from services.runtime.context import current_caller, current_workspace, remaining, request_id
from services.runtime.keys import make_key
from services.runtime.status import describe
from tests.runtime import scripted as s

KEY, ENTRY = make_key("ci", ["admin"], ["*"])
SERVICE_KEY, SERVICE_ENTRY = make_key("worker", ["admin"], ["*"])
MIGRATION = migration_pb2.DESCRIPTOR.services_by_name["MigrationService"].full_name


async def tell(request: Any, context: Any) -> Any:
    left = remaining()
    seconds = "none" if left is None else str(round(left))
    return s.text(f"{request_id()} {current_workspace()} {current_caller().name} {seconds}")


async def tell_stream(request: Any, context: Any) -> Any:
    yield await tell(request, context)


async def tell_upload(requests: Any, context: Any) -> Any:
    return await tell(None, context)


async def tell_both(requests: Any, context: Any) -> Any:
    yield await tell(None, context)


BEHIND = {
    "ListJobs": s.unary(tell),
    "DownloadPipeline": s.server_stream(tell_stream),
    "UploadExport": s.client_stream(tell_upload),
    "Both": s.bidi(tell_both),
}


@asynccontextmanager
async def front(behind_address: str, timeout: float | None = None, **settings: Any) -> AsyncIterator[aio.Channel]:
    """A server whose ListJobs asks the one behind for the method named in the request."""
    runtimes: list[Runtime[Any]] = []

    async def ask(request: Any, context: Any) -> Any:
        channel = runtimes[0].channels.to(behind_address)
        if request.value == "DownloadPipeline":
            return await s.text_server_stream(channel, request.value, MIGRATION)(s.text(), timeout=timeout).read()
        if request.value == "UploadExport":
            return await s.text_client_stream(channel, request.value, MIGRATION)(nothing(), timeout=timeout)
        if request.value == "Both":
            return await s.text_bidi(channel, request.value, MIGRATION)(nothing(), timeout=timeout).read()
        return await s.text_unary(channel, "ListJobs", MIGRATION)(s.text(), timeout=timeout)

    async with (
        s.probe({"ListJobs": s.unary(ask)}, name=MIGRATION, prepare=runtimes.append, **settings) as server,
        s.connected(server) as channel,
    ):
        yield channel


async def nothing() -> Any:
    yield s.text()


async def asked(channel: aio.Channel, method: str = "ListJobs", **options: Any) -> str:
    return str((await s.text_unary(channel, "ListJobs", MIGRATION)(s.text(method), **options)).value)


@pytest.mark.parametrize("method", [name for name in BEHIND if name != "Both"])
async def test_request_id_workspace_and_key_travel_with_every_kind_of_call(method: str) -> None:
    metadata = (("x-request-id", "r-9"), ("x-workspace-id", "telco"), ("authorization", f"Bearer {KEY}"))
    async with (
        s.probe(BEHIND, name=MIGRATION, dataflow_api_keys=ENTRY) as behind,
        front(behind.address, dataflow_api_keys=ENTRY) as channel,
    ):
        answer = await asked(channel, method, metadata=metadata, timeout=30)
    assert answer.startswith("r-9 telco ci ")


async def test_bidi_calls_carry_them_too() -> None:
    metadata = (("x-request-id", "r-9"), ("x-workspace-id", "telco"))
    async with s.probe(BEHIND, name=MIGRATION) as behind, front(behind.address) as channel:
        assert (await asked(channel, "Both", metadata=metadata)).startswith("r-9 telco anonymous ")


@pytest.mark.parametrize(
    ("callers", "own", "expected"),
    [
        (30, None, range(27, 32)),
        (30, 5, range(3, 7)),
        (5, 30, range(3, 7)),
        (None, 5, range(3, 7)),
        (None, None, range(57, 62)),
    ],
    ids=["the caller's", "shorter own", "never more than the caller's", "own", "default"],
)
async def test_deadline_behind_is_the_smaller_of_both(
    callers: float | None, own: float | None, expected: range
) -> None:
    async with s.probe(BEHIND, name=MIGRATION) as behind, front(behind.address, own) as channel:
        answer = await asked(channel, timeout=callers)
    assert int(answer.split()[-1]) in expected


async def test_work_without_a_caller_uses_the_service_key() -> None:
    async with s.probe(BEHIND, name=MIGRATION, dataflow_api_keys=SERVICE_ENTRY) as behind:
        channels = Channels(s.ProbeSettings(dataflow_service_key=SERVICE_KEY))
        call = s.text_unary(channels.to(behind.address), "ListJobs", MIGRATION)
        assert (await call(s.text())).value.split()[2] == "worker"
        wrong = Channels(s.ProbeSettings())
        assert (await s.text_unary(wrong.to(behind.address), "ListJobs", MIGRATION)(s.text()).code()).value[0] == 16
        await channels.close()
        await wrong.close()


async def test_what_the_program_gives_itself_wins() -> None:
    async with s.probe(BEHIND, name=MIGRATION) as behind:
        channels = Channels(s.ProbeSettings())
        call = s.text_unary(channels.to(behind.address), "ListJobs", MIGRATION)
        answer = await call(s.text(), metadata=(("x-request-id", "mine"), ("x-workspace-id", "bank")))
        await channels.close()
    assert answer.value.startswith("mine bank ")


async def test_cancelled_call_cancels_the_call_behind() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def wait(request: Any, context: Any) -> Any:
        started.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async with s.probe({"ListJobs": s.unary(wait)}, name=MIGRATION) as behind, front(behind.address) as channel:
        call = s.text_unary(channel, "ListJobs", MIGRATION)(s.text())
        asking = asyncio.ensure_future(call.code())
        async with asyncio.timeout(15):
            await started.wait()
            call.cancel()
            await ended.wait()
        await asking


async def test_peer_that_is_away_is_told_at_once_and_used_again_when_back() -> None:
    async with s.probe(BEHIND, name=MIGRATION) as first:
        address, port = first.address, first.port
    async with front(address) as channel:
        with pytest.raises(aio.AioRpcError) as caught:
            await asked(channel, timeout=20)
        assert describe(caught.value)[:2] == (caught.value.code(), "UNAVAILABLE")
        assert str(port) not in (caught.value.details() or "")
        async with s.probe(BEHIND, name=MIGRATION, grpc_port=port), asyncio.timeout(10):
            while True:
                try:
                    assert await asked(channel, timeout=20)
                    break
                except aio.AioRpcError:
                    await asyncio.sleep(0.1)
