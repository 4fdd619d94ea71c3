"""A session as it is kept: what was said, and the tool calls with what became of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

INTERRUPTED = "INTERRUPTED"
EXPIRED = "ACTION_EXPIRED"
_WHY = {
    INTERRUPTED: "the server that worked on it stopped",
    EXPIRED: "nobody decided in time",
}


@dataclass(frozen=True, slots=True)
class Said:
    """`role`: user, assistant, or note (the server's to the model)."""

    position: int
    turn: int
    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; its id is also the action's id and the idempotency key. See agent_calls."""

    call_id: str
    position: int
    place: int
    turn: int
    tool: str
    arguments: str
    arguments_hash: str
    state: str
    summary: str = ""
    expires_at: datetime | None = None
    decision: str = ""
    decided_by: str = ""
    comment: str = ""
    output: str = ""
    error: str = ""
    source: str = "rules"
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def input(self) -> dict[str, Any]:
        given: dict[str, Any] = json.loads(self.arguments)
        return given

    @property
    def finished(self) -> bool:
        return self.state == "finished"

    def lapsed(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Session:
    """As of `now`, the database's clock. `row` is that of agent_sessions."""

    row: Mapping[str, Any]
    said: Sequence[Said]
    calls: Sequence[Call]
    now: datetime

    @property
    def session_id(self) -> str:
        return str(self.row["session_id"])

    @property
    def rounds(self) -> int:
        return int(self.row["rounds"])

    @property
    def turn(self) -> int:
        return int(self.row["turn"])

    @property
    def pending(self) -> list[Call]:
        """Actions that a person can still decide on."""
        return [call for call in self.calls if call.state == "pending" and not call.lapsed(self.now)]

    @property
    def held(self) -> bool:
        return bool(self.row["status"] == "running" and self.row["lease_until"] > self.now)

    @property
    def state(self) -> tuple[str, str, str]:
        """(status, reason, sentence) as they are now: a session whose server is gone does not run, whatever the row
        says. Reason and sentence are "" unless it failed."""
        if self.held:
            return "running", "", ""
        if self.pending:
            return "awaiting_approval", "", ""
        stored = str(self.row["status"])
        if stored == "failed":
            return stored, str(self.row["error"]), str(self.row["error_message"])
        gone = {"running": INTERRUPTED, "awaiting_approval": EXPIRED}.get(stored, "")
        return ("failed", gone, _WHY[gone]) if gone else (stored, "", "")

    def of_turn(self) -> list[Call]:
        return [call for call in self.calls if call.turn == self.turn]
