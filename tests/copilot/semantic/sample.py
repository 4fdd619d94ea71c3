"""Rows for the tables of the built-in glossary, with what makes joins go wrong: subscriptions without revenue, several
lines for one, customers without a place or segment, groups that only one fact has."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from services.copilot.semantic.model import Table
from services.copilot.semantic.reading import load

TODAY = date(2026, 11, 22)
REGIONS = ("Mazowieckie", "Śląskie", "Pomorskie", "Lubelskie")
CITIES = (("Warszawa", 0), ("Radom", 0), ("Katowice", 1), ("Gdynia", 2), ("Gdańsk", 2), ("Lublin", 3))
SEGMENTS = ("Premium", "Standard", "Basic", "Youth", "Senior")
TARIFFS = (
    ("Max 40", "postpaid"),
    ("Max 80", "postpaid"),
    ("Na kartę", "prepaid"),
    ("Firma", "postpaid"),
    ("Mix", "prepaid"),
)
CHANNELS = ("Online", "Own shop", "Partner shop", "Telesales")
REASONS = ("price", "coverage", "portability")
REVENUE_TYPES = ("subscription", "usage", "roaming", "device", "service")
FIRST_MONTH, MONTHS = (2025, 1), 22
Rows = dict[str, list[dict[str, Any]]]


def month(number: int) -> date:
    """The first day of the `number`th month of the sample, from 0."""
    return date(FIRST_MONTH[0] + number // 12, number % 12 + 1, 1)


@cache
def rows() -> Rows:
    """By table; the same every time."""
    chance = random.Random(20261122)
    made: Rows = {
        "dim_region": [{"region_id": n, "region_name": name} for n, name in enumerate(REGIONS)],
        "dim_location": [{"location_id": n, "city": c, "region_id": r} for n, (c, r) in enumerate(CITIES)],
        "dim_segment": [{"segment_id": n, "segment_name": name} for n, name in enumerate(SEGMENTS)],
        "dim_tariff": [{"tariff_id": n, "tariff_name": t, "contract_type": c} for n, (t, c) in enumerate(TARIFFS)],
        "dim_channel": [{"channel_id": n, "channel_name": name} for n, name in enumerate(CHANNELS)],
        "dim_churn_reason": [{"churn_reason_id": n, "churn_reason_name": name} for n, name in enumerate(REASONS)],
        "dim_customer": list(_customers(chance)),
        "dim_subscription": list(_subscriptions(chance)),
        "fact_revenue": [],
        "fact_usage_daily": [],
        "fact_subscription_month": [],
        "fact_subscription_event": [],
    }
    for subscription in made["dim_subscription"]:
        _life(made, subscription["subscription_id"], chance)
    return made


def _customers(chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(24):
        business = number % 4 == 0
        yield {
            "customer_id": number,
            "customer_type": "business" if business else "consumer",
            "age": None if business else 18 + chance.randrange(60),
            "segment_id": None if number % 9 == 5 else chance.randrange(len(SEGMENTS)),
            "location_id": None if number % 11 == 7 else chance.randrange(len(CITIES)),
        }


def _subscriptions(chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(60):
        yield {
            "subscription_id": number,
            "customer_id": chance.randrange(24),
            "tariff_id": chance.randrange(len(TARIFFS)),
            "activation_date": date(2024, 1, 1),
        }


def _life(made: Rows, number: int, chance: random.Random) -> None:
    """From one month on, perhaps to another: events, snapshots, revenue, usage."""
    begins = 0 if chance.random() < 0.5 else chance.randrange(1, MONTHS)
    ends = chance.randrange(begins, MONTHS) if chance.random() < 0.5 else MONTHS
    if begins:
        _event(made, number, "activation", month(begins) + timedelta(days=chance.randrange(28)), chance)
    if ends < MONTHS:
        _event(made, number, "churn", month(ends) + timedelta(days=chance.randrange(28)), chance)
    for each in range(begins, min(ends, MONTHS - 1) + 1):
        started = int(each > begins or begins == 0)
        made["fact_subscription_month"].append(
            {
                "subscription_id": number,
                "month_start": month(each),
                "active_at_start": started,
                "active_at_end": int(each < ends),
            }
        )
        if number % 13 != 3:  # some never bring revenue
            _revenue(made, number, month(each), chance)
        _usage(made, number, month(each), chance)


def _event(made: Rows, number: int, kind: str, on: date, chance: random.Random) -> None:
    made["fact_subscription_event"].append(
        {
            "event_id": len(made["fact_subscription_event"]),
            "event_date": on,
            "subscription_id": number,
            "event_type": kind,
            "channel_id": None if chance.random() < 0.15 else chance.randrange(len(CHANNELS)),
            "churn_reason_id": chance.randrange(len(REASONS)) if kind == "churn" else None,
        }
    )


def _revenue(made: Rows, number: int, first: date, chance: random.Random) -> None:
    for _ in range(chance.randrange(4)):
        made["fact_revenue"].append(
            {
                "revenue_id": len(made["fact_revenue"]),
                "revenue_date": first + timedelta(days=chance.randrange(28)),
                "subscription_id": number,
                "revenue_type": chance.choice(REVENUE_TYPES),
                "amount_net": chance.randrange(-500, 20000) / 100,
            }
        )


def _usage(made: Rows, number: int, first: date, chance: random.Random) -> None:
    seen = set()
    for _ in range(chance.randrange(5)):
        key = (
            first + timedelta(days=chance.randrange(28)),
            chance.choice(("2G", "4G", "5G")),
            int(chance.random() < 0.2),
        )
        if key in seen:
            continue
        seen.add(key)
        calls = chance.randrange(12)
        made["fact_usage_daily"].append(
            {
                "subscription_id": number,
                "usage_date": key[0],
                "technology": key[1],
                "is_roaming": key[2],
                "voice_seconds": chance.randrange(4000),
                "data_mb": chance.randrange(9_000_000) / 1000,
                "calls": calls,
                "dropped_calls": chance.randrange(calls + 1) if calls else 0,
            }
        )


def ddl(table: Table) -> str:
    columns = ", ".join(f"{each.name} {each.type}" for each in table.columns)
    return f"CREATE TABLE {table.qualified} ({columns}, PRIMARY KEY ({', '.join(table.primary_key)}))"


def tables() -> Sequence[Table]:
    return load().tables
