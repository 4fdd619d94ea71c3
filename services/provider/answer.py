"""An answer as it comes together from a wire's events, and what is wrong with it when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dataflow.provider.v1.completion_pb2 import Completion, FinishReason, Prompt, ResponseFormat, ToolCall
from services.provider.errors import LlmBadRequest, LlmContentFiltered, LlmUnavailable
from services.provider.fence import unfenced
from services.provider.json_text import NotJsonError, mismatch, parse, parse_object
from services.provider.wire import Accepted, Event, Finish, Text, Thinking, ToolPiece, Usage

LARGEST = 16 * 1024 * 1024  # characters; a provider that never ends must not fill the memory
CHARACTERS_PER_TOKEN = 4  # of English and code, the providers' own rule of thumb
JSON_FORMATS = (ResponseFormat.json, ResponseFormat.json_schema)


class UnusableAnswer(LlmUnavailable):
    """The model answered, but not in the form asked for: no fault of the provider or the caller. Another try may do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, metadata={"fault": "unusable_answer"})


@dataclass(slots=True)
class Piecewise:
    """A tool call on its way."""

    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class Answer:
    """One attempt's answer. `delivered_tokens` estimates what came, for counting where the provider didn't say."""

    def __init__(self, prompt: Prompt, provider: str, model: str) -> None:
        self._prompt = prompt
        self._provider = provider
        self.asked = self.model = model
        self.prompt_tokens: int | None = None
        self.completion_tokens: int | None = None
        self.cost_usd: float | None = None
        self.finish: FinishReason.Value | None = None
        self.tool_calls: list[ToolCall] = []
        self._text: list[str] = []
        self._calls: dict[int, Piecewise] = {}
        self._size = 0

    def add(self, event: Event) -> None:
        _ADD[type(event)](self, event)
        if self._size > LARGEST:
            raise LlmUnavailable(f"{self._provider} sent an answer larger than {LARGEST} characters", retryable=False)

    @property
    def content(self) -> str:
        text = "".join(self._text)
        return unfenced(text) if self._prompt.response_format in JSON_FORMATS else text

    @property
    def delivered_tokens(self) -> int:
        return -(-self._size // CHARACTERS_PER_TOKEN)

    def close(self) -> None:
        """Ends the answer: whole, with its tool calls parsed. Raises what makes it unusable."""
        if self.finish is None:
            raise LlmUnavailable(f"{self._provider} broke off: the answer ended without a finish")
        self.tool_calls = [call for call in map(self._call, sorted(self._calls)) if call is not None]
        if self.tool_calls and self.finish == FinishReason.stop:
            self.finish = FinishReason.tool_calls
        elif not self._calls and self.finish == FinishReason.tool_calls:
            self.finish = FinishReason.stop
        if self._prompt.response_format in JSON_FORMATS and not self.tool_calls:
            self._check_json()

    def _call(self, index: int) -> ToolCall | None:
        """None where the answer was cut in the middle of it."""
        call = self._calls[index]
        text = "".join(call.arguments)
        cut = self.finish != FinishReason.tool_calls and self.finish != FinishReason.stop
        try:
            parse_object(text if cut else text.strip() or "{}")
        except NotJsonError as error:
            if cut:
                return None
            what = f"called {call.name[:64]} with arguments that are no JSON object: {error}"
            raise UnusableAnswer(f"{self._provider}'s model {what}") from error
        if call.name not in {tool.name for tool in self._prompt.tools}:
            raise UnusableAnswer(f"{self._provider}'s model called a tool that the prompt does not define")
        return ToolCall(id=call.id or f"call_{index}", name=call.name, arguments_json=text.strip() or "{}")

    def _check_json(self) -> None:
        try:
            value = parse(self.content)
        except NotJsonError as error:
            raise self._no_json(f"is not JSON: {error}") from error
        if self._prompt.response_format == ResponseFormat.json_schema:
            problem = mismatch(value, self._prompt.json_schema)
            if problem:
                raise self._no_json(f"does not meet json_schema: {problem}")

    def _no_json(self, what: str) -> Exception:
        if self.finish == FinishReason.length:
            return LlmBadRequest(
                f"the answer reached max_tokens ({self._prompt.max_tokens}) before its JSON was complete; raise "
                "prompt.max_tokens",
                metadata={"fields": "prompt.max_tokens"},
            )
        if self.finish == FinishReason.content_filter:
            return LlmContentFiltered(f"{self._provider} withheld the answer")
        return UnusableAnswer(f"{self._provider}'s model gave an answer that {what}")

    def completion(self) -> Completion:
        """The normalised answer; the call's own figures (attempts, latency) are not in it."""
        answer = Completion(
            content=self.content,
            model=self.model,
            provider=self._provider,
            prompt_tokens=self.prompt_tokens or 0,
            completion_tokens=self.completion_tokens or 0,
            finish_reason=FinishReason.unspecified if self.finish is None else self.finish,
            tool_calls=self.tool_calls,
        )
        if self.cost_usd is not None:
            answer.cost_usd = self.cost_usd
        return answer

    def _nothing(self, event: Event) -> None:
        """What the model thinks is not passed on."""

    def _accepted(self, event: Accepted) -> None:
        self.model = event.model or self.model

    def _more_text(self, event: Text) -> None:
        self._text.append(event.text)
        self._size += len(event.text)

    def _more_of_a_call(self, event: ToolPiece) -> None:
        call = self._calls.setdefault(event.index, Piecewise())
        call.id = call.id or event.id
        call.name = call.name or event.name
        call.arguments.append(event.arguments)
        self._size += len(event.arguments)

    def _usage(self, event: Usage) -> None:
        self.model = event.model or self.model
        for name in ("prompt_tokens", "completion_tokens", "cost_usd"):
            value = getattr(event, name)
            if value is not None:
                setattr(self, name, value)

    def _finished(self, event: Finish) -> None:
        self.finish = event.reason


_ADD: dict[type[object], Callable[..., None]] = {
    Accepted: Answer._accepted,
    Text: Answer._more_text,
    Thinking: Answer._nothing,
    ToolPiece: Answer._more_of_a_call,
    Usage: Answer._usage,
    Finish: Answer._finished,
}
