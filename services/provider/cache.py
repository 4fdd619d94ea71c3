"""Finished answers at temperature 0, kept for a while in this process: bounded in number, bytes and age."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable

from dataflow.provider.v1.completion_pb2 import Completion, FinishReason, Prompt

_WHOLE = (FinishReason.stop, FinishReason.tool_calls)


def cacheable(prompt: Prompt) -> bool:
    """The caller allows it, and the answer is meant to be the same each time."""
    return bool(prompt.allow_cache and prompt.HasField("temperature") and prompt.temperature == 0)


def key_of(workspace: str, provider: str, model: str, prompt: Prompt) -> str:
    """Of everything the answer depends on; what the call is for (`purpose`) is not part of it."""
    same = Prompt()
    same.CopyFrom(prompt)
    same.ClearField("purpose")
    same.ClearField("allow_cache")
    digest = hashlib.sha256()
    for part in (workspace.encode(), provider.encode(), model.encode(), same.SerializeToString(deterministic=True)):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


class Cache:
    """Least recently used goes first. `seconds` 0: nothing is kept."""

    def __init__(
        self, seconds: float, entries: int, max_bytes: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._entries = entries
        self._max_bytes = max_bytes
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def on(self) -> bool:
        return self._seconds > 0

    def get(self, key: str) -> Completion | None:
        """A copy marked `cached`: no attempt, no cost, no time."""
        found = self._kept.get(key)
        if found is None:
            return None
        if self._clock() - found[0] > self._seconds:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        answer = Completion.FromString(found[1])
        answer.cached, answer.attempts, answer.cost_usd = True, 0, 0.0
        answer.latency_ms = answer.first_token_ms = 0
        return answer

    def put(self, key: str, answer: Completion) -> None:
        """Keeps a whole answer; a cut or filtered one is not."""
        data = answer.SerializeToString()
        if not self.on or answer.finish_reason not in _WHOLE or len(data) > self._max_bytes:
            return
        self._drop(key)
        self._kept[key] = (self._clock(), data)
        self.bytes += len(data)
        while len(self._kept) > self._entries or self.bytes > self._max_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        found = self._kept.pop(key, None)
        self.bytes -= len(found[1]) if found else 0
