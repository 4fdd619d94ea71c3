"""Making the connection pool: connect, bring the schemas up to date, hand over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import asyncpg

from services.runtime.database_errors import LOST
from services.runtime.schema_versions import Schema, migrate

CONNECT_SECONDS = 2.0

OnConnection = Callable[[asyncpg.Connection], Awaitable[None]]


def driver_url(url: str) -> str:
    """The URL as asyncpg takes it: `postgresql+asyncpg://` becomes `postgresql://`."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


async def connected_pool(
    url: str,
    *,
    size: int,
    statement_seconds: float,
    application: str,
    schemas: Sequence[Schema],
    on_connection: Sequence[OnConnection],
) -> asyncpg.Pool:
    """A pool with one open connection and `schemas` up to date. Raises one of `database_errors.AWAY`
    within seconds, schema changes apart."""

    async def init(connection: asyncpg.Connection) -> None:
        for callback in on_connection:
            await callback(connection)

    pool = asyncpg.create_pool(
        url,
        min_size=0,  # else the pool itself reconnects in the background and logs a traceback a second
        max_size=size,
        timeout=CONNECT_SECONDS,
        command_timeout=statement_seconds + 1,  # the server's own timeout comes first and says more
        init=init,
        server_settings={
            "application_name": application,
            "statement_timeout": str(int(statement_seconds * 1000)),
        },
    )
    try:
        async with asyncio.timeout(CONNECT_SECONDS + 1):
            await pool
            async with pool.acquire() as connection:
                await connection.fetchval("SELECT 1")
        for schema in schemas:
            async with pool.acquire() as connection:
                await migrate(connection, schema)
    except BaseException:  # why: raised again; a cancelled start must not leave connections either
        pool.terminate()
        raise
    return pool


async def release(pool: asyncpg.Pool, connection: Any) -> None:
    """Give a connection back; one that cannot be reset is closed instead of given to anybody else."""
    try:
        await pool.release(connection, timeout=CONNECT_SECONDS)
    except (*LOST, TimeoutError, asyncpg.PostgresError):
        with suppress(*LOST):  # the pool has let go of it already where its server died
            connection.terminate()
