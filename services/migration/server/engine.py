"""What the Migration Engine does with uploads and jobs; the servicer and the queue's worker both call it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from services.migration.ast import Tool
from services.migration.fallback import ModelAnswer, ModelRequest
from services.migration.parsers import ExportError, parse
from services.migration.server import outcome, queue, stored
from services.migration.server.batch import Batches
from services.migration.server.convert import Converted, Export, convert, started
from services.migration.server.errors import BadUpload
from services.migration.server.models import Models
from services.migration.server.outcome import Outcome
from services.migration.server.receive import Limits, Received
from services.migration.server.review import Reviews
from services.migration.server.settings import MigrationSettings
from services.migration.server.store import AT_REST, Job, JobStore
from services.migration.server.upload import Upload
from services.migration.validate import Validation
from services.runtime.app import Runtime
from services.runtime.context import current_caller, current_workspace, remaining
from services.runtime.database_errors import DatabaseBusy, DatabaseConflict, DatabaseUnavailable
from services.runtime.errors import ServiceError
from services.runtime.logs import get_logger
from services.runtime.workers import TaskTimeout, WorkerDied, WorkersBusy

log = get_logger("migration")

T = TypeVar("T")

POLL_S = 0.25  # another replica may convert the job, so its end is looked for as well as awaited
RETRY_S = 0.5
MIN_RUN_S = 1.0
QUESTIONS = 2  # times a job may stop to ask a model: an answer can change what stands behind it
SHARE_OF_MODELS = 0.5  # of the time a job has left, the most that its questions may take
PASSING = (DatabaseUnavailable, DatabaseBusy, DatabaseConflict, WorkersBusy)

REPLY_MARGIN_S = 2.0  # an upload still running this close to its deadline is answered as it is


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """The outcome of a call, however long the database is away or all are busy: no work is thrown away for that."""
    while True:
        try:
            return await call()
        except PASSING:
            await asyncio.sleep(RETRY_S)


def identify(content: bytes, filename: str, tool: Tool | None) -> Tool:
    """The export's tool, its whole text having been read. Runs in the pool; raises ExportError."""
    return parse(content, filename, tool).tool


class Engine:
    """Uploads in, jobs worked off, results out. One per server; any number of replicas share the database."""

    def __init__(self, runtime: Runtime[MigrationSettings]) -> None:
        settings = runtime.settings
        self.store = JobStore(runtime.database)
        self.workers = runtime.workers
        self.limits = Limits(settings.max_upload_size_mb * 1024 * 1024, settings.upload_dir)
        self.models = Models(runtime)
        self.reviews = Reviews(self.store, runtime.workers)
        self.batches = Batches(runtime.database, runtime.workers, self.limits)
        self._database = runtime.database
        self._attempts = settings.job_attempts
        self._limit_s = settings.job_timeout_seconds
        self._ended: dict[UUID, asyncio.Event] = {}
        # a job's time does not run while it waits for a process, or for one to start
        self._process = asyncio.Semaphore(runtime.workers.size)

    async def take(self, received: Received) -> Job:
        """Makes a job of an upload and waits for its end as long as the call may. Raises what `begin` raises."""
        return await self._settled(current_workspace(), await self.begin(received))

    async def begin(self, received: Received) -> UUID:
        """Makes a job of an upload and queues it.

        Raises BadUpload, before there is a job, where the file cannot be read as an export.
        """
        try:
            tool = await self.workers.run_cpu(identify, received.content, received.filename, received.tool)
        except ExportError as error:
            raise BadUpload(str(error), reason=error.reason) from error
        upload = Upload(received.filename, received.content, {})
        async with self._database.transaction() as connection:
            job_id = await self.store.create(
                connection,
                current_workspace(),
                upload,
                tool=tool.value,
                dialect=received.dialect,
                caller=current_caller().name,
            )
            await queue.enqueue(connection, current_workspace(), [job_id])
        return job_id

    async def convert_again(self, job: Job, dialect: str) -> Job:
        """Queues a job at rest once more. Raises JobRunning where it is not at rest."""
        async with self._database.transaction() as connection:
            await self.store.restart(connection, job.workspace_id, job.job_id, dialect or job.dialect)
            await queue.enqueue(connection, job.workspace_id, [job.job_id])
        return await self._settled(job.workspace_id, job.job_id)

    async def _settled(self, workspace: str, job_id: UUID) -> Job:
        ended = self._ended.setdefault(job_id, asyncio.Event())
        try:
            while True:
                job = await self.store.get(workspace, job_id)
                left = remaining()
                if job.at_rest or (left is not None and left < REPLY_MARGIN_S):
                    return job
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), POLL_S)
                ended.clear()  # a job that is converted again has yet to end
        finally:
            self._ended.pop(job_id, None)

    async def validate(self, job: Job) -> Validation:
        """The checks on a job's pipelines. Raises NoResult where it has none."""
        documents = await self.store.documents(job.workspace_id, job.job_id)
        report = await self.store.report(job.workspace_id, job.job_id)
        text = "---\n".join(document["yaml"] for document in documents)
        return await self.workers.run_cpu(stored.validate, text, report)

    async def lost(self, connection: Any) -> list[UUID]:
        """Jobs under way that the queue knows nothing of."""
        return await self.store.lost(connection)

    async def work(self, job_id: UUID) -> None:
        """Converts a queued job; what the queue's worker calls. A job that is gone or at rest is left alone."""
        job = await patiently(lambda: self.store.claim(job_id))
        if job is None:
            return
        try:
            ended = await self._attempt(job)
        except asyncio.CancelledError:
            # this server stops: the attempt does not count, another worker begins anew
            await asyncio.shield(self.store.release(job))
            raise
        log.info("job ended", job_id=str(job_id), status=ended.status, reason=ended.status_reason)
        if job_id in self._ended:
            self._ended[job_id].set()

    async def _attempt(self, job: Job) -> Outcome:
        """How the job ended, written down. Raises a ServiceError while another attempt is left."""
        try:
            ended = await self._convert(job)
            await patiently(lambda: self.store.finish(job, ended))
        except Exception as error:  # noqa: BLE001  # why: marked as failed, with its reason; the queue goes on
            ended = self._failure(job, error)
            await patiently(lambda: self.store.finish(job, ended))
        return ended

    async def _convert(self, job: Job) -> Outcome:
        if job.attempts > self._attempts:
            return outcome.gave_up(self._attempts)
        content = await patiently(lambda: self.store.content(job.workspace_id, job.job_id))
        answers = await patiently(lambda: self.store.answers(job))
        verdicts = await patiently(lambda: self.reviews.store.of_job(job))
        tool = Tool(job.migration_type)
        clock = asyncio.get_running_loop().time
        until = clock() + self._limit_s
        seen: set[str] = set()
        asked = 0
        while True:
            may_ask = self.models.on and asked < QUESTIONS
            export = Export(content, job.filename, tool, job.dialect, answers, may_ask, verdicts)
            waiting = clock()
            async with self._process:
                await patiently(lambda: self.workers.run_cpu(started))
                until += clock() - waiting
                found = await self._run(job, export, seen, until)
            if not isinstance(found, tuple):
                return found
            answers |= await self._ask(job, found, until)
            asked += 1

    async def _ask(self, job: Job, requests: tuple[ModelRequest, ...], until: float) -> dict[str, ModelAnswer]:
        async def keep(key: str, answer: ModelAnswer) -> None:
            await patiently(lambda: self.store.keep_answer(job, key, answer))

        left = until - asyncio.get_running_loop().time()
        return await self.models.ask(job, requests, keep, seconds=left * SHARE_OF_MODELS)

    async def _run(self, job: Job, export: Export, seen: set[str], until: float) -> Converted:
        """One run of the core, within the job's time. A status is entered once, however many runs there are."""

        async def enter(status: str) -> None:
            if status not in AT_REST and status not in seen:  # those at rest are entered together with the result
                seen.add(status)
                await patiently(lambda: self.store.enter(job, status))

        left = max(MIN_RUN_S, until - asyncio.get_running_loop().time())
        return await patiently(lambda: convert(self.workers, export, enter, limit_s=left, spool=self.limits.spool_dir))

    def _failure(self, job: Job, error: Exception) -> Outcome:
        """What an error makes of the job. Raises it again where another attempt may do better."""
        match error:
            case ExportError():
                return outcome.failure(error.reason, str(error))
            case ServiceError() if job.attempts < self._attempts:
                raise error
            case TaskTimeout():
                return outcome.timed_out(self._limit_s, self._attempts)
            case WorkerDied():
                return outcome.gave_up(self._attempts)
            case ServiceError():
                return outcome.failure(error.reason, error.message)
        log.error("conversion failed", job_id=str(job.job_id), exc_info=error)
        return outcome.defect(str(job.job_id))
