"""RunFullIndex: the built-in corpus, then the catalog, with progress; resumable, and not ended by one bad entity.

Services are read by turns, a page each, so that their sizes are known early. After each page the state is saved; a run
that breaks off (database, model or catalog gone in between, client gone, server killed) is continued from the last page
by `resume_run_id`. Only one run of a workspace goes on at a time; a second one is refused with INDEX_RUN_IN_PROGRESS.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

from dataflow.retrieval.v1.index_pb2 import RunFullIndexRequest, RunFullIndexResponse
from services.catalog.client import Catalog
from services.catalog.errors import CatalogBusy, CatalogRefused, CatalogSilent, CatalogUnavailable
from services.catalog.settings import CatalogSettings
from services.retrieval.corpus.reader import SERVICE as BUILT_IN
from services.retrieval.corpus.reader import corpus
from services.retrieval.entities import Entity, Indexed
from services.retrieval.full_index_messages import Clock, done_message, error_message, progress_message
from services.retrieval.full_index_reader import ServiceReader
from services.retrieval.full_index_state import AWAY, INCOMPLETE, OPEN, READ, Position, Run, Runs, RunState
from services.retrieval.indexing import Indexer
from services.retrieval.store import Store
from services.runtime.context import detached
from services.runtime.database import Database
from services.runtime.database_errors import DatabaseConflict
from services.runtime.errors import InvalidArgument, ResourceExhausted, ServiceError
from services.runtime.logs import get_logger

log = get_logger("full_index")

SLICE = 256  # entities between two progress messages
BEAT_SECONDS = 15.0
PATIENCE_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # pauses while model or database have too many callers

UNAVAILABLE, UNAUTHORIZED, PARTLY = "catalog_unavailable", "catalog_unauthorized", "catalog_incomplete"


class UnknownServiceError(InvalidArgument):
    reason = "UNKNOWN_CATALOG_SERVICE"


class FullIndex:
    """One a server process."""

    def __init__(
        self,
        *,
        indexer: Indexer,
        store: Store,
        database: Database,
        settings: CatalogSettings,
        written: Callable[[int], None],
    ) -> None:
        """`written` is told how many entities were embedded."""
        self._indexer = indexer
        self._written = written
        self._store = store
        self._settings = settings
        self._runs = Runs(database)

    async def run(self, workspace: str, request: RunFullIndexRequest) -> AsyncGenerator[RunFullIndexResponse]:
        """Messages of a run; the last is `done` or `error`.

        Raises, before the first message, UnknownServiceError, IndexRunInProgress, IndexRunNotFound, IndexRunDone and
        DatabaseUnavailable.
        """
        run = await self._claimed(workspace, request)
        clock = Clock(run.state.seconds)
        async with self._kept(run):
            try:
                yield progress_message(run, clock)
                async for service in self._steps(workspace, run, clock):
                    yield progress_message(run, clock, service)
                await self._save(run, clock, last=True)
            except ServiceError as error:
                log.warning("indexing run broke off", run=str(run.run_id), reason=error.reason)
                yield error_message(run, error)
            else:
                yield done_message(run, clock)

    async def _claimed(self, workspace: str, request: RunFullIndexRequest) -> Run:
        if request.resume_run_id:
            return await self._runs.take_up(workspace, request.resume_run_id)
        unknown = sorted(set(request.services) - set(self._settings.catalog_services))
        if unknown:
            configured = ", ".join(self._settings.catalog_services) or "none"
            raise UnknownServiceError(f"not among the services in CATALOG_SERVICES ({configured}): {unknown[0][:100]}")
        names = () if request.corpus_only else tuple(request.services) or self._settings.catalog_services
        return await self._runs.begin(workspace, RunState({name: Position() for name in names}, request.delete_stale))

    @asynccontextmanager
    async def _kept(self, run: Run) -> AsyncIterator[None]:
        """The run is ours until the end of the block, whatever ends it."""
        beating = asyncio.create_task(self._beat(run), name="index-run-heartbeat", context=detached())
        try:
            yield
        finally:
            beating.cancel()
            with suppress(ServiceError):  # why: with the database away the lease ends by itself
                await asyncio.shield(self._runs.leave(run))

    async def _beat(self, run: Run) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(ServiceError):  # why: the next checkpoint will say that the database is away
                await self._runs.beat(run)

    async def _steps(self, workspace: str, run: Run, clock: Clock) -> AsyncIterator[str]:
        """Everything there is to do; yields the service at work whenever there is something to tell."""
        if not run.state.corpus_done:
            async for _ in self._index(workspace, run, corpus()):
                yield ""
            run.state.corpus_done = True
            await self._save(run, clock)
        async with Catalog(self._settings) as catalog:
            readers = {
                name: ServiceReader(catalog, name, position, self._settings.catalog_page_size)
                for name, position in run.state.services.items()
            }
            while run.state.in_state(OPEN):
                for name in run.state.in_state(OPEN):
                    if run.state.services[name].state != OPEN:
                        continue  # the catalog turned out to be away meanwhile
                    async for _ in self._page(workspace, run, readers[name]):
                        yield name
                    await self._save(run, clock)
        if run.state.in_state(INCOMPLETE) and not run.state.tables:
            run.state.degrade(UNAVAILABLE)
        await self._sweep(workspace, run)

    async def _page(self, workspace: str, run: Run, reader: ServiceReader) -> AsyncIterator[None]:
        """The next page of a service, unless the catalog turns out to be away or the service is left out."""
        there = run.state.tables > 0
        try:
            read = await reader.next_page()
        except (CatalogUnavailable, CatalogRefused) as error:
            if isinstance(error, CatalogBusy) or (there and isinstance(error, CatalogSilent)):
                read = reader.left(error)
            elif there:
                raise  # the run is continued when the catalog is back
            else:
                self._without_catalog(run, error)
                return
        for failure in read.failures:
            run.state.refuse(failure)
        if reader.position.state == INCOMPLETE:
            run.state.degrade(PARTLY)
        async for _ in self._index(workspace, run, read.entities):
            yield

    def _without_catalog(self, run: Run, error: ServiceError) -> None:
        log.warning("catalog left out", run=str(run.run_id), reason=error.reason, detail=error.message)
        for name in run.state.in_state(OPEN):
            run.state.services[name].state = AWAY
        run.state.degrade(UNAVAILABLE)
        if isinstance(error, CatalogRefused):
            run.state.degrade(UNAUTHORIZED)

    async def _index(self, workspace: str, run: Run, entities: Sequence[Entity]) -> AsyncIterator[None]:
        for part in _slices(entities):
            outcome = await self._indexed(workspace, part)
            self._written(outcome.indexed)
            run.state.count(outcome)
            run.state.seen += len(part)
            yield

    async def _indexed(self, workspace: str, part: Sequence[Entity]) -> Indexed:
        for pause in PATIENCE_SECONDS:
            with suppress(ResourceExhausted, DatabaseConflict):  # why: a run waits where a caller would try again
                return await self._indexer.index(workspace, part)
            await asyncio.sleep(pause)
        return await self._indexer.index(workspace, part)

    async def _sweep(self, workspace: str, run: Run) -> None:
        """Delete what was not seen, of the corpus and of services that were read to the end."""
        for service in [BUILT_IN, *run.state.in_state(READ)] if run.state.delete_stale else []:
            run.state.deleted += await self._store.delete_stale(workspace, run.started_at, service=service)

    async def _save(self, run: Run, clock: Clock, *, last: bool = False) -> None:
        run.state.seconds = clock.seconds()
        await (self._runs.finish(run) if last else self._runs.checkpoint(run))


def _slices(entities: Sequence[Entity]) -> Iterable[Sequence[Entity]]:
    return (entities[at : at + SLICE] for at in range(0, len(entities), SLICE))
