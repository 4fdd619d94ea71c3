"""Every kind of RPC through a real server: what a caller gets, and what is left in log and metrics."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from services.runtime.context import current_call, current_workspace, remaining, request_id, set_headers
from services.runtime.errors import InvalidArgument, NotFound, ServiceError
from services.runtime.interceptors import sane_request_id
from services.runtime.status import describe, error_info
from tests.runtime import scripted as s
from tests.runtime.test_errors import TABLE

C = grpc.StatusCode
SECRET = "sk-ant-0123456789abcdef"


def raising(error: BaseException) -> dict[str, Any]:
    """All four kinds of method, each raising `error`; the streams after one message."""

    async def unary(request: StringValue, context: Any) -> StringValue:
        raise error

    async def stream(request: StringValue, context: Any) -> Any:
        yield s.text("first")
        raise error

    async def upload(requests: Any, context: Any) -> StringValue:
        async for _ in requests:
            raise error
        return s.text()

    async def both(requests: Any, context: Any) -> Any:
        async for request in requests:
            yield request
            raise error

    return {
        "Unary": s.unary(unary),
        "Stream": s.server_stream(stream),
        "Upload": s.client_stream(upload),
        "Both": s.bidi(both),
    }


async def one() -> Any:
    yield s.text("in")


async def failure_of(channel: aio.Channel, method: str) -> aio.AioRpcError:
    calls: dict[str, Callable[[], Any]] = {
        "Unary": lambda: s.text_unary(channel, "Unary")(s.text()),
        "Stream": lambda: s.text_server_stream(channel, "Stream")(s.text()),
        "Upload": lambda: s.text_client_stream(channel, "Upload")(one()),
        "Both": lambda: s.text_bidi(channel, "Both")(one()),
    }
    call = calls[method]()
    try:
        if hasattr(call, "__aiter__"):
            async for message in call:
                assert message.value in {"first", "in"}
        else:
            await call
    except aio.AioRpcError as error:
        return error
    raise AssertionError(f"{method} did not fail")


KINDS = ["Unary", "Stream", "Upload", "Both"]


@pytest.mark.parametrize("method", KINDS)
@pytest.mark.parametrize("kind", [row[0] for row in TABLE[1:]], ids=lambda kind: kind.__name__)
async def test_error_is_a_status_with_its_reason(kind: type[ServiceError], method: str) -> None:
    async with s.probe(raising(kind("what to do", metadata={"a": "b"}))) as server, s.connected(server) as channel:
        error = await failure_of(channel, method)
    assert describe(error) == (kind.code, kind.reason, "what to do")
    info = error_info(error)
    assert info is not None
    assert (info.domain, dict(info.metadata)) == ("dataflow.ai", {"a": "b"})


@pytest.mark.parametrize("method", KINDS)
async def test_unhandled_error_is_masked_for_the_caller_and_redacted_in_the_log(
    method: str, log_text: Callable[[], str]
) -> None:
    failing = raising(RuntimeError(f"POST https://u:pw1234@host failed api_key={SECRET}"))
    async with s.probe(failing) as server, s.connected(server) as channel:
        error = await failure_of(channel, method)
    code, reason, message = describe(error)
    assert (code, reason) == (C.INTERNAL, "INTERNAL")
    assert "quote the request id" in message
    assert SECRET not in str(error) + repr(list(error.trailing_metadata()))
    assert "Traceback" in log_text()
    assert "RuntimeError" in log_text()
    assert SECRET not in log_text()
    assert "pw1234" not in log_text()


@pytest.mark.parametrize("method", KINDS)
async def test_bytes_that_are_no_message_are_a_400_without_the_decoders_text(method: str) -> None:
    async with s.probe(raising(AssertionError("never reached"))) as server, s.connected(server) as channel:
        streams = method in {"Upload", "Both"}
        kind = f"{'stream' if streams else 'unary'}_{'stream' if method in {'Stream', 'Both'} else 'unary'}"
        call = getattr(channel, kind)(f"/{s.NAME}/{method}")

        async def garbage() -> Any:
            yield b"\xff\xff\xff"

        running = call(garbage() if streams else b"\xff\xff\xff")
        with pytest.raises(aio.AioRpcError) as caught:
            await (running.read() if method in {"Stream", "Both"} else running)
    assert describe(caught.value)[:2] == (C.INVALID_ARGUMENT, "MALFORMED_REQUEST")
    assert "protobuf" not in (caught.value.details() or "").lower()


async def test_reply_of_a_wrong_type_is_masked() -> None:
    async def wrong(request: StringValue, context: Any) -> Any:
        return {"password": "hunter2"}

    async with s.probe({"Unary": s.unary(wrong)}) as server, s.connected(server) as channel:
        error = await failure_of(channel, "Unary")
    assert describe(error)[:2] == (C.INTERNAL, "INTERNAL")
    assert "hunter2" not in (error.details() or "")


async def test_error_before_the_first_message_of_a_stream_has_no_body_and_keeps_its_headers() -> None:
    async def refused(request: StringValue, context: Any) -> Any:
        set_headers({"x-http-status": "413"})
        if request.value == "":
            raise InvalidArgument("too large")
        yield s.text()

    async with s.probe({"Stream": s.server_stream(refused)}) as server, s.connected(server) as channel:
        call = s.text_server_stream(channel, "Stream")(s.text(), metadata=(("x-request-id", "r-1"),))
        with pytest.raises(aio.AioRpcError) as caught:
            await call.read()
        initial = dict(await call.initial_metadata())
    assert caught.value.code() is C.INVALID_ARGUMENT
    # trailers only: everything came in the one frame that ends the stream
    assert "x-request-id" not in initial
    trailing = dict(caught.value.trailing_metadata())
    assert (trailing["x-request-id"], trailing["x-http-status"]) == ("r-1", "413")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-123", True), ("x" * 128, True), ("x" * 129, False), ("a b", False), ("ż", False), ("", False)],
)
def test_request_id_is_kept_when_sane_else_made(given: str, kept: bool) -> None:
    assert (sane_request_id(given) == given) is kept
    assert sane_request_id(given)


@pytest.mark.parametrize("method", KINDS)
async def test_request_id_is_echoed_and_headers_of_the_servicer_go_out(method: str) -> None:
    async def reply(request: Any, context: Any) -> StringValue:
        set_headers({"x-copilot-confidence": "0.85"})
        return s.text(request_id())

    async def replies(request: Any, context: Any) -> Any:
        await context.send_initial_metadata((("x-copilot-confidence", "0.85"),))
        yield s.text(request_id())

    methods = {
        "Unary": s.unary(reply),
        "Stream": s.server_stream(replies),
        "Upload": s.client_stream(reply),
        "Both": s.bidi(replies),
    }
    async with s.probe(methods) as server, s.connected(server) as channel:
        starts = {
            "Unary": lambda m: s.text_unary(channel, m),
            "Stream": lambda m: s.text_server_stream(channel, m),
            "Upload": lambda m: s.text_client_stream(channel, m),
            "Both": lambda m: s.text_bidi(channel, m),
        }
        argument = one() if method in {"Upload", "Both"} else s.text()
        call = starts[method](method)(argument, metadata=(("x-request-id", "r-77"),))
        answer = await (call.read() if method in {"Stream", "Both"} else call)
        initial = dict(await call.initial_metadata())
        call.cancel()
    assert answer.value == "r-77"
    assert (initial["x-request-id"], initial["x-copilot-confidence"]) == ("r-77", "0.85")


async def test_request_id_is_made_where_none_is_given() -> None:
    async def reply(request: Any, context: Any) -> StringValue:
        return s.text(request_id())

    async with s.probe({"Unary": s.unary(reply)}) as server, s.connected(server) as channel:
        first, second = [(await s.text_unary(channel, "Unary")(s.text())).value for _ in range(2)]
    assert len(first) == 32
    assert first != second


async def test_unknown_method_says_so_and_makes_no_series_of_its_own() -> None:
    async with s.probe() as server, s.connected(server) as channel:
        for method in ("A", "B"):
            with pytest.raises(aio.AioRpcError) as caught:
                await s.text_unary(channel, method)(s.text())
            assert describe(caught.value)[:2] == (C.UNIMPLEMENTED, "UNKNOWN_METHOD")
        exposition = server.runtime.metrics.exposition().decode()
    assert 'grpc_method="unknown",grpc_service="unknown",grpc_type="bidi_stream"} 2.0' in exposition
    assert 'grpc_method="A"' not in exposition


async def test_calls_beyond_the_limit_are_refused_with_a_reason_and_health_is_not() -> None:
    release, started = asyncio.Event(), asyncio.Event()

    async def wait(request: Any, context: Any) -> StringValue:
        started.set()
        await release.wait()
        return s.text("done")

    async with s.probe({"Unary": s.unary(wait)}, max_concurrent_rpcs=1) as server, s.connected(server) as channel:
        first = asyncio.ensure_future(s.text_unary(channel, "Unary")(s.text()))
        await started.wait()
        error = await failure_of(channel, "Unary")
        assert describe(error)[:2] == (C.RESOURCE_EXHAUSTED, "OVERLOADED")
        for open_rpc in ("grpc.health.v1.Health/Check", "dataflow.ops.v1.OpsService/GetHealth"):
            reply = await channel.unary_unary(f"/{open_rpc}")(b"")
            assert reply.startswith(b"\x08\x01")  # SERVING, healthy
        release.set()
        assert (await first).value == "done"
        assert (await s.text_unary(channel, "Unary")(s.text())).value == "done"


async def test_leaving_client_cancels_the_handler_and_is_recorded(
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    cleaned = asyncio.Event()

    async def endless(request: Any, context: Any) -> Any:
        try:
            yield s.text("first")
            await asyncio.sleep(60)
        finally:
            cleaned.set()

    async with s.probe({"Stream": s.server_stream(endless)}) as server, s.connected(server) as channel:
        call = s.text_server_stream(channel, "Stream")(s.text())
        assert (await call.read()).value == "first"
        call.cancel()
        async with asyncio.timeout(15):
            await cleaned.wait()
            while "CANCELLED" not in server.runtime.metrics.exposition().decode():
                await asyncio.sleep(0.01)
        labels = {"grpc_type": "server_stream", "grpc_service": s.NAME, "grpc_method": "Stream"}
        assert server.runtime.metrics.value("grpc_server_in_flight", **labels) == 0
    assert [line["code"] for line in log_lines() if line["event"] == "call"] == ["CANCELLED"]


async def test_expired_deadline_is_recorded_as_one(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    async def slow(request: Any, context: Any) -> StringValue:
        await asyncio.sleep(60)
        return s.text()

    async with s.probe({"Unary": s.unary(slow)}) as server, s.connected(server) as channel:
        with pytest.raises(aio.AioRpcError) as caught:
            await s.text_unary(channel, "Unary")(s.text(), timeout=0.2)
        assert caught.value.code() is C.DEADLINE_EXCEEDED
        async with asyncio.timeout(15):
            while not [line for line in log_lines() if line["event"] == "call"]:
                await asyncio.sleep(0.01)
    assert [line["code"] for line in log_lines() if line["event"] == "call"] == ["DEADLINE_EXCEEDED"]


async def test_cancelled_inner_task_is_an_error_and_not_a_hanging_call() -> None:
    async def inner_cancelled(request: Any, context: Any) -> StringValue:
        task = asyncio.ensure_future(asyncio.sleep(60))
        task.cancel()
        await task
        return s.text()

    async with s.probe({"Unary": s.unary(inner_cancelled)}) as server, s.connected(server) as channel:
        with pytest.raises(aio.AioRpcError) as caught:
            await s.text_unary(channel, "Unary")(s.text(), timeout=5)
    assert caught.value.code() is C.INTERNAL


async def test_remaining_time_is_that_of_the_caller() -> None:
    async def tell(request: Any, context: Any) -> StringValue:
        return s.text(repr(remaining()))

    async with s.probe({"Unary": s.unary(tell)}) as server, s.connected(server) as channel:
        bounded = float((await s.text_unary(channel, "Unary")(s.text(), timeout=30)).value)
        unbounded = (await s.text_unary(channel, "Unary")(s.text())).value
    assert 20 < bounded < 31  # gRPC rounds up what it sends
    assert unbounded == "None"


async def test_abort_of_a_servicer_keeps_its_code(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    async def aborting(request: Any, context: Any) -> StringValue:
        await context.abort(C.OUT_OF_RANGE, "past the end")
        return s.text()

    async with s.probe({"Unary": s.unary(aborting)}) as server, s.connected(server) as channel:
        error = await failure_of(channel, "Unary")
    assert (error.code(), error.details()) == (C.OUT_OF_RANGE, "past the end")
    assert [line["code"] for line in log_lines() if line["event"] == "call"] == ["OUT_OF_RANGE"]


async def test_log_line_of_a_call_names_it_and_never_its_body(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    async def refuse(request: Any, context: Any) -> StringValue:
        raise NotFound("there is no job 7")

    async with s.probe({"Unary": s.unary(refuse)}) as server, s.connected(server) as channel:
        call = s.text_unary(channel, "Unary")(
            s.text("a prompt nobody may read"),
            metadata=(("x-request-id", "r-5"), ("x-workspace-id", "telco"), ("authorization", f"Bearer {SECRET}")),
        )
        with pytest.raises(aio.AioRpcError):
            await call
    (line,) = [line for line in log_lines() if line["event"] == "call"]
    expected = {
        "method": f"/{s.NAME}/Unary",
        "code": "NOT_FOUND",
        "reason": "NOT_FOUND",
        "request_id": "r-5",
        "workspace": "telco",
        "caller": "anonymous",
    }
    assert expected.items() <= line.items()
    assert line["duration_ms"] >= 0
    assert line["peer"].startswith("ipv4:127.0.0.1")
    whole = repr(log_lines())
    assert "a prompt" not in whole
    assert SECRET not in whole


async def test_error_of_another_server_passes_through_unchanged() -> None:
    async with s.probe(raising(NotFound("no job 7", metadata={"job_id": "7"}))) as behind:

        async def ask(request: Any, context: Any) -> StringValue:
            async with s.connected(behind) as inner:
                reply: StringValue = await s.text_unary(inner, "Unary")(request)
                return reply

        async with s.probe({"Unary": s.unary(ask)}) as server, s.connected(server) as channel:
            error = await failure_of(channel, "Unary")
    assert describe(error) == (C.NOT_FOUND, "NOT_FOUND", "no job 7")


async def test_coroutine_stream_handlers_and_read_api_work() -> None:
    async def echo(requests: Any, context: Any) -> None:
        while (message := await context.read()) is not aio.EOF:
            await context.write(message)

    async with s.probe({"Both": s.bidi(echo)}) as server, s.connected(server) as channel:
        call = s.text_bidi(channel, "Both")()
        for word in ("a", "b"):
            await call.write(s.text(word))
            assert (await call.read()).value == word
        await call.done_writing()
        assert await call.read() is aio.EOF
        labels = {"grpc_type": "bidi_stream", "grpc_service": s.NAME, "grpc_method": "Both"}
        assert server.runtime.metrics.value("grpc_server_msg_received_total", **labels) == 2
        assert server.runtime.metrics.value("grpc_server_msg_sent_total", **labels) == 2


async def test_context_of_one_call_is_not_seen_by_the_next() -> None:
    async def tell(request: Any, context: Any) -> StringValue:
        call = current_call()
        assert call is not None
        return s.text(f"{current_workspace()} {len(call.headers)}")

    async with s.probe({"Unary": s.unary(tell)}) as server, s.connected(server) as channel:
        named = await s.text_unary(channel, "Unary")(s.text(), metadata=(("x-workspace-id", "telco"),))
        plain = await s.text_unary(channel, "Unary")(s.text())
    assert (named.value, plain.value) == ("telco 0", "default 0")
    assert current_call() is None
