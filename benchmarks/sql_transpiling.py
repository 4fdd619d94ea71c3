"""Transpiled SQL executed: gold T-SQL and Snowflake SQL of the defog set, run on PostgreSQL beside PostgreSQL's gold.

    python -m benchmarks.sql_transpiling [--differences]

Results are compared as the set's own evaluation does (tests/sql_dialects/transpile/compare.py). A question counts when
every query accepted for it in the source dialect has a result accepted in PostgreSQL; beside it the single queries, and
the questions of which at least one query has. `silent`: another result and no warning. Beside it sqlglot alone.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import time
from collections import Counter

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
    ]
    return f"| {name} | {' | '.join(map(str, cells))} |"


def causes(found: list[Outcome]) -> Counter[str]:
    """Why a query has another result: the server's word without its names, or what was warned of."""
    wrong = [each for each in found if not each.equal]
    codes = [", ".join(warning.code for warning in each.made.warnings) for each in wrong]
    return Counter((each.error or code or "another query")[:70] for each, code in zip(wrong, codes, strict=True))


async def executed(server: PostgresServer, differences: bool) -> None:
    async with opened(server) as data:
        print("\n| | Questions, every query equal | one of them | Queries equal | Errors | Differ, warned | silent |")
        print("|---|---|---|---|---|---|---|")
        kept = {}
        for dialect in READ:
            kept[f"{dialect}, sqlglot alone"] = await outcomes(data, dialect, by=alone)
            kept[f"{dialect}, tables known"] = await outcomes(data, dialect)
            kept[f"{dialect}, no tables"] = await outcomes(data, dialect, tables=False)
        for name, found in kept.items():
            print(row(name, found))
        for name, found in kept.items():
            print(f"\n{name}: " + "; ".join(f"{count} × {reason}" for reason, count in causes(found).most_common()))
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
