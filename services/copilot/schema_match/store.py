"""Results and decisions in PostgreSQL, by workspace."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from services.copilot.schema_match.column import Table
from services.copilot.schema_match.decisions import Decision
from services.runtime.context import current_caller, current_workspace
from services.runtime.database import Database
from services.runtime.errors import NotFound, ServiceError
from services.runtime.logs import get_logger
from services.runtime.queries import load_queries

log = get_logger("schema_match")

QUERIES = load_queries(files(__package__) / "store.sql")
AWAY = "database_unavailable"
"""As `degraded_reasons` has it: the result was not stored, decisions of before are not known."""


class MatchNotFound(NotFound):
    reason = "MATCH_NOT_FOUND"


@dataclass(frozen=True)
class Stored:
    """A result as JSON text, and the request it answered. `updated_at` None: not read."""

    request: str
    result: str
    created_at: datetime
    updated_at: datetime | None = None


class Store:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, request: str, result: str) -> tuple[str, datetime | None]:
        """(id, when) of a new result; ("", None) where the database is away."""
        match_id = str(uuid.uuid4())
        try:
            async with self._database.connection() as connection:
                created = await connection.fetchval(
                    QUERIES["add"], current_workspace(), match_id, request, result, current_caller().name
                )
        except ServiceError as error:
            log.warning("match not stored", reason=error.reason)
            return "", None
        return match_id, created

    async def remembered(self, source: Table, target: Table) -> tuple[list[Decision], str]:
        """Decisions on these tables, oldest first, and what was missing: "" or `database_unavailable`."""
        try:
            async with self._database.connection() as connection:
                rows = await connection.fetch(
                    QUERIES["remembered"], current_workspace(), source.identity, target.identity
                )
        except ServiceError as error:
            log.warning("decisions not read", reason=error.reason)
            return [], AWAY
        return [_decision(row) for row in rows], ""

    async def get(self, match_id: str) -> Stored:
        """Raises MatchNotFound, and DatabaseUnavailable."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(QUERIES["get"], current_workspace(), match_id)
        return Stored(**_found(row, match_id))

    @asynccontextmanager
    async def changing(self, match_id: str) -> AsyncIterator[Change]:
        """A stored result that nobody else changes meanwhile."""
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(QUERIES["lock"], current_workspace(), match_id)
            yield Change(connection, match_id, Stored(**_found(row, match_id)))


@dataclass(frozen=True)
class Change:
    """A result held for a change, in one transaction."""

    connection: Any
    match_id: str
    stored: Stored

    async def save(self, result: str, source: Table, target: Table, decisions: Sequence[Decision]) -> datetime:
        """Keeps the result, and remembers the decisions; when."""
        workspace, tables = current_workspace(), (source.identity, target.identity)
        for each in decisions:
            if each.action != "reject":
                await self.connection.execute(QUERIES["forget_taken"], workspace, *tables, each.source)
            values = (each.source, each.target, each.action, each.expression, each.comment)
            await self.connection.execute(
                QUERIES["remember"], workspace, *tables, *values, self.match_id, current_caller().name
            )
        when: datetime = await self.connection.fetchval(QUERIES["change"], workspace, self.match_id, result)
        return when


def _decision(row: Any) -> Decision:
    return Decision(
        row["source_column"],
        row["action"],
        row["target_column"],
        row["expression"],
        row["comment"],
        row["decided_by"],
        row["decided_at"],
    )


def _found(row: Any, match_id: str) -> dict[str, Any]:
    if row is None:
        raise MatchNotFound(f"match_id: there is no match {match_id[:100]!r} in this workspace")
    return dict(row)
