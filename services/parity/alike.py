"""Rows that are on both sides as they are, left out of all that costs more than hashing them.

`rest_l` and `rest_r` get the other rows: the columns of the loaded table, `n` its row number, and `g`, a number that
rows have in common whose keys are equal, or whose values are where there are no keys.

Hashes have 64 bits. A row that differs is taken for equal where the hashes of its values and of the other row's are the
same, one in 2^64; a key of the left alone for one of the right alone where theirs are and all values agree.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.parity.plan import Plan
from services.parity.workbench import Workbench

TABLES = ("l", "r")
BYTES = 100
"""Of memory for a row while hashes are counted."""


def set_alike_aside(bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan], rows: int) -> int:
    """How many of the `rows` of both sides remain."""
    for side, table in enumerate(TABLES):
        as_it_is = ", ".join(part for plan in values for part in _prints(plan, side)) or "0"
        group = f"hash({_canonical(keys, side)})" if keys else f"hash({as_it_is})"
        bench.run(f"CREATE TABLE h_{table} AS SELECT rowid AS n, {group} AS g, hash({as_it_is}) AS h FROM {table}")  # noqa: S608  # names of our own
    _find_odd(bench, rows, keyed=bool(keys))
    for side, table in enumerate(TABLES):
        group = f"hash({_canonical(keys or values, side)})"
        bench.run(
            f"CREATE TABLE rest_{table} AS SELECT *, rowid AS n, {group} AS g FROM {table} "  # noqa: S608  # names of our own
            f"WHERE rowid IN (SELECT n FROM h_{table} SEMI JOIN odd USING (g))"
        )
        bench.run(f"DROP TABLE h_{table}")
    return sum(int(bench.row(f"SELECT count(*) FROM rest_{table}")[0]) for table in TABLES)  # noqa: S608  # the same


def _find_odd(bench: Workbench, rows: int, *, keyed: bool) -> None:
    """`odd`: the groups that are not one row of each side with the same values, or of each side as many rows."""
    even = "sum(l) = 1 AND sum(r) = 1 AND min(h) = max(h)" if keyed else "sum(l) = sum(r)"
    bench.run("CREATE TABLE odd (g UBIGINT)")
    parts = bench.parts(rows * BYTES)
    for part in range(parts):
        both = " UNION ALL ".join(
            f"SELECT g, h, {('1 AS l, 0 AS r', '0 AS l, 1 AS r')[at]} FROM h_{table} WHERE g % {parts} = {part}"  # noqa: S608  # names of our own
            for at, table in enumerate(TABLES)
        )
        bench.run(f"INSERT INTO odd SELECT g FROM ({both}) GROUP BY g HAVING NOT ({even})")  # noqa: S608  # the same


def _canonical(plans: Sequence[Plan], side: int) -> str:
    return ", ".join(plan.canonical(side) for plan in plans)


def _prints(plan: Plan, side: int) -> list[str]:
    """Expressions that are equal on both sides only where the values are and nothing is to be told of how they are
    written."""
    text = plan.texts[side]
    if plan.values is None or plan.alike:
        return [text]
    value = plan.values[side]
    return [value, text if plan.unwritten else f"CASE WHEN {value} IS NULL THEN {text} END"]
