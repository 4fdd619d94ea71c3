"""What was said before: kept in PostgreSQL by workspace and conversation, cut to what a prompt has room for.

The database may be away: the conversation then goes on without its past, and the reply says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from services.copilot.model.prompts import tokens_of
from services.runtime.context import current_workspace
from services.runtime.database import Database
from services.runtime.errors import ServiceError
from services.runtime.logs import get_logger
from services.runtime.queries import load_queries

log = get_logger("conversations")

QUERIES = load_queries(files(__package__) / "conversations.sql")
AWAY = "history_unavailable"
"""As `degraded_reasons` has it."""
MOST_MESSAGES = 40
MOST_TOKENS = 6_000
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One message: `role` is `user`, `assistant` or `system` (a note of the application)."""

    role: str
    content: str


class Conversations:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def before(self, conversation_id: str) -> tuple[list[Said], str]:
        """The latest messages, oldest first, and what was missing: "" or `history_unavailable`."""
        if not conversation_id:
            return [], ""
        try:
            async with self._database.connection() as connection:
                rows = await connection.fetch(
                    QUERIES["latest"], current_workspace(), conversation_id[:LONGEST_ID], MOST_MESSAGES
                )
        except ServiceError as error:
            log.warning("conversation not read", reason=error.reason)
            return [], AWAY
        return [Said(row["role"], row["content"]) for row in reversed(rows)], ""

    async def add(self, conversation_id: str, question: str, answer: str) -> str:
        """Keeps a question with its answer; what was missing: "" or `history_unavailable`."""
        contents = [text.replace("\x00", "") for text in (question, answer)]
        try:
            async with self._database.transaction() as connection:
                await connection.execute(
                    QUERIES["add"], current_workspace(), conversation_id[:LONGEST_ID], ["user", "assistant"], contents
                )
        except ServiceError as error:
            log.warning("conversation not kept", reason=error.reason)
            return AWAY
        return ""


def new_id() -> str:
    return str(uuid.uuid4())


def fitting(said: Iterable[Said], tokens: int = MOST_TOKENS) -> list[Said]:
    """The last messages that fit into `tokens`, oldest first, beginning with the user's; a longer one ends the list."""
    kept: list[Said] = []
    for each in reversed(list(said)):
        tokens -= tokens_of(each.content)
        if tokens < 0:
            break
        kept.append(each)
    kept.reverse()
    return _from_user(kept)


def _from_user(said: Sequence[Said]) -> list[Said]:
    start = next((place for place, each in enumerate(said) if each.role != "assistant"), len(said))
    return list(said[start:])
