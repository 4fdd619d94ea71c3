"""A few of the differences, with the values as each side writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.parity.plan import Plan
from services.parity.result import Sample, Text
from services.parity.verdicts import REASONS
from services.parity.workbench import Workbench

LONGEST = 2000  # characters of a value


def samples(bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan], most: int) -> tuple[Sample, ...]:
    """At most `most`, shared among the kinds that there are, in the order of the keys."""
    found = (
        _differing(bench, keys, values, most),
        _alone(bench, keys, values, 0, most),
        _alone(bench, keys, values, 1, most),
        _duplicates(bench, keys, most),
    )
    shares = _shares([len(each) for each in found], most)
    return tuple(one for each, share in zip(found, shares, strict=True) for one in each[:share])


def _shares(there: list[int], most: int) -> list[int]:
    """As equal as what is there allows."""
    shares = [0] * len(there)
    while most > 0 and shares != there:
        for at, count in enumerate(there):
            if shares[at] < count and most > 0:
                shares[at] += 1
                most -= 1
    return shares


def _cells(table: str, plans: Sequence[Plan], side: int) -> list[str]:
    refs = [(plan.pair.left, plan.pair.right)[side].ref for plan in plans]
    texts = [f"CAST({table}.{ref} AS VARCHAR)" for ref in refs]
    return [f"CASE WHEN length({t}) > {LONGEST} THEN left({t}, {LONGEST}) || '…' ELSE {t} END" for t in texts]


def _named(plans: Sequence[Plan], cells: Sequence[Any]) -> dict[str, Text]:
    """The first cells by the names of the columns."""
    return {plan.pair.name: cell for plan, cell in zip(plans, cells, strict=False)}


def _in_order(keys: Sequence[Plan], alias: str, side: int, last: str) -> str:
    refs = [(plan.pair.left, plan.pair.right)[side].ref for plan in keys]
    return ", ".join([f"{alias}.{ref}" for ref in refs] + [last])


def _differing(bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan], most: int) -> list[Sample]:
    if not keys:
        return []
    cells = [*_cells("l", keys, 0), *_cells("l", values, 0), *_cells("r", values, 1)]
    cells += [f"f.d{at}" for at in range(len(values))]
    rows = bench.rows(
        f"SELECT {', '.join(cells)} FROM found AS f JOIN rest_l AS l ON l.n = f.ln JOIN rest_r AS r ON r.n = f.rn "  # noqa: S608  # names of our own
        f"WHERE f.kind = 'd' ORDER BY {_in_order(keys, 'l', 0, 'f.ln')} LIMIT {most}"
    )
    width, count = len(keys), len(values)
    found = []
    for row in rows:
        codes = row[width + 2 * count :]
        chosen = [at for at in range(count) if codes[at] in REASONS]
        plans = [values[at] for at in chosen]
        found.append(
            Sample(
                "differing",
                _named(keys, row[:width]),
                _named(plans, [row[width + at] for at in chosen]),
                _named(plans, [row[width + count + at] for at in chosen]),
                {values[at].pair.name: REASONS[codes[at]] for at in chosen},
            )
        )
    return found


def _alone(bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan], side: int, most: int) -> list[Sample]:
    table, number, kind = (("l", "ln", "only_left"), ("r", "rn", "only_right"))[side]
    plans = [*keys, *values]
    rows = bench.rows(
        f"SELECT f.times, {', '.join(_cells(table, plans, side))} FROM found AS f JOIN rest_{table} AS {table} "  # noqa: S608  # names of our own
        f"ON {table}.n = f.{number} "
        f"WHERE f.kind = '{table}' ORDER BY {_in_order(keys, table, side, 'f.' + number)} LIMIT {most}"
    )
    found = []
    for times, *cells in rows:
        row = _named(plans, cells)
        left, right = (row, {}) if side == 0 else ({}, row)
        found.append(Sample(kind, _named(keys, cells), left, right, times=(times,)))
    return found


def _duplicates(bench: Workbench, keys: Sequence[Plan], most: int) -> list[Sample]:
    if not keys:
        return []
    names = ", ".join(f"k{at}" for at in range(len(keys)))
    texts = ", ".join(f"CAST(p.k{at} AS VARCHAR)" for at in range(len(keys)))
    same = " AND ".join(f"s.k{at} IS NOT DISTINCT FROM p.k{at}" for at in range(len(keys)))
    counts = ", ".join(f"(SELECT count(*) FROM {view} AS s WHERE {same})" for view in ("v_l", "v_r"))  # noqa: S608  # names of our own
    chosen = f"SELECT {names} FROM repeated ORDER BY {names} LIMIT {most}"  # noqa: S608  # names of our own
    rows = bench.rows(f"SELECT {texts}, {counts} FROM ({chosen}) AS p ORDER BY {names}")  # noqa: S608  # names of our own
    width = len(keys)
    return [Sample("duplicate_key", _named(keys, row[:width]), times=(row[width], row[width + 1])) for row in rows]
