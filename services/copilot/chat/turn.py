"""One turn of a conversation: where a message goes, what comes back piece by piece, and what it rests on.

message → intent → sql:      generate, checked, in a fence        ┐
                   diagnose: catalogue of errors, model for the rest├─ pieces of text, then the outcome
                   chat:     context, prompt, model, actions       ┘
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from dataflow.common.v1 import source_ref_pb2
from services.copilot.chat.actions import ActionReader, ProposedAction
from services.copilot.chat.conversations import Conversations, Said, fitting, new_id
from services.copilot.chat.intent import Routed, route
from services.copilot.chat.prompt import chat_prompt, is_set
from services.copilot.chat.specialists import Specialist, Told, ask_catalog, ask_diagnosis, ask_sql
from services.copilot.chat.statements import refers_back
from services.copilot.confidence import Factor
from services.copilot.grounding import PackedContext
from services.copilot.knowledge.dialects import told_by_question
from services.copilot.model.client import Assistant, ModelUnavailable, Turn, User
from services.copilot.model.prompts import data
from services.copilot.semantic.query import in_worker
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail

TEMPERATURE = 0.3
SECONDS = 110.0
CONTEXT_TOKENS = 2000

_NOTHING = {
    "en": "The language model gave no answer. Ask once more, or in other words.",
    "pl": "Model językowy nic nie odpowiedział. Zapytaj jeszcze raz lub innymi słowami.",
}
METADATA = "chat.metadata"
"""The rule of intents.yaml for questions about tables, columns, pipelines."""
# reference: the confidence heuristic of chat
BASE, WITH_CONTEXT, WITH_PIPELINE = 0.7, 0.15, 0.05


@dataclass(frozen=True, slots=True)
class Message:
    """What a user says. `context` is a PipelineContext; `history` is empty where the stored conversation counts."""

    text: str
    language: str
    context: Any
    conversation_id: str = ""
    history: Sequence[Said] = ()


@dataclass
class Outcome:
    """What a turn came to, complete once its pieces are."""

    tail: Tail = field(default_factory=Tail)
    routed: Routed = field(default_factory=lambda: Routed("chat", {}, ()))
    actions: list[ProposedAction] = field(default_factory=list)
    rag_mode: int = source_ref_pb2.RagMode.off
    sources: Sequence[source_ref_pb2.SourceRef] = ()
    conversation_id: str = ""


class ChatTurn:
    """`async for text in turn.pieces()`, then `turn.outcome`. Raises ModelUnavailable where only a model could answer;
    in the middle of an answer too."""

    def __init__(self, around: Surroundings, conversations: Conversations, message: Message) -> None:
        self._around = around
        self._conversations = conversations
        self._message = message
        self.outcome = Outcome(conversation_id=message.conversation_id or new_id())

    async def pieces(self) -> AsyncGenerator[str, None]:
        said: list[str] = []
        async with aclosing(self._answer()) as answer:
            async for text in answer:
                said.append(text)
                yield text
        kept = await self._conversations.add(self.outcome.conversation_id, self._message.text, "".join(said))
        self.outcome.tail.missing(kept)

    async def _answer(self) -> AsyncGenerator[str, None]:
        message, outcome = self._message, self.outcome
        outcome.routed = route(message.text, has_error=bool(message.context.last_error))
        outcome.tail.rules += [f"intent: {name}" for name in outcome.routed.rules]
        ask = None if await self._leans_back() else _SPECIALISTS.get(outcome.routed.intent)
        found = await self._asked(ask) if ask else None
        if found is not None:
            yield found.text
            return
        begun = False
        try:
            async with aclosing(self._conversation()) as pieces:
                async for text in pieces:
                    begun = True
                    yield text
        except ModelUnavailable as error:
            told = None if begun or METADATA not in outcome.routed.rules else await self._asked(ask_catalog)
            if told is None:
                raise
            outcome.tail.missing(error.degraded)
            outcome.rag_mode, outcome.sources = source_ref_pb2.RagMode.off, ()
            yield told.text

    async def _asked(self, ask: Specialist) -> Told | None:
        message, outcome = self._message, self.outcome
        found = await ask(self._around, message.text, message.context, message.language, outcome.tail)
        outcome.actions += found.actions if found else ()
        return found

    async def _leans_back(self) -> bool:
        """A question of SQL that only the conversation before it makes whole: neither the glossary nor a specialist
        could read it alone."""
        text = self._message.text
        if self.outcome.routed.intent != "sql" or not refers_back(text) or not await self._history():
            return False
        path = self._around.settings.glossary_file
        known = await self._around.workers.run_cpu(in_worker, text, told_by_question(text), b"", path)
        return not known.covered

    async def _conversation(self) -> AsyncGenerator[str, None]:
        message, outcome, tail = self._message, self.outcome, self.outcome.tail
        history, context = await asyncio.gather(self._history(), self._context())
        tail.source = Source.model
        tail.factors = factors(context, message.context)
        system = chat_prompt(message.language, message.text, message.context, context, is_first=not history)
        turns = [*_turns(history), Turn(User, message.text)]
        reader = ActionReader()
        stream = self._around.model.stream(
            system,
            turns,
            tail.exchange,
            purpose="chat",
            temperature=TEMPERATURE,
            max_tokens=self._around.settings.chat_max_tokens,
            seconds=SECONDS,
        )
        said = ""
        async with aclosing(stream) as answer:
            async for text in answer:
                if shown := reader.feed(text):
                    said = said or shown.strip()
                    yield shown
        if shown := reader.end():
            said = said or shown.strip()
            yield shown
        if not said and not reader.actions:
            tail.factors = [Factor("empty", 0.0, "the model answered nothing")]
            yield _NOTHING[message.language]
        given = "\n".join((context.text, message.text, message.context.yaml, message.context.last_error))
        outcome.actions += [action for action in reader.actions if not is_quoted(action, given)]
        tail.rules += [f"action dropped: {why}" for why in reader.dropped]
        tail.rules += [f"action dropped: {a.type} was quoted from data" for a in reader.actions if is_quoted(a, given)]

    async def _history(self) -> list[Said]:
        if self._message.history:
            return fitting(self._message.history)
        said, missing = await self._conversations.before(self._message.conversation_id)
        self.outcome.tail.missing(missing)
        return fitting(said)

    async def _context(self) -> PackedContext:
        found = await self._around.grounding.context(self._message.text, token_budget=CONTEXT_TOKENS)
        self.outcome.tail.missing(found.degraded)
        self.outcome.tail.retrieved += found.sources
        self.outcome.rag_mode, self.outcome.sources = found.mode, found.sources
        return found


_SPECIALISTS: dict[str, Specialist] = {"sql": ask_sql, "diagnose": ask_diagnosis}


def factors(found: PackedContext, context: Any) -> list[Factor]:
    """The documented heuristic of a conversation's confidence."""
    base = [Factor("base", BASE, "a model's answer to a conversation")]
    if found.text:
        base.append(Factor("rag", WITH_CONTEXT, f"{len(found.sources)} retrieved sources stood before the model"))
    if is_set(context):
        base.append(Factor("pipeline_context", WITH_PIPELINE, "the open pipeline stood before the model"))
    return base


def is_quoted(action: ProposedAction, given: str) -> bool:
    """Whether the data an answer was given holds the action's own block: then it was copied, not proposed."""
    if f"type={action.type}" not in given.replace('"', "").replace(" = ", "="):
        return False
    texts = [value for value in action.payload.values() if isinstance(value, str)]
    return "[action" in given.lower() and all(text in given for text in texts)


def _turns(history: Sequence[Said]) -> list[Turn]:
    """As a model takes them; a note of the application is data of the user's turn, not an instruction."""
    turns: list[Turn] = []
    for said in history:
        role = Assistant if said.role == "assistant" else User
        text = data("note", said.content) if said.role == "system" else said.content
        if not text.strip():
            continue
        if turns and turns[-1].role == role:
            turns[-1] = Turn(role, f"{turns[-1].text}\n\n{text}")
        else:
            turns.append(Turn(role, text))
    return turns
