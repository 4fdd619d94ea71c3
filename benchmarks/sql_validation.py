"""SQL validation: errors found, false alarms and speed.

    python -m benchmarks.sql_validation [--mutants 3]

PostgreSQL is the oracle (tests/copilot/sql/test_oracle.py): gold SQL of the defog set, and up to `--mutants` errors a
query and class, kept when the server rejects the mutant for that reason. Speed: gold SQL against the schema of its
size, beside sqlglot's own qualify on the same statements in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import time
from collections import Counter

import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from benchmarks import machine
from dataflow.common.v1 import table_schema_pb2
from dataflow.copilot.v1 import sql_pb2
from services.copilot.sql.schema_index import TableInfo
from services.copilot.sql.servicer import validated
from tests.copilot.sql import defog
from tests.copilot.sql.mutators import MUTATORS
from tests.copilot.sql.test_oracle import Judge, judged
from tests.throwaway_postgres import running_postgres

COLUMNS = 15


def filled(tables: list[TableInfo], count: int) -> list[TableInfo]:
    """The tables and made-up ones beside them, `count` in all."""
    more = (
        TableInfo(f"extra_{at}", columns=tuple((f"column_{at}_{n}", "text") for n in range(COLUMNS)))
        for at in range(count - len(tables))
    )
    return [*tables, *more]


def request(tables: list[TableInfo]) -> bytes:
    messages = [
        table_schema_pb2.TableSchema(
            name=each.name,
            schema=each.schema,
            columns=[table_schema_pb2.Column(name=name, type=kind) for name, kind in each.columns],
            primary_key=each.primary_key,
        )
        for each in tables
    ]
    return sql_pb2.ValidateSqlRequest(tables=messages).SerializeToString(deterministic=True)


def ours(queries: list[str], schema: bytes) -> list[float]:
    """Milliseconds a statement, from the request's bytes to the findings; the index is kept from the first."""
    validated(queries[0], "postgresql", schema)
    times = []
    for sql in queries:
        began = time.perf_counter()
        validated(sql, "postgresql", schema)
        times.append(1000 * (time.perf_counter() - began))
    return times


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
    print("\n| Schema | Statements | validate p50, ms | p95 | qualify p50, ms | p95 |\n|---|---|---|---|---|---|")
    for count in (20, 8000):
        mine: list[float] = []
        other: list[float] = []
        for judge, queries in zip(judges, gold.values(), strict=True):
            tables = filled(list(judge.index.tables), count)
            mine += ours(queries, request(tables))
            other += theirs(queries, tables)
        cells = [f"{value:.2f}" for times in (mine, other) for value in (statistics.median(times), _p95(times))]
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


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mutants", type=int, default=3, help="most mutants a query and class")
    most = arguments.parse_args().mutants
    print(machine.described())
    with running_postgres() as server:
        judges = asyncio.run(judged(server, most))
    found(judges)
    speed(judges, defog.gold())


if __name__ == "__main__":
    main()
