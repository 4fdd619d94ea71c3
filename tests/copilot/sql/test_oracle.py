"""PostgreSQL itself as the oracle: what it takes is not faulted, what it refuses is found. The set: see `defog`."""

from __future__ import annotations

import random
from collections import Counter

import asyncpg
import pytest
import sqlglot

from services.copilot.sql.schema_index import SchemaIndex
from services.copilot.sql.validate import Validation, validate
from tests.copilot.sql import defog
from tests.copilot.sql.mutators import MUTATORS, STATES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not defog.FOLDER.is_dir(), reason="the defog set is not beside the checkout"),
]
LEAST = 0.99


def _codes(found: Validation) -> set[str]:
    return {each.code for each in found.errors}


class Judge:
    """Counts of one run. `alarms`: accepted by the server and faulted here."""

    def __init__(self, connection: asyncpg.Connection, index: SchemaIndex) -> None:
        self.connection = connection
        self.index = index
        self.accepted = 0
        self.alarms: list[str] = []
        self.made: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.named: Counter[str] = Counter()
        self.missed: list[str] = []

    async def gold(self, sql: str) -> bool:
        if await defog.rejected(self.connection, sql):
            return False
        self.accepted += 1
        self._alarm(sql)
        return True

    def _alarm(self, sql: str) -> None:
        if codes := _codes(validate(sql, "postgresql", self.index)):
            self.alarms.append(f"{sorted(codes)}: {sql}")

    async def mutants(self, sql: str, most: int = 1) -> None:
        """Up to `most` mutants of each class that the server rejects for that very reason."""
        tree = sqlglot.parse_one(sql, dialect="postgres")
        schema = {table.name: [name for name, _ in table.columns] for table in self.index.tables}
        for code, mutate in MUTATORS.items():
            mutants = [mutant.sql("postgres") for mutant in mutate(tree, schema)]
            random.Random(sql + code).shuffle(mutants)
            before = self.made[code]
            for mutant in mutants:
                await self._mutant(code, mutant)
                if self.made[code] - before == most:
                    break

    async def _mutant(self, code: str, sql: str) -> None:
        state = await defog.rejected(self.connection, sql)
        if not state:
            self._alarm(sql)
        elif state in STATES[code]:
            self.made[code] += 1
            codes = _codes(validate(sql, "postgresql", self.index))
            self.found[code] += bool(codes)
            self.named[code] += code in codes
            if not codes:
                self.missed.append(f"{code}: {sql}")


async def judged(postgres_server, most: int = 1) -> list[Judge]:
    """One judge a database, its work done."""
    done = []
    for database, queries in defog.gold().items():
        url = postgres_server.create_database()
        connection = await asyncpg.connect(url)
        try:
            judge = Judge(connection, await defog.load(connection, database))
            for sql in queries:
                if await judge.gold(sql):
                    await judge.mutants(sql, most)
            done.append(judge)
        finally:
            await connection.close()
            postgres_server.drop_database(url)
    return done


async def test_gold_is_clean_and_errors_are_found(postgres_server):
    judges = await judged(postgres_server)
    assert sum(judge.accepted for judge in judges) >= 200
    assert [alarm for judge in judges for alarm in judge.alarms] == []
    made, found = Counter(), Counter()
    for judge in judges:
        made += judge.made
        found += judge.found
    assert min(made[code] for code in MUTATORS) >= 100
    missed = [each for judge in judges for each in judge.missed]
    assert {code: found[code] / made[code] for code in MUTATORS if found[code] < LEAST * made[code]} == {}, missed
