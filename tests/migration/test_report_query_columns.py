"""Columns of tables behind the outputs of a source's query: named as written, or not at all."""

from __future__ import annotations

import pytest

from services.migration.report.lineage import pipeline_lineage
from services.migration.report.query_columns import behind


@pytest.mark.parametrize(
    ("query", "names", "expected"),
    [
        (
            "SELECT a, b AS c, a + d AS e FROM s.T",
            ["A", "c", "e"],
            {"A": [("s.T", "a", True)], "c": [("s.T", "b", True)], "e": [("s.T", "a", False), ("s.T", "d", False)]},
        ),
        ("SELECT * FROM t", ["x"], {"x": [("t", "x", True)]}),
        (
            "SELECT x.A, u.b FROM (SELECT a, k FROM t) x JOIN u ON u.k = x.k",
            ["a", "b"],
            {"a": [("t", "a", True)], "b": [("u", "b", True)]},
        ),
        (
            "SELECT [A b], T.[c] FROM [S].[My T] T",
            ["one", "two"],
            {"one": [("S.My T", "A b", True)], "two": [("S.My T", "c", True)]},
        ),
        ("SELECT a FROM t UNION ALL SELECT b FROM u", ["a"], {"a": [("t", "a", True), ("u", "b", True)]}),
        ("WITH w AS (SELECT a FROM t) SELECT a FROM w", ["a"], {"a": [("t", "a", True)]}),
        ("SELECT COUNT(*) AS n FROM t", ["n"], {"n": []}),
        ("SELECT a, b FROM t, u", ["a"], {"a": []}),
        ("SELECT t.*, u.x FROM t JOIN u ON u.k = t.k", ["a", "b"], {}),
        ("EXEC p", ["a"], {}),
        ("SELECT (", ["a"], {}),
        ("", ["a"], {}),
    ],
)
def test_what_a_query_makes_its_outputs_of(query, names, expected):
    assert behind(query, "mssql", names) == expected


def test_a_node_is_never_a_data_set():
    columns = [{"name": "id", "type": "integer"}, {"name": "n", "type": "integer"}]
    query = "SELECT p.id, COUNT(*) AS n FROM sales.orders p GROUP BY p.id"
    pipeline = {
        "dialect": "mssql",
        "nodes": [
            {"id": "src", "type": "source", "columns": columns, "config": {"query": query}},
            {"id": "out", "type": "sink", "config": {"table": "target"}},
        ],
        "edges": [{"from": "src", "to": "out"}],
    }
    (line,) = pipeline_lineage("m", pipeline)
    assert (line.source, line.source_column, line.target, line.target_column) == ("sales.orders", "id", "target", "id")
    assert (line.via, line.transformed) == (("src",), False)
