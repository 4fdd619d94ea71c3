"""PostgreSQL for one server: a pool that is made on first use and recovers by itself.

While the database is away calls fail in milliseconds with DATABASE_UNAVAILABLE; one task in the background
keeps trying, so it is used again within about a second of coming back. Nothing here ever shows the URL.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import asyncpg

from services.runtime.context import detached, within
from services.runtime.database_errors import (
    AWAY,
    DatabaseBusy,
    DatabaseUnavailable,
    SchemaMismatch,
    sentence,
    translated,
)
from services.runtime.database_pool import CONNECT_SECONDS, OnConnection, connected_pool, driver_url, release
from services.runtime.logs import get_logger
from services.runtime.schema_versions import Schema
from services.runtime.server_settings import ServerSettings

log = get_logger("database")

ACQUIRE_SECONDS = 5.0
RETRY_SECONDS = 0.5
SCHEMA_RETRY_SECONDS = 10.0


class Database:
    """`async with database.connection() as connection: await connection.fetchrow(queries["get_job"], …)`."""

    def __init__(
        self, url: str, *, pool_size: int = 10, statement_seconds: float = 30.0, application: str = "dataflow"
    ) -> None:
        self.url = driver_url(url)
        self._pool_size = pool_size
        self._statement_seconds = statement_seconds
        self._application = application
        self._schemas: list[Schema] = []
        self._on_connection: list[OnConnection] = []
        self._pool: asyncpg.Pool | None = None
        self._lock = asyncio.Lock()
        self._retrying: asyncio.Task[None] | None = None
        self._why = ""
        self._closed = False

    def __repr__(self) -> str:
        return f"Database({self._application!r})"

    @classmethod
    def from_settings(cls, settings: ServerSettings, *, application: str) -> Self:
        return cls(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool_size,
            statement_seconds=settings.database_timeout_seconds,
            application=application,
        )

    def add_schema(self, schema: Schema) -> None:
        """Bring `schema` up to date whenever the pool is made, before anybody gets a connection."""
        self._schemas.append(schema)

    def on_connection(self, callback: OnConnection) -> None:
        """Run `callback` on each new connection (codecs, for instance)."""
        self._on_connection.append(callback)

    async def pool(self) -> asyncpg.Pool:
        """The pool, made on first use. Raises DatabaseUnavailable, at once while the database is known to
        be away."""
        if self._pool is not None:
            return self._pool
        if self._known_away():
            raise DatabaseUnavailable(self._why)
        async with self._lock:
            if self._pool is None and not self._known_away():  # it may have been found out while waiting
                await self._open()
        if self._pool is None:
            raise DatabaseUnavailable(self._why)
        return self._pool

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection of the pool, for one piece of work. Errors of the driver arrive as `ServiceError`s."""
        pool = await self.pool()
        connection = await self._acquire(pool)
        try:
            with translated(connection):
                yield connection
        finally:
            await asyncio.shield(release(pool, connection))

    @asynccontextmanager
    async def transaction(self, **options: Any) -> AsyncIterator[Any]:
        """A connection inside a transaction: committed at the end of the block, rolled back on an error."""
        async with self.connection() as connection, connection.transaction(**options):
            yield connection

    async def check(self) -> None:
        """Readiness: returns when the database answers, raises otherwise."""
        async with self.connection() as connection:
            await connection.fetchval("SELECT 1", timeout=CONNECT_SECONDS)

    async def close(self) -> None:
        """Close every connection. Further use raises DatabaseUnavailable."""
        self._closed = True
        self._why = "the database connection is closed"
        if self._retrying is not None:
            self._retrying.cancel()
            await asyncio.gather(self._retrying, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS + 1), self._lock:
                pass  # whoever is making the pool ends first, and finds that it is not wanted any more
        pool, self._pool = self._pool, None
        if pool is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(CONNECT_SECONDS):
                    await pool.close()
            pool.terminate()

    async def _acquire(self, pool: asyncpg.Pool) -> Any:
        try:
            return await pool.acquire(timeout=within(ACQUIRE_SECONDS))
        except AWAY as error:
            if isinstance(error, TimeoutError) and pool.get_idle_size() == 0 and pool.get_size() >= self._pool_size:
                raise DatabaseBusy("all connections to the database are in use; try again shortly") from error
            self._lost(pool, error)
            raise DatabaseUnavailable(self._why) from error

    async def _open(self) -> None:
        """Make the pool, or say why not and leave a task trying."""
        if self._closed:
            return
        if not self.url:
            self._why = "no database is configured: set DATABASE_URL"
            return
        try:
            await self._adopt(await self._connected_pool())
            log.info("database connected")
        except AWAY as error:
            self._away(error)

    async def _adopt(self, pool: asyncpg.Pool) -> None:
        """Use the pool, unless it was closed for, or there is another, since it was begun."""
        if self._closed or self._pool is not None:
            await pool.close()
        else:
            self._pool = pool

    async def _connected_pool(self) -> asyncpg.Pool:
        return await connected_pool(
            self.url,
            size=self._pool_size,
            statement_seconds=self._statement_seconds,
            application=self._application,
            schemas=self._schemas,
            on_connection=self._on_connection,
        )

    def _away(self, error: BaseException) -> None:
        self._why = sentence(error)
        log.warning("database unavailable", error=type(error).__name__, detail=str(error))
        if not self._closed and not self._known_away():
            self._retrying = asyncio.create_task(self._retry(), name="database-retry", context=detached())

    def _known_away(self) -> bool:
        """The background task is trying."""
        return self._retrying is not None and not self._retrying.done()

    def _lost(self, pool: asyncpg.Pool, error: BaseException) -> None:
        """A new connection could not be made: give the pool up and let the background task make another."""
        pool.terminate()
        if self._pool is pool:
            self._pool = None
            self._away(error)

    async def _retry(self) -> None:
        wait = RETRY_SECONDS
        while not self._closed and self._pool is None:
            await asyncio.sleep(wait)
            try:
                await self._adopt(await self._connected_pool())
                log.info("database connected again")
            except AWAY as error:
                self._why = sentence(error)
                wait = SCHEMA_RETRY_SECONDS if isinstance(error, SchemaMismatch) else RETRY_SECONDS
