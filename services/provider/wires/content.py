"""Bodies: what one under status 200 is, by its content type, and as much as is wanted of any other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import httpx2

from services.provider.errors import LlmUnavailable
from services.provider.wires.peer import Peer
from services.provider.wires.sse import MAX_EVENT_BYTES

ERROR_SECONDS = 2.0  # how long the body of an error is waited for: its status alone says a lot
ERROR_BYTES = 1 << 16  # as much of it
DOCUMENT_BYTES = 1 << 23  # OpenRouter's list of models is about a tenth of it
PAGES = ("text/html", "application/xhtml+xml")


def answer_chunks(content_type: str, chunks: AsyncIterator[bytes], peer: Peer) -> AsyncIterator[bytes]:
    """The body as an event stream. Raises LlmUnavailable for a web page: a login, a proxy, a wrong address."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in PAGES:
        raise LlmUnavailable(f"{peer.name} answered a web page ({kind}): check {peer.url_setting}", retryable=False)
    return _one_event(chunks) if kind == "application/json" else chunks


async def _one_event(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A server that ignores `stream` answers with one JSON document: here as one event, bounded as any is."""
    document = b""
    async for chunk in chunks:
        document += chunk
        if len(document) > MAX_EVENT_BYTES:
            break
    yield b"".join(b"data: " + line + b"\n" for line in document.splitlines()) + b"\n"


async def error_body(chunks: AsyncIterator[bytes]) -> bytes:
    """The body of an error, as much of it as comes soon and is not more than a message can be."""
    return await _most(chunks, ERROR_SECONDS, ERROR_BYTES)


async def document(chunks: AsyncIterator[bytes]) -> bytes:
    """A body that is wanted whole; one that is cut or too long comes short, so that it is no JSON."""
    return await _most(chunks, None, DOCUMENT_BYTES)


async def _most(chunks: AsyncIterator[bytes], seconds: float | None, limit: int) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in chunks:
                body += chunk
                if len(body) >= limit:
                    break
    except TimeoutError:
        if seconds is None:
            raise  # the caller's own limit
    except (httpx.HTTPError, httpx2.HTTPError):
        return bytes(body)  # what came is enough: the status is known
    return bytes(body[:limit])
