"""How sure the agent's work of a turn is, and what that rests on. The weights are the project's own."""

from __future__ import annotations

import json
from collections.abc import Sequence

from services.copilot.agent.records import Call, Session
from services.copilot.agent.tools.table import TOOLS
from services.copilot.agent.work import MOST_ROUNDS
from services.copilot.confidence import Factor

BASE, TOOLS_DONE, VALIDATED, CARRIED_OUT = 0.4, 0.2, 0.2, 0.15
FALLBACK, NO_ROUNDS, FAILED = -0.15, -0.2, -0.4
_CHECKING = ("generate_pipeline", "validate_pipeline", "create_pipeline")


def factors(session: Session) -> list[Factor]:
    """None where nothing was done or said: the confidence is 0."""
    calls = [call for call in session.of_turn() if call.finished]
    status = session.state[0]
    if not session.rounds and not calls:
        return []
    found = [Factor("base", BASE, "a model's words, over what its tools showed")]
    if calls:
        done = sum(not call.error for call in calls)
        found.append(
            Factor("tools", round(TOOLS_DONE * done / len(calls), 3), f"{done} of {len(calls)} tool calls succeeded")
        )
    found += _shown(calls)
    if session.rounds >= MOST_ROUNDS:
        found.append(Factor("rounds", NO_ROUNDS, f"all {MOST_ROUNDS} rounds were used"))
    if status == "failed":
        found.append(Factor("failed", FAILED, session.state[2] or "the turn broke off"))
    return found


def _shown(calls: Sequence[Call]) -> list[Factor]:
    found = []
    checks = [call for call in calls if call.tool in _CHECKING and call.decision not in ("rejected", "expired")]
    if checks and _valid(checks[-1]):
        found.append(Factor("validation", VALIDATED, "the last pipeline passed the validator and ran on made-up rows"))
    if any(TOOLS[call.tool].destructive and not call.error for call in calls if call.tool in TOOLS):
        found.append(Factor("carried_out", CARRIED_OUT, "the platform confirmed an approved action"))
    if any(call.source == "fallback" for call in calls):
        found.append(Factor("fallback", FALLBACK, "schemas were prepared examples, not the platform's"))
    return found


def _valid(call: Call) -> bool:
    """Only a pipeline that passed is generated or created; a validation says it in its output."""
    return not call.error and bool(json.loads(call.output).get("is_valid", True))
