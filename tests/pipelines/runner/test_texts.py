"""Texts that are found and replaced, and split into columns, run on each engine."""

from __future__ import annotations

from typing import Any

import pytest

from services.pipelines.dsl.document import Document
from tests.pipelines.dsl.samples import node, pipeline
from tests.pipelines.runner.engines import Rows
from tests.pipelines.runner.given import SINK, anyhow, on_each_engine, rows, two


@on_each_engine
@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (
            {"column": "k", "find": "k", "append": ["v"], "order_by": [{"column": "v", "direction": "desc"}]},
            [(1, "x", 5, 20), (2, "y", None, None), (3, None, 7, None), (4, "X", 5, None)],
        ),
        (
            {
                "column": "k",
                "find": "k",
                "append": ["v"],
                "match": "whole",
                "case_sensitive": False,
                "order_by": [{"column": "v"}],
            },
            [(1, "x", 5, 10), (2, "y", None, None), (3, None, 7, None), (4, "X", 5, 10)],
        ),
        (
            {"column": "k", "find": "k", "replace": "v", "case_sensitive": False, "order_by": [{"column": "v"}]},
            [(1, "10", 5), (2, "y", None), (3, None, 7), (4, "10", 5)],
        ),
        (
            {"column": "k", "find": "k", "replace": "v", "match": "beginning", "order_by": [{"column": "v"}]},
            [(1, "10", 5), (2, "y", None), (3, None, 7), (4, "X", 5)],
        ),
    ],
)
def test_find_and_replace(config: dict[str, Any], expected: Rows) -> None:
    assert anyhow(two("find_replace", {"left": "a", "right": "b", **config})) == anyhow(expected)


TEXTS = {
    "id": "a",
    "type": "source",
    "connector": "inline",
    "config": {"rows": [[1, ",a.b,,c"], [2, ""], [3, None], [4, "d"]]},
    "columns": [{"name": "id", "type": "integer"}, {"name": "t", "type": "varchar(20)"}],
}
THREE = [{"name": "x"}, {"name": "y"}, {"name": "z"}]


@on_each_engine
@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (
            {"delimiters": ","},
            [(1, ""), (1, "a.b"), (1, ""), (1, "c"), (2, ""), (3, None), (4, "d")],
        ),
        (
            {"delimiters": ",.", "skip_empty": True},
            [(1, "a"), (1, "b"), (1, "c"), (2, None), (3, None), (4, "d")],
        ),
        (
            {"delimiters": ",.", "columns": THREE},
            [(1, "", "a", "b,,c"), (2, "", None, None), (3, None, None, None), (4, "d", None, None)],
        ),
        (
            {"delimiters": ",.", "columns": THREE[:2], "skip_empty": True},
            [(1, "a", "b,,c"), (2, None, None), (3, None, None), (4, "d", None)],
        ),
        (
            {"delimiters": ",", "columns": [*THREE, {"name": "u"}], "extra": "error"},
            [(1, "", "a.b", "", "c"), (2, "", None, None, None), (3, *[None] * 4), (4, "d", None, None, None)],
        ),
    ],
)
def test_texts_are_split(config: dict[str, Any], expected: Rows) -> None:
    step = node("text_to_columns", {"column": "t", **config})
    found = rows(Document(pipeline(step, sources=(TEXTS,), sink=SINK)))
    assert anyhow([(row[0], *row[2:]) if "columns" in config else row for row in found]) == anyhow(expected)
