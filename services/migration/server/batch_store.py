"""Batches in PostgreSQL. How far one is stands in its jobs alone, so nothing can disagree with them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid4

from services.migration.ast import Tool
from services.migration.parsers.archives import Unit
from services.migration.server import queue
from services.migration.server.errors import BatchNotFound
from services.migration.server.store import AT_REST
from services.migration.server.store import QUERIES as JOBS
from services.runtime.database import Database
from services.runtime.queries import load_queries

QUERIES = load_queries(files(__package__) / "batch.sql")
POISONOUS = frozenset({"WORKER_DIED", "TIMEOUT"})
"""Reasons of a job that was tried `job_attempts` times and never ended by itself."""
CANCELLED = "CANCELLED"
RATE_OF = 100  # jobs whose times tell the present rate
RATE_FROM = 2  # jobs that have to be over before a rate is told


@dataclass(frozen=True, slots=True)
class Member:
    """One job of a batch."""

    job_id: UUID
    path: str
    status: str
    reason: str
    attempts: int
    updated_at: datetime

    @property
    def is_over(self) -> bool:
        return self.status in AT_REST

    @property
    def is_done(self) -> bool:
        return self.is_over and self.reason != CANCELLED


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as its jobs make it; `rate` is jobs a second, 0 where none is known."""

    batch_id: UUID
    filename: str
    created_at: datetime
    cancelled_at: datetime | None
    members: tuple[Member, ...]
    set_aside: tuple[tuple[str, str], ...] = ()  # entries that are no job: path, reason
    rate: float = 0.0

    @property
    def done(self) -> int:
        return sum(member.is_done for member in self.members)

    @property
    def failed(self) -> int:
        return sum(member.is_done and member.status == "failed" for member in self.members)

    @property
    def left(self) -> int:
        return sum(not member.is_over for member in self.members)

    @property
    def status(self) -> str:
        """The name of a `BatchStatus`."""
        if self.cancelled_at:
            return "cancelled"
        if self.left:
            begun = any(member.is_over or member.attempts for member in self.members)
            return "running" if begun else "queued"
        return "completed_with_failures" if self.failed else "completed"

    @property
    def eta_seconds(self) -> int | None:
        if not self.left:
            return 0
        return math.ceil(self.left / self.rate) if self.rate else None

    @property
    def skipped(self) -> tuple[tuple[str, str], ...]:
        """Entries that are no job, and those whose job was given up."""
        poisonous = tuple((member.path, "POISONOUS") for member in self.members if member.reason in POISONOUS)
        return self.set_aside + poisonous

    @property
    def updated_at(self) -> datetime:
        return max((member.updated_at for member in self.members), default=self.created_at)


def parse_batch_id(text: str) -> UUID:
    """Raises BatchNotFound: an id that is none cannot name a batch."""
    try:
        return UUID(text)
    except ValueError:
        raise BatchNotFound(f"there is no batch {text[:64]!r}") from None


@dataclass(slots=True)
class NewBatch:
    """A batch being written, on one connection within one transaction; nothing of it is seen before that ends."""

    connection: Any
    workspace: str
    caller: str
    dialect: str
    batch_id: UUID = field(default_factory=uuid4)
    jobs: list[UUID] = field(default_factory=list)

    async def begin(self, filename: str, skipped: Iterable[tuple[str, str]]) -> None:
        listed = json.dumps(list(skipped))
        await self.connection.execute(
            QUERIES["insert_batch"], self.batch_id, self.workspace, filename, listed, self.caller
        )

    async def add(self, units: Sequence[Unit], contents: Sequence[bytes], tool: Tool | None) -> None:
        """Writes a job and an upload for each unit. `contents` are their bytes; `tool`, where given, is that of all."""
        ids = [uuid4() for _ in units]
        jobs = [
            (job_id, self.workspace, PurePosixPath(unit.path).name, (tool or unit.tool).value, self.dialect,
             len(content), self.caller, self.batch_id, len(self.jobs) + number, unit.path)
            for number, (job_id, unit, content) in enumerate(zip(ids, units, contents, strict=True))
        ]  # fmt: skip
        uploads = [
            (job_id, self.workspace, content, hashlib.sha256(content).hexdigest())
            for job_id, content in zip(ids, contents, strict=True)
        ]
        await self.connection.executemany(QUERIES["insert_job"], jobs)
        await self.connection.executemany(JOBS["insert_upload"], uploads)
        self.jobs += ids

    async def queue(self) -> None:
        """The last step: it holds up everybody else who queues until the transaction ends."""
        await queue.enqueue(self.connection, self.workspace, self.jobs, in_batch=True)


class BatchStore:
    """Reads and cancels batches. A workspace sees its own only; another's id answers BatchNotFound."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def get(self, workspace: str, batch_id: UUID) -> Batch:
        key = (workspace, batch_id)
        async with self.database.connection() as connection:
            row = await connection.fetchrow(QUERIES["get_batch"], *key)
            if row is None:
                raise BatchNotFound(f"there is no batch {str(batch_id)!r} in workspace {workspace!r}")
            members = await connection.fetch(QUERIES["get_members"], *key)
            rate = await connection.fetchrow(QUERIES["get_rate"], *key, RATE_OF)
        return Batch(
            batch_id=batch_id,
            filename=row["filename"],
            created_at=row["created_at"],
            cancelled_at=row["cancelled_at"],
            members=tuple(
                Member(
                    each["job_id"],
                    each["member"],
                    each["status"],
                    each["status_reason"],
                    each["attempts"],
                    each["updated_at"],
                )
                for each in members
            ),
            set_aside=tuple((path, reason) for path, reason in json.loads(row["skipped"])),
            rate=float(rate["rate"]) if rate["ended"] >= RATE_FROM else 0.0,
        )

    async def cancel(self, workspace: str, batch_id: UUID) -> None:
        """Drops the jobs that nobody has begun; a batch that is over, or was cancelled before, is left as it is."""
        key = (workspace, batch_id)
        async with self.database.transaction() as connection:
            if await connection.fetchrow(QUERIES["cancel_batch"], *key) is None:
                return
            dropped = await connection.fetch(QUERIES["drop_waiting"], *key)
            payloads = [str(row["job_id"]).encode() for row in dropped]
            await connection.execute(QUERIES["unqueue"], payloads)
