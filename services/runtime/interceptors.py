"""The one server interceptor: request id, admission, deadline, error → status, log line and metrics for
every call.

It wraps all four kinds of RPC, streams also while they are iterated. A cancelled call is never swallowed.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, NoReturn

import grpc
import structlog
from grpc import aio

from services.runtime.auth import Authorizer, choose_workspace
from services.runtime.call_context import CallContext
from services.runtime.call_record import FAULTS, QUIET_SERVICES, CallRecord
from services.runtime.context import Call, enter, remaining
from services.runtime.errors import DeadlineExceeded, Overloaded, ServiceError, UnknownMethod
from services.runtime.logs import get_logger
from services.runtime.metrics import Metrics
from services.runtime.status import MASKED_MESSAGE, from_rpc_error, to_status, trailers

log = get_logger("call")

_SANE_ID = re.compile(r"[\x21-\x7e]{1,128}\Z")
_KINDS = {
    (False, False): ("unary", "unary_unary", grpc.unary_unary_rpc_method_handler),
    (False, True): ("server_stream", "unary_stream", grpc.unary_stream_rpc_method_handler),
    (True, False): ("client_stream", "stream_unary", grpc.stream_unary_rpc_method_handler),
    (True, True): ("bidi_stream", "stream_stream", grpc.stream_stream_rpc_method_handler),
}


def sane_request_id(given: str) -> str:
    """`given` if it is 1 to 128 printable ASCII characters without blanks, else a new id."""
    return given if _SANE_ID.match(given) else uuid.uuid4().hex


def as_service_error(error: BaseException) -> ServiceError:
    """What the caller is told of an exception. Only `ServiceError`s speak for themselves; the rest is
    masked."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, aio.AioRpcError):
        return from_rpc_error(error)
    if isinstance(error, TimeoutError) and remaining() == 0.0:
        return DeadlineExceeded("the call's deadline passed")
    return ServiceError(MASKED_MESSAGE)


async def _unknown_method(_requests: Any, _context: Any) -> NoReturn:
    raise UnknownMethod("there is no such method on this server")


class RuntimeInterceptor(aio.ServerInterceptor):  # type: ignore[type-arg]  # stub is generic, the class is not
    """See the module. `max_concurrent` calls run at once, probes not counted; one more is `Overloaded`."""

    def __init__(self, authorizer: Authorizer, metrics: Metrics, max_concurrent: int = 1000) -> None:
        self._authorizer = authorizer
        self._metrics = metrics
        self._max_concurrent = max_concurrent
        self._running = 0

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], handler_call_details: Any) -> Any:
        method = handler_call_details.method
        handler = await continuation(handler_call_details)
        _, service, name = (*method.split("/"), "", "")[:3]
        if handler is None:
            # one label for all of them: callers must not be able to make series
            service, name = "unknown", "unknown"
            handler = grpc.stream_stream_rpc_method_handler(_unknown_method)
        kind, attribute, make = _KINDS[handler.request_streaming, handler.response_streaming]

        async def serve(raw: Any, inner: Any) -> Any:
            metadata = dict(inner.invocation_metadata() or ())
            call = _new_call(method, metadata, inner)
            served = CallRecord(self._metrics, kind, service, name, call, inner)
            context = CallContext(inner, call, handler.response_serializer, handler.request_deserializer)
            counted = service not in QUIET_SERVICES
            self._running += counted
            try:
                if counted and self._running > self._max_concurrent:
                    raise Overloaded("this server already runs as many calls as it may; try again shortly")
                if service != "unknown":
                    self._admit(call, metadata, context)
                return await _invoke(getattr(handler, attribute), handler, raw, context)
            except asyncio.CancelledError as error:
                await _cancelled(served, error)
                raise
            except aio.AbortError:
                served.code = _code_of(inner)
                raise
            except Exception as error:  # noqa: BLE001 - why: turned into a status, never swallowed
                await _fail(served, error)
            else:
                served.code = _code_of(inner)
            finally:
                self._running -= counted
                served.finish()

        return make(serve)

    def _admit(self, call: Call, metadata: dict[str, Any], context: CallContext) -> None:
        # first who it is, so that the log names who was refused
        call.caller = self._authorizer.known(metadata) or call.caller
        call.caller = self._authorizer.caller(call.method, metadata)
        header = metadata.get("x-workspace-id", "")
        call.workspace = choose_workspace(call.caller, header)
        if not header:
            context.on_message = lambda message: _adopt_workspace(call, message)


def _new_call(method: str, metadata: dict[str, Any], context: Any) -> Call:
    seconds = context.time_remaining()
    call = Call(
        method=method,
        request_id=sane_request_id(str(metadata.get("x-request-id", ""))),
        deadline=None if seconds is None else time.monotonic() + seconds,
    )
    enter(call)
    structlog.contextvars.bind_contextvars(request_id=call.request_id, method=method)
    return call


def _adopt_workspace(call: Call, message: Any) -> None:
    """The request's own `workspace_id` counts where no header names one."""
    requested = getattr(message, "workspace_id", "")
    if isinstance(requested, str) and requested:
        call.workspace = choose_workspace(call.caller, "", requested)


async def _invoke(method: Callable[..., Any], handler: Any, raw: Any, context: CallContext) -> Any:
    request = context.messages(raw) if handler.request_streaming else context.received(raw)
    result = method(request, context)
    if not handler.response_streaming:
        data = context.encode(await result)
        await context.flush()
        return data
    if hasattr(result, "__aiter__"):
        async with aclosing(result) as replies:
            async for reply in replies:
                await context.write(reply)
    else:
        await result
    await context.flush()
    return None


def _code_of(context: Any) -> grpc.StatusCode:
    """Code the servicer set; gRPC gives it as enum, number or None."""
    code = context.code()
    if isinstance(code, grpc.StatusCode):
        return code
    return next((known for known in grpc.StatusCode if known.value[0] == (code or 0)), grpc.StatusCode.UNKNOWN)


async def _cancelled(served: CallRecord, error: asyncio.CancelledError) -> None:
    task = asyncio.current_task()
    if task is not None and not task.cancelling():
        # something inside was cancelled, not this call: without a status the client would wait for ever
        await _fail(served, error)
    expired = remaining() == 0.0
    served.code = grpc.StatusCode.DEADLINE_EXCEEDED if expired else grpc.StatusCode.CANCELLED


async def _fail(served: CallRecord, raised: BaseException) -> NoReturn:
    error = as_service_error(raised)
    served.code, served.reason = error.code, error.reason
    if error.code in FAULTS:
        log.error("unhandled error", exc_info=raised)
    request_id = served.call.request_id
    message = to_status(error, request_id).message
    own = tuple(served.call.headers.items()) if not served.call.headers_sent else ()
    await served.context.abort(error.code, message, own + trailers(error, request_id))
    raise AssertionError("abort always raises")
