"""What a quality check found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


class CannotCheckError(Exception):
    """A check can't be run here; the message says why and what to do. `measures` is what was found nevertheless."""

    def __init__(self, reason: str, measures: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.measures = dict(measures or {})


@dataclass(frozen=True, slots=True)
class Found:
    """What a measure found: whether it is good, the numbers, their limits, and where they are passed."""

    good: bool
    measures: Mapping[str, Any]
    limits: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check on one node. `measures` and `limits` are numbers by name; `reason` is a sentence, "" where passed."""

    name: str
    type: str
    severity: str
    node: str
    state: State
    measures: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "name": self.name,
            "type": self.type,
            "severity": self.severity,
            "node": self.node,
            "state": self.state.value,
            "found": dict(self.measures),
            "limits": dict(self.limits),
            "reason": self.reason,
        }


def passes(outcomes: Iterable[Outcome]) -> bool:
    """Whether no check of severity `error` has failed."""
    return not any(each.state == State.FAILED and each.severity == "error" for each in outcomes)
