"""Builds and drops the vector index in the background, beside searches and writes, one replica at a time."""

from __future__ import annotations

import asyncio
import time
from importlib.resources import files
from string import Template
from typing import Any

import asyncpg

from services.retrieval.lookup import EXACT, HNSW, IVFFLAT
from services.retrieval.settings import RetrievalSettings
from services.retrieval.vector_index import INDEX_NAMES, VectorIndex
from services.runtime.database import Database
from services.runtime.database_errors import LOST
from services.runtime.errors import ServiceError
from services.runtime.logs import get_logger
from services.runtime.queries import load_queries

log = get_logger("vector_index")

# Statements that take no parameters: numbers of checked settings and names of our own are put in.
STATEMENTS = load_queries(files(__package__) / "index_statements.sql")
LOCK = 0x64667678  # "dfvx"
BUILD_SECONDS = 24 * 3600.0


class IndexBuilder:
    """`run()` looks every VECTOR_INDEX_CHECK_SECONDS, and at once after `poke()`, until it is cancelled."""

    def __init__(self, database: Database, index: VectorIndex, settings: RetrievalSettings) -> None:
        self._database = database
        self._index = index
        self._settings = settings
        self._poked = asyncio.Event()
        self._told = ""

    def poke(self) -> None:
        """Much was written: look now."""
        self._poked.set()

    async def run(self) -> None:
        while True:
            try:
                await self.settle()
            except (ServiceError, *LOST, asyncpg.PostgresError, TimeoutError) as error:
                # searches go on exactly meanwhile; what broke off is cleared away by the next look
                log.warning("the vector index is looked at later", error=type(error).__name__, detail=str(error))
            self._poked.clear()
            try:
                async with asyncio.timeout(self._settings.vector_index_check_seconds):
                    await self._poked.wait()
            except TimeoutError:
                continue

    async def settle(self) -> None:
        """Make the indexes what they should be. Returns at once where another replica is at it."""
        state = await self._index.look()
        self._tell(state.version, state.iterative)
        wanted = await self._index.wanted()
        if self._as_wanted(wanted):
            return
        async with self._database.connection() as connection:
            if not await connection.fetchval(STATEMENTS["try_lock"], LOCK):
                return
            try:
                await self._rebuild(connection, wanted)
            finally:
                await connection.execute(STATEMENTS["unlock"], LOCK)
        await self._index.look()

    def _as_wanted(self, wanted: str) -> bool:
        name = INDEX_NAMES.get(wanted)
        return self._index.state.indexes == ({} if name is None else {name: True})

    async def _rebuild(self, connection: Any, wanted: str) -> None:
        """An index that cannot be used is what a build that broke off left: it goes, and so does one of another
        kind once the wanted one is there."""
        state = await self._index.look()
        name = INDEX_NAMES.get(wanted)
        for found, usable in state.indexes.items():
            if not usable:
                await self._execute(connection, "drop", name=found)
        if name is not None and not state.indexes.get(name):
            await self._build(connection, wanted, name)
        for found, usable in state.indexes.items():
            if usable and found != name:
                await self._execute(connection, "drop", name=found)
                log.info("vector index dropped", index=found)

    async def _build(self, connection: Any, kind: str, name: str) -> None:
        started = time.monotonic()
        log.info("vector index being built", index=name)
        settings = self._settings
        await self._execute(connection, "memory", megabytes=settings.vector_index_memory_mb)
        values = {
            HNSW: {"m": settings.hnsw_m, "ef_construction": settings.hnsw_ef_construction},
            IVFFLAT: {"lists": settings.ivfflat_lists},
        }[kind]
        await self._execute(connection, f"build_{kind}", name=name, **values)
        log.info("vector index built", index=name, seconds=round(time.monotonic() - started, 1))

    async def _execute(self, connection: Any, statement: str, **values: object) -> None:
        await connection.execute(STATEMENTS["no_timeout"])
        sql = Template(STATEMENTS[statement]).substitute({key: str(value) for key, value in values.items()})
        await connection.execute(sql, timeout=BUILD_SECONDS)

    def _tell(self, version: str, iterative: bool) -> None:
        if version != self._told:
            self._told = version
            if not iterative and self._settings.vector_index != EXACT:
                log.warning("pgvector is older than 0.8: every search compares every vector", version=version)
            else:
                log.info("pgvector", version=version)
