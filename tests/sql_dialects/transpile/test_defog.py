"""Gold T-SQL and Snowflake SQL of the defog set, written for PostgreSQL and executed there beside PostgreSQL's gold."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import asyncpg
import pytest
import sqlglot

from services.sql_dialects.transpile import KnownTable, Transpiled, transpile
from tests.copilot.sql import defog
from tests.sql_dialects.transpile.compare import FOLDER, Question, Row, equal, questions
from tests.throwaway_postgres import PostgresServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER.exists(), reason="the defog set lies beside the checkout"),
]
READ = {"tsql": "mssql", "snowflake": "snowflake"}


class Outcome(NamedTuple):
    question: Question
    given: str
    made: Transpiled
    error: str  # of the server, or why it was refused
    equal: bool

    @property
    def silent(self) -> bool:
        """Another result, and no word of it."""
        return not self.equal and not self.error and not self.made.warnings


class Set(NamedTuple):
    """Connections and tables of every database of the set."""

    connections: dict[str, asyncpg.Connection]
    tables: dict[str, Sequence[KnownTable]]


@contextlib.asynccontextmanager
async def opened(server: PostgresServer) -> AsyncIterator[Set]:
    """The set's databases, loaded on a server, and dropped afterwards."""
    found, urls = Set({}, {}), []
    for name in defog.databases():
        urls.append(server.create_database())
        connection = await asyncpg.connect(urls[-1])
        found.connections[name] = connection
        found.tables[name] = tuple((await defog.load(connection, name)).tables)
    try:
        yield found
    finally:
        for connection in found.connections.values():
            await connection.close()
        for url in urls:
            server.drop_database(url)


@pytest.fixture(scope="module")
async def data(postgres_server) -> AsyncIterator[Set]:
    async with opened(postgres_server) as found:
        yield found


async def rows(connection: asyncpg.Connection, sql: str) -> list[Row]:
    return [tuple(row) for row in await connection.fetch(sql)]


def alone(sql: str, read: str, _write: str, _tables: Sequence[KnownTable]) -> Transpiled:
    """sqlglot without the rules."""
    written = sqlglot.transpile(sql, read={"mssql": "tsql"}.get(read, read), write="postgres")
    return Transpiled(written[0])


async def outcomes(data: Set, dialect: str, tables: bool = True, by=transpile) -> list[Outcome]:
    """One for each accepted query of each question that both files ask in the same words."""
    found = []
    for question in questions(dialect):
        connection = data.connections[question.database]
        accepted = [await rows(connection, sql) for sql in question.accepted]
        known = data.tables[question.database] if tables else ()
        for given in question.given:
            made = by(given, READ[dialect], "postgresql", known)
            found.append(await _outcome(connection, question, given, made, accepted))
    return found


async def _outcome(connection, question: Question, given: str, made: Transpiled, accepted: list[list[Row]]) -> Outcome:
    if made.refused:
        return Outcome(question, given, made, made.refused, False)
    try:
        got = await rows(connection, made.sql)
    except asyncpg.PostgresError as error:
        return Outcome(question, given, made, str(error).splitlines()[0], False)
    same = any(equal(got, each, question.ordered) for each in accepted)
    return Outcome(question, given, made, "", same)


def share(found: list[Outcome], whole=all) -> float:
    """Share of the questions of which all (or any) queries have an accepted result."""
    by_question: dict[Question, list[bool]] = {}
    for each in found:
        by_question.setdefault(each.question, []).append(each.equal)
    return sum(map(whole, by_question.values())) / len(by_question)


def as_it_stands(outcome: Outcome) -> bool:
    """Whether the query says in PostgreSQL what it says in its own dialect: then the two gold queries differ."""
    parse = functools.partial(sqlglot.parse_one, dialect="postgres")
    return parse(outcome.given) == parse(outcome.made.sql)


@pytest.mark.parametrize("tables", [True, False], ids=["tables", "no tables"])
async def test_tsql_gives_the_accepted_results(data: Set, tables: bool) -> None:
    found = await outcomes(data, "tsql", tables)
    assert share(found) >= (0.95 if tables else 0.9)
    assert [each.given for each in found if each.silent] == []
    assert not tables or [each.error for each in found if each.error] == []


async def test_snowflake_gives_the_accepted_results(data: Set) -> None:
    found = await outcomes(data, "snowflake")
    assert share(found, any) >= 0.98
    assert [each.given for each in found if each.silent and not as_it_stands(each)] == []
    assert [each.error for each in found if each.error] == []
