"""The Copilot's way to a model: one answer, a checked answer, or a stream, all through the Provider server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

import grpc

from dataflow.provider.v1 import completion_pb2, provider_pb2
from services.copilot.model.exchange import Exchange
from services.copilot.model.prompts import Rendered
from services.runtime.context import within
from services.runtime.errors import ServiceError, Unavailable
from services.runtime.status import describe

T = TypeVar("T")

REPAIRS = 2
"""Most times an answer that fails its check is sent back."""
MAX_TOKENS = 2048
SECONDS = 60.0

User, Assistant = completion_pb2.PromptRole.user, completion_pb2.PromptRole.assistant


class ModelUnavailable(Unavailable):
    """No model answered; `message` says why, for people. `llm_reason`: the Provider's reason (LLM_AUTH …)."""

    reason = "LLM_UNAVAILABLE"
    degraded = "llm_unavailable"
    """The constant for `degraded_reasons` where the caller goes on without a model."""

    def __init__(self, message: str, llm_reason: str = "LLM_UNAVAILABLE", *, began: bool = False) -> None:
        super().__init__(
            f"No language model answered: {message}. What rules can answer works without one.",
            metadata={"llm_reason": llm_reason},
        )
        self.llm_reason = llm_reason
        self.began = began  # text had been delivered before it broke off


@dataclass(frozen=True, slots=True)
class Turn:
    role: completion_pb2.PromptRole.Value
    text: str


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """The last answer of a model: `value` as the check read it (None where it could not), and what is wrong with it
    after all repairs; `problems` empty: it passed.
    """

    value: T | None
    problems: Sequence[str]
    text: str


Check = Callable[[str], Awaitable[tuple[T | None, Sequence[str]]]]
"""Reads an answer: the value, or None where it can't be read, and what is wrong with it, to be sent back."""


class Model:
    """Calls of the model behind a `ProviderServiceStub`. Cancelling a call cancels the model's."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    async def answer(
        self,
        system: Rendered,
        turns: Sequence[Turn],
        exchange: Exchange,
        *,
        purpose: str,
        temperature: float,
        max_tokens: int = MAX_TOKENS,
        seconds: float = SECONDS,
    ) -> str:
        """The text of the answer. Raises ModelUnavailable. `exchange` counts the call, failed or not."""
        parts = [
            text
            async for text in self.stream(
                system,
                turns,
                exchange,
                purpose=purpose,
                temperature=temperature,
                max_tokens=max_tokens,
                seconds=seconds,
            )
        ]
        return "".join(parts)

    async def checked(
        self,
        system: Rendered,
        user: str,
        check: Check[T],
        exchange: Exchange,
        *,
        purpose: str,
        temperature: float,
        max_tokens: int = MAX_TOKENS,
        seconds: float = SECONDS,
        repairs: int = REPAIRS,
    ) -> Checked[T]:
        """An answer that passes `check`, or the last one with what is wrong with it.

        `seconds` bound each call. Raises ModelUnavailable where the first call fails; where a repair does, the answer
        before it is returned with its problems.
        """
        turns = [Turn(User, user)]
        last: Checked[T] | None = None
        while True:
            try:
                text = await self.answer(
                    system,
                    turns,
                    exchange,
                    purpose=purpose,
                    temperature=temperature,
                    max_tokens=max_tokens,
                    seconds=seconds,
                )
            except ModelUnavailable:
                if last is None:
                    raise
                return last
            value, problems = await check(text)
            last = Checked(value, tuple(problems), text)
            if not problems or exchange.repairs >= repairs:
                return last
            exchange.repairs += 1
            turns = [*turns, Turn(Assistant, text or "(nothing)"), Turn(User, repair_request(problems))]

    async def stream(
        self,
        system: Rendered,
        turns: Sequence[Turn],
        exchange: Exchange,
        *,
        purpose: str,
        temperature: float,
        max_tokens: int = MAX_TOKENS,
        seconds: float = SECONDS,
    ) -> AsyncGenerator[str, None]:
        """The pieces of the answer's text as they come. Raises ModelUnavailable, also in the middle (`began`)."""
        prompt = completion_pb2.Prompt(
            messages=[completion_pb2.PromptMessage(role=turn.role, content=turn.text) for turn in turns],
            temperature=temperature,
            max_tokens=max_tokens,
            response_format=completion_pb2.ResponseFormat.text,
            purpose=purpose,
            allow_cache=temperature == 0,
        )
        async with aclosing(self.converse(system, prompt, exchange, seconds=seconds)) as answer:
            async for piece in answer:
                if isinstance(piece, str):
                    yield piece

    async def converse(
        self, system: Rendered, prompt: completion_pb2.Prompt, exchange: Exchange, *, seconds: float = SECONDS
    ) -> AsyncGenerator[str | completion_pb2.Completion, None]:
        """The pieces of the answer's text as they come, then the Completion with its tool calls. `prompt` may define
        tools; its system text is set here. Raises ModelUnavailable, also in the middle (`began`)."""
        exchange.prompt, exchange.prompt_hash, exchange.temperature = system.name, system.hash, prompt.temperature
        prompt.system = system.text
        began = False
        call = self._stub.StreamComplete(provider_pb2.StreamCompleteRequest(prompt=prompt), timeout=within(seconds))
        try:
            async for event in call:
                match event.WhichOneof("event"):
                    case "text":
                        began = True
                        yield event.text.text
                    case "done":
                        exchange.add(event.done)
                        if event.done.content and not began:
                            yield event.done.content
                        yield event.done
                        return
                    case "error":
                        exchange.add(event.error.partial)
                        error = event.error.error
                        raise ModelUnavailable(error.message, error.reason, began=began)
        except grpc.aio.AioRpcError as error:
            _refused(error, began)
        except ServiceError as error:
            if isinstance(error, ModelUnavailable):
                raise
            raise ModelUnavailable(error.message, error.reason, began=began) from error
        finally:
            call.cancel()
        raise ModelUnavailable("the model's answer broke off without an end", began=began)


def repair_request(problems: Sequence[str]) -> str:
    """What is sent back with an answer that failed its check."""
    listed = "\n".join(f"- {problem[:1500]}" for problem in problems[:8])
    return f"Checking your answer found:\n{listed}\nSend the whole answer again, corrected, in the same form."


def _refused(error: grpc.aio.AioRpcError, began: bool) -> NoReturn:
    code, reason, message = describe(error)
    if reason:
        raise ModelUnavailable(message, reason, began=began) from error
    timed_out = code is grpc.StatusCode.DEADLINE_EXCEEDED
    text = _TOLD.get(code, f"the Provider server answered {code.name}")
    raise ModelUnavailable(text, "LLM_TIMEOUT" if timed_out else "LLM_UNAVAILABLE", began=began) from error


_TOLD = {
    grpc.StatusCode.UNAVAILABLE: "the Provider server cannot be reached",
    grpc.StatusCode.DEADLINE_EXCEEDED: "the model did not answer in time",
}
