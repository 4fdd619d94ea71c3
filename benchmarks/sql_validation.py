"""SQL validation: errors found, false alarms and speed.

    python -m benchmarks.sql_validation [--mutants 3]

PostgreSQL is the oracle (tests/copilot/sql/test_oracle.py): gold SQL of the defog set, and up to `--mutants` errors a
query and class, kept when the server rejects the mutant for that reason. Speed: gold SQL against a schema of each
size, in a process that holds it and through a running server, beside sqlglot's own qualify on the same statements.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import time
from collections import Counter

import asyncpg
import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from benchmarks import machine
from dataflow.common.v1 import table_schema_pb2
from dataflow.copilot.v1 import sql_pb2
from services.copilot.sql.elsewhere import validated
from services.copilot.sql.packed import Held
from services.copilot.sql.schema_index import TableInfo
from tests.catalog.scripted_catalog import serving_catalog
from tests.catalog.scripted_catalog import table as listed
from tests.copilot.sql import defog
from tests.copilot.sql.generate.stage import staged
from tests.copilot.sql.mutators import MUTATORS
from tests.copilot.sql.test_held_out import Verdicts, verdicts
from tests.copilot.sql.test_oracle import Judge, judged
from tests.throwaway_postgres import PostgresServer, running_postgres

COLUMNS = 15
FEW, MANY = 20, 8000
SERVICE = "catalogued"


def filled(tables: list[TableInfo], count: int) -> list[TableInfo]:
    """The tables and made-up ones beside them, `count` in all."""
    more = (
        TableInfo(f"extra_{at}", columns=tuple((f"column_{at}_{n}", "text") for n in range(COLUMNS)))
        for at in range(count - len(tables))
    )
    return [*tables, *more]


def messages(tables: list[TableInfo]) -> list[table_schema_pb2.TableSchema]:
    return [
        table_schema_pb2.TableSchema(
            name=each.name,
            schema=each.schema,
            columns=[table_schema_pb2.Column(name=name, type=kind) for name, kind in each.columns],
            primary_key=each.primary_key,
        )
        for each in tables
    ]


def ours(queries: list[str], tables: list[TableInfo]) -> list[float]:
    """Milliseconds a statement in a worker's process; the schema is held there from the first."""
    held = Held(messages(tables))
    validated(held, queries[0], "postgresql")
    times = []
    for sql in queries:
        began = time.perf_counter()
        validated(held, sql, "postgresql")
        times.append(1000 * (time.perf_counter() - began))
    return times


async def served(queries: list[str], tables: list[TableInfo]) -> list[float]:
    """Milliseconds a call of ValidateSql over gRPC, on a running server with one worker. Few tables go with each call;
    many come from a catalog, which the server has read before."""
    given = messages(tables) if len(tables) <= FEW else []
    listed_tables = [_listed(each) for each in tables if not given]
    async with (
        serving_catalog({SERVICE: listed_tables}) as catalog,
        staged(catalog.url, log_level="WARNING", catalog_services=(SERVICE,), catalog_page_size=1000) as stage,
    ):
        times = []
        for sql in [queries[0], *queries]:
            request = sql_pb2.ValidateSqlRequest(sql=sql, dialect="postgresql", tables=given)
            while True:
                began = time.perf_counter()
                reply = await stage.sql.ValidateSql(request)
                times.append(1000 * (time.perf_counter() - began))
                if "checked_against: schema" in reply.provenance.rules:
                    break
                times.clear()  # the catalog is still being read
    return times[1:]


def _listed(each: TableInfo) -> dict[str, object]:
    """A table as OpenMetadata lists it."""
    columns = [{"name": name, "dataType": "VARCHAR", "dataTypeDisplay": kind} for name, kind in each.columns]
    schema = each.schema or "public"
    made = listed(SERVICE, each.name, databaseSchema={"name": schema})
    return {**made, "fullyQualifiedName": f"{SERVICE}.db.{schema}.{each.name}", "columns": columns}


def theirs(queries: list[str], tables: list[TableInfo]) -> list[float]:
    """The same with sqlglot's parser and qualify; its schema is made once."""
    mapping = MappingSchema(dialect="postgres")
    for each in tables:
        name = f'"{each.schema}"."{each.name}"' if each.schema not in ("", "public") else f'"{each.name}"'
        depth = name if "." in name else f'"public".{name}'
        mapping.add_table(depth, dict(each.columns), dialect="postgres", match_depth=False)
    times = []
    for sql in queries:
        began = time.perf_counter()
        with contextlib.suppress(SqlglotError):
            qualify(sqlglot.parse_one(sql, dialect="postgres"), schema=mapping, db="public", dialect="postgres")
        times.append(1000 * (time.perf_counter() - began))
    return times


def speed(judges: list[Judge], gold: dict[str, list[str]]) -> None:
    heads = ("validate", "ValidateSql over gRPC", "sqlglot's qualify")
    print(f"\n| Schema | Statements | {' | '.join(f'{head} p50, ms | p95' for head in heads)} |")
    print("|---|---|---|---|---|---|---|---|")
    for count in (FEW, MANY):
        mine: list[float] = []
        calls: list[float] = []
        other: list[float] = []
        for judge, queries in zip(judges, gold.values(), strict=True):
            tables = filled(list(judge.index.tables), count)
            mine += ours(queries, tables)
            calls += asyncio.run(served(queries, tables))
            other += theirs(queries, tables)
        found = [(statistics.median(times), _p95(times)) for times in (mine, calls, other)]
        cells = [f"{value:.2f}" for pair in found for value in pair]
        print(f"| {count:,} tables | {len(mine)} | {' | '.join(cells)} |")


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def found(judges: list[Judge]) -> None:
    made: Counter[str] = sum((judge.made for judge in judges), Counter())
    seen: Counter[str] = sum((judge.found for judge in judges), Counter())
    named: Counter[str] = sum((judge.named for judge in judges), Counter())
    print("\n| Error put in | Rejected by PostgreSQL | Found | Under its own code |\n|---|---|---|---|")
    for code in MUTATORS:
        print(f"| {code} | {made[code]} | {seen[code] / made[code]:.1%} | {named[code] / made[code]:.1%} |")
    accepted = sum(judge.accepted for judge in judges)
    alarms = [alarm for judge in judges for alarm in judge.alarms]
    print(f"\nGold accepted by PostgreSQL: {accepted}; false alarms on these and on accepted mutants: {len(alarms)}.")
    for each in [*alarms, *(missed for judge in judges for missed in judge.missed)]:
        print(f"  {each}")


async def held_out(server: PostgresServer) -> Verdicts:
    """Of statements on a schema of their own, with every construct."""
    connection = await asyncpg.connect(server.create_database())
    try:
        return await verdicts(connection)
    finally:
        await connection.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mutants", type=int, default=3, help="most mutants a query and class")
    most = arguments.parse_args().mutants
    print(machine.described())
    with running_postgres() as server:
        judges = asyncio.run(judged(server, most))
        others = asyncio.run(held_out(server))
    found(judges)
    share = 1 - len(others.missed) / others.invalid
    print(f"\nOn another schema: {share:.1%} of {others.invalid} wrong statements found, {len(others.alarms)} of "
          f"{others.valid} right ones faulted. Missed: {'; '.join(others.missed)}")  # fmt: skip
    speed(judges, defog.gold())


if __name__ == "__main__":
    main()
