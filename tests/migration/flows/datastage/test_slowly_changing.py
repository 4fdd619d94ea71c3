"""Rows through a Slowly Changing Dimension stage, worked out by hand from the Parallel Job Developer's Guide,
"Dimension update action" and "Surrogate keys in a Slowly Changing Dimension stage"."""

from __future__ import annotations

from benchmarks.datastage_palette import FACTS, FILLED, MEMBERS, changing
from tests.migration.flows.datastage.sheet import Rows, expected, rows_of

CUSTOMERS: Rows = [(10, "A", "Ann", "Oslo"), (12, "B", "Bob", "Rome"), (7, "Z", "Zoe", None)]
ORDERS: Rows = [
    (1, "A", "Ann", "Oslo"),
    (2, "B", "Bob", "Rome"),
    (3, "D", "Dan", "Lima"),
    (4, "A", "Ann", "Bern"),
    (5, "C", "Cid", "Bonn"),
    (6, "D", "Don", None),
    (7, "Z", "Zoe", None),
]


def test_a_changed_member_is_overwritten_and_a_new_one_added_with_the_next_keys() -> None:
    """B and Z are as they were; A moved, C and D are new, D with what its last row says."""
    found = rows_of(changing(), {"orders": ORDERS, "customers": CUSTOMERS})
    changed = [(10, "A", "Ann", "Bern"), (13, "C", "Cid", "Bonn"), (14, "D", "Don", None)]
    facts = [(1, 10), (2, 12), (3, 14), (4, 10), (5, 13), (6, 14), (7, 7)]
    assert found == expected({"changed": changed, "facts": facts})


def test_an_empty_dimension_and_a_row_without_a_key() -> None:
    found = rows_of(changing(), {"orders": [(1, None, "Nil", None), (2, None, "Nix", None)], "customers": []})
    assert found == expected({"changed": [(1, None, "Nix", None)], "facts": [(1, 1), (2, 1)]})


def test_columns_are_told_by_their_derivations_and_not_by_their_names() -> None:
    """The dimension's CITY is filled with the stream's NAME, and facts hold the business key too."""
    filled = {"SK": FILLED["SK"], "CODE": FILLED["CODE"], "CITY": "in1.NAME", "NAME": "in1.TOWN"}
    text = changing(MEMBERS, filled, {**FACTS, "WHO": "dim.CODE"})
    found = rows_of(text, {"orders": ORDERS[:1], "customers": CUSTOMERS})
    assert found == expected({"changed": [(10, "A", "Ann", "Oslo")], "facts": [(1, 10, "A")]})


def test_a_business_key_of_two_columns() -> None:
    """Ann of Oslo is there under another name; Ann of Bern and Bob of Oslo are not."""
    codes = {"SK": "6", "CODE": "1", "CITY": "1", "NAME": "7"}
    text = changing(codes, {name: FILLED[name] for name in codes}, key={"CODE": "in1.CUST", "CITY": "in1.TOWN"})
    orders = [(1, "A", "Ann", "Oslo"), (2, "A", "Ann", "Bern"), (3, "B", "Bob", "Oslo")]
    found = rows_of(text, {"orders": orders, "customers": [(5, "A", "Oslo", "Eve"), (9, "B", "Bern", "Bob")]})
    changed = [(5, "A", "Oslo", "Ann"), (10, "A", "Bern", "Ann"), (11, "B", "Oslo", "Bob")]
    assert found == expected({"changed": changed, "facts": [(1, 5), (2, 10), (3, 11)]})
