"""Sessions in PostgreSQL. Whoever works on one holds it: every write of theirs says so and is refused once it is
somebody else's. Calls raise DATABASE_UNAVAILABLE while the database is away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from uuid import uuid4

from dataflow.provider.v1 import completion_pb2
from services.copilot.agent.errors import ActionsPending, SessionBusy, SessionNotFound, SessionTaken
from services.copilot.agent.records import Call, Said, Session
from services.runtime.context import current_caller, current_workspace
from services.runtime.database import Database
from services.runtime.queries import load_queries

QUERIES = load_queries(files(__package__) / "agent.sql")
LAPSED = "nobody decided on this action in time; it was not carried out"
INTERRUPTED = "interrupted before it was over, and nothing was changed; call it again where it is still needed"
UNKNOWN = "the action was approved, and interrupted; it is not known whether it was carried out"


@dataclass(frozen=True, slots=True)
class Asked:
    """A tool call of a model's answer in canonical form; `error` "" where it can be looked at."""

    tool: str
    arguments: str
    arguments_hash: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    session_id: str
    holder: str


class Store:
    def __init__(self, database: Database, lease_seconds: float) -> None:
        self.database = database
        self.lease_seconds = lease_seconds

    async def load(self, session_id: str) -> Session:
        """Raises SessionNotFound, also for another workspace's."""
        async with self.database.transaction(isolation="repeatable_read", readonly=True) as connection:
            row = await connection.fetchrow(QUERIES["session"], session_id, current_workspace())
            if row is None:
                raise not_found()
            said = await connection.fetch(QUERIES["said"], session_id)
            calls = await connection.fetch(QUERIES["calls"], session_id)
        return Session(dict(row), [Said(*each) for each in said], [Call(*each) for each in calls], row["now"])

    async def begin(self, text: str, language: str) -> Held:
        """A new session with its first message, held."""
        held = Held(str(uuid4()), uuid4().hex)
        async with self.database.transaction() as connection:
            given = (current_workspace(), current_caller().name, language, held.holder, self.lease_seconds)
            await connection.execute(QUERIES["create"], held.session_id, *given)
            await connection.fetchval(QUERIES["say"], held.session_id, 1, "user", text)
        return held

    async def take_up(self, session_id: str, text: str, language: str) -> Held:
        """A session with one more message, held. Raises SessionNotFound, SessionBusy, ActionsPending.

        The same message again, where the first was never answered, is not said twice.
        """
        async with self.database.transaction() as connection:
            row = await locked(connection, session_id)
            if live(row):
                raise SessionBusy("another call works on this session; wait until it is over")
            held = await self.taken(connection, session_id)
            turn = await connection.fetchval(QUERIES["next_turn"], session_id, language)
            await connection.execute(QUERIES["adopt"], session_id, turn)
            await connection.execute(QUERIES["interrupt"], session_id, INTERRUPTED)
            await connection.execute(QUERIES["expire"], session_id, LAPSED, UNKNOWN)
            if "pending" in await self._states(connection, session_id):
                raise ActionsPending("actions of this session wait for a decision; approve or reject them first")
            said = await connection.fetch(QUERIES["said"], session_id)
            if (said[-1]["role"], said[-1]["content"]) == ("user", text):
                await connection.execute(QUERIES["restate"], session_id, turn, said[-1]["position"])
            else:
                await connection.fetchval(QUERIES["say"], session_id, turn, "user", text)
        return held

    async def taken(self, connection: Any, session_id: str) -> Held:
        held = Held(session_id, uuid4().hex)
        await connection.execute(QUERIES["take"], session_id, held.holder, self.lease_seconds)
        return held

    async def hold(self, held: Held) -> None:
        """A sign of life. Raises SessionTaken."""
        async with self._writing(held):
            pass

    async def answered(
        self, held: Held, turn: int, text: str, calls: Sequence[Asked], used: completion_pb2.Completion, note: str
    ) -> None:
        """A model's answer: its text, its calls, what it used; and a note for the model where there is one."""
        async with self._writing(held) as connection:
            position = await connection.fetchval(QUERIES["say"], held.session_id, turn, "assistant", text)
            for place, each in enumerate(calls):
                given = (turn, each.tool, each.arguments, each.arguments_hash, each.error)
                await connection.execute(
                    QUERIES["call"], f"call_{uuid4().hex}", held.session_id, position, place, *given
                )
            if note:
                await connection.fetchval(QUERIES["say"], held.session_id, turn, "note", note)
            await _spend(connection, held, 1, used)

    async def spent(self, held: Held, used: completion_pb2.Completion) -> None:
        """Figures of a call of the model that broke off."""
        async with self._writing(held) as connection:
            await _spend(connection, held, 0, used)

    async def start(self, held: Held, call: Call) -> bool:
        """Claims a call for execution; False where it is over already."""
        async with self._writing(held) as connection:
            return await connection.fetchval(QUERIES["start"], call.call_id) is not None

    async def ask(self, held: Held, call: Call, summary: str, seconds: float) -> None:
        """Puts a checked action before a person, for `seconds`."""
        async with self._writing(held) as connection:
            await connection.execute(QUERIES["ask"], call.call_id, summary, seconds)

    async def finish(
        self, held: Held, call: Call, output: str, error: str, source: str, degraded: Sequence[str]
    ) -> None:
        async with self._writing(held) as connection:
            await connection.execute(QUERIES["finish"], call.call_id, output, error, source)
            if degraded:
                await connection.execute(QUERIES["degrade"], held.session_id, list(degraded))

    async def settle(self, held: Held) -> str:
        """What comes next: `calls` to carry out, `model` to ask, or `wait`, in which case the session is released.

        In one transaction with decisions: one that comes meanwhile is either seen here or takes the session up itself.
        """
        async with self.database.transaction() as connection:
            await locked(connection, held.session_id)
            await self._fence(connection, held)
            await connection.execute(QUERIES["expire"], held.session_id, LAPSED, UNKNOWN)
            states = await self._states(connection, held.session_id)
            if states - {"pending"}:
                return "calls"
            if not states:
                return "model"
            await connection.execute(QUERIES["release"], *_released(held, "awaiting_approval"))
            return "wait"

    async def release(self, held: Held, status: str, error: str = "", message: str = "") -> None:
        """Ends the work; nothing where it is somebody else's by now."""
        async with self.database.connection() as connection:
            await connection.execute(QUERIES["release"], *_released(held, status, error, message[:1000]))

    @asynccontextmanager
    async def _writing(self, held: Held) -> AsyncIterator[Any]:
        async with self.database.transaction() as connection:
            await self._fence(connection, held)
            yield connection

    async def _fence(self, connection: Any, held: Held) -> None:
        if not await connection.fetchval(QUERIES["hold"], held.session_id, held.holder, self.lease_seconds):
            raise SessionTaken("this session is no longer worked on by this call; read it again")

    async def _states(self, connection: Any, session_id: str) -> set[str]:
        return {row["state"] for row in await connection.fetch(QUERIES["states"], session_id)}


def live(row: Any) -> bool:
    """Whether somebody works on the session of this row."""
    return bool(row["status"] == "running" and row["lease_until"] > row["now"])


async def locked(connection: Any, session_id: str) -> Any:
    """The session's row, locked. Raises SessionNotFound."""
    row = await connection.fetchrow(QUERIES["lock"], session_id, current_workspace())
    if row is None:
        raise not_found()
    return row


def not_found() -> SessionNotFound:
    return SessionNotFound("there is no such session; leave session_id out to begin one")


def _released(held: Held, status: str, error: str = "", message: str = "") -> tuple[str, ...]:
    return held.session_id, held.holder, status, error, message


async def _spend(connection: Any, held: Held, rounds: int, used: completion_pb2.Completion) -> None:
    cost = used.cost_usd if used.HasField("cost_usd") else None
    figures = (used.prompt_tokens, used.completion_tokens, cost, used.model, used.provider)
    await connection.execute(QUERIES["spend"], held.session_id, rounds, 1, *figures)
