"""The state of an indexing run, and how it is kept in PostgreSQL."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any

from services.retrieval.entities import Failure, Indexed
from services.runtime.database import Database
from services.runtime.errors import Aborted, FailedPrecondition, NotFound
from services.runtime.queries import load_queries

QUERIES = load_queries(files(__package__) / "full_index.sql")

LEASE_SECONDS = 60.0
"""A run that was not heard of for so long may be taken up by another server."""
MOST_FAILURES = 100

OPEN, READ, INCOMPLETE, AWAY = "open", "read", "incomplete", "away"


class IndexRunInProgress(Aborted):
    reason = "INDEX_RUN_IN_PROGRESS"


class IndexRunNotFound(NotFound):
    reason = "INDEX_RUN_NOT_FOUND"


class IndexRunDone(FailedPrecondition):
    reason = "INDEX_RUN_DONE"


class IndexRunLost(Aborted):
    """Another server has taken the run up."""

    reason = "INDEX_RUN_LOST"


@dataclass(slots=True)
class Position:
    """How far a service is read. `after` is the cursor of the next page, `limit` the size it is asked in (0: the
    usual one), `total` the tables the catalog says there are."""

    state: str = OPEN
    after: str = ""
    limit: int = 0
    tables: int = 0
    total: int | None = None
    restarted: bool = False


@dataclass(slots=True)
class RunState:
    """What is saved. Counts are entities; `seconds` were spent before the last checkpoint."""

    services: dict[str, Position]
    delete_stale: bool
    corpus_done: bool = False
    seen: int = 0
    embedded: int = 0
    skipped: int = 0
    failed: int = 0
    deleted: int = 0
    seconds: float = 0.0
    degraded: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def tables(self) -> int:
        """Tables read of all services."""
        return sum(position.tables for position in self.services.values())

    def count(self, outcome: Indexed) -> None:
        self.embedded += outcome.indexed
        self.skipped += outcome.unchanged
        for failure in outcome.failures:
            self.refuse(failure)

    def refuse(self, failure: Failure) -> None:
        self.failed += 1
        if len(self.failures) < MOST_FAILURES:
            self.failures.append(failure)

    def degrade(self, reason: str) -> None:
        if reason not in self.degraded:
            self.degraded.append(reason)

    def in_state(self, state: str) -> list[str]:
        return [name for name, position in self.services.items() if position.state == state]

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of_text(cls, text: str) -> RunState:
        saved: dict[str, Any] = json.loads(text)
        saved["services"] = {name: Position(**position) for name, position in saved["services"].items()}
        saved["failures"] = [Failure(**failure) for failure in saved["failures"]]
        return cls(**saved)


@dataclass(slots=True)
class Run:
    run_id: uuid.UUID
    started_at: datetime  # of the database's clock, when it first began
    state: RunState


class Runs:
    """Runs of one server process. Methods raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owner = uuid.uuid4().hex
        self._active: set[uuid.UUID] = set()

    async def begin(self, workspace: str, state: RunState) -> Run:
        """A new run. Raises IndexRunInProgress while the workspace has one."""
        async with self._database.transaction() as connection:
            await self._make_free(connection, workspace)
            await connection.execute(QUERIES["forget"], workspace)
            row = await connection.fetchrow(QUERIES["begin"], workspace, self._owner, state.text())
        return self._activated(Run(row["run_id"], row["started_at"], state))

    async def take_up(self, workspace: str, run_id: str) -> Run:
        """An interrupted run, as it was saved last. Raises IndexRunNotFound, IndexRunDone, IndexRunInProgress."""
        identifier = _uuid(run_id)
        async with self._database.transaction() as connection:
            await self._make_free(connection, workspace)
            row = await connection.fetchrow(QUERIES["find"], workspace, identifier)
            if row is None:
                raise _unknown(run_id)
            if row["status"] == "done":
                raise IndexRunDone(f"the indexing run {run_id} is over; start a new one", metadata={"run_id": run_id})
            await connection.execute(QUERIES["take_up"], identifier, self._owner)
        return self._activated(Run(identifier, row["started_at"], RunState.of_text(row["state"])))

    async def checkpoint(self, run: Run) -> None:
        """Save the state. Raises IndexRunLost."""
        await self._save("checkpoint", run)

    async def finish(self, run: Run) -> None:
        """Save the state; the run is over. Raises IndexRunLost."""
        await self._save("finish", run)

    async def beat(self, run: Run) -> None:
        """Say that the run is alive."""
        async with self._database.connection() as connection:
            await connection.execute(QUERIES["beat"], run.run_id, self._owner)

    async def leave(self, run: Run) -> None:
        """Give the run up, if it is not over; it can be taken up at once."""
        self._active.discard(run.run_id)
        async with self._database.connection() as connection:
            await connection.execute(QUERIES["interrupt"], run.run_id, self._owner)

    async def _make_free(self, connection: Any, workspace: str) -> None:
        await connection.execute(QUERIES["lock_workspace"], workspace)
        await connection.execute(
            QUERIES["release_abandoned"], workspace, LEASE_SECONDS, self._owner, list(self._active)
        )
        running = await connection.fetchval(QUERIES["running"], workspace)
        if running is not None:
            raise IndexRunInProgress(
                f"the workspace is being indexed by run {running}; wait for its end, or resume it when it broke off",
                metadata={"run_id": str(running)},
            )

    async def _save(self, query: str, run: Run) -> None:
        async with self._database.connection() as connection:
            saved = await connection.fetchval(QUERIES[query], run.run_id, self._owner, run.state.text())
        if saved is None:
            raise IndexRunLost("another server has taken this indexing run up")

    def _activated(self, run: Run) -> Run:
        self._active.add(run.run_id)
        return run


def _uuid(run_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(run_id)
    except ValueError:
        raise _unknown(run_id) from None


def _unknown(run_id: str) -> IndexRunNotFound:
    return IndexRunNotFound(f"the workspace has no indexing run '{run_id[:64]}'", metadata={"run_id": run_id[:64]})
