"""What the scripted provider answers: rules in order, each with a sequence of replies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dataflow.provider.v1.completion_pb2 import FinishReason, Prompt, PromptRole
from services.provider.errors import LlmError

_WORD = re.compile(r"\s*\S+\s*\Z|\s*\S+|\s+\Z")


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """A tool call; `arguments` as the model would write them, perhaps cut."""

    name: str
    arguments: str = "{}"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of the taxonomy after `after_tokens` tokens; with 0 the provider refuses before it begins."""

    kind: type[LlmError]
    message: str = ""
    retry_after: float | None = None
    retryable: bool | None = None
    after_tokens: int = 0

    def error(self) -> LlmError:
        message = self.message or f"the script says {self.kind.reason}"
        return self.kind(message, retry_after=self.retry_after, retryable=self.retryable)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. Times in seconds; `stall_after` and `cut_after` count tokens (None: neither)."""

    text: str = ""
    tokens: tuple[str, ...] = ()
    echo: bool = False
    tool_calls: tuple[ScriptedCall, ...] = ()
    finish: FinishReason.Value | None = None
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: float = 0.0
    delay: float = 0.0
    token_delay: float = 0.0
    stall_after: int | None = None
    cut_after: int | None = None
    fault: Fault | None = None

    def pieces(self, prompt: Prompt) -> list[str]:
        """The text in tokens: those given, or its words with the blanks before them."""
        if self.tokens:
            return list(self.tokens)
        return words(last_user_text(prompt) if self.echo else self.text)


@dataclass(slots=True)
class Rule:
    """Matches where every condition given does: texts by substring, patterns by search."""

    name: str
    replies: tuple[Reply, ...]
    purpose: str = ""
    user: str = ""
    system: str = ""
    tool_result: str = ""
    user_matches: re.Pattern[str] | None = None
    system_matches: re.Pattern[str] | None = None
    tool_result_matches: re.Pattern[str] | None = None
    cycle: bool = False
    used: int = 0

    def matches(self, prompt: Prompt) -> bool:
        if self.purpose and self.purpose != prompt.purpose:
            return False
        texts = (last_user_text(prompt), prompt.system, last_tool_results(prompt))
        wanted = (self.user, self.system, self.tool_result)
        patterns = (self.user_matches, self.system_matches, self.tool_result_matches)
        return all(want in text for want, text in zip(wanted, texts, strict=True)) and all(
            pattern is None or pattern.search(text) for pattern, text in zip(patterns, texts, strict=True)
        )

    def next(self) -> Reply:
        """The replies in turn; after the last that one again, or with `cycle` the first."""
        number = self.used % len(self.replies) if self.cycle else min(self.used, len(self.replies) - 1)
        self.used += 1
        return self.replies[number]


@dataclass(slots=True)
class Script:
    """`default` answers what no rule matches."""

    model: str = "scripted"
    rules: list[Rule] = field(default_factory=list)
    default: Rule = field(default_factory=lambda: Rule("default", (Reply(text="The script has no rule for this."),)))

    def reply(self, prompt: Prompt) -> Reply:
        return next((rule for rule in self.rules if rule.matches(prompt)), self.default).next()


def words(text: str) -> list[str]:
    """Pieces that join to `text`.

    >>> words("SELECT 1 ")
    ['SELECT', ' 1 ']
    """
    return _WORD.findall(text)


def last_user_text(prompt: Prompt) -> str:
    """The text of the last user turn that has one; a turn of tool results alone is passed over."""
    return next(_texts(prompt), "")


def _texts(prompt: Prompt) -> Iterator[str]:
    for message in reversed(prompt.messages):
        if message.role == PromptRole.user and message.content:
            yield message.content


def last_tool_results(prompt: Prompt) -> str:
    """The results in the last turn, a line each; "" where it holds none."""
    return "\n".join(result.content for result in prompt.messages[-1].tool_results) if prompt.messages else ""
