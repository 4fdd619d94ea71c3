"""Verdicts in PostgreSQL: every one is kept, the last of an object counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from services.migration.conversion import Review
from services.migration.review import Verdict
from services.migration.server.outcome import Outcome
from services.migration.server.store import QUERIES as JOBS
from services.migration.server.store import Job
from services.runtime.database import Database
from services.runtime.queries import load_queries

QUERIES = load_queries(files(__package__) / "review.sql")


def verdict_of(row: Mapping[str, Any]) -> Verdict:
    at = row["created_at"].astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    review = Review(row["action"], row["comment"], row["author"], at)
    return Verdict(row["mapping"], row["object"], review, row["yaml"], row["original"])


class ReviewStore:
    """Reads and writes verdicts. Every call names the workspace it may see."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def of_job(self, job: Job) -> tuple[Verdict, ...]:
        """The verdict that counts on each object, of those given on the job's dialect: other SQL is another matter."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(QUERIES["get_reviews"], job.workspace_id, job.job_id, job.dialect)
        return tuple(verdict_of(row) for row in rows)

    async def keep(self, job: Job, verdict: Verdict, outcome: Outcome) -> Job | None:
        """Writes a verdict and what it makes of the job; None, and nothing, where the job is no longer as it was."""
        result = outcome.result
        assert result is not None, "a conversion that was reviewed has a result"
        key = (job.workspace_id, job.job_id)
        async with self.database.transaction() as connection:
            row = await connection.fetchrow(
                QUERIES["revise_job"],
                *key,
                job.updated_at,
                outcome.status,
                outcome.status_reason,
                outcome.message,
                outcome.confidence,
                result.objects,
                result.issues,
                result.pipelines,
            )
            if row is None:
                return None
            review = verdict.review
            await connection.execute(
                QUERIES["insert_review"],
                *key,
                job.dialect,
                verdict.mapping,
                verdict.object,
                review.action,
                review.comment,
                verdict.yaml,
                verdict.original,
                review.author,
                datetime.fromisoformat(review.at),
            )
            await connection.execute(JOBS["save_result"], *key, result.documents, result.report)
            return Job.of(row)
