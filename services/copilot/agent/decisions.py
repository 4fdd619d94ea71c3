"""A person's decision on an action: checked, recorded once, and the session taken up where nobody works on it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from services.copilot.agent.arguments import hash_of
from services.copilot.agent.errors import ActionAlreadyDecided, ActionExpired, ActionNotFound, ArgumentsChanged
from services.copilot.agent.store import LAPSED, QUERIES, UNKNOWN, Held, Store, live, locked
from services.runtime.context import current_caller
from services.runtime.errors import ServiceError

LONGEST_COMMENT = 4_000


@dataclass(frozen=True, slots=True)
class Decision:
    """`arguments_hash` is what the person saw; it counts where the action is approved."""

    session_id: str
    action_id: str
    approved: bool
    comment: str = ""
    arguments_hash: str = ""


async def decide(store: Store, decision: Decision) -> Held | None:
    """Records it; the session to go on with, or None where the call that works on it will see the decision.

    Raises SessionNotFound, ActionNotFound, ActionAlreadyDecided, ActionExpired, ArgumentsChanged.
    """
    async with store.database.transaction() as connection:
        row = await locked(connection, decision.session_id)
        calls = await connection.fetch(QUERIES["calls"], decision.session_id)
        call = next((each for each in calls if each["call_id"] == decision.action_id), None)
        refusal = _refusal(call, decision, row["now"])
        if refusal is None:
            await _record(connection, decision)
            return None if live(row) else await store.taken(connection, decision.session_id)
        if isinstance(refusal, ActionExpired):
            await connection.execute(QUERIES["expire"], decision.session_id, LAPSED, UNKNOWN)
    raise refusal


def _refusal(call: Any, decision: Decision, now: Any) -> ServiceError | None:
    if call is None or (call["state"] != "pending" and not call["decision"]):
        return ActionNotFound("this session has no such action to decide on")
    lapsed = call["state"] == "pending" and call["expires_at"] <= now
    if lapsed or call["decision"] == "expired":
        return ActionExpired("nobody decided on this action in time; ask the agent again")
    if call["state"] != "pending":
        return ActionAlreadyDecided(
            f"this action was {call['decision']} by {call['decided_by']}; it can be decided once",
            metadata={"decision": call["decision"], "decided_by": call["decided_by"]},
        )
    seen = (call["arguments_hash"], hash_of(call["arguments"]))
    if decision.approved and not all(hmac.compare_digest(each, decision.arguments_hash.lower()) for each in seen):
        return ArgumentsChanged("arguments_hash is not that of this action's arguments; read them again")
    return None


async def _record(connection: Any, decision: Decision) -> None:
    comment = decision.comment.strip().replace("\x00", "")[:LONGEST_COMMENT]
    given = (decision.action_id, current_caller().name, comment)
    if decision.approved:
        await connection.fetchval(QUERIES["approve"], *given)
    else:
        said = f" They say: {comment}" if comment else ""
        await connection.fetchval(QUERIES["reject"], *given, f"A person rejected this action.{said}")
