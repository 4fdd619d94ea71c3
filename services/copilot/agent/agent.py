"""Calls of the agent: a session taken up, worked on with a sign of life now and then, and let go whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from services.copilot.agent.decisions import Decision, decide
from services.copilot.agent.records import Session
from services.copilot.agent.store import Held, Store
from services.copilot.agent.work import Event, Work
from services.copilot.language import detect
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail
from services.runtime.context import detached, remaining
from services.runtime.errors import ServiceError
from services.runtime.interceptors import as_service_error
from services.runtime.logs import get_logger

log = get_logger("agent")

BEATS = 3
"""Signs of life within a lease."""
LATE = ("DEADLINE_EXCEEDED", "the call's time was over")
GONE = ("CANCELLED", "the caller went away")


class Agent:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.store = Store(around.database, around.settings.agent_lease_seconds)
        self._ending: set[asyncio.Task[None]] = set()

    async def told(self, session_id: str, message: str) -> Work:
        """Work on a message, for a new session where `session_id` is "". Raises what Store.take_up raises."""
        text = message.replace("\x00", "")
        language = detect(text)
        held = await (
            self.store.take_up(session_id, text, language) if session_id else self.store.begin(text, language)
        )
        return self._work(held)

    async def decided(self, decision: Decision) -> Work | None:
        """Work on a decision; None where another call that is at work will see it. Raises what `decide` raises."""
        held = await decide(self.store, decision)
        return self._work(held) if held else None

    async def session(self, session_id: str) -> Session:
        return await self.store.load(session_id)

    async def events(self, work: Work) -> AsyncGenerator[Event, None]:
        """What happens, as it does. A ServiceError names the session in its metadata, so that it can be continued."""
        beat = asyncio.create_task(self._beat(work.held))
        try:
            async with aclosing(work.events()) as events:
                async for event in events:
                    yield event
        except BaseException as error:  # why: a session must not stay running; what was raised goes on
            await asyncio.shield(self._let_go(work.held, error))
            if isinstance(error, ServiceError):
                error.metadata["session_id"] = work.held.session_id
            raise
        finally:
            beat.cancel()

    async def aclose(self) -> None:
        """Waits until the sessions of calls that were cancelled are let go."""
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _work(self, held: Held) -> Work:
        return Work(self._around, self.store, held, Tail())

    async def _beat(self, held: Held) -> None:
        while True:
            await asyncio.sleep(self.store.lease_seconds / BEATS)
            try:
                await self.store.hold(held)
            except ServiceError as error:
                log.warning("session not held", session=held.session_id, reason=error.reason)

    def _let_go(self, held: Held, raised: BaseException) -> asyncio.Task[None]:
        """In a context of its own: the caller's time may be over."""
        why = LATE if remaining() == 0.0 else GONE
        if isinstance(raised, Exception):
            error = as_service_error(raised)
            why = (error.reason, error.message)
        task = asyncio.create_task(self._failed(held, *why), context=detached())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    async def _failed(self, held: Held, reason: str, message: str) -> None:
        try:
            await self.store.release(held, "failed", reason, message)
        except ServiceError as error:
            log.warning("session not let go; its lease will lapse", session=held.session_id, reason=error.reason)
