"""What a caller of the agent may be told.

NotFound            SESSION_NOT_FOUND, ACTION_NOT_FOUND
Aborted             SESSION_BUSY, SESSION_TAKEN_OVER
FailedPrecondition  ACTIONS_PENDING, ACTION_ALREADY_DECIDED, ACTION_EXPIRED, ARGUMENTS_CHANGED
"""

from __future__ import annotations

from services.runtime.errors import Aborted, FailedPrecondition, NotFound


class SessionNotFound(NotFound):
    """Also for another workspace's."""

    reason = "SESSION_NOT_FOUND"


class ActionNotFound(NotFound):
    reason = "ACTION_NOT_FOUND"


class SessionBusy(Aborted):
    """Another call works on the session."""

    reason = "SESSION_BUSY"


class SessionTaken(Aborted):
    """This call was silent for so long that another one went on with the session."""

    reason = "SESSION_TAKEN_OVER"


class ActionsPending(FailedPrecondition):
    reason = "ACTIONS_PENDING"


class ActionAlreadyDecided(FailedPrecondition):
    reason = "ACTION_ALREADY_DECIDED"


class ActionExpired(FailedPrecondition):
    reason = "ACTION_EXPIRED"


class ArgumentsChanged(FailedPrecondition):
    reason = "ARGUMENTS_CHANGED"
