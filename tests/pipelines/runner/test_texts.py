"""Texts that are found and replaced, and split into columns, run on each engine."""

from __future__ import annotations

from typing import Any

import pytest

from services.pipelines.dsl.document import Document
from services.pipelines.runner import RunFailedError
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
            {"delimiters": ",.", "skip_empty": True, "position_column": "n"},
            [(1, "a", 1), (1, "b", 2), (1, "c", 3), (2, None, 1), (3, None, 1), (4, "d", 1)],
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


def computed(expression: str) -> Rows:
    """The ids of TEXTS, and what the expression gives for each."""
    config = {"columns": [{"name": "id", "expression": "id"}, {"name": "made", "expression": expression}]}
    edges = [{"from": "a", "to": "step"}, {"from": "step", "to": "target"}]
    return rows(Document(pipeline(node("sql_expression", config), sources=(TEXTS,), edges=edges, sink=SINK)))


POSITION = (
    "COALESCE((SELECT i FROM GENERATE_SERIES(1, LENGTH(t)) AS g(i) WHERE SUBSTRING(t, i, 1) = ',' "
    "ORDER BY i {way} LIMIT 1 OFFSET {skipped}), 0)"
)


@on_each_engine
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (POSITION.format(way="DESC", skipped="0"), [6, 0, 0, 0]),
        (POSITION.format(way="", skipped="2 - 1"), [5, 0, 0, 0]),
        (POSITION.format(way="", skipped="id - 1"), [1, 0, 0, 0]),
        ("CASE WHEN id > 1 THEN ROUND(CAST(id AS DECIMAL), 0) ELSE CAST('2.25' AS DECIMAL) END * 4", [9, 8, 12, 16]),
        ("ROUND(CAST('12.3456' AS DECIMAL), id) * 10000", [123000, 123500, 123460, 123456]),
        ("LTRIM('\u00a0 x')", ["\u00a0 x"] * 4),
        (r"REGEXP_REPLACE('cat concat', '\ycat\y', 'x', 'g')", ["x concat"] * 4),
        (r"REGEXP_COUNT('a\\y a', '\\y|\ya\y')", [3] * 4),
        (r"REGEXP_LIKE('x\y', 'x\\y\Z')", [True] * 4),
        (r"SUBSTRING('scat a cat', '\mc[a-z]+')", ["cat"] * 4),
        ("SQRT(id * id) + LN(1) + LOG(10, 100)", [3, 4, 5, 6]),
        ("ENCODE(CONVERT_TO('abc', 'UTF8'), 'base64')", ["YWJj"] * 4),
        ("UPPER(TO_HEX(CAST(-id AS INT)))", ["FFFFFFFF", "FFFFFFFE", "FFFFFFFD", "FFFFFFFC"]),
        ("TO_TIMESTAMP('01/02/2024 10:20', 'MM/DD/YYYY HH24:MI:SS.US')::timestamp::text", ["2024-01-02 10:20:00"] * 4),
        (
            "(DATE '2024-01-31' + make_interval(months => id, days => 1))::date::text",
            ["2024-03-01", "2024-04-01", "2024-05-01", "2024-06-01"],
        ),
        ("PG_INPUT_IS_VALID('2003-Jan-22 01:02:03', 'timestamp')", [True] * 4),
        ("PG_INPUT_IS_VALID('2003-01-22 13:30 PM', 'timestamp')", [False] * 4),
        ("TO_CHAR(CASE WHEN PG_INPUT_IS_VALID('2003-01-22', 'date') THEN DATE '2003-01-22' END, 'MM')", ["01"] * 4),
        ("SUBSTRING(TO_CHAR(CAST(REGEXP_SUBSTR('d2003-01-22', '[0-9-]+') AS DATE), 'Mon'), '[a-z]+')", ["an"] * 4),
    ],
)
def test_what_postgresql_says_otherwise(expression: str, expected: list[Any]) -> None:
    assert [value for _, value in sorted(computed(expression))] == expected


@on_each_engine
@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("LN(id - 1)", "logarithm"), ("LOG(10, id - 1)", "logarithm"), ("SQRT(id - 9)", "square root"),
        ("POWER(id - 1, -id)", "zero raised"),
    ],
)  # fmt: skip
def test_what_postgresql_refuses_to_compute(expression: str, said: str) -> None:
    with pytest.raises(RunFailedError, match=said):
        computed(expression)
