"""Rows through converted data flows, against what the tool's documentation says they become."""

from __future__ import annotations

import pytest

from tests.migration.flows.ssis import cases, changes, corners, reshaped
from tests.migration.flows.ssis.sheet import CASES, Case, expected, run_case


@pytest.mark.parametrize("item", CASES, ids=lambda item: item.name)
def test_flow(item: Case) -> None:
    assert run_case(item) == expected(item)


def test_there_are_fifteen_flows_at_least() -> None:
    assert len({item.draw for item in CASES}) >= 15
    assert {item.draw.__module__ for item in CASES} == {
        cases.__name__,
        changes.__name__,
        corners.__name__,
        reshaped.__name__,
    }
