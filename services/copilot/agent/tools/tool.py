"""What a tool is."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.copilot.surroundings import Surroundings


class ToolError(Exception):
    """The tool could not do it; the message is for the model, and for people. `degraded` as in Result."""

    def __init__(self, message: str, degraded: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.degraded = degraded


@dataclass(frozen=True, slots=True)
class Result:
    """`output` is plain JSON. `source`: rules for what the platform really said, fallback for what is prepared.
    `degraded`: as `degraded_reasons` has it."""

    output: dict[str, Any]
    source: str = "rules"
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a tool. `key` is the idempotency key."""

    around: Surroundings
    arguments: Mapping[str, Any]
    key: str = ""
    language: str = "en"

    def text(self, name: str) -> str:
        """A text argument; "" where it is not given."""
        value = self.arguments.get(name, "")
        return value.strip() if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Tool:
    """`run` does it. `check`, of a tool that changes something: what it would do, in words; raises ToolError where it
    cannot be done, so that no person is asked in vain. Both raise ServiceError for what is away."""

    name: str
    description: str
    properties: Mapping[str, Any]
    required: tuple[str, ...]
    run: Callable[[Use], Awaitable[Result]]
    check: Callable[[Use], Awaitable[str]] | None = None
    schema: str = field(init=False)

    def __post_init__(self) -> None:
        whole = {
            "type": "object",
            "properties": self.properties,
            "required": list(self.required),
            "additionalProperties": False,
        }
        object.__setattr__(self, "schema", json.dumps(whole))

    @property
    def destructive(self) -> bool:
        return self.check is not None
