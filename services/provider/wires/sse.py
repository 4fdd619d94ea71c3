"""Server-sent events, read tolerantly.

Rules of the WHATWG specification (section 9.2.6): lines end in LF, CR LF or CR, several `data:` lines of one event are
joined by LF, lines that begin with a colon are comments. Beyond it: what stands before an end of stream without the
closing blank line is delivered too, marked as such, and an event is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# An event holds one delta, at most a whole answer: 128k tokens are about half of this.
MAX_EVENT_BYTES = 1 << 20


class EventTooLargeError(ValueError):
    """One event is longer than the limit. `number` counts the stream's events from 1."""

    def __init__(self, number: int, limit: int) -> None:
        super().__init__(f"event {number} is longer than {limit} bytes")
        self.number = number
        self.limit = limit


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event. `number` counts from 1; `whole` is False for what stood before an end without a blank line."""

    number: int
    name: str
    data: bytes
    whole: bool = True


class EventReader:
    """Bytes as they come in, events out. Not UTF-8 aware: a character split over chunks is put together first."""

    def __init__(self, limit: int = MAX_EVENT_BYTES) -> None:
        self._limit = limit
        self._tail: list[bytes] = []  # pieces of the line that has not ended yet
        self._after_cr = False
        self._name = ""
        self._data: list[bytes] = []
        self._size = 0  # of the event so far, its open line included
        self._number = 0

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Events that this chunk completes. Raises EventTooLargeError."""
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]  # the second half of a CR LF
            self._after_cr = False
        if not chunk:
            return
        self._after_cr = chunk.endswith(b"\r")
        for line in chunk.splitlines(keepends=True):
            self._grow(len(line))
            self._tail.append(line)
            if not line.endswith((b"\n", b"\r")):
                return
            text = b"".join(self._tail).rstrip(b"\r\n")
            self._tail.clear()
            if text:
                self._take(text)
            elif event := self._event(whole=True):
                yield event

    def end(self) -> Iterator[ServerEvent]:
        """What is left when the stream ends without a blank line."""
        if self._tail:
            self._take(b"".join(self._tail))
            self._tail.clear()
        if event := self._event(whole=False):
            yield event

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > self._limit:
            raise EventTooLargeError(self._number + 1, self._limit)

    def _take(self, line: bytes) -> None:
        if self._number == 0 and not self._data:
            line = line.removeprefix(b"\xef\xbb\xbf")
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif not self._data:
            self._size = 0  # a comment, `id:` or `retry:` between events takes nothing from the next one

    def _event(self, *, whole: bool) -> ServerEvent | None:
        name, data = self._name, self._data
        self._name, self._data, self._size = "", [], 0
        if not data:
            return None
        self._number += 1
        return ServerEvent(self._number, name, b"\n".join(data), whole)
