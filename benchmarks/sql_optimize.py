"""SQL optimising and explaining: what the rules find, whether it holds, and how long it takes.

    python -m benchmarks.sql_optimize [--random 400]

Gold SQL of the defog set, optimised; original and result are executed on PostgreSQL with the set's rows. Random
statements (tests/copilot/sql/optimize/random_statements.py) with and without a schema: what a rule changed without a
schema is executed in DuckDB. Speed: in one process, the gold statements and the random ones.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections import Counter

from benchmarks import machine
from services.copilot.sql.explain.explain import explain
from services.copilot.sql.optimize.optimize import optimize
from tests.copilot.sql import defog
from tests.copilot.sql.optimize.random_statements import Maker
from tests.copilot.sql.optimize.schema import improved
from tests.copilot.sql.optimize.test_defog import judged as on_defog
from tests.copilot.sql.optimize.test_random import judged as on_random
from tests.throwaway_postgres import running_postgres

FIRST_SEED = 20_000


def gold() -> None:
    with running_postgres() as server:
        done, different = asyncio.run(on_defog(server))
    suggested = sum(bool(found.suggestions) for _, found in done)
    changed = sum(found.sql != sql for sql, found in done)
    print("\n| Gold statements | With a suggestion | Changed | Equal on PostgreSQL |\n|---|---|---|---|")
    print(f"| {len(done)} | {suggested} | {changed} | {changed - len(different)} of {changed} |")
    counted = Counter((each.rule, each.proof) for _, found in done for each in found.suggestions)
    print("\n| Rule | Proof | Gold statements |\n|---|---|---|")
    for (rule, proof), count in counted.most_common():
        print(f"| {rule} | {proof} | {count} |")


def random_statements(count: int) -> None:
    rules, proofs, wrong = on_random(range(FIRST_SEED, FIRST_SEED + count))
    print("\n| Random statements | Rewrites | Proven on rows | By rule alone | Found wrong |\n|---|---|---|---|---|")
    print(f"| {count} | {rules.total()} | {proofs['equal_results']} | {proofs['rule']} | {len(wrong)} |")
    print("\n| Rule | Rewrites |\n|---|---|")
    for rule, number in rules.most_common():
        print(f"| {rule} | {number} |")
    for each in wrong:
        print(each)


def speed(count: int) -> None:
    statements = [sql for queries in defog.gold().values() for sql in queries]
    made = [Maker(seed).statement() for seed in range(FIRST_SEED, FIRST_SEED + count)]
    rows = {
        "explain, gold": [_timed(lambda sql=sql: explain(sql, "postgresql")) for sql in statements],
        "optimise without a schema, gold": [
            _timed(lambda sql=sql: optimize(sql, "postgresql", None)) for sql in statements
        ],
        "optimise with a schema, random": [_timed(lambda sql=sql: improved(sql)) for sql in made],
    }
    print("\n| What | Statements | p50, ms | p95, ms |\n|---|---|---|---|")
    for name, times in rows.items():
        print(
            f"| {name} | {len(times)} | {statistics.median(times):.1f} | {statistics.quantiles(times, n=20)[-1]:.1f} |"
        )


def _timed(work) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--random", type=int, default=400, help="random statements")
    count = arguments.parse_args().random
    print(machine.described())
    gold()
    random_statements(count)
    speed(count)


if __name__ == "__main__":
    main()
