"""The servicer context as servicers see it: messages are encoded and counted here, headers wait for the
first of them.

Encoding and decoding happen inside the guarded call, not in gRPC's own code, where a failure would send
the Python error text to the client. Headers are held back so that an error before the first message is a
status without a body ("trailers only"), which Envoy turns into the true HTTP status also for streams.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from grpc import aio

from services.runtime.context import Call
from services.runtime.errors import MalformedRequest

Codec = Callable[[Any], Any]


def decode(decoder: Codec | None, raw: Any) -> Any:
    """The message in `raw`. Raises MalformedRequest, whose text says nothing of the content."""
    if decoder is None:
        return raw
    try:
        return decoder(raw)
    except Exception as error:  # why: whatever the decoder raises, the bytes are at fault
        raise MalformedRequest("the request is not a valid message of the type this method takes") from error


class CallContext:
    """Wraps `grpc.aio.ServicerContext`; everything not defined here is the original's."""

    def __init__(self, inner: Any, call: Call, encoder: Codec | None, decoder: Codec | None) -> None:
        self._inner = inner
        self._call = call
        self._encoder = encoder
        self._decoder = decoder
        self.on_message: Callable[[Any], None] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def send_initial_metadata(self, metadata: Iterable[tuple[str, str]]) -> None:
        """Adds to the headers; they leave with the first message."""
        self._call.headers.update(dict(metadata))

    async def flush(self) -> None:
        """Send the headers now, once."""
        if not self._call.headers_sent:
            self._call.headers_sent = True
            headers = {"x-request-id": self._call.request_id, **self._call.headers}
            await self._inner.send_initial_metadata(tuple(headers.items()))

    def encode(self, message: Any) -> Any:
        self._call.sent += 1
        return message if self._encoder is None else self._encoder(message)

    async def write(self, message: Any) -> None:
        data = self.encode(message)
        await self.flush()
        await self._inner.write(data)

    def received(self, raw: Any) -> Any:
        message = decode(self._decoder, raw)
        self._call.received += 1
        if self.on_message is not None:
            self.on_message(message)
        return message

    async def read(self) -> Any:
        raw = await self._inner.read()
        return raw if raw is aio.EOF else self.received(raw)  # type: ignore[attr-defined]  # missing in the stub

    async def messages(self, raw: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for item in raw:
            yield self.received(item)
