"""Figures of several tables, none counted twice; groupings that would are refused, and so are ways that mean different
things. On a schema that is not the built-in one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from services.copilot.semantic.answer import from_glossary
from services.copilot.semantic.layer import Layer
from services.copilot.semantic.reading import load
from services.copilot.sql.reading import grammar
from tests.copilot.semantic.sample import TODAY, ddl

SHOP = Layer.of(load(Path(__file__).with_name("shop.yaml")))
ROWS = {
    "country": [(1, "PL"), (2, "CZ")],
    "store": [(1, "North", 1, 10), (2, "South", 1, 30), (3, "Closed", 2, 7)],
    "buyer": [(1, "gold", 1), (2, "iron", 2), (3, "iron", 1)],
    # order, day, buyer, sold by, shipped by, freight
    "orders": [
        (1, date(2025, 1, 5), 1, 1, 2, 10),
        (2, date(2025, 1, 20), 2, 1, 1, 20),
        (3, date(2025, 2, 3), 2, 2, 1, 5),
        (4, date(2025, 2, 9), 3, None, 2, 1),
    ],
    "line": [(1, 1, 100, "a"), (2, 1, 50, "b"), (3, 1, 25, "a"), (4, 2, 40, "a"), (5, 3, 60, "c")],
    "payment": [
        (1, 1, 100, "2025-01-31 23:30:00"),
        (2, 1, 80, "2025-02-01 00:00:00"),
        (3, 3, 60, "2025-02-02 10:00:00"),
    ],
    "visit": [(1, 1)],
}


@pytest.fixture(scope="module")
def shop():
    with duckdb.connect() as connection:
        for table in SHOP.glossary.tables:
            connection.execute(ddl(table))
            marks = ", ".join("?" * len(table.columns))
            connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", ROWS[table.name])
        yield connection


def _answer(question, dialect="duckdb"):
    return from_glossary(question, dialect, glossary=SHOP, today=TODAY)


RIGHT = [
    ("Freight", [(36.0,)]),
    ("Turnover and freight and paid", [(275.0, 36.0, 240.0)]),
    ("Open amount", [(71.0,)]),
    ("Turnover and freight by tier", [("gold", 175.0, 10.0), ("iron", 100.0, 26.0)]),
    ("Open amount by tier", [("gold", 5.0), ("iron", 66.0)]),
    ("Average order by tier", [("gold", 175.0), ("iron", 100 / 3)]),
    ("Lines per order by tier", [("gold", 3.0), ("iron", 2 / 3)]),
    ("Buyers and turnover by seller", [("North", 2, 215.0), ("South", 1, 60.0), (None, 1, 0.0)]),
    ("Buyers", [(3,)]),
    ("Buyers by month", [(date(2025, 1, 1), 2), (date(2025, 2, 1), 2)]),
    ("Paid by month", [(date(2025, 1, 1), 100.0), (date(2025, 2, 1), 140.0)]),
    ("Paid and freight in January 2025", [(100.0, 30.0)]),
    ("Paid by week", [(date(2025, 1, 27), 240.0)]),
    ("Freight by shipper", [("North", 25.0), ("South", 11.0)]),
    (
        "Freight by shipper and seller",
        [("North", "North", 20.0), ("North", "South", 5.0), ("South", "North", 10.0), ("South", None, 1.0)],
    ),
    ("Turnover by SKU", [("a", 165.0), ("b", 50.0), ("c", 60.0)]),
    ("Turnover by size", [("big", 210.0), ("small", 65.0)]),
    ("Dearest line and mean line amount by tier", [("gold", 100.0, 175 / 3), ("iron", 60.0, 50.0)]),
    ("Seats by store", [("Closed", 7), ("North", 10), ("South", 30)]),
    ("Orders by buyer country", [("CZ", 2), ("PL", 2)]),
    ("Sellers with turnover over 100", [("North", 215.0)]),
    ("Top 1 seller by average order", [("North", 107.5)]),
]


@pytest.mark.parametrize(("question", "wanted"), RIGHT, ids=[question for question, _ in RIGHT])
def test_no_row_counts_twice(question, wanted, shop):
    answer = _answer(question)
    assert answer.covered, answer.explanation
    found = sorted(shop.execute(answer.sql).fetchall(), key=str)
    assert len(found) == len(wanted)
    for row, other in zip(found, sorted(wanted, key=str), strict=True):
        assert [each for each in row if not _number(each)] == [each for each in other if not _number(each)]
        numbers = [float(each) for each in row if _number(each)]
        assert numbers == pytest.approx([float(each) for each in other if _number(each)])


def _number(value):
    return value is not None and not isinstance(value, str | date)


@pytest.mark.parametrize("question", [question for question, _ in RIGHT])
@pytest.mark.parametrize("dialect", ["postgresql", "snowflake", "teradata", "sap_hana", "mssql"])
def test_the_statement_parses_in_every_dialect(question, dialect):
    (statement,) = grammar(dialect).parse(_answer(question, dialect).sql)
    assert statement is not None


REFUSED = [
    ("Freight by SKU", "orders", "line"),  # an order has several lines
    ("Paid by SKU", "payment", "line"),
    ("Turnover and paid by size", "payment", "line"),
    ("Average order by SKU", "orders", "line"),
    ("Freight by store", "sold_by", "shipped_by"),
    ("Turnover by store", "line_order → sold_by", "line_order → shipped_by"),
    ("Turnover per visit", "elsewhere", "systems"),
    ("Seats in 2025", "store", "no date"),
    ("Turnover by month", "line", "no date"),
]


@pytest.mark.parametrize(("question", "one", "other"), REFUSED, ids=[question for question, *_ in REFUSED])
def test_what_would_count_twice_or_mean_several_things_is_refused(question, one, other):
    answer = _answer(question)
    assert not answer.covered
    assert one in answer.refused_reason
    assert other in answer.refused_reason
