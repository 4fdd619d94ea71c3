"""A wire's events under three limits: until the first token, between events, and the call's deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from services.provider.errors import LlmTimeout
from services.provider.wire import Accepted, Event, Usage


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds; `deadline` on the monotonic clock."""

    first_token: float
    idle: float
    deadline: float


class ProviderStalled(LlmTimeout):
    """The provider took too long, not the caller's deadline."""

    retryable = True


async def timed(
    events: AsyncGenerator[Event, None], limits: Limits, name: str, clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[Event, None]:
    """`events`, or LlmTimeout (deadline) or ProviderStalled. Closes `events` in every case."""
    first_by = clock() + limits.first_token
    token_came = False
    async with aclosing(events):
        while True:
            by = clock() + limits.idle if token_came else first_by
            try:
                async with asyncio.timeout(min(by, limits.deadline) - clock()) as timer:
                    event = await anext(events)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                if not timer.expired():
                    raise
                raise _named(name, limits, token_came, by < limits.deadline) from error
            token_came = token_came or not isinstance(event, Accepted | Usage)
            yield event


def _named(name: str, limits: Limits, token_came: bool, stalled: bool) -> LlmTimeout:
    if not stalled:
        return LlmTimeout(f"{name} had not finished when the call's deadline came")
    if token_came:
        return ProviderStalled(f"{name} stalled: nothing came for {limits.idle:g} s (LLM_IDLE_SECONDS)")
    return ProviderStalled(f"{name} sent no token within {limits.first_token:g} s (LLM_FIRST_TOKEN_SECONDS)")
