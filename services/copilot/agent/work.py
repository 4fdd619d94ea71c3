"""The agent at work on a session that it holds.

    carry out what is open or approved → wait for a person, or ask the model → keep its answer → again

Whatever is done is kept before anything follows from it, so another server can go on from any point. An action is
claimed before it is executed, and executed under its id as idempotency key: done again after a crash, it is the same.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from dataflow.provider.v1 import completion_pb2
from services.copilot.agent import arguments
from services.copilot.agent.conversation import prompt_of, system
from services.copilot.agent.records import Call, Session
from services.copilot.agent.store import Asked, Held, Store
from services.copilot.agent.texts import text
from services.copilot.agent.tools.table import carried_out
from services.copilot.model.client import ModelUnavailable
from services.copilot.model.exchange import Exchange
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail

MOST_ROUNDS = 15
MOST_CALLS = 8  # of one answer
SECONDS = 100.0
_CUT = "Your last answer was cut off at its end, and a tool call in it may be lost. Go on, in smaller pieces."
_NO_ROUNDS = f"not carried out: all {MOST_ROUNDS} rounds of this message are used"


@dataclass(frozen=True, slots=True)
class Token:
    text: str


@dataclass(frozen=True, slots=True)
class Started:
    call: Call


@dataclass(frozen=True, slots=True)
class Ended:
    """A call is finished; `call` has its id and what came of it."""

    call: Call


@dataclass(frozen=True, slots=True)
class Waiting:
    """An action waits for a person."""

    call: Call


Event = Token | Started | Ended | Waiting


@dataclass
class Work:
    """`async for event in work.events()`. Ends with the session released, or raises with it still held."""

    around: Surroundings
    store: Store
    held: Held
    tail: Tail
    said: list[str] = field(default_factory=list)
    """All that was said, as the tokens had it."""
    moved: bool = False
    """Whether a tool call was ended or a round was kept."""

    async def events(self) -> AsyncGenerator[Event, None]:
        while True:
            session = await self._load()
            for call in session.calls:
                if call.state in ("open", "approved", "executing"):
                    async with aclosing(self._carry_out(call, session)) as events:
                        async for event in events:
                            yield event
            next_step = await self.store.settle(self.held)
            if next_step == "wait":
                return
            if next_step == "calls":
                continue
            session = await self._load()
            async with aclosing(self._round(session)) as rounds:
                async for event in rounds:
                    yield event
            if await self._over():
                return

    async def _load(self) -> Session:
        return await self.store.load(self.held.session_id)

    async def _call(self, call: Call) -> Call:
        """As it is kept now."""
        session = await self._load()
        return next(each for each in session.calls if each.call_id == call.call_id)

    async def _carry_out(self, call: Call, session: Session) -> AsyncGenerator[Event, None]:
        if not await self.store.start(self.held, call):
            return
        yield Started(await self._call(call))
        came = await carried_out(self.around, call, str(session.row["language"]))
        self.tail.missing(*came.degraded)
        self.moved = True
        if came.summary:
            await self.store.ask(self.held, call, came.summary, self.around.settings.agent_approval_seconds)
            yield Waiting(await self._call(call))
            return
        output = came.output.replace("\x00", "")
        await self.store.finish(self.held, call, output, came.error.replace("\x00", ""), came.source, came.degraded)
        yield Ended(await self._call(call))

    async def _round(self, session: Session) -> AsyncGenerator[Event, None]:
        """One answer of the model, kept."""
        if session.rounds >= MOST_ROUNDS:
            async for event in self._say(text("rounds", self._language(session), most=str(MOST_ROUNDS))):
                yield event
            return
        last = session.rounds + 1 == MOST_ROUNDS
        before = len(self.said)
        used = completion_pb2.Completion()
        async with aclosing(self._answer(session, last=last)) as pieces:
            async for piece in pieces:
                if isinstance(piece, completion_pb2.Completion):
                    used = piece
                    continue
                async for event in self._say(piece, begins=len(self.said) == before):
                    yield event
        calls = [_asked(call, place, last=last) for place, call in enumerate(used.tool_calls)]
        note = _CUT if used.finish_reason == completion_pb2.FinishReason.length and not calls and not last else ""
        if rule := self._rule(calls, last=last, silent=len(self.said) == before and not note):
            async for event in self._say(text(rule, self._language(session), most=str(MOST_ROUNDS))):
                yield event
        words = "".join(self.said[before:]).strip().replace("\x00", "")
        await self.store.answered(self.held, session.turn, words, calls, used, note)
        self.moved = True

    async def _answer(self, session: Session, *, last: bool) -> AsyncGenerator[str | completion_pb2.Completion, None]:
        """What the model says; the figures of an answer that breaks off are kept too."""
        exchange = self.tail.exchange
        counted = replace(exchange)
        self.tail.source = Source.model
        spoken = system(self._language(session))
        answer = self.around.model.converse(spoken, prompt_of(session, last_round=last), exchange, seconds=SECONDS)
        try:
            async with aclosing(answer) as pieces:
                async for piece in pieces:
                    yield piece
        except ModelUnavailable:
            if exchange.calls > counted.calls:
                await self.store.spent(self.held, _since(exchange, counted))
            raise

    def _rule(self, calls: Sequence[Asked], *, last: bool, silent: bool) -> str:
        """Name of the sentence that is said by rule behind an answer; "" for none."""
        if calls:
            return "rounds" if last else ""
        return "nothing" if silent else ""

    def _language(self, session: Session) -> str:
        return str(session.row["language"])

    async def _say(self, piece: str, *, begins: bool = True) -> AsyncGenerator[Event, None]:
        if begins and self.said:
            piece = f"\n\n{piece}"
        self.said.append(piece)
        yield Token(piece)

    async def _over(self) -> bool:
        """Whether the turn is done: the model's last answer calls nothing and is whole. Then it is released."""
        session = await self._load()
        last = session.said[-1]
        called = any(call.position == last.position for call in session.calls)
        if session.rounds < MOST_ROUNDS and (called or last.role == "note"):
            return False
        await self.store.release(self.held, "completed")
        return True


def _since(now: Exchange, before: Exchange) -> completion_pb2.Completion:
    figures = completion_pb2.Completion(
        model=now.model,
        provider=now.provider,
        prompt_tokens=now.prompt_tokens - before.prompt_tokens,
        completion_tokens=now.completion_tokens - before.completion_tokens,
    )
    if now.cost_usd is not None:
        figures.cost_usd = now.cost_usd - (before.cost_usd or 0.0)
    return figures


def _asked(call: completion_pb2.ToolCall, place: int, *, last: bool) -> Asked:
    """A call as it is kept. One that cannot be read is kept without its arguments and never carried out."""
    problem = ""
    given = arguments.EMPTY
    try:
        given = arguments.read(call.arguments_json)
    except arguments.BadArgumentsError as error:
        problem = str(error)
    if last:
        problem = _NO_ROUNDS
    elif place >= MOST_CALLS:
        problem = f"not carried out: an answer may call {MOST_CALLS} tools at once"
    return Asked(call.name, given, arguments.hash_of(given), problem)
