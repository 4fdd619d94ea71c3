"""Prompts, and answers put together again from their events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dataflow.provider.v1.completion_pb2 import FinishReason, Prompt, PromptMessage, PromptRole
from services.provider.wire import Accepted, Event, Finish, Text, ToolPiece, Usage


def user(content: str = "", **fields: Any) -> PromptMessage:
    return PromptMessage(role=PromptRole.user, content=content, **fields)


def assistant(content: str = "", **fields: Any) -> PromptMessage:
    return PromptMessage(role=PromptRole.assistant, content=content, **fields)


def prompt(*messages: PromptMessage, **fields: Any) -> Prompt:
    return Prompt(messages=messages or [user("Say hello")], **{"max_tokens": 64, **fields})


def text(events: Iterable[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def calls(events: Iterable[Event]) -> list[tuple[str, str, str]]:
    """Id, name and arguments of each tool call."""
    found: dict[int, list[str]] = {}
    for event in events:
        if isinstance(event, ToolPiece):
            call = found.setdefault(event.index, ["", "", ""])
            for place, piece in enumerate((event.id, event.name, event.arguments)):
                call[place] += piece
    assert list(found) == list(range(len(found)))
    return [tuple(call) for call in found.values()]


def finish(events: Iterable[Event]) -> str | None:
    reasons = [FinishReason.Value.Name(event.reason) for event in events if isinstance(event, Finish)]
    assert len(reasons) <= 1
    return reasons[0] if reasons else None


def usage(events: Iterable[Event]) -> tuple[int | None, int | None, float | None]:
    """Prompt tokens, completion tokens, cost: each the last that was said."""
    told: list[Any] = [None, None, None]
    for event in events:
        if isinstance(event, Usage):
            said = (event.prompt_tokens, event.completion_tokens, event.cost_usd)
            told = [new if new is not None else old for new, old in zip(said, told, strict=True)]
    return told[0], told[1], told[2]


def model(events: Iterable[Event]) -> str:
    return next(
        (event.model for event in reversed(list(events)) if isinstance(event, Usage | Accepted) and event.model), ""
    )
