"""Variables with state, executed on DuckDB against a row-by-row interpreter of what PowerCenter does."""

from __future__ import annotations

from typing import Any

import pytest

from services.migration.ast import MappingAST
from tests.migration.rules.build import convert, flow, inp, out, port, step, var
from tests.migration.rules.duck import run

ROWS = [["a", 1, 10], ["a", 2, None], ["b", 3, 5], ["b", 4, 7], ["b", 5, 1], [None, 6, 2], ["c", 7, 3]]


def with_variables(*fields: Any, sort: str = "YES") -> MappingAST:
    sorter = step(
        "SRT",
        "Sorter",
        port("K", attributes={"ISSORTKEY": "NO"}),
        port("N", "n", attributes={"ISSORTKEY": sort, "SORTDIRECTION": "ASCENDING"}),
        port("V", "n"),
    )
    expression = step("EXP", "Expression", port("K"), port("N", "n"), inp("V", "n"), *fields)
    return flow(
        sorter,
        expression,
        columns="K:s N:n V:n",
        gives="N:n R:n T:s",
        links="SQ → SRT: K N V\nSRT → EXP: K N V\nEXP → TGT: N R"
        + (" T" if any(f.name == "T" for f in fields) else ""),
    )


@pytest.mark.parametrize(
    ("fields", "column", "expected"),
    [
        pytest.param(
            [out("R", "n", "v_seq"), var("v_seq", "n", "IIF(v_prev = K, v_seq + 1, 1)"), var("v_prev", "s", "K")],
            "R",
            [1, 2, 1, 2, 3, 1, 1],
            id="counter-in-group",
        ),
        pytest.param(
            [out("R", "n", "v_seq"), var("v_prev", "s", "K"), var("v_seq", "n", "IIF(v_prev = K, v_seq + 1, 1)")],
            "R",
            [1, 2, 3, 4, 5, 1, 2],
            id="counter-whose-key-is-assigned-too-early-never-restarts-but-at-null",
        ),
        pytest.param(
            [out("R", "n", "v_first"), var("v_first", "n", "IIF(K = v_prev, 0, 1)"), var("v_prev", "s", "K")],
            "R",
            [1, 0, 1, 0, 0, 1, 1],
            id="first-in-group",
        ),
        pytest.param(
            [out("T", "s", "v_seen"), out("R", "n", "0"), var("v_seen", "s", "v_prev"), var("v_prev", "s", "K")],
            "T",
            ["", "a", "a", "b", "b", "b", None],
            id="previous-value-starts-empty",
        ),
        pytest.param(
            [out("R", "n", "v_sum"), var("v_sum", "n", "IIF(K = v_prev, v_sum + V, V)"), var("v_prev", "s", "K")],
            "R",
            [10, None, 5, 12, 13, 2, 3],
            id="running-sum-with-null",
        ),
        pytest.param(
            [out("R", "n", "v_count"), var("v_count", "n", "v_count + 1")],
            "R",
            [1, 2, 3, 4, 5, 6, 7],
            id="row-number",
        ),
        pytest.param(
            [out("R", "n", "v_down"), var("v_down", "n", "v_down - 2")],
            "R",
            [-2, -4, -6, -8, -10, -12, -14],
            id="running-difference",
        ),
        pytest.param(
            [out("R", "n", "v_held"), var("v_held", "n", "IIF(ISNULL(V), v_held, V)")],
            "R",
            [10, 10, 5, 7, 1, 2, 3],
            id="last-value-held",
        ),
        pytest.param(
            [out("T", "s", "v_held"), out("R", "n", "0"), var("v_held", "s", "IIF(V > 6, v_held, K)")],
            "T",
            ["", "a", "b", "b", "b", None, "c"],
            id="text-held-before-the-first",
        ),
        pytest.param(
            [
                out("R", "n", "v_seq"),
                var("v_new", "n", "IIF(K = v_prev, 0, 1)"),
                var("v_seq", "n", "IIF(v_new = 1, 1, IIF(V > 4, v_seq + 2, v_seq))"),
                var("v_prev", "s", "K"),
            ],
            "R",
            [1, 1, 1, 3, 3, 1, 1],
            id="nested-conditions",
        ),
        pytest.param(
            [out("R", "n", "v_last"), var("v_last", "n", "v_count"), var("v_count", "n", "v_count + 1")],
            "R",
            [0, 1, 2, 3, 4, 5, 6],
            id="previous-value-of-a-counter",
        ),
        pytest.param(
            [out("R", "n", "0"), out("T", "s", "v"), var("v", "s", "v || K")],
            "T",
            ["a", "aa", "aab", "aabb", "aabbb", "aabbb", "aabbbc"],
            id="text-that-grows-by-every-row-and-leaves-null-out",
        ),
        pytest.param(
            [
                out("R", "n", "0"),
                out("T", "s", "v_list"),
                var("v_list", "s", "IIF(K = v_prev, IIF(V > 4, v_list || '/' || N, v_list), K)"),
                var("v_prev", "s", "K"),
            ],
            "T",
            ["a", "a", "b", "b/4", "b/4", None, "c"],
            id="text-that-begins-anew-and-stays",
        ),
        pytest.param(
            [out("R", "n", "0"), out("T", "s", "v"), var("v", "s", "v || 'abcdefgh'")],
            "T",
            ["abcdefgh", "abcdefgh" * 2, *["abcdefghabcdefghabcd"] * 5],
            id="text-that-is-full-at-the-precision-of-its-port",
        ),
    ],
)
def test_state_gives_what_the_tool_gives(fields: list[Any], column: str, expected: list[Any]) -> None:
    document, walked = convert(with_variables(*fields))
    rows = sorted(run(document, {"src": ROWS})["tgt"], key=lambda row: row["N"])
    assert [row.get(column) for row in rows] == expected
    assert min(item.confidence for item in walked.objects) >= 0.85


@pytest.mark.parametrize(
    ("fields", "sort", "reason"),
    [
        ([out("R", "n", "v"), var("v", "n", "v + 1")], "NO", "no port is marked as a sort key"),
        ([out("R", "n", "w"), var("w", "n", "IIF(V > w, V, w)")], "YES", "in a way that no window function expresses"),
        ([out("R", "n", "w"), var("w", "n", "w * 2 + V")], "YES", "in a way that no window function expresses"),
        (
            [out("R", "n", "x"), var("x", "n", "w + 1"), var("w", "n", "x + V")],
            "YES",
            "depend on each other across rows",
        ),
        ([out("R", "n", "0"), out("T", "s", "v"), var("v", "s", "K || v")], "YES", "in a way that no window function"),
    ],
)
def test_state_without_equivalent_is_manual(fields: list[Any], sort: str, reason: str) -> None:
    document, _ = convert(with_variables(*fields, sort=sort))
    manual = [node for node in document["nodes"] if node.get("transform") == "manual"]
    assert any(reason in node["config"]["reason"] for node in manual), manual
    assert all(node["config"]["original"] for node in manual)
    assert {"R"} <= {column["name"] for column in manual[-1]["config"]["columns"]}


def test_no_order_upstream_is_named() -> None:
    expression = step("EXP", "Expression", port("N", "n"), var("v", "n", "v + 1"), out("R", "n", "v"))
    document, walked = convert(flow(expression, columns="N:n", gives="N:n R:n", links="SQ → EXP: N\nEXP → TGT: N R"))
    manual = next(node for node in document["nodes"] if node["id"] == "exp")
    assert "nothing upstream" in manual["config"]["reason"]
    assert next(item for item in walked.objects if item.object == "EXP").confidence == 0.0


def test_sort_keys_are_carried_through_an_expression_that_does_not_read_them() -> None:
    sorter = step(
        "SRT", "Sorter", port("K"), port("N", "n", attributes={"ISSORTKEY": "YES", "SORTDIRECTION": "DESCENDING"})
    )
    between = step("EXP1", "Expression", port("K"), out("N", "s", "'other'"))
    counted = step("EXP2", "Expression", port("K"), var("v", "n", "v + 1"), out("R", "n", "v"))
    document, _ = convert(
        flow(
            sorter,
            between,
            counted,
            columns="K:s N:n",
            gives="K:s R:n",
            links="SQ → SRT: K N\nSRT → EXP1: K\nEXP1 → EXP2: K\nEXP2 → TGT: K R",
        )
    )
    rows = run(document, {"src": [["a", 1], ["b", 2], ["c", 3]]})["tgt"]
    assert {row["K"]: row["R"] for row in rows} == {"c": 1, "b": 2, "a": 3}


def test_a_variable_assigned_above_its_reader_is_pointed_out() -> None:
    _, walked = convert(
        with_variables(
            out("R", "n", "v_seq"), var("v_prev", "s", "K"), var("v_seq", "n", "IIF(v_prev = K, v_seq + 1, 1)")
        )
    )
    issues = [issue for item in walked.objects for issue in item.issues if item.object == "EXP"]
    assert [(issue.code, issue.column) for issue in issues] == [("VARIABLE_READ_AFTER_ASSIGNMENT", "v_seq")]


@pytest.mark.parametrize(
    ("expression", "sort", "reason"),
    [
        ("CUME(V)", "NO", "nothing upstream (a Sorter, sorted ports) fixes the order of rows"),
        ("IIF(N > 1, CUME(V), 0)", "YES", "CUME stands inside a condition"),
        ("CUME(MOVINGSUM(V, 2))", "YES", "stands inside another running value"),
        ("MOVINGAVG(V, 2, N > 1)", "YES", "MOVINGAVG has a filter"),
        ("MOVINGSUM(V, N)", "YES", "MOVINGSUM counts its rows by an expression"),
    ],
)
def test_running_values_without_equivalent_are_manual(expression: str, sort: str, reason: str) -> None:
    document, _ = convert(with_variables(out("R", "n", expression), sort=sort))
    assert reason in next(node for node in document["nodes"] if node["id"] == "exp")["config"]["reason"]
