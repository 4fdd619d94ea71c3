"""What the Migration Engine does with batches: an archive in, a job for each of its exports on the queue."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from dataflow.migration.v1 import batch_pb2
from services.migration.parsers import ExportError
from services.migration.parsers.archives import Units
from services.migration.server import receive
from services.migration.server.batch_contents import contents, plan, slices
from services.migration.server.batch_store import Batch, BatchStore, NewBatch
from services.migration.server.convert import ARCHIVE, made
from services.migration.server.errors import BadUpload
from services.migration.server.receive import Limits, Saved
from services.runtime.context import current_caller, current_workspace
from services.runtime.database import Database
from services.runtime.logs import get_logger
from services.runtime.workers import Workers

log = get_logger("migration")


class Batches:
    """Batches of one server; their jobs are worked off like any others."""

    def __init__(self, database: Database, workers: Workers, limits: Limits) -> None:
        self.store = BatchStore(database)
        self._database = database
        self._workers = workers
        self._limits = limits

    async def take(self, requests: AsyncIterator[batch_pb2.CreateBatchRequest]) -> Batch:
        """Reads an archive to a file, makes a batch of it, and removes the file.

        Raises BadUpload, BadValue, FileTooLarge: nothing is kept then, and no job begins.
        """
        spool = await asyncio.to_thread(made, self._limits.spool_dir)
        with tempfile.NamedTemporaryFile(prefix=ARCHIVE, dir=spool) as file:
            saved = await receive.archive(requests, self._limits, Path(file.name))
            batch_id = await self._create(saved)
        return await self.store.get(current_workspace(), batch_id)

    async def _create(self, saved: Saved) -> UUID:
        archive, filename = str(saved.path), saved.filename
        try:
            found = await self._workers.run_cpu(plan, archive, filename)
            _refuse_empty(found, filename)
            async with self._database.transaction() as connection:
                new = NewBatch(connection, current_workspace(), current_caller().name, saved.dialect)
                await new.begin(filename, found.skipped)
                for part in slices(found.units):
                    await new.add(part, await self._workers.run_cpu(contents, archive, filename, part), saved.tool)
                await new.queue()
        except ExportError as error:
            raise BadUpload(str(error), reason=error.reason) from error
        log.info("batch made", batch_id=str(new.batch_id), jobs=len(new.jobs), set_aside=len(found.skipped))
        return new.batch_id


def _refuse_empty(found: Units, filename: str) -> None:
    if not found.units:
        listed = ", ".join(f"{path!r} ({reason})" for path, reason in found.skipped[:3]) or "nothing"
        raise BadUpload(
            f"the archive {filename!r} holds no export, but {listed}; pack the exports themselves",
            reason="NOT_AN_EXPORT",
        )
