"""Figures of each column on both sides, and how often and why its values differ."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from services.parity.alike import TABLES
from services.parity.plan import NUMERIC, Plan
from services.parity.result import ColumnFigures
from services.parity.verdicts import REASONS, TOLERATED, WRITTEN
from services.parity.workbench import Workbench

LONGEST = 200  # characters of a smallest or largest value


def figures(bench: Workbench, plans: list[Plan], keys: int, tell: Callable[[str], None]) -> tuple[ColumnFigures, ...]:
    """In the order of `plans`, the first `keys` of which are keys."""
    found = []
    for at, plan in enumerate(plans):
        tell(f"figures of {plan.pair.name}")
        codes = dict(bench.rows(f"SELECT d{at - keys}, count(*) FROM found GROUP BY 1")) if at >= keys else {}  # noqa: S608  # names of our own
        left, right = (_side(bench, plan, which) for which in (0, 1))
        reasons = {name: codes[number] for number, name in REASONS.items() if number in codes}
        found.append(
            ColumnFigures(
                column=plan.pair.name,
                compared_as=plan.kind,
                key=at < keys,
                differing=sum(reasons.values()),
                reasons=reasons,
                written_otherwise=codes.get(WRITTEN, 0),
                tolerated=codes.get(TOLERATED, 0),
                nulls=(left[0], right[0]),
                distinct=(left[1], right[1]),
                smallest=(left[2], right[2]),
                largest=(left[3], right[3]),
                sums=(left[4], right[4]),
                means=(left[5], right[5]),
            )
        )
    return tuple(found)


def _side(bench: Workbench, plan: Plan, side: int) -> tuple[Any, ...]:
    """Nulls, distinct values (by hashes of 64 bits), smallest, largest, sum and mean (of numbers that are finite)."""
    ref = (plan.pair.left, plan.pair.right)[side].ref
    text = plan.texts[side]
    value, told_by = text, "hash(t)"
    if plan.values is not None:
        value, told_by = plan.values[side], "CASE WHEN v IS NULL THEN hash(t) ELSE hash(v) END"
    number = "CAST(v AS DOUBLE)" if plan.kind in NUMERIC else "CAST(NULL AS DOUBLE)"
    row = bench.row(
        f"""
        SELECT count(*) - count(c), count(DISTINCT {told_by}) FILTER (v IS NOT NULL OR t IS NOT NULL),
            left(CAST(min(v) AS VARCHAR), {LONGEST}), left(CAST(max(v) AS VARCHAR), {LONGEST}),
            fsum({number}), favg({number})
        FROM (SELECT {ref} AS c, {value} AS v, {text} AS t FROM {TABLES[side]})
        """  # noqa: S608  # names of our own
    )
    return int(row[0]), int(row[1]), _end(plan, row[2]), _end(plan, row[3]), _finite(row[4]), _finite(row[5])


def _end(plan: Plan, text: str | None) -> str | None:
    """A number without the zeros that the common scale has put behind it."""
    if text is None or not plan.sql_type.startswith("DECIMAL") or "." not in text:
        return text
    return text.rstrip("0").rstrip(".")


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
