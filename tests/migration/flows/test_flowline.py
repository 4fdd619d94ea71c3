"""A real export's mappings, run on rows whose results were worked out by hand from the mappings themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.migration.pipeline import migrate
from services.pipelines.dsl.document import Document, load
from services.pipelines.runner import run
from tests.migration.flows.sheet import plain

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "powercenter"
pytestmark = pytest.mark.slow
Row = dict[str, Any]


@cache
def documents() -> Mapping[str, Document]:
    found = next(CORPUS.glob("*FLOWLINE*"), None) if CORPUS.is_dir() else None
    if found is None:
        pytest.skip("the public corpus is not at hand")
    made = migrate(found.read_bytes(), found.name, dialect="duckdb", generated_at="2026-01-01T00:00:00Z")
    return {document.name: load(document.yaml) for document in made.documents if document.kind == "pipeline"}


def outcome(name: str, tables: Mapping[str, Sequence[Row]], **parameters: Any) -> dict[str, list[Row]]:
    """The rows of every sink; `tables` gives the rows of every source of a table's name."""
    document = documents()[name]
    given = {
        node["id"]: [
            {c["name"]: row.get(c["name"]) for c in node["columns"]} for row in tables[node["config"]["table"]]
        ]
        for node in document.nodes()
        if node["type"] == "source" and node["config"].get("table") in tables
    }
    return run(document, given, parameters=parameters)


def listed(rows: Sequence[Row], *names: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(plain(row[name]) for name in names) for row in rows), key=repr)


def expected(*rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return sorted((tuple(plain(value) for value in row) for row in rows), key=repr)


FIRST, SECOND = datetime(2024, 1, 3), datetime(2024, 1, 5)
STAGED: dict[str, list[Row]] = {
    "STG_PRODUCTS": [
        {"PRODUCT_ID": "P1", "PRODUCT_NAME": "bun", "PRODUCT_TYPE": "jaffle", "PRODUCT_PRICE": 10, "IS_FOOD_ITEM": 1}
        | {"IS_DRINK_ITEM": 0},
        {"PRODUCT_ID": "P2", "PRODUCT_NAME": "tea", "PRODUCT_TYPE": "beverage", "PRODUCT_PRICE": 5.5, "IS_FOOD_ITEM": 0}
        | {"IS_DRINK_ITEM": 1},
    ],
    "STG_SUPPLIES": [
        {"SUPPLY_ID": "S1", "PRODUCT_ID": "P1", "SUPPLY_COST": 1.2, "IS_PERISHABLE": 0},
        {"SUPPLY_ID": "S2", "PRODUCT_ID": "P1", "SUPPLY_COST": 0.35, "IS_PERISHABLE": 1},
        {"SUPPLY_ID": "S3", "PRODUCT_ID": "P3", "SUPPLY_COST": 9, "IS_PERISHABLE": 0},
    ],
    "STG_ORDER_ITEMS": [
        {"ORDER_ITEM_ID": "I1", "ORDER_ID": "O1", "PRODUCT_ID": "P1"},
        {"ORDER_ITEM_ID": "I2", "ORDER_ID": "O1", "PRODUCT_ID": "P2"},
        {"ORDER_ITEM_ID": "I3", "ORDER_ID": "O2", "PRODUCT_ID": "P1"},
        {"ORDER_ITEM_ID": "I4", "ORDER_ID": "O9", "PRODUCT_ID": "P1"},
    ],
    "STG_ORDERS": [
        {"ORDER_ID": "O1", "CUSTOMER_ID": "C1", "LOCATION_ID": "L1", "ORDERED_AT_DAY": SECOND, "SUBTOTAL_CENTS": 1550}
        | {"TAX_PAID_CENTS": 93, "ORDER_TOTAL_CENTS": 1643, "SUBTOTAL": 15.5, "TAX_PAID": 0.93, "ORDER_TOTAL": 16.43},
        {"ORDER_ID": "O2", "CUSTOMER_ID": "C1", "LOCATION_ID": "L1", "ORDERED_AT_DAY": FIRST, "SUBTOTAL_CENTS": 1000}
        | {"TAX_PAID_CENTS": 60, "ORDER_TOTAL_CENTS": 1060, "SUBTOTAL": 10, "TAX_PAID": 0.6, "ORDER_TOTAL": 10.6},
        {"ORDER_ID": "O3", "CUSTOMER_ID": "C2", "ORDERED_AT_DAY": FIRST, "SUBTOTAL": 1, "ORDER_TOTAL": 1.5},
        {
            "ORDER_ID": "O4",
            "CUSTOMER_ID": None,
            "ORDERED_AT_DAY": FIRST,
            "SUBTOTAL": 2,
            "TAX_PAID": 1,
            "ORDER_TOTAL": 3,
        },
    ],
    "STG_CUSTOMERS": [
        {"CUSTOMER_ID": "C1", "CUSTOMER_NAME": "Ann"},
        {"CUSTOMER_ID": "C3", "CUSTOMER_NAME": "Cid"},
    ],
}


@cache
def core() -> dict[str, list[Row]]:
    return outcome("m_FL_JS_MARTS_CORE", STAGED)


def test_order_items_keep_every_supplied_product() -> None:
    """A Master Outer Join with supplies as its detail keeps what nobody ordered and loses what nobody supplies."""
    names = ("ORDER_ITEM_ID", "ORDER_ID", "PRODUCT_ID", "ORDERED_AT_DAY", "PRODUCT_NAME", "PRODUCT_PRICE")
    names += ("SUPPLY_COST_PER_PRODUCT", "HAS_PERISHABLE_SUPPLY")
    assert listed(core()["order_items"], *names) == expected(
        ("I1", "O1", "P1", SECOND, "bun", 10, 1.55, 1),
        ("I3", "O2", "P1", FIRST, "bun", 10, 1.55, 1),
        (None, None, "P3", None, None, None, 9, 0),
    )


def test_orders_are_numbered_by_variables_that_are_assigned_too_early() -> None:
    """The key of the row before is assigned above its comparison: the number restarts only where the key is null.

    The cost is summed into a port without decimals: 1.55 is 2.
    """
    names = ("ORDER_ID", "CUSTOMER_ID", "ORDERED_AT_DAY", "SUBTOTAL", "TAX_PAID", "ORDER_TOTAL", "ORDER_ITEMS_SUBTOTAL")
    names += ("ORDER_COST", "HAS_FOOD_ITEMS", "HAS_DRINK_ITEMS", "CUSTOMER_ORDER_NUMBER")
    assert listed(core()["orders"], *names) == expected(
        (None, None, None, None, None, None, 0, 9, 0, 0, 1),
        ("O9", None, None, None, None, None, 10, 2, 1, 0, 1),
        ("O2", "C1", FIRST, 10, 0.6, 10.6, 10, 2, 1, 0, 2),
        ("O1", "C1", SECOND, 15.5, 0.93, 16.43, 10, 2, 1, 0, 3),
    )


def test_customers_come_from_their_orders() -> None:
    """The detail is the orders' totals, the name and the key come from the master: both are null without a match."""
    names = ("CUSTOMER_ID", "CUSTOMER_NAME", "LIFETIME_ORDERS", "FIRST_ORDER_DATE", "LAST_ORDER_DATE", "LIFETIME_SPEND")
    names += ("LIFETIME_SPEND_PRETAX", "LIFETIME_TAX_PAID", "CUSTOMER_TYPE")
    assert listed(core()["customers"], *names) == expected(
        ("C1", "Ann", 2, FIRST, SECOND, 27.03, 25.5, 1.53, "returning"),
        (None, None, 1, FIRST, FIRST, 1.5, 1, 0, "new"),
        (None, None, 1, FIRST, FIRST, 3, 2, 1, "new"),
    )


def test_products_and_supplies_are_copied() -> None:
    assert listed(core()["products"], "PRODUCT_ID", "PRODUCT_PRICE") == expected(("P1", 10), ("P2", 5.5))
    assert listed(core()["supplies"], "SUPPLY_ID", "SUPPLY_COST") == expected(("S1", 1.2), ("S2", 0.35), ("S3", 9))


RAW: dict[str, list[Row]] = {
    "RAW_CUSTOMERS": [{"ID": "C1", "NAME": "Ann"}],
    "RAW_STORES": [
        {"ID": "L1", "NAME": "Oslo", "OPENED_AT": datetime(2020, 5, 1, 10, 30), "TAX_RATE": 0.2},
        {"ID": "L2", "NAME": "Rome", "OPENED_AT": None, "TAX_RATE": 0.1},
        {"ID": "L3", "NAME": "Bonn", "OPENED_AT": None, "TAX_RATE": 0.05},
        {"ID": "L4", "NAME": "Kyiv", "OPENED_AT": None, "TAX_RATE": None},
    ],
    "RAW_ORDERS": [
        {"ID": "O1", "CUSTOMER": "C1", "STORE_ID": "L1", "ORDERED_AT": datetime(2024, 1, 5, 14, 30)}
        | {"SUBTOTAL": 1550, "TAX_PAID": 93, "ORDER_TOTAL": 1643},
    ],
    "RAW_PRODUCTS": [
        {"SKU": "P1", "NAME": "bun", "TYPE": " jaffle ", "PRICE": 1000},
        {"SKU": "P2", "NAME": "tea", "TYPE": "Beverage", "PRICE": 550},
        {"SKU": "P2", "NAME": "tea", "TYPE": None, "PRICE": None},
    ],
    "RAW_SUPPLIES": [
        {"ID": "S1", "NAME": "cup", "COST": 120, "PERISHABLE": "Y", "SKU": "P2"},
        {"ID": "S2", "NAME": "egg", "COST": 35, "PERISHABLE": None, "SKU": "P1"},
        {"ID": "S3", "NAME": "tin", "COST": 900, "PERISHABLE": "1", "SKU": "P3"},
    ],
    "RAW_ITEMS": [{"ID": "I1", "ORDER_ID": "O1", "SKU": "P1"}],
}


@cache
def staging() -> dict[str, list[Row]]:
    return outcome("m_FL_JS_STAGING_FULL", RAW)


def test_stores_are_routed_by_their_region_and_united() -> None:
    """A rate that is not known makes no condition true: the else branch."""
    assert listed(staging()["stg_locations"], "LOCATION_ID", "LOCATION_NAME", "OPENED_DATE", "REGION") == expected(
        ("L1", "Oslo", datetime(2020, 5, 1), "EMEA"),
        ("L2", "Rome", None, "APAC"),
        ("L3", "Bonn", None, "AMER"),
        ("L4", "Kyiv", None, "AMER"),
    )


def test_order_amounts_arrive_crossed_as_they_are_connected() -> None:
    """The mapping connects whole amounts to the columns in cents and cents to those in whole amounts."""
    names = ("ORDER_ID", "ORDERED_AT_DAY", "SUBTOTAL_CENTS", "TAX_PAID_CENTS", "ORDER_TOTAL_CENTS")
    names += ("SUBTOTAL", "TAX_PAID", "ORDER_TOTAL")
    assert listed(staging()["stg_orders"], *names) == expected(
        ("O1", datetime(2024, 1, 5), 15.5, 0.93, 16.43, 1550, 93, 1643)
    )


def test_supplies_come_once_for_every_product_of_their_key() -> None:
    names = ("SUPPLY_ID", "PRODUCT_ID", "SUPPLY_COST_CENTS", "SUPPLY_COST", "IS_PERISHABLE")
    assert listed(staging()["stg_supplies"], *names) == expected(
        ("S1", "P2", 120, 1.2, 1), ("S1", "P2", 120, 1.2, 1), ("S2", "P1", 35, 0.35, 0)
    )


def test_products_are_flagged_by_their_trimmed_type() -> None:
    names = ("PRODUCT_ID", "PRODUCT_PRICE_CENTS", "PRODUCT_PRICE", "IS_FOOD_ITEM", "IS_DRINK_ITEM")
    assert listed(staging()["stg_products"], *names) == expected(
        ("P1", 10, 1000, 1, 0), ("P2", 5.5, 550, 0, 1), ("P2", None, None, 0, 0)
    )


@cache
def enriched() -> dict[str, list[Row]]:
    places = [
        {"LOCATION_ID": "L1", "LOCATION_NAME": "Oslo", "TAX_RATE": 0.1, "REGION": "EMEA"},
        {"LOCATION_ID": "L2", "LOCATION_NAME": "Rome", "TAX_RATE": 0.2, "REGION": "APAC"},
    ]
    return outcome("m_FL_JS_MARTS_ENRICHED", {**STAGED, "STG_LOCATIONS": places}, RUN_DATE="2024-02-01 00:00:00")


def test_items_are_enriched_by_joins_that_keep_their_details() -> None:
    """Each Master Outer Join keeps the table it adds and loses rows that find nothing in it: at last the supplies."""
    names = ("ORDER_ITEM_ID", "PRODUCT_ID", "CUSTOMER_NAME", "LOCATION_NAME", "REGION", "ITEM_REVENUE", "ITEM_COGS")
    names += ("ITEM_GROSS_PROFIT", "ITEM_GROSS_MARGIN_PCT", "ITEM_TAX_ESTIMATE", "ITEM_TOTAL_ESTIMATE")
    names += ("HAS_PERISHABLE_SUPPLY",)
    assert listed(enriched()["order_item_enriched"], *names) == expected(
        ("I1", "P1", "Ann", "Oslo", "EMEA", 10, 1.55, 8.45, 0.845, 1, 11, 1),
        ("I3", "P1", "Ann", "Oslo", "EMEA", 10, 1.55, 8.45, 0.845, 1, 11, 1),
        (None, None, "Unknown", "Unknown", "Unknown", None, 9, None, None, None, None, 0),
    )


def test_customers_are_scored_by_their_orders() -> None:
    """Orders without items are lost in the join with their items' totals, whose rows without an order have no value.

    A Router drops rows whose total is null: neither of its conditions holds, and its default group leads nowhere. What
    the customer spent reaches the column before tax, as it is connected.
    """
    names = ("CUSTOMER_ID", "CUSTOMER_NAME", "COUNT_LIFETIME_ORDERS", "FIRST_ORDERED_AT", "LAST_ORDERED_AT")
    names += ("LIFETIME_SPEND_PRETAX", "LIFETIME_COGS", "AVG_ORDER_VALUE", "HIGH_VALUE_ORDERS", "CUSTOMER_TYPE")
    names += ("RECENCY_DAYS", "RFM_SCORE", "RFM_SEGMENT")
    assert listed(enriched()["customer_360"], *names) == expected(
        ("C1", "Ann", 2, FIRST, SECOND, 27.03, 3.1, 13.52, 0, "returning", 27, 321, "STANDARD"),
    )
