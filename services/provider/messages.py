"""Messages of a stream, from what the engine delivers."""

from __future__ import annotations

from collections.abc import Iterator

import grpc

from dataflow.common.v1.stream_error_pb2 import StreamError
from dataflow.provider.v1.completion_pb2 import Completion
from dataflow.provider.v1.provider_pb2 import Started, StreamCompleteResponse, StreamFailure, TextDelta, ToolCallDelta
from services.provider.run import Run
from services.provider.wire import Text, ToolPiece
from services.runtime.errors import ServiceError

_MAY_PASS = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)


def started(run: Run) -> StreamCompleteResponse:
    answer = run.answer
    provider = run.member.name if run.member else ""
    return StreamCompleteResponse(started=Started(provider=provider, model=answer.model if answer else ""))


def delta(event: Text | ToolPiece) -> StreamCompleteResponse:
    if isinstance(event, Text):
        return StreamCompleteResponse(text=TextDelta(text=event.text))
    return StreamCompleteResponse(
        tool_call=ToolCallDelta(index=event.index, id=event.id, name=event.name, arguments_json=event.arguments)
    )


def done(answer: Completion) -> StreamCompleteResponse:
    return StreamCompleteResponse(done=answer)


def failure(error: ServiceError, partial: Completion) -> StreamCompleteResponse:
    """The last message of a stream that broke off after its first token."""
    retry_after = getattr(error, "retry_after", None) or 0.0
    told = StreamError(
        code=error.code.value[0],
        reason=error.reason,
        message=error.message,
        retryable=getattr(error, "retryable", error.code in _MAY_PASS),
        retry_after_ms=round(retry_after * 1000),
    )
    return StreamCompleteResponse(error=StreamFailure(error=told, partial=partial))


def replay(stored: Completion) -> Iterator[StreamCompleteResponse]:
    """A stored answer as a stream."""
    yield StreamCompleteResponse(started=Started(provider=stored.provider, model=stored.model))
    if stored.content:
        yield delta(Text(stored.content))
    for index, call in enumerate(stored.tool_calls):
        yield delta(ToolPiece(index, call.id, call.name, call.arguments_json))
    last = Completion()
    last.CopyFrom(stored)
    last.ClearField("content")
    yield done(last)
