"""What each workspace used today, and its daily budget.

Kept in this process: each Provider server counts what went through it since its start, the day is UTC. With several
servers behind one address each grants the budget, and a restart begins anew. A call that is running when the budget
runs out ends normally, so a workspace may go over by what its running calls use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from services.provider.errors import LlmBudgetExceeded


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Used:
    """One workspace, one day."""

    tokens: int = 0
    usd: float = 0.0


class Spend:
    """`usd` and `tokens` a workspace may use a day, 0: no limit."""

    def __init__(self, usd: float = 0.0, tokens: int = 0, now: Callable[[], datetime] = _now) -> None:
        self._usd = usd
        self._tokens = tokens
        self._now = now
        self._day = now().date()
        self._used: dict[str, Used] = {}

    def check(self, workspace: str) -> None:
        """Raises LlmBudgetExceeded, which says when the budget begins anew."""
        used = self._today().get(workspace)
        if used is None:
            return
        for spent, budget, shown in (
            (used.usd, self._usd, f"{self._usd:g} US dollars"),
            (used.tokens, self._tokens, f"{self._tokens} tokens"),
        ):
            if budget and spent >= budget:
                raise self._exceeded(workspace, shown)

    def add(self, workspace: str, tokens: int, usd: float | None) -> None:
        """`usd` None, a price nobody knows, counts as tokens only."""
        if not (self._usd or self._tokens):
            return
        used = self._today().setdefault(workspace, Used())
        used.tokens += tokens
        used.usd += usd or 0.0

    def _today(self) -> dict[str, Used]:
        day = self._now().date()
        if day != self._day:
            self._day = day
            self._used = {}
        return self._used

    def _exceeded(self, workspace: str, budget: str) -> LlmBudgetExceeded:
        reset = datetime.combine(self._day + timedelta(days=1), time(), UTC)
        begins = f"{reset:%Y-%m-%dT%H:%M:%SZ}"
        return LlmBudgetExceeded(
            f"workspace {workspace} has used its daily budget of {budget}; it begins anew at {begins}",
            retry_after=max(1.0, (reset - self._now()).total_seconds()),
            metadata={"resets_at": begins, "workspace_id": workspace},
        )
