"""The turns of a prompt: who may say what, and every tool call answered in the turn that follows it.

The pairing is the strictest of the providers' (Anthropic: one result for each call, all in the next user turn).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dataflow.provider.v1.completion_pb2 import Prompt, PromptRole

Problem = tuple[str, str]


def conversation_problems(prompt: Prompt) -> Iterator[Problem]:
    """(field, what is wrong) of each turn."""
    asked: list[str] = []  # ids of the calls of the turn before
    seen: set[str] = set()
    for turn, message in enumerate(prompt.messages):
        field = f"prompt.messages[{turn}]"
        rule = _TURNS.get(message.role)
        if rule is None:
            yield f"{field}.role", "must be user or assistant"
        else:
            yield from rule(field, message)
        yield from _unpaired(field, asked, [result.tool_call_id for result in message.tool_results])
        asked = [call.id for call in message.tool_calls]
        for number, name in enumerate(asked):
            if not name or name in seen:
                yield f"{field}.tool_calls[{number}].id", "must not be empty or repeat an earlier one"
            seen.add(name)


def _user(field: str, message: Any) -> Iterator[Problem]:
    if message.tool_calls:
        yield f"{field}.tool_calls", "only the assistant calls tools"
    if not message.tool_results and not message.content.strip():
        yield f"{field}.content", "must hold more than blanks"


def _assistant(field: str, message: Any) -> Iterator[Problem]:
    if message.tool_results:
        yield f"{field}.tool_results", "belong into the user's turn"
    if not message.tool_calls and not message.content.strip():
        yield f"{field}.content", "must hold more than blanks"


_TURNS = {PromptRole.user: _user, PromptRole.assistant: _assistant}


def _unpaired(field: str, asked: list[str], answered: list[str]) -> Iterator[Problem]:
    for number, name in enumerate(answered):
        if name not in asked:
            yield f"{field}.tool_results[{number}].tool_call_id", f"{name[:64]!r} is no call of the turn before"
        elif name in answered[:number]:
            yield f"{field}.tool_results[{number}].tool_call_id", f"{name[:64]!r} is answered twice"
    missing = [name for name in asked if name not in answered]
    if missing:
        yield f"{field}.tool_results", f"lack the result of {', '.join(repr(name[:64]) for name in missing[:5])}"
