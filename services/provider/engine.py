"""Complete and StreamComplete, over whichever providers are configured.

check the prompt → budget → cache → for each provider in order: attempts, with retries → the answer

Nothing is tried again once a token was delivered to the caller: then the stream ends with an error event. Where
nothing is delivered before the end (Complete, JSON that came fenced) an attempt that broke off may be made again.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager

from dataflow.provider.v1.completion_pb2 import Completion, FinishReason, Prompt
from dataflow.provider.v1.provider_pb2 import StreamCompleteResponse
from services.provider import messages
from services.provider.account import Account
from services.provider.answer import UnusableAnswer
from services.provider.attempt import Delivered, attempt
from services.provider.breaker import BreakerOpen
from services.provider.cache import Cache, cacheable, key_of
from services.provider.check import check_prompt
from services.provider.errors import LlmBadRequest, LlmContentFiltered, LlmContextTooLong, LlmError, LlmTimeout
from services.provider.factory import Factory, Generation
from services.provider.limit import ProviderBusy
from services.provider.member import Member
from services.provider.retry import Backoff
from services.provider.run import Run
from services.provider.spend import Spend
from services.provider.timed import ProviderStalled
from services.runtime.interceptors import as_service_error
from services.runtime.logs import get_logger

log = get_logger("provider")

NO_FALLBACK = (LlmBadRequest, LlmContextTooLong, LlmContentFiltered)  # the request is at fault, wherever it goes


class Engine:
    def __init__(
        self,
        factory: Factory,
        account: Account,
        spend: Spend,
        cache: Cache,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._factory = factory
        self._account = account
        self._spend = spend
        self._cache = cache
        self._clock = clock
        self._sleep = sleep
        self._draw = draw

    async def complete(self, prompt: Prompt) -> Completion:
        """The whole answer. Raises LlmError."""
        with self._factory.lease() as generation:
            run = self._begin(prompt, generation, streamed=False)
            with self._accounted(run):
                if (stored := self._stored(run, generation)) is not None:
                    return stored
                async with aclosing(self._answer(run, generation)) as events:
                    async for _ in events:
                        pass
                return self._finished(run, generation)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[StreamCompleteResponse, None]:
        """The answer as it is written, beginning with the first token: an LlmError before it is raised, one after it is
        the last message."""
        with self._factory.lease() as generation:
            run = self._begin(prompt, generation, streamed=True)
            try:
                with self._accounted(run):
                    async with aclosing(self._messages(run, generation)) as out:
                        async for message in out:
                            yield message
            except Exception as raised:
                if not run.delivered:
                    raise
                error = as_service_error(raised)  # why: after the first token a status is invisible, so it is told
                if not isinstance(raised, LlmError):
                    log.error("stream failed", exc_info=raised)
                yield messages.failure(error, run.completion(failed=FinishReason.error))

    def _begin(self, prompt: Prompt, generation: Generation, *, streamed: bool) -> Run:
        check_prompt(prompt)
        settings = generation.settings
        own = Prompt()
        own.CopyFrom(prompt)
        own.max_tokens = own.max_tokens or settings.llm_max_tokens
        return Run(own, streamed, settings.llm_timeout_seconds, self._clock)

    async def _messages(self, run: Run, generation: Generation) -> AsyncGenerator[StreamCompleteResponse, None]:
        if (stored := self._stored(run, generation)) is not None:
            for message in messages.replay(stored):
                yield message
            return
        async with aclosing(self._answer(run, generation)) as events:
            async for event in events:
                if not run.delivered:
                    run.delivered = True
                    yield messages.started(run)
                yield messages.delta(event)
        if not run.delivered:
            run.delivered = True
            yield messages.started(run)
        yield messages.done(self._finished(run, generation))

    async def _answer(self, run: Run, generation: Generation) -> AsyncGenerator[Delivered, None]:
        """The providers in order, until one has answered."""
        self._spend.check(run.workspace)
        for member in generation.members:
            model = run.model_at(member, member is generation.active)
            try:
                async with aclosing(self._attempts(run, member, model, generation)) as events:
                    async for event in events:
                        yield event
                return
            except LlmError as error:
                run.failed(member, error)
                if run.delivered:
                    raise
                if isinstance(error, NO_FALLBACK) or _out_of_time(error):
                    break
        raise run.verdict()

    async def _attempts(
        self, run: Run, member: Member, model: str, generation: Generation
    ) -> AsyncGenerator[Delivered, None]:
        """One provider, again while that may help."""
        member.budget.earn()
        settings = generation.settings
        backoff = Backoff(settings.llm_retries, settings.llm_retry_wait_seconds, self._draw)
        last: LlmError | None = None
        for number in itertools.count():
            events = attempt(run, member, model, settings, self._account, self._clock)
            try:
                async with aclosing(events):
                    async for event in events:
                        yield event
                return
            except BreakerOpen as refused:
                raise (last or refused) from None  # why: what opened it says more than that it is open
            except LlmError as error:
                last = error
                left_to_others = isinstance(error, ProviderStalled) and member is not generation.members[-1]
                # a second stall would leave a fallback no time
                wait = None if left_to_others else self._wait(run, member, error, backoff, number)
                if wait is None:
                    raise
            await self._sleep(wait)

    def _wait(self, run: Run, member: Member, error: LlmError, backoff: Backoff, number: int) -> float | None:
        """Seconds before the attempt is made again; None where it is not."""
        if run.delivered or not error.retryable or isinstance(error, ProviderBusy):
            return None
        if isinstance(error, UnusableAnswer) and number > 0:
            return None
        wait = backoff.wait(number, error.retry_after)
        if wait is None or wait >= run.left():
            return None
        granted = member.budget.spend()
        self._account.retried(member.name, granted)
        return wait if granted else None

    def _stored(self, run: Run, generation: Generation) -> Completion | None:
        if not (self._cache.on and cacheable(run.prompt)):
            return None
        stored = self._cache.get(self._key(run, generation))
        self._account.looked_up(stored is not None)
        return stored

    def _finished(self, run: Run, generation: Generation) -> Completion:
        """The answer, kept where it may be. A fallback's is not: it would stand for the active provider's."""
        if self._cache.on and cacheable(run.prompt) and run.member is generation.active and run.answer:
            self._cache.put(self._key(run, generation), run.answer.completion())
        return run.completion()

    def _key(self, run: Run, generation: Generation) -> str:
        active = generation.active
        return key_of(run.workspace, active.name, run.model_at(active, True), run.prompt)

    @contextmanager
    def _accounted(self, run: Run) -> Iterator[None]:
        """Counts the call, however it ends."""
        outcome, failure = "cancelled", None
        try:
            yield
            finish = run.answer.finish if run.answer else None
            outcome = "cached" if run.answer is None else FinishReason.Value.Name(finish or 0)
        except LlmError as error:
            outcome, failure = error.reason, run.label(error)
            raise
        except Exception:  # why: only counted, then raised again
            outcome = "INTERNAL"
            raise
        finally:
            self._account.ended(run, outcome, failure)


def _out_of_time(error: LlmError) -> bool:
    return isinstance(error, LlmTimeout) and not isinstance(error, ProviderStalled)
