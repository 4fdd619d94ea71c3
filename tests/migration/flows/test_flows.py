"""Rows through converted mappings, against what the tool's documentation says they become."""

from __future__ import annotations

import pytest

from tests.migration.flows import policies, relations, rows, states, tables
from tests.migration.flows.sheet import CASES, Case, expected, run_case

MODULES = (policies, relations, rows, states, tables)  # importing them registers their cases


@pytest.mark.parametrize("item", CASES, ids=lambda item: item.name)
def test_flow(item: Case) -> None:
    assert run_case(item) == expected(item)


def test_every_module_has_cases() -> None:
    assert {item.draw.__module__ for item in CASES} == {module.__name__ for module in MODULES}
