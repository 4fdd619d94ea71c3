"""The pool on a real PostgreSQL that is killed, frozen and started again."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from grpc import aio

from services.runtime.app import Runtime
from services.runtime.context import DEFAULT_WORKSPACE, current_workspace
from services.runtime.database import Database
from services.runtime.database_errors import (
    DatabaseBusy,
    DatabaseConflict,
    DatabaseTimeout,
    DatabaseUnavailable,
    SchemaMismatch,
)
from services.runtime.database_pool import driver_url
from services.runtime.errors import ServiceError
from services.runtime.schema_versions import load_schema
from services.runtime.status import describe
from tests.runtime import scripted as s
from tests.throwaway_postgres import PostgresServer, running_postgres


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[Database]:
    database = Database(url, **options)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture(scope="module")
def fragile() -> Iterator[PostgresServer]:
    """A server of this module's own, to be killed."""
    with running_postgres() as server:
        yield server


async def lost(database: Database) -> None:
    """Until the connections that were open are gone: backends outlive a killed postmaster by moments."""
    with suppress(ServiceError):
        while True:
            await database.check()
            await asyncio.sleep(0.02)


async def back(database: Database) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                return await database.check()
            except ServiceError:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+asyncpg"])
async def test_queries_run_under_either_scheme(scheme: str, postgres_database: str) -> None:
    url = postgres_database.replace("postgresql://", f"{scheme}://", 1)
    async with opened(url, application="probe") as database:
        async with database.connection() as connection:
            assert await connection.fetchval("SELECT current_setting('application_name')") == "probe"
            assert await connection.fetchval("SELECT 'zażółć'") == "zażółć"
        await database.check()


def test_driver_url() -> None:
    assert driver_url("postgresql+asyncpg://u:p@h/d") == "postgresql://u:p@h/d"
    assert driver_url("postgresql://u:p@h/d") == "postgresql://u:p@h/d"


async def test_transaction_commits_or_rolls_back(postgres_database: str) -> None:
    async with opened(postgres_database) as database:
        async with database.transaction() as connection:
            await connection.execute("CREATE TABLE t (n integer CHECK (n > 0))")
        with pytest.raises(asyncpg.CheckViolationError):
            async with database.transaction() as connection:
                await connection.execute("INSERT INTO t VALUES (1); INSERT INTO t VALUES (-1)")
        async with database.connection() as connection:
            assert await connection.fetchval("SELECT count(*) FROM t") == 0


async def test_schema_is_there_before_the_first_query(postgres_database: str, tmp_path: Path) -> None:
    (tmp_path / "001_t.sql").write_text("CREATE TABLE t (n integer)", encoding="utf-8")
    async with opened(postgres_database) as database:
        database.add_schema(load_schema("x", tmp_path))
        async with database.connection() as connection:
            assert await connection.fetchval("SELECT count(*) FROM t") == 0


async def test_wrong_schema_is_told_and_repaired_without_restart(postgres_database: str, tmp_path: Path) -> None:
    file = tmp_path / "001_t.sql"
    file.write_text("SELEKT", encoding="utf-8")
    async with opened(postgres_database) as database:
        database.add_schema(load_schema("x", tmp_path))
        with pytest.raises(DatabaseUnavailable, match=r"x 001_t\.sql failed"):
            await database.check()
    assert SchemaMismatch.reason == "DATABASE_SCHEMA_MISMATCH"


async def test_callbacks_see_every_new_connection(postgres_database: str) -> None:
    seen: list[asyncpg.Connection] = []

    async def note(connection: asyncpg.Connection) -> None:
        seen.append(connection)

    async with opened(postgres_database) as database:
        database.on_connection(note)
        async with database.connection(), database.connection():
            pass
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT pg_sleep(30)", DatabaseTimeout),
        ("SELECT pg_terminate_backend(pg_backend_pid())", DatabaseUnavailable),
        ("DO $$ BEGIN RAISE serialization_failure; END $$", DatabaseConflict),
        ("DO $$ BEGIN RAISE deadlock_detected; END $$", DatabaseConflict),
        ("DO $$ BEGIN RAISE out_of_memory; END $$", DatabaseBusy),
        ("SELECT 1/0", asyncpg.DivisionByZeroError),
        ("SELEKT", asyncpg.PostgresSyntaxError),
    ],
)
async def test_what_a_failed_statement_is(sql: str, expected: type[Exception], postgres_database: str) -> None:
    async with opened(postgres_database, statement_seconds=0.3) as database:
        with pytest.raises(expected):
            async with database.connection() as connection:
                await connection.execute(sql)
        await database.check()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda url: "", "no database is configured: set DATABASE_URL"),
        (lambda url: url.rsplit("/", 1)[0] + "/nosuchdb", "the database named in DATABASE_URL does not exist"),
        (lambda url: "postgresql://u:hunter2@127.0.0.1:notaport/d", "DATABASE_URL cannot be read"),
        (lambda url: "postgresql://u:hunter2@127.0.0.1:1/d", "the database cannot be reached"),
    ],
)
async def test_why_there_is_no_connection(
    change: Callable[[str], str], message: str, postgres_url: str, log_text: Callable[[], str]
) -> None:
    async with opened(change(postgres_url)) as database:
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable, match=message) as caught:
                await database.check()
            assert "hunter2" not in str(caught.value)
    assert "hunter2" not in log_text() + repr(database)


async def test_full_pool_is_busy_and_not_away(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.runtime.database.ACQUIRE_SECONDS", 0.2)
    async with opened(postgres_database, pool_size=1) as database:
        async with database.connection():
            with pytest.raises(DatabaseBusy):
                await database.check()
        await database.check()


async def test_cancelled_query_gives_its_connection_back(postgres_database: str) -> None:
    async with opened(postgres_database, pool_size=1) as database:

        async def long() -> None:
            async with database.connection() as connection:
                await connection.execute("SELECT pg_sleep(60)")

        running = asyncio.ensure_future(long())
        await asyncio.sleep(0.3)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        async with asyncio.timeout(10):
            await database.check()


async def test_killed_database_is_told_at_once_and_used_again_when_back(fragile: PostgresServer) -> None:
    async with opened(fragile.url) as database:
        await database.check()
        fragile.kill()
        async with asyncio.timeout(10):
            await lost(database)
            for _ in range(200):
                with pytest.raises(DatabaseUnavailable):
                    await database.check()
        fragile.start()
        await back(database)


async def test_server_started_before_its_database_finds_it(fragile: PostgresServer) -> None:
    fragile.kill()
    async with opened(fragile.url) as database:
        with pytest.raises(DatabaseUnavailable):
            await database.check()
        fragile.start()
        await back(database)


async def test_those_who_wait_together_for_a_database_make_one_pool(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second caller waits while the first finds out that it is away: only the background task goes on trying."""
    monkeypatch.setattr("services.runtime.database.RETRY_SECONDS", 0.05)
    made: list[asyncpg.Pool | None] = []
    async with opened(postgres_database) as database:
        connected = database._connected_pool

        async def away_at_first() -> asyncpg.Pool:
            if not made:
                await asyncio.sleep(0.05)
                made.append(None)
                raise ConnectionRefusedError
            made.append(await connected())
            return made[-1]

        monkeypatch.setattr(database, "_connected_pool", away_at_first)
        refused = await asyncio.gather(database.check(), database.check(), return_exceptions=True)
        assert [type(error) for error in refused] == [DatabaseUnavailable] * 2
        await back(database)
        await asyncio.sleep(0.2)
        assert made[1:] == [database._pool]


async def test_calls_in_flight_end_when_the_database_is_killed(fragile: PostgresServer) -> None:
    async def long(database: Database) -> None:
        async with database.connection() as connection:
            await connection.execute("SELECT pg_sleep(60)")

    async with opened(fragile.url) as database:
        running = [asyncio.ensure_future(long(database)) for _ in range(3)]
        await asyncio.sleep(0.5)
        fragile.kill()
        async with asyncio.timeout(10):
            results = await asyncio.gather(*running, return_exceptions=True)
        assert [type(result) for result in results] == [DatabaseUnavailable] * 3
        fragile.start()
        await back(database)


async def test_silent_host_does_not_hold_calls(log_text: Callable[[], str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # accepts in the kernel, never answers
        async with opened(f"postgresql://u:hunter2@127.0.0.1:{mute.getsockname()[1]}/d") as database:
            async with asyncio.timeout(15):
                with pytest.raises(DatabaseUnavailable):
                    await database.check()
                for _ in range(100):  # known to be away by now: no call waits for a connection attempt
                    with pytest.raises(DatabaseUnavailable):
                        await database.check()
    assert "hunter2" not in log_text()


async def test_closed_database_says_so(postgres_database: str) -> None:
    database = Database(postgres_database)
    await database.check()
    await database.close()
    await database.close()
    with pytest.raises(DatabaseUnavailable, match="is closed"):
        await database.check()


async def test_server_is_degraded_while_its_database_is_away(fragile: PostgresServer) -> None:
    runtimes: list[Runtime[Any]] = []

    def prepare(runtime: Runtime[Any]) -> None:
        runtimes.append(runtime)
        runtime.readiness.add("database", runtime.database.check, reason="database_unavailable", timeout=3.0)

    async def read(request: Any, context: Any) -> Any:
        async with runtimes[0].database.connection() as connection:
            return s.text(await connection.fetchval("SELECT $1::text", current_workspace()))

    async with s.probe({"Unary": s.unary(read)}, prepare=prepare, database_url=fragile.url) as server:
        readiness = server.runtime.readiness
        async with s.connected(server) as channel:
            assert await readiness.reasons() == ()
            assert (await s.text_unary(channel, "Unary")(s.text())).value == DEFAULT_WORKSPACE
            fragile.kill()
            async with asyncio.timeout(10):
                await lost(runtimes[0].database)
            with pytest.raises(aio.AioRpcError) as caught:
                await s.text_unary(channel, "Unary")(s.text(), timeout=5)
            assert describe(caught.value)[1] == "DATABASE_UNAVAILABLE"
            async with asyncio.timeout(10):
                while await readiness.reasons() != ("database_unavailable",):
                    await asyncio.sleep(0.1)
                fragile.start()
                while await readiness.reasons() != ():
                    await asyncio.sleep(0.1)
            assert (await s.text_unary(channel, "Unary")(s.text())).value == DEFAULT_WORKSPACE


async def test_closing_while_the_pool_is_made_leaves_no_connection(postgres_url: str) -> None:
    for wait in (0.0, 0.005, 0.02, 0.05):
        database = Database(postgres_url, application=f"closing-{wait}")
        opening = asyncio.create_task(database.check())
        await asyncio.sleep(wait)
        await database.close()
        with suppress(ServiceError):
            await opening
    other = Database(postgres_url, application="watching")
    try:
        async with other.connection() as connection:
            left = await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'closing-%'"
            )
    finally:
        await other.close()
    assert left == 0
