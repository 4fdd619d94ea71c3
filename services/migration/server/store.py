"""Jobs, uploads, stages and results in PostgreSQL. Every call names the workspace it may see."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid4

from services.migration.fallback import ModelAnswer
from services.migration.server.errors import JobNotFinished, JobNotFound, JobRunning, NoResult
from services.migration.server.outcome import Outcome
from services.migration.server.upload import Upload
from services.runtime.database import Database
from services.runtime.queries import load_queries
from services.runtime.schema_versions import load_schema

QUERIES = load_queries(files(__package__) / "queries.sql")
SCHEMA = load_schema("migration", files(__package__) / "schema")

STAGES = {"parsing": "parse", "converting": "convert", "validating": "validate"}  # status → the stage it begins
AT_REST = frozenset({"completed", "completed_with_warnings", "failed"})


@dataclass(frozen=True, slots=True)
class Job:
    """One row of migration_jobs."""

    job_id: UUID
    workspace_id: str
    filename: str
    migration_type: str
    dialect: str
    status: str
    status_reason: str
    message: str
    confidence: float
    size_bytes: int
    pipelines: int
    total_objects: int
    issues_count: int
    attempts: int
    created_by: str
    created_at: datetime
    updated_at: datetime
    batch_id: UUID | None = None  # where it came in one

    @property
    def at_rest(self) -> bool:
        return self.status in AT_REST

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Job:
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    status: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobFilter:
    """What `/jobs` takes; empty strings filter nothing."""

    status: str = ""
    migration_type: str = ""
    search: str = ""
    sort_by: str = "created_at"
    order: str = "desc"
    page: int = 1
    page_size: int = 20


def parse_job_id(text: str) -> UUID:
    """Raises JobNotFound: an id that is none cannot name a job."""
    try:
        return UUID(text)
    except ValueError:
        raise JobNotFound(f"there is no job {text[:64]!r}") from None


class JobStore:
    """Reads and writes jobs. A workspace sees its own jobs only; another's id answers JobNotFound."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def _row(self, query: str, *arguments: object) -> Any:
        async with self.database.connection() as connection:
            return await connection.fetchrow(query, *arguments)

    async def _rows(self, query: str, *arguments: object) -> Any:
        async with self.database.connection() as connection:
            return await connection.fetch(query, *arguments)

    async def create(
        self, connection: Any, workspace: str, upload: Upload, *, tool: str, dialect: str, caller: str
    ) -> UUID:
        """Writes job and upload on the connection given, so that the queue's entry joins the same transaction."""
        job_id = uuid4()
        await connection.execute(
            QUERIES["insert_job"],
            job_id,
            workspace,
            upload.filename,
            tool,
            dialect,
            len(upload.content),
            caller,
        )
        digest = (await asyncio.to_thread(hashlib.sha256, upload.content)).hexdigest()
        await connection.execute(QUERIES["insert_upload"], job_id, workspace, upload.content, digest)
        return job_id

    async def get(self, workspace: str, job_id: UUID) -> Job:
        row = await self._row(QUERIES["get_job"], workspace, job_id)
        if row is None:
            raise JobNotFound(f"there is no job {str(job_id)!r} in workspace {workspace!r}")
        return Job.of(row)

    async def stages(self, workspace: str, job_id: UUID) -> list[Stage]:
        rows = await self._rows(QUERIES["get_stages"], workspace, job_id)
        return [Stage(row["name"], row["status"], row["started_at"], row["finished_at"]) for row in rows]

    async def content(self, workspace: str, job_id: UUID) -> bytes:
        row = await self._row(QUERIES["get_upload"], workspace, job_id)
        if row is None:
            raise JobNotFound(f"there is no upload of job {str(job_id)!r}")
        return bytes(row["content"])

    async def page(self, workspace: str, wanted: JobFilter) -> tuple[list[Job], int]:
        """One page of jobs and how many match in all."""
        matching = (workspace, wanted.status, wanted.migration_type, wanted.search)
        offset = (wanted.page - 1) * wanted.page_size
        rows = await self._rows(QUERIES["list_jobs"], *matching, wanted.sort_by, wanted.order, wanted.page_size, offset)
        if rows:
            return [Job.of(row) for row in rows], rows[0]["total"]
        counted = await self._row(QUERIES["count_jobs"], *matching)
        return [], counted[0] if counted else 0

    async def documents(self, workspace: str, job_id: UUID) -> list[dict[str, Any]]:
        """The YAML documents of a job's result, in the export's order."""
        found: list[dict[str, Any]] = await self._result(workspace, job_id, "documents", NoResult)
        return found

    async def report(self, workspace: str, job_id: UUID) -> dict[str, Any]:
        found: dict[str, Any] = await self._result(workspace, job_id, "report", JobNotFinished)
        return found

    async def _result(self, workspace: str, job_id: UUID, column: str, missing: type[NoResult | JobNotFinished]) -> Any:
        row = await self._row(QUERIES[f"get_{column}"], workspace, job_id)
        if row is not None:
            return await asyncio.to_thread(json.loads, row[column])
        job = await self.get(workspace, job_id)
        if job.at_rest:
            raise missing(f"job {job_id} failed before there was a result: {job.message}")
        raise missing(f"job {job_id} is still {job.status}; ask /jobs/{job_id}/status")

    async def claim(self, job_id: UUID) -> Job | None:
        """Counts an attempt, which begins with no stage entered; None where the job is gone or already at rest.

        So it is where a batch was cancelled after the attempt before.
        """
        async with self.database.transaction() as connection:
            dropped = await connection.fetchrow(QUERIES["drop_cancelled"], job_id)
            if dropped is not None:
                await connection.execute(QUERIES["end_stages"], dropped["workspace_id"], job_id, "failed")
                return None
            row = await connection.fetchrow(QUERIES["claim_job"], job_id)
            if row is None:
                return None
            job = Job.of(row)
            await connection.execute(QUERIES["clear_stages"], job.workspace_id, job.job_id)
            return job

    async def enter(self, job: Job, status: str) -> None:
        """Moves a running job to its next status, closing the stage before and opening the new one.

        Nothing happens where the attempt is no longer the job's.
        """
        key = (job.workspace_id, job.job_id)
        async with self.database.transaction() as connection:
            if await connection.fetchrow(QUERIES["set_status"], *key, job.attempts, status) is None:
                return
            await connection.execute(QUERIES["end_stages"], *key, "completed")
            if status in STAGES:
                await connection.execute(QUERIES["begin_stage"], *key, STAGES[status], list(STAGES).index(status))

    async def finish(self, job: Job, outcome: Outcome) -> None:
        """Writes down how a job ended, with its result. Nothing happens where the attempt is no longer the job's."""
        key = (job.workspace_id, job.job_id)
        result = outcome.result
        counts = (result.objects, result.issues, result.pipelines) if result else (0, 0, 0)
        async with self.database.transaction() as connection:
            finished = await connection.fetchrow(
                QUERIES["finish_job"],
                *key,
                job.attempts,
                outcome.status,
                outcome.status_reason,
                outcome.message,
                outcome.confidence,
                *counts,
            )
            if finished is None:
                return
            await connection.execute(QUERIES["end_stages"], *key, "completed" if result else "failed")
            if result:
                await connection.execute(QUERIES["save_result"], *key, result.documents, result.report)

    async def answers(self, job: Job) -> dict[str, ModelAnswer]:
        """What a language model has answered for a job, by request."""
        rows = await self._rows(QUERIES["get_answers"], job.workspace_id, job.job_id)
        return {row["key"]: ModelAnswer.of(json.loads(row["answer"])) for row in rows}

    async def keep_answer(self, job: Job, key: str, answer: ModelAnswer) -> None:
        """Writes an answer down. Nothing happens where the attempt is no longer the job's, or one is there."""
        text = json.dumps(answer.as_dict())
        arguments = (job.workspace_id, job.job_id, job.attempts, key, answer.good, text)
        async with self.database.connection() as connection:
            await connection.execute(QUERIES["keep_answer"], *arguments)

    async def release(self, job: Job) -> None:
        """Gives a job back that was not finished because its worker stops; the attempt does not count."""
        async with self.database.connection() as connection:
            await connection.execute(QUERIES["release_job"], job.workspace_id, job.job_id, job.attempts)

    async def lost(self, connection: Any) -> list[UUID]:
        """Jobs under way that the queue knows nothing of."""
        return [row["job_id"] for row in await connection.fetch(QUERIES["requeue_lost"])]

    async def restart(self, connection: Any, workspace: str, job_id: UUID, dialect: str) -> None:
        """Makes a job at rest one that was just uploaded: a result of before would pass for that of the new dialect.

        Good answers of a language model stay; those that failed are asked for again.
        Raises JobRunning while the job is being converted.
        """
        key = (workspace, job_id)
        if await connection.fetchrow(QUERIES["restart_job"], *key, dialect) is None:
            raise JobRunning(f"job {job_id} is being converted; wait for it to end, then convert it again")
        await connection.execute(QUERIES["clear_stages"], *key)
        await connection.execute(QUERIES["clear_result"], *key)
        await connection.execute(QUERIES["forget_failed_answers"], *key)
