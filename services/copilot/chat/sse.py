"""Server-sent events: the thin view of a typed stream that `new EventSource(...)` in a browser understands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

KEEP_ALIVE_S = 15.0
KEEP_ALIVE = b": keep-alive\n\n"
CONTENT_TYPE = "text/event-stream"

# JSON may hold these bare, and readers that split by Unicode's idea of a line would cut a frame there
LINE_BREAKS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})

Event = tuple[str, dict[str, object]]  # name, data
T = TypeVar("T")


def frame(name: str, data: dict[str, object]) -> bytes:
    """One event. JSON never holds a raw newline, so one `data:` line is enough.

    >>> frame("token", {"text": "SELECT"})
    b'event: token\\ndata: {"text":"SELECT"}\\n\\n'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(LINE_BREAKS)
    return f"event: {name}\ndata: {text}\n\n".encode()


async def frames(
    events: AsyncIterator[Event], failed: Callable[[Exception], Event], *, keep_alive: float = KEEP_ALIVE_S
) -> AsyncIterator[bytes]:
    """The stream's frames, with a comment line at least every `keep_alive` seconds while nothing comes.

    An error before the first frame is raised as it is (a true status); a later one, which no client could see, is the
    last frame, as `failed` puts it. Closing this generator closes `events`.
    """
    source = aiter(events)
    pending: asyncio.Task[Event] | None = None
    begun = False
    try:
        while True:
            pending = pending or asyncio.ensure_future(_next(source))
            done, _ = await asyncio.wait({pending}, timeout=keep_alive)
            if done:
                event, pending = pending.result(), None
                yield frame(*event)
            else:
                yield KEEP_ALIVE
            begun = True
    except StopAsyncIteration:
        return
    except Exception as error:  # why: `failed` tells it as the last event
        if not begun:
            raise
        yield frame(*failed(error))
    finally:
        if pending is not None:
            pending.cancel()
            await asyncio.wait({pending})
        close = getattr(events, "aclose", None)
        if close is not None:
            await close()


async def _next(source: AsyncIterator[T]) -> T:
    return await anext(source)
