"""Quality rules against Great Expectations' definition files: verdicts on PostgreSQL and DuckDB.

    python -m benchmarks.quality_rules [--wrong]

Every file of the set is mapped to one of the ten types or excluded with a reason, in
tests/copilot/quality/expectations.py. Prints a table: file, type, cases with a verdict for an SQL database, right ones
on each engine, cases that are for other engines only. `--wrong` lists the cases whose verdict differs.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import duckdb

from services.copilot.quality.rule import RefusedRuleError
from tests.copilot.quality.verdicts import (
    Case,
    cases,
    excluded,
    files,
    on_duckdb,
    on_postgres,
    rules,
    verdict,
)
from tests.throwaway_postgres import running_postgres


@dataclass
class Row:
    file: str
    kinds: Counter[str] = field(default_factory=Counter)
    scored: int = 0
    right: Counter[str] = field(default_factory=Counter)
    elsewhere: int = 0
    excluded: str = ""
    wrong: list[str] = field(default_factory=list)


async def measure(path: Path, postgres: asyncpg.Connection, duck: duckdb.DuckDBPyConnection) -> Row:
    row = Row(path.stem)
    for case in cases(path):
        if isinstance(case, str):
            row.elsewhere += 1
            continue
        row.excluded = excluded(case.expectation)
        if row.excluded:
            return row
        await _score(row, case, postgres, duck)
    return row


async def _score(row: Row, case: Case, postgres: asyncpg.Connection, duck: duckdb.DuckDBPyConnection) -> None:
    try:
        row.kinds.update(rule.type for rule in rules(case))
    except (RefusedRuleError, KeyError):
        row.kinds.update(())
    row.scored += 1
    for dialect, run in (
        ("postgresql", await on_postgres(postgres, case.data)),
        ("duckdb", on_duckdb(duck, case.data)),
    ):
        found = await verdict(case, dialect, run)
        if found is case.expected:
            row.right[dialect] += 1
        else:
            row.wrong.append(f"{dialect}: {case.title}: {found} instead of {case.expected}; {dict(case.kwargs)}"[:300])


async def main(wrong: bool) -> None:
    with running_postgres() as server:
        postgres, duck = await asyncpg.connect(server.url, statement_cache_size=0), duckdb.connect()
        try:
            rows = [await measure(path, postgres, duck) for path in files()]
        finally:
            await postgres.close()
            duck.close()
    print("| file | type | cases | PostgreSQL | DuckDB | other engines |\n|---|---|---|---|---|---|")
    for row in rows:
        kind = (row.excluded and f"excluded: {row.excluded}") or ", ".join(row.kinds)
        right = " | ".join(str(row.right[engine]) for engine in ("postgresql", "duckdb"))
        print(f"| {row.file} | {kind} | {row.scored} | {right} | {row.elsewhere} |")
    scored = sum(row.scored for row in rows)
    shares = ", ".join(f"{e} {sum(row.right[e] for row in rows) / scored:.1%}" for e in ("postgresql", "duckdb"))
    print(f"\n{len(rows)} files, {sum(1 for row in rows if row.excluded)} excluded, {scored} cases: {shares}")
    for row in rows if wrong else ():
        for line in row.wrong:
            print(f"{row.file}: {line}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="list the cases whose verdict differs")
    asyncio.run(main(parser.parse_args().wrong))
