"""Schema versions on a real PostgreSQL."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from services.runtime.database_errors import SchemaMismatch
from services.runtime.schema_versions import Schema, load_schema, migrate

ONE = "CREATE TABLE job (id integer PRIMARY KEY); INSERT INTO job VALUES (1);"
TWO = "ALTER TABLE job ADD COLUMN name text NOT NULL DEFAULT 'ż';"


def schema(folder: Path, namespace: str = "migration", **files: str) -> Schema:
    folder.mkdir(exist_ok=True)
    for name, sql in files.items():
        (folder / f"{name.removeprefix('v')}.sql").write_text(sql, encoding="utf-8")
    return load_schema(namespace, folder)


async def test_files_are_applied_in_order_and_once(postgres_database: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(postgres_database)
    try:
        first = schema(tmp_path / "s", v001_jobs=ONE)
        assert await migrate(connection, first) == [1]
        assert await migrate(connection, first) == []
        both = schema(tmp_path / "s", v002_names=TWO)
        assert await migrate(connection, both) == [2]
        assert await connection.fetchval("SELECT name FROM job") == "ż"
        other = schema(tmp_path / "o", "copilot", v001_sessions="CREATE TABLE session (id integer);")
        assert await migrate(connection, other) == [1]
    finally:
        await connection.close()


async def test_servers_starting_together_apply_once(postgres_database: str, tmp_path: Path) -> None:
    both = schema(tmp_path / "s", v001_jobs=ONE, v002_names=TWO)
    connections = [await asyncpg.connect(postgres_database) for _ in range(5)]
    try:
        done = await asyncio.gather(*(migrate(connection, both) for connection in connections))
        assert sorted(done) == [[], [], [], [], [1, 2]]
        assert await connections[0].fetchval("SELECT count(*) FROM job") == 1
    finally:
        for connection in connections:
            await connection.close()


async def test_changed_or_unknown_files_are_refused(postgres_database: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(postgres_database)
    try:
        await migrate(connection, schema(tmp_path / "s", v001_jobs=ONE, v002_names=TWO))
        changed = schema(tmp_path / "c", v001_jobs=ONE + " ", v002_names=TWO)
        with pytest.raises(SchemaMismatch, match=r"migration 001_jobs\.sql changed after it was applied"):
            await migrate(connection, changed)
        older = schema(tmp_path / "o", v001_jobs=ONE)
        with pytest.raises(SchemaMismatch, match="migration 002_names, which this version does not know"):
            await migrate(connection, older)
        windows = schema(tmp_path / "w", v001_jobs=ONE.replace("\n", "\r\n"), v002_names=TWO)
        assert await migrate(connection, windows) == []
    finally:
        await connection.close()


async def test_failing_file_leaves_nothing_half_done(postgres_database: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(postgres_database)
    try:
        broken = schema(tmp_path / "s", v001_jobs=ONE, v002_broken="CREATE TABLE good (id integer); SELEKT;")
        with pytest.raises(SchemaMismatch, match=r"migration 002_broken\.sql failed: syntax error"):
            await migrate(connection, broken)
        assert await connection.fetchval("SELECT to_regclass('job')") is None
        (tmp_path / "s" / "002_broken.sql").unlink()
        assert await migrate(connection, schema(tmp_path / "s")) == [1]
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"v1_x": ""}, r"1_x\.sql: schema files are named NNN_name\.sql"),
        ({"v001_X": ""}, r"001_X\.sql: schema files are named"),
        ({"v001_a": "", "v001_b": ""}, "migration: version 1 is there twice"),
    ],
)
def test_misnamed_files_are_refused(files: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        schema(tmp_path / "s", **files)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    assert load_schema("x", tmp_path).versions == ()
