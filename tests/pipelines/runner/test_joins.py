"""Branches, joins and lookups, run on each engine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pipelines.runner.engines import Rows
from tests.pipelines.runner.given import PAIR, SIDES, anyhow, on_each_engine, one, two

BRANCHES = [{"port": "five", "condition": "n = 5"}, {"port": "low", "condition": "id < 3"}]


@on_each_engine
@pytest.mark.parametrize(
    ("match", "port", "ids"),
    [
        ("all", "five", [1, 4]),
        ("all", "low", [1, 2]),
        ("all", "rest", [3]),
        ("first", "five", [1, 4]),
        ("first", "low", [2]),
        ("first", "rest", [3]),
    ],
)
def test_branches_treat_null_as_false(match: str, port: str, ids: list[int]) -> None:
    config = {"match": match, "branches": BRANCHES, "default": "rest"}
    assert sorted(row[0] for row in one("conditional_branch", config, port)) == ids


@on_each_engine
@pytest.mark.parametrize(
    ("how", "port", "expected"),
    [
        ("inner", "", [(1, 10), (1, 20)]),
        ("left", "", [(1, 10), (1, 20), (2, None), (3, None), (4, None)]),
        ("right", "joined", [(1, 10), (1, 20), (None, 30), (None, 40)]),
        ("full", "", [(1, 10), (1, 20), (2, None), (3, None), (4, None), (None, 30), (None, 40)]),
        ("inner", "left_only", [(2, "y", None), (3, None, 7), (4, "X", 5)]),
        ("inner", "right_only", [("z", 30), (None, 40)]),
    ],
)
def test_joins_and_their_ports(how: str, port: str, expected: Rows) -> None:
    assert anyhow(two("sql_join", {**SIDES, "type": how, "columns": PAIR}, port)) == anyhow(expected)


@on_each_engine
@pytest.mark.parametrize(
    ("more", "port", "expected"),
    [
        ({"policy": "first", "order_by": [{"column": "v"}]}, "", [(1, 10), (2, None), (3, None), (4, None)]),
        ({"policy": "last", "order_by": [{"column": "v"}]}, "match", [(1, 20), (2, None), (3, None), (4, None)]),
        ({"policy": "all"}, "", [(1, 10), (1, 20), (2, None), (3, None), (4, None)]),
        ({"policy": "first", "order_by": [{"column": "v"}], "on_no_match": "drop"}, "", [(1, 10)]),
        ({}, "no_match", [(2, "y", None), (3, None, 7), (4, "X", 5)]),
        ({"policy": "error", "condition": "l.k = r.k and r.v < 20"}, "", [(1, 10), (2, None), (3, None), (4, None)]),
        ({"on_no_match": "error", "condition": "l.id * 10 = r.v"}, "", [(1, 10), (2, 20), (3, 30), (4, 40)]),
    ],
)
def test_lookups_give_every_left_row_once(more: dict[str, Any], port: str, expected: Rows) -> None:
    assert anyhow(two("sql_join_pushdown", {**SIDES, "columns": PAIR, **more}, port)) == anyhow(expected)
