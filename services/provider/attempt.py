"""One request to one provider: a turn, the breaker, the limits, and what the attempt says about the provider."""

from __future__ import annotations

import time
import traceback
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from dataflow.provider.v1.completion_pb2 import FinishReason
from services.provider.account import Account
from services.provider.answer import JSON_FORMATS, Answer, UnusableAnswer
from services.provider.engine_settings import EngineSettings
from services.provider.errors import (
    LlmAuth,
    LlmBadRequest,
    LlmContentFiltered,
    LlmContextTooLong,
    LlmError,
    LlmOverloaded,
    LlmRateLimited,
    LlmUnavailable,
)
from services.provider.fence import Fence
from services.provider.member import Member
from services.provider.run import Run
from services.provider.timed import Limits, ProviderStalled, timed
from services.provider.wire import Event, Text, ToolPiece
from services.runtime.errors import ServiceError
from services.runtime.logs import get_logger
from services.runtime.status import MASKED_MESSAGE

log = get_logger("provider")

# Faults of the provider, which its breaker counts. A refused key is the configuration's fault, a rate limit the use's.
FAULTS = (LlmUnavailable, LlmOverloaded, ProviderStalled)
# The provider answered, so it is there.
ANSWERED = (UnusableAnswer, LlmBadRequest, LlmContextTooLong, LlmContentFiltered)
# What /provider/status shows until a probe or call succeeds.
UNHEALTHY = (*FAULTS, LlmAuth, LlmRateLimited)

Delivered = Text | ToolPiece


async def attempt(
    run: Run,
    member: Member,
    model: str,
    settings: EngineSettings,
    account: Account,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Delivered, None]:
    """What the model says as it says it. Raises LlmError; `run.answer` then holds what came."""
    async with member.limit.slot(run.left()):
        member.breaker.admit()
        answer = run.attempt(member, model)
        began = clock()
        error: LlmError | None = None
        outcome = "cancelled"
        try:
            with account.running(member.name):
                limits = Limits(settings.llm_first_token_seconds, settings.llm_idle_seconds, run.deadline)
                events = timed(member.wire.stream(run.prompt, model), limits, member.name, clock)
                async with aclosing(_read(events, answer, run, member)) as delivered:
                    async for event in delivered:
                        yield event
            outcome = FinishReason.Value.Name(answer.finish or 0)
            member.probe.succeeded(clock() - began)
        except LlmError as raised:
            raised.message = member.scrub(raised.message)
            error, outcome = raised, raised.reason
            raise
        except Exception:  # noqa: BLE001 - why: a mistake of ours is told without its own text, which may hold a key
            outcome = ServiceError.reason
            log.error("model call failed", provider=member.name, trace=member.scrub(traceback.format_exc()))
            raise ServiceError(MASKED_MESSAGE) from None
        finally:
            _tell(member, error, answer)
            account.attempt(run, member, answer, outcome)


async def _read(
    events: AsyncGenerator[Event, None], answer: Answer, run: Run, member: Member
) -> AsyncGenerator[Delivered, None]:
    """Collects every event into `answer` and passes on what is to be delivered, JSON without its fence."""
    fence = Fence(run.prompt.response_format in JSON_FORMATS)
    async with aclosing(events):
        async for event in events:
            answer.add(event)
            if not isinstance(event, Text | ToolPiece):
                continue
            run.token_came()
            member.breaker.answering()
            if isinstance(event, ToolPiece):
                yield event
            elif text := fence.feed(event.text):
                yield event if text is event.text else Text(text)
    answer.close()
    if rest := fence.rest():
        yield Text(rest)


def _tell(member: Member, error: LlmError | None, answer: Answer) -> None:
    """What the attempt says about the provider, to its breaker and its status."""
    answered = isinstance(error, ANSWERED)
    if isinstance(error, UNHEALTHY) and not answered:
        member.probe.failed(error.message)
    if answered or (error is None and answer.finish is not None):
        member.breaker.succeeded()
    elif isinstance(error, FAULTS):
        member.breaker.failed()
    else:
        member.breaker.abandoned()
