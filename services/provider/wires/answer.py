"""A streamed answer read to its end, in whichever dialect; what may go wrong on the way, named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any, Protocol

import httpx
import httpx2

from services.provider.errors import LlmError, LlmUnavailable
from services.provider.wire import Event
from services.provider.wires.peer import Peer
from services.provider.wires.sse import EventReader, EventTooLargeError, ServerEvent

# How long the use figures that follow a finish are waited for: the answer is complete without them.
TAIL_SECONDS = 2.0
# How long the end of the body is waited for after the last event: a connection read to its end can be used again.
END_SECONDS = 0.05
# Of both HTTP clients: the one of the OpenAI dialect, and the one under Anthropic's SDK.
BROKEN = (httpx.HTTPError, httpx.StreamError, httpx2.HTTPError, httpx2.StreamError)


class Dialect(Protocol):
    """Reads one answer. `finished`: its Finish was among the events. `ended`: nothing follows."""

    finished: bool
    ended: bool

    def take(self, content: Any) -> Iterator[Event]:
        """The events in the data of one server-sent event. Raises an LlmError where it tells of one."""
        ...

    def end_mark(self, data: bytes) -> Iterator[Event] | None:
        """The events that an end mark which is not JSON (`[DONE]`) brings; None where this is none."""
        ...


async def read_answer(chunks: AsyncIterator[bytes], dialect: Dialect, peer: Peer) -> AsyncGenerator[Event, None]:
    """The answer's events. Raises LlmUnavailable where it breaks off or cannot be read; nothing after a Finish."""
    async with aclosing(_read(chunks, dialect, peer)) as events:
        try:
            async for event in events:
                yield event
        except LlmError:
            if not dialect.finished:
                raise
    if not dialect.finished:
        raise LlmUnavailable(f"{peer.name} ended its answer without saying that it is complete")


async def _read(chunks: AsyncIterator[bytes], dialect: Dialect, peer: Peer) -> AsyncGenerator[Event, None]:
    reader = EventReader()
    open_ = True
    while open_:
        try:
            chunk = await _next(chunks, dialect)
            open_ = chunk is not None
            arrived = list(reader.end() if chunk is None else reader.feed(chunk))
        except TimeoutError:
            return  # complete, and nothing more came
        except EventTooLargeError as error:
            raise LlmUnavailable(f"{peer.name} sent too much at once: {error}", retryable=False) from None
        except BROKEN as error:
            raise LlmUnavailable(f"{peer.name} broke off its answer ({type(error).__name__})") from None
        for event in arrived:
            for each in _events(event, dialect, peer):
                yield each


async def _next(chunks: AsyncIterator[bytes], dialect: Dialect) -> bytes | None:
    """The next chunk, None at the end. Raises TimeoutError only where the answer is complete already."""
    if not (dialect.ended or dialect.finished):
        return await anext(chunks, None)
    async with asyncio.timeout(END_SECONDS if dialect.ended else TAIL_SECONDS):
        return await anext(chunks, None)


def _events(event: ServerEvent, dialect: Dialect, peer: Peer) -> Iterator[Event]:
    if dialect.ended:
        return
    marked = dialect.end_mark(event.data)
    if marked is not None:
        yield from marked
        return
    try:
        content = json.loads(event.data)
    except (ValueError, RecursionError) as error:
        if not event.whole:
            return  # cut in the middle: the missing finish is the error
        raise _malformed(event, error, peer) from None
    try:
        yield from dialect.take(content)
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        # why: a document of another shape than the dialect's is the provider's fault, and named as such
        raise _malformed(event, error, peer) from None


def _malformed(event: ServerEvent, error: Exception, peer: Peer) -> LlmUnavailable:
    if isinstance(error, json.JSONDecodeError):
        why = f"no JSON: {error.msg} at character {error.pos}"
    else:
        why = "no text" if isinstance(error, UnicodeDecodeError) else "not of the expected shape"
    start = peer.quote(event.data[:80].decode("utf-8", "replace"))
    return LlmUnavailable(f"{peer.name} sent a malformed event: number {event.number} is {why}; it begins: {start}")
