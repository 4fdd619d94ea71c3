"""Transpiled SQL executed: gold T-SQL and Snowflake SQL of the defog set, run on PostgreSQL beside PostgreSQL's gold.

    python -m benchmarks.sql_transpiling [--differences]

Results are compared as the set's own evaluation does (tests/sql_dialects/transpile/compare.py). A question counts when
every query accepted for it in the source dialect has a result accepted in PostgreSQL; beside it the single queries, and
the questions of which at least one query has. `silent`: another result and no warning. Beside it sqlglot alone.
Queries that say in PostgreSQL what they say in their own dialect and still have another result than the accepted ones
ask for something else: each is listed with what it reads and gives beside the accepted query, and left out of the last
column.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import time
from collections import Counter

import sqlglot
from sqlglot import exp

from benchmarks import machine
from services.sql_dialects.transpile import transpile
from tests.sql_dialects.transpile.compare import questions
from tests.sql_dialects.transpile.test_defog import READ, Outcome, Set, alone, as_it_stands, opened, outcomes, share
from tests.throwaway_postgres import PostgresServer, running_postgres


def row(name: str, found: list[Outcome]) -> str:
    questions = len({each.question for each in found})
    silent = [each for each in found if each.silent]
    unexplained = sum(not as_it_stands(each) for each in silent)
    cells = [
        f"{share(found):.1%} of {questions}",
        f"{share(found, any):.1%}",
        f"{sum(each.equal for each in found) / len(found):.1%} of {len(found)}",
        sum(bool(each.error) for each in found),
        sum(not each.equal and not each.error and bool(each.made.warnings) for each in found),
        f"{len(silent)} ({unexplained} rewritten)",
        of_one_gold(found),
    ]
    return f"| {name} | {' | '.join(map(str, cells))} |"


def asks_otherwise(outcome: Outcome) -> bool:
    """Whether the set's own two queries differ, rather than one of them and its translation."""
    return not outcome.equal and not outcome.error and as_it_stands(outcome)


def of_one_gold(found: list[Outcome]) -> str:
    """Queries with an accepted result among those that ask what the accepted ones ask."""
    left = [each for each in found if not asks_otherwise(each)]
    return f"{sum(each.equal for each in left)} of {len(left)}"


def difference(outcome: Outcome) -> str:
    """Which tables and columns a query and the accepted one have and the other has not."""
    mine, theirs = (_parts(each) for each in (outcome.made.sql, outcome.question.accepted[0]))
    told = [f"{_words(mine[kind] - theirs[kind])} for {_words(theirs[kind] - mine[kind])}" for kind in mine]
    return f"tables: {told[0]}; columns: {told[1]}"


def _parts(sql: str) -> dict[str, set[str]]:
    tree = sqlglot.parse_one(sql, dialect="postgres")
    tables = {each.name for each in tree.find_all(exp.Table)}
    return {"tables": tables, "columns": {each.name for root in tree.selects for each in root.find_all(exp.Column)}}


def _words(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def other_gold(found: list[Outcome]) -> None:
    for number, each in enumerate(found, 1):
        if asks_otherwise(each):
            print(f"  query {number}, {each.question.database}, {each.question.text[:60]}…: {difference(each)}")


def causes(found: list[Outcome]) -> Counter[str]:
    """Why a query has another result: the server's word without its names, or what was warned of."""
    wrong = [each for each in found if not each.equal]
    codes = [", ".join(warning.code for warning in each.made.warnings) for each in wrong]
    return Counter((each.error or code or "another query")[:70] for each, code in zip(wrong, codes, strict=True))


async def executed(server: PostgresServer, differences: bool) -> None:
    async with opened(server) as data:
        print("\n| | Questions, all queries | one | Queries | Errors | Differ, warned | silent | Same gold |")
        print("|---|---|---|---|---|---|---|---|")
        kept = {}
        for dialect in READ:
            kept[f"{dialect}, sqlglot alone"] = await outcomes(data, dialect, by=alone)
            kept[f"{dialect}, tables known"] = await outcomes(data, dialect)
            kept[f"{dialect}, no tables"] = await outcomes(data, dialect, tables=False)
        for name, found in kept.items():
            print(row(name, found))
        for name, found in kept.items():
            print(f"\n{name}: " + "; ".join(f"{count} × {reason}" for reason, count in causes(found).most_common()))
        for name in ("tsql, tables known", "snowflake, tables known"):
            print(f"\n{name}, two gold queries that ask for different things:")
            other_gold(kept[name])
        if differences:
            listed(kept)
        speed(data)


def listed(kept: dict[str, list[Outcome]]) -> None:
    for name, found in kept.items():
        for each in found:
            if not each.equal and "alone" not in name:
                codes = [warning.code for warning in each.made.warnings]
                print(f"\n{name}: {each.question.text}\n  given    {each.given}\n  written  {each.made.sql}")
                print(f"  accepted {each.question.accepted[0]}\n  {each.error or codes}")


def speed(data: Set) -> None:
    times = []
    for question in questions("tsql"):
        for given in question.given:
            began = time.perf_counter()
            transpile(given, "mssql", "postgresql", data.tables[question.database])
            times.append(1000 * (time.perf_counter() - began))
    print(f"\nT-SQL → PostgreSQL, {len(times)} queries: p50 {statistics.median(times):.1f} ms, "
          f"p95 {statistics.quantiles(times, n=20)[-1]:.1f} ms a query.")  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--differences", action="store_true", help="print each query whose result differs")
    chosen = arguments.parse_args()
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # of sqlglot alone: what it warns of is counted by result
    print(machine.described())
    with running_postgres() as server:
        asyncio.run(executed(server, chosen.differences))


if __name__ == "__main__":
    main()
