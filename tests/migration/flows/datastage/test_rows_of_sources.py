"""Rows that depend on what a SELECT says of their order, on a lookup's condition, or on a stage editor's text.

Worked out by hand from the Parallel Job Developer's Guide, "Lookup stage", "Pivot Enterprise stage", and the
connectivity guides, "Limit number of returned rows".
"""

from __future__ import annotations

import pytest

from benchmarks.datastage_palette import looked_up
from services.pipelines.runner.errors import RunFailedError
from tests.migration.flows.datastage.designs_of_sources import counted_by, joined_undeclared, pivoted, propagating
from tests.migration.flows.datastage.sheet import Rows, converted, expected, manual, rows_of

ORDERS: dict[str, Rows] = {
    "orders": [(1, "N", 20), (2, "N", 5), (3, "Q", 20), (4, "N", None)],
    "areas": [("N", "North")],
}
GROUPED: dict[str, Rows] = {"src": [("a", 1), ("b", 2), ("a", 3)]}
SHOPS: dict[str, Rows] = {"src": [("a", 1, 2, None)]}

CASES: dict[str, tuple[str, dict[str, Rows], dict[str, Rows]]] = {
    "lookup: a row that does not meet the condition goes on, one that is not found is dropped": (
        looked_up("in1.AMOUNT > 10", "continue", "drop"),
        ORDERS,
        {"target": [(1, "North"), (2, None), (4, None)]},
    ),
    "lookup: a row that does not meet the condition is dropped, one that is not found goes on": (
        looked_up("in1.AMOUNT > 10", "drop", "continue"),
        ORDERS,
        {"target": [(1, "North"), (3, None)]},
    ),
    "lookup: a row that does not meet the condition is rejected, one that is not found goes on": (
        looked_up("in1.AMOUNT > 10", "reject", "continue", reject=True),
        ORDERS,
        {"target": [(1, "North"), (3, None)], "refused": [(2, "N", 5), (4, "N", None)]},
    ),
    "lookup: a row that does not meet the condition goes on, one that is not found is rejected": (
        looked_up("in1.AMOUNT > 10", "continue", "reject", reject=True),
        ORDERS,
        {"target": [(1, "North"), (2, None), (4, None)], "refused": [(3, "Q", 20)]},
    ),
    "lookup: rows that meet a condition that ends the job otherwise": (
        looked_up("in1.ID < 9", "fail", "continue"),
        ORDERS,
        {"target": [(1, "North"), (2, "North"), (3, None), (4, "North")]},
    ),
    "a SELECT's order is the order in which stage variables see its rows": (
        counted_by("SELECT G, V FROM T ORDER BY G DESC, 2"),
        GROUPED,
        {"t": [("b", 2, 1), ("a", 1, 1), ("a", 3, 2)]},
    ),
    "the first rows of a SELECT": (
        counted_by("SELECT G, V FROM T ORDER BY 1, V DESC", "2"),
        GROUPED,
        {"t": [("a", 3, 1), ("a", 1, 2)]},
    ),
    "columns that are not declared go on at run time": (
        propagating("ID:i!", "TWICE:i"),
        {"src": [(1, 5, "b"), (2, 6, "a")]},
        {"t": [(2, 1, 5, "b"), (4, 2, 6, "a")]},
    ),
    "a join without declared columns gives those of both sides once": (
        joined_undeclared("leftouterjoin"),
        {"a": [("x", 1, 2), ("y", 3, 4)], "b": [("x", 8, 9)]},
        {"t": [("x", 1, 2, 9), ("y", 3, 4, None)]},
    ),
    "a full outer join without declared columns gives both keys": (
        joined_undeclared("fullouterjoin"),
        {"a": [("x", 1, 2)], "b": [("z", 8, 9)]},
        {"t": [("x", 1, 2, "", None), ("", None, None, "z", 9)]},
    ),
    "pivot enterprise: a row for each column, numbered from 0": (
        pivoted("-index QTR -pivot 'REV' -from 'Q1' 'Q2' 'Q3'", QTR="Pivot(QTR)"),
        SHOPS,
        {"t": [("a", 1, 0), ("a", 2, 1), ("a", None, 2)]},
    ),
    "pivot enterprise: without an index": (
        pivoted("REV:int32 = (Q1, Q2, Q3)", "SHOP:s REV:i"),
        SHOPS,
        {"t": [("a", 1), ("a", 2), ("a", None)]},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rows(name: str) -> None:
    text, inputs, gives = CASES[name]
    found = rows_of(text, inputs)
    assert {sink: found[sink] for sink in gives} == expected(gives)


def test_a_row_that_does_not_meet_a_condition_may_end_the_run() -> None:
    with pytest.raises(RunFailedError, match="looks up rows that are not there"):
        rows_of(looked_up("in1.AMOUNT > 10", "fail", "continue"), ORDERS)


@pytest.mark.parametrize(
    "text",
    [
        pivoted("Q1 Q2 Q3 REV", "SHOP:s REV:i"),
        pivoted("REV Q1 REV Q2", "SHOP:s REV:i"),
        pivoted("REV Q1", "SHOP:s REV:i"),
        pivoted("REV Q1 Q2 Q1", "SHOP:s REV:i"),
        pivoted("REV Q1 Q2", "SHOP:s REV:i QTR:s", QTR="Pivot(QTR)"),
        pivoted("", "SHOP:s REV:i"),
    ],
)
def test_a_pivot_whose_text_does_not_fit_its_columns_is_by_hand(text: str) -> None:
    (reason,) = [texts[0] for texts in manual(converted(text)).values()]
    assert "stands in a form of the stage's own editor" in reason
