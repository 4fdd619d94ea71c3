"""Questions to a language model, several at once: each answer is checked and tried, and sent back where it fails.

However a question ends, there is an answer: good, wrong after all rounds, declined, or unavailable with its reason.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dataflow.provider.v1.completion_pb2 import Completion
from services.migration.fallback.answer import ModelAnswer, Reply, UnusableReplyError, read_reply
from services.migration.fallback.prompt import repair
from services.migration.fallback.request import ModelRequest
from services.migration.model.call import CUT, Assistant, NoAnswerError, Turn, User, complete

ROUNDS = 3
"""An answer and two corrections."""
LONGEST_PROBLEM = 1_500
MOST_PROBLEMS = 8

Findings = tuple[Sequence[str], Sequence[str]]
Trial = Callable[[ModelRequest, str], Awaitable[Findings]]
Keep = Callable[[str, ModelAnswer], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """`objects`: most questions of one conversion. `seconds`: for all of them; `call_seconds`: for one call."""

    objects: int = 50
    seconds: float = 180.0
    call_seconds: float = 90.0
    concurrency: int = 4


async def _forget(_key: str, _answer: ModelAnswer) -> None:
    """Keeps nothing."""


class Asker:
    """Asks the model behind a ProviderService stub.

    `trial` checks and runs a query: problems and notes. `keep` is told each answer that a model gave, as soon as it is
    known; one that is merely unavailable is not kept, so that it is asked for again.
    """

    def __init__(
        self,
        stub: Any,
        trial: Trial,
        limits: Limits,
        *,
        keep: Keep = _forget,
        metadata: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._stub = stub
        self._trial = trial
        self._limits = limits
        self._keep = keep
        self._metadata = metadata
        self._free = asyncio.Semaphore(limits.concurrency)
        self._down = ""
        self._until = 0.0

    async def ask(self, requests: Iterable[ModelRequest]) -> dict[str, ModelAnswer]:
        """The answer to each request, by its key. Cancelling it cancels the calls."""
        listed = list(requests)
        asked, left = listed[: self._limits.objects], listed[self._limits.objects :]
        self._until = time.monotonic() + self._limits.seconds
        async with asyncio.TaskGroup() as group:
            tasks = {request.key: group.create_task(self._one(request)) for request in asked}
        answers = {key: task.result() for key, task in tasks.items()}
        reason = f"more than {self._limits.objects} objects need one, the most that a conversion may ask for"
        return answers | {request.key: ModelAnswer(unavailable=reason) for request in left}

    async def _one(self, request: ModelRequest) -> ModelAnswer:
        answer = ModelAnswer()
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + self._left()), self._free:
                answer = ModelAnswer(unavailable=self._down) if self._down else await self._rounds(request)
        except TimeoutError:
            answer = ModelAnswer(unavailable=f"it did not answer within {self._limits.seconds:g} s")
        if not answer.unavailable:
            await self._keep(request.key, answer)
        return answer

    def _left(self) -> float:
        return max(0.0, self._until - time.monotonic())

    async def _rounds(self, request: ModelRequest) -> ModelAnswer:
        turns = [Turn(User, request.user)]
        answer = ModelAnswer()
        while True:
            try:
                seconds = min(self._limits.call_seconds, self._left())
                given = await complete(self._stub, request.system, turns, seconds=seconds, metadata=self._metadata)
            except NoAnswerError as error:
                self._down = str(error) if error.lasting else self._down
                return replace(_counted(answer, error.used), unavailable=str(error))
            answer = await self._judged(request, _counted(answer, given), given)
            if not answer.problems or answer.rounds == ROUNDS:
                return answer
            turns += [Turn(Assistant, given.content), Turn(User, repair(answer.problems))]

    async def _judged(self, request: ModelRequest, answer: ModelAnswer, given: Completion) -> ModelAnswer:
        """The answer with what is wrong with it."""
        try:
            reply = read_reply(given.content)
        except UnusableReplyError as error:
            cut = "the answer was cut for its length; be shorter: " if given.finish_reason == CUT else ""
            return replace(answer, reply=Reply(""), problems=(f"{cut}{error}",), notes=())
        problems, notes = await self._trial(request, reply.sql) if reply.sql else ((), ())
        shown = tuple(text[:LONGEST_PROBLEM] for text in problems[:MOST_PROBLEMS])
        return replace(answer, reply=reply, problems=shown, notes=tuple(notes))


def _counted(answer: ModelAnswer, used: Completion) -> ModelAnswer:
    """The answer with one more call's model, tokens and cost."""
    known = used.HasField("cost_usd") and (answer.rounds == 0 or answer.cost_usd is not None)
    return replace(
        answer,
        rounds=answer.rounds + 1,
        model=used.model or answer.model,
        provider=used.provider or answer.provider,
        prompt_tokens=answer.prompt_tokens + used.prompt_tokens,
        completion_tokens=answer.completion_tokens + used.completion_tokens,
        cost_usd=(answer.cost_usd or 0.0) + used.cost_usd if known else None,
    )
