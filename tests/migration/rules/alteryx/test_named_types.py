"""What an expression says of the types of the fields that it reads."""

from __future__ import annotations

import pytest

from services.migration.rules.alteryx.named_types import numbers
from tests.migration.flows.alteryx.build import converted, tool


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[Errors]+[Failed Rows]+[Warnings]!=0", {"errors", "failed rows", "warnings"}),
        ('[a] = "x" AND [b] > -1', {"b"}),
        ("[a] + [b]", set()),
        ("[a] - 1 + Length([t])", {"a"}),
        ("IF [x] * 2 = 0 THEN [y] ELSE 3 ENDIF", {"x"}),
        ("Length([t]) > 3", set()),
        ("[k] <= [n]", set()),
        ("[k] >", set()),
        ("NOT [a] = 1", set()),
    ],
)
def test_fields_that_have_to_be_numbers(text: str, found: set[str]) -> None:
    assert numbers(text) == found


def test_a_condition_over_fields_of_a_step_by_hand_is_converted() -> None:
    """What a step that was not converted gives is known by what reads it: not a text where a number is compared."""
    condition = "<Mode>Custom</Mode><Expression>[Errors]+[Warnings]!=0</Expression>"
    flow = [tool(1, "CReW_ListRunner.yxmc"), tool(2, "Filter", condition), tool(99, "BrowseV2")]
    made = converted(flow, ["1>2", "2.True>99"])
    kinds = {item.object: item.target_type for item in made.result.mappings[0].objects}
    assert kinds["CReW_ListRunner (1)"] == "manual"
    assert kinds["Filter (2)"] == "sql_where"
