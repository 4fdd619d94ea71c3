"""What the figures of the built-in glossary come to over the sample rows, in plain Python: no SQL, no compiler."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any

from tests.copilot.semantic.sample import rows

Row = dict[str, Any]
FACTS = {
    "revenue": ("fact_revenue", "revenue_date", ""),
    "usage": ("fact_usage_daily", "usage_date", ""),
    "event": ("fact_subscription_event", "event_date", ""),
    "month": ("fact_subscription_month", "month_start", ""),
    "first": ("fact_subscription_month", "month_start", "first"),
    "last": ("fact_subscription_month", "month_start", "last"),
}
Figure = Callable[[dict[str, list[Row]]], float | None]


def _sum(found: list[Row], name: str) -> float:
    return float(sum(row[name] for row in found))


def _kind(found: list[Row], kind: str) -> int:
    return sum(row["event_type"] == kind for row in found)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _months(f: dict[str, list[Row]]) -> float:
    return (_sum(f["month"], "active_at_start") + _sum(f["month"], "active_at_end")) / 2


FIGURES: dict[str, tuple[tuple[str, ...], Figure]] = {
    "churn_rate": (
        ("event", "first"),
        lambda f: _share(_kind(f["event"], "churn"), _sum(f["first"], "active_at_start")),
    ),
    "arpu": (("revenue", "month"), lambda f: _share(_sum(f["revenue"], "amount_net"), _months(f))),
    "mou": (("usage", "month"), lambda f: _share(_sum(f["usage"], "voice_seconds") / 60, _months(f))),
    "data_usage": (("usage",), lambda f: _sum(f["usage"], "data_mb") / 1024),
    "net_adds": (("event",), lambda f: _kind(f["event"], "activation") - _kind(f["event"], "churn")),
    "revenue": (("revenue",), lambda f: _sum(f["revenue"], "amount_net")),
    "active_subscribers": (("last",), lambda f: _sum(f["last"], "active_at_end")),
    "gross_adds": (("event",), lambda f: _kind(f["event"], "activation")),
    "churned_subscribers": (("event",), lambda f: _kind(f["event"], "churn")),
    "voice_minutes": (("usage",), lambda f: _sum(f["usage"], "voice_seconds") / 60),
    "dropped_call_rate": (("usage",), lambda f: _share(_sum(f["usage"], "dropped_calls"), _sum(f["usage"], "calls"))),
}


@cache
def _wide(fact: str) -> tuple[Row, ...]:
    """The fact's rows with everything their keys lead to."""
    table, moment, _ = FACTS[fact]
    indexes = {name: _by(name) for name in rows() if name.startswith("dim_")}
    return tuple(_one(row, row[moment], indexes) for row in rows()[table])


def _by(name: str) -> dict[int, Row]:
    key = next(column for column in rows()[name][0] if column.endswith("_id"))
    return {row[key]: row for row in rows()[name]}


def _one(row: Row, on: date, dim: dict[str, dict[int, Row]]) -> Row:
    subscription = dim["dim_subscription"][row["subscription_id"]]
    customer = dim["dim_customer"][subscription["customer_id"]]
    tariff = dim["dim_tariff"][subscription["tariff_id"]]
    place = dim["dim_location"].get(customer["location_id"], {})
    return {
        **row,
        **customer,
        "date": on,
        "day": on,
        "month": on.replace(day=1),
        "quarter": date(on.year, (on.month - 1) // 3 * 3 + 1, 1),
        "year": on.year,
        "city": place.get("city"),
        "region": dim["dim_region"][place["region_id"]]["region_name"] if place else None,
        "customer_segment": dim["dim_segment"].get(customer["segment_id"], {}).get("segment_name"),
        "tariff": tariff["tariff_name"],
        "contract_type": tariff["contract_type"],
        "sales_channel": dim["dim_channel"].get(row.get("channel_id"), {}).get("channel_name"),
        "churn_reason": dim["dim_churn_reason"].get(row.get("churn_reason_id"), {}).get("churn_reason_name"),
    }


TIMES = ("day", "month", "quarter", "year")


def _rows_of(fact: str, start: date | None, end: date | None, groups: Sequence[str]) -> list[Row]:
    """Of the period; of a snapshot only its first or last step on record, in each group of time."""
    found = [row for row in _wide(fact) if (not start or row["date"] >= start) and (not end or row["date"] < end)]
    take = FACTS[fact][2]
    if not take:
        return found
    times = [name for name in groups if name in TIMES]
    edges: dict[tuple[Any, ...], date] = {}
    for row in found:
        key = tuple(row[name] for name in times)
        pick = max if take == "last" else min
        edges[key] = pick(edges.get(key, row["date"]), row["date"])
    return [row for row in found if row["date"] == edges[tuple(row[name] for name in times)]]


def expected(
    metrics: Sequence[str], groups: Sequence[str], where: str, start: date | None, end: date | None
) -> dict[tuple[Any, ...], list[float | None]]:
    """Figures by group. `where`: a Python condition over `r`, a row with all that its keys lead to."""
    kept = compile(where or "True", "where", "eval")
    facts = dict.fromkeys(fact for metric in metrics for fact in FIGURES[metric][0])
    split: dict[tuple[Any, ...], dict[str, list[Row]]] = defaultdict(lambda: {fact: [] for fact in facts})
    if not groups:
        split[()]  # one row, whatever there is
    for fact in facts:
        for row in _rows_of(fact, start, end, groups):
            if eval(kept, {"r": row}):
                split[tuple(row[name] for name in groups)][fact].append(row)
    return {key: [FIGURES[metric][1](found) for metric in metrics] for key, found in split.items()}
