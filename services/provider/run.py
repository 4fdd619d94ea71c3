"""One call on its way through the engine: what was asked, how far it got, what it says of itself at the end."""

from __future__ import annotations

from collections.abc import Callable

from dataflow.provider.v1.completion_pb2 import Completion, FinishReason, Prompt
from services.provider.answer import Answer
from services.provider.errors import LlmError
from services.provider.member import Member
from services.runtime.context import current_caller, current_workspace, remaining, within

MARGIN_S = 0.05  # kept of the caller's time, so that our last word still reaches it


class Run:
    """`streamed`: tokens go to the caller as they come; then `delivered` is true after the first of them."""

    def __init__(self, prompt: Prompt, streamed: bool, longest: float, clock: Callable[[], float]) -> None:
        self.prompt = prompt
        self.streamed = streamed
        self.workspace = current_workspace()
        self.caller = current_caller().name
        self.attempts = 0
        self.delivered = False
        self.member: Member | None = None
        self.answer: Answer | None = None
        self.first_token: float | None = None
        self._clock = clock
        self.began = clock()
        left = within(longest)
        margin = min(MARGIN_S, 0.1 * left) if remaining() is not None else 0.0
        self.deadline = self.began + left - margin
        self._failures: list[tuple[str, LlmError]] = []

    def left(self) -> float:
        """Seconds until the deadline, never below 0."""
        return max(0.0, self.deadline - self._clock())

    def passed(self) -> float:
        """Seconds since the call's arrival."""
        return self._clock() - self.began

    def model_at(self, member: Member, first: bool) -> str:
        """The prompt's own model where the active provider is asked; a fallback has other ids."""
        return self.prompt.model if first and self.prompt.model else member.target.model

    def attempt(self, member: Member, model: str) -> Answer:
        """A new answer, in place of that of an attempt that failed."""
        self.attempts += 1
        self.member = member
        self.answer = Answer(self.prompt, member.name, model)
        return self.answer

    def token_came(self) -> None:
        if self.first_token is None:
            self.first_token = self.passed()

    def failed(self, member: Member, error: LlmError) -> None:
        """One provider is given up."""
        self._failures.append((member.name, error))

    def verdict(self) -> LlmError:
        """The first provider's error; what its fallbacks said stands beside it."""
        error = self._failures[0][1]
        others = ", ".join(f"{name}: {failure.reason}" for name, failure in self._failures[1:])
        if others:
            error.metadata["fallbacks"] = others
        return error

    def label(self, error: LlmError) -> LlmError:
        """`error` with the call's figures in its metadata."""
        error.metadata["attempts"] = str(self.attempts)
        if error.retry_after is not None:
            error.metadata["retry_after_ms"] = str(round(error.retry_after * 1000))
        if self._failures:
            error.metadata.setdefault("provider", self._failures[0][0])
        return error

    def completion(self, *, failed: FinishReason.Value | None = None) -> Completion:
        """The answer with the call's figures; `failed` marks a partial one, whose content is not repeated."""
        answer = self.answer.completion() if self.answer else Completion()
        answer.attempts = self.attempts
        answer.latency_ms = round(self.passed() * 1000)
        if self.streamed:
            answer.ClearField("content")
            answer.first_token_ms = round((self.first_token or 0.0) * 1000)
        if failed is not None:
            answer.finish_reason = failed
            answer.ClearField("tool_calls")
        return answer
