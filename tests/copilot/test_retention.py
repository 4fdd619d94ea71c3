"""What is old is forgotten, what is used or waits for a person is not, and a database that is away stops nothing."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from services.copilot import retention
from services.copilot.app import SCHEMA
from services.copilot.retention import RetentionSettings, forget, forgetting
from services.runtime.database import Database
from services.runtime.errors import ServiceError
from tests.copilot.stage import NO_DATABASE

OLD, NEW = "now() - interval '91 days'", "now() - interval '89 days'"
ROWS = f"""
INSERT INTO copilot_messages (workspace_id, conversation_id, role, content, created_at)
SELECT 'w', 'c', 'user', n::text, CASE WHEN n <= 7 THEN {OLD} ELSE {NEW} END FROM generate_series(1, 9) AS n;
INSERT INTO agent_sessions (session_id, workspace_id, created_by, language, status, updated_at, lease_until) VALUES
    ('old', 'w', 'x', 'en', 'completed', {OLD}, {OLD}),
    ('stuck', 'w', 'x', 'en', 'running', {OLD}, {OLD}),
    ('at_work', 'w', 'x', 'en', 'running', {OLD}, now() + interval '1 minute'),
    ('waits', 'w', 'x', 'en', 'awaiting_approval', {OLD}, {OLD}),
    ('lapsed', 'w', 'x', 'en', 'awaiting_approval', {OLD}, {OLD}),
    ('new', 'w', 'x', 'en', 'completed', {NEW}, {NEW});
INSERT INTO agent_messages (session_id, position, turn, role, content)
SELECT session_id, 1, 1, 'user', 'hello' FROM agent_sessions;
INSERT INTO agent_calls (call_id, session_id, position, place, turn, tool, arguments, arguments_hash, state, expires_at)
VALUES ('a', 'waits', 1, 0, 1, 'run_pipeline', '{{}}', '', 'pending', now() + interval '1 hour'),
    ('b', 'lapsed', 1, 0, 1, 'run_pipeline', '{{}}', '', 'pending', {OLD});
INSERT INTO copilot_schema_matches (workspace_id, match_id, request, result, created_by, created_at, updated_at) VALUES
    ('w', 'old', '{{}}', '{{}}', 'x', {OLD}, {OLD}), ('w', 'changed', '{{}}', '{{}}', 'x', {OLD}, {NEW});
INSERT INTO copilot_schema_decisions (workspace_id, source_table, target_table, source_column, target_column, action,
    expression, comment, match_id, decided_by, decided_at)
VALUES ('w', 's', 't', 'a', 'b', 'accept', '', '', 'old', 'x', {OLD});
"""


@pytest.fixture
async def database(postgres_database):
    database = Database(postgres_database)
    database.add_schema(SCHEMA)
    async with database.connection() as connection:
        await connection.execute(ROWS)
    yield database
    await database.close()


def at_it():
    return {task for task in asyncio.all_tasks() if "_again_and_again" in repr(task)}


async def kept(database, table, column):
    async with database.connection() as connection:
        return {row[0] for row in await connection.fetch(f"SELECT {column} FROM {table}")}


async def test_what_is_old_is_forgotten_in_pieces(database):
    assert await forget(database, 90, at_once=3) == {"messages": 7, "sessions": 3, "matches": 1}
    assert await kept(database, "copilot_messages", "content") == {"8", "9"}
    assert await kept(database, "agent_sessions", "session_id") == {"at_work", "waits", "new"}
    assert await kept(database, "agent_messages", "session_id") == {"at_work", "waits", "new"}
    assert await kept(database, "agent_calls", "call_id") == {"a"}
    assert await kept(database, "copilot_schema_matches", "match_id") == {"changed"}
    assert await kept(database, "copilot_schema_decisions", "match_id") == {"old"}
    assert await forget(database, 90) == {"messages": 0, "sessions": 0, "matches": 0}


async def test_rows_that_somebody_holds_are_left_for_next_time(database, postgres_database):
    other = await asyncpg.connect(postgres_database)
    try:
        async with other.transaction():
            await other.fetch("SELECT FROM agent_sessions WHERE session_id = 'old' FOR UPDATE")
            assert (await forget(database, 90))["sessions"] == 2
    finally:
        await other.close()
    assert (await forget(database, 90))["sessions"] == 1


async def test_it_happens_by_itself_and_ends_with_the_server(database, monkeypatch):
    monkeypatch.setattr(retention, "FIRST_AFTER", 0.0)
    others = at_it()  # servers of other tests
    async with asyncio.timeout(60), forgetting(database, 90):
        while await kept(database, "copilot_schema_matches", "match_id") != {"changed"}:
            await asyncio.sleep(0.01)
        assert len(at_it() - others) == 1
    assert at_it() <= others


@pytest.mark.parametrize("days", [0, 100])
async def test_zero_days_keep_everything(database, monkeypatch, days):
    monkeypatch.setattr(retention, "FIRST_AFTER", 0.0)
    tried = asyncio.Event()

    async def spied(*given):
        tried.set()
        return await forget(*given)

    monkeypatch.setattr(retention, "forget", spied)
    async with forgetting(database, days):
        if days:
            await tried.wait()
    assert tried.is_set() is bool(days)
    assert len(await kept(database, "agent_sessions", "session_id")) == 6


async def test_a_database_that_is_away_is_an_error_here_and_none_for_the_server(monkeypatch):
    away = Database(NO_DATABASE)
    with pytest.raises(ServiceError):
        await forget(away, 90)
    monkeypatch.setattr(retention, "FIRST_AFTER", 0.0)
    async with forgetting(away, 90):
        await asyncio.sleep(0.05)
    await away.close()


async def test_an_error_of_any_kind_is_logged_and_it_goes_on(monkeypatch):
    tried, again = [], asyncio.Event()

    async def failing(*given):
        tried.append(given)
        if len(tried) == 2:
            again.set()
        raise ValueError("not a number of rows")

    for name, value in (("FIRST_AFTER", 0.0), ("EVERY", 0.0), ("forget", failing)):
        monkeypatch.setattr(retention, name, value)
    async with forgetting(Database(NO_DATABASE), 90):
        await again.wait()
    assert len(tried) >= 2


def test_the_documented_default():
    assert RetentionSettings.model_fields["copilot_retention_days"].default == 90
