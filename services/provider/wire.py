"""What a provider is: one class with one method that streams. Everything else is built around it.

A wire speaks one HTTP dialect and nothing more: it translates the prompt, reads the answer as it comes and names what
goes wrong. Deadlines, first-token and idle limits, retries, fallback, breaker, budget, cache, metrics and the collected
answer of `Complete` are the engine's, the same for every provider.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from dataflow.provider.v1.completion_pb2 import FinishReason, Prompt


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider answered 200 and began. Sent once, first; `model` as the provider names it, "" where it does not."""

    model: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """More text, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """A sign of life: the model reasons. Its reasoning is not part of the answer, so nothing of it is passed on."""


@dataclass(frozen=True, slots=True)
class ToolPiece:
    """More of a tool call. `index` counts the answer's calls from 0; `id` and `name` stand in the first piece."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Use so far, each figure replacing the one before; None where this event does not say. Cost in US dollars."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: float | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Finish:
    """Why the model stopped. Sent once; only Usage may follow. A stream that ends without it has broken off."""

    reason: FinishReason.Value


Event = Accepted | Text | Thinking | ToolPiece | Usage | Finish


class Wire(Protocol):
    """One provider as configured. Closing the generator closes the upstream socket at once."""

    def stream(self, prompt: Prompt, model: str) -> AsyncGenerator[Event, None]:
        """The answer as it comes. `prompt` was checked; `model` is never empty, `prompt.max_tokens` never 0.

        Raises an LlmError, with `retry_after` where the provider sent one; LlmUnavailable where the stream ends without
        a finish. Never raises an error whose text holds a key.
        """
        ...

    async def probe(self, model: str = "") -> None:
        """A cheap real request that proves address and key, and that the model is there where one is named.

        Raises an LlmError that names the setting to look at.
        """
        ...

    async def close(self) -> None:
        """Closes its connections. Nothing is asked of it afterwards."""
        ...
