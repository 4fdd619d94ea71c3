"""Documents of one step over small tables, and the engine that a test runs them on."""

from __future__ import annotations

from typing import Any

import pytest

from services.pipelines.dsl.document import Document
from tests.pipelines.dsl.samples import node, pipeline
from tests.pipelines.runner.engines import Rows, rows_on

on_each_engine = pytest.mark.usefixtures("place")
PLACE = ["duckdb", ""]  # the engine that `rows` runs on, and its address


def rows(document: Document) -> Rows:
    (found,) = rows_on(*PLACE, document).values()
    return found


def anyhow(found: Rows) -> list[str]:
    return sorted(map(repr, found))


A = {
    "id": "a",
    "type": "source",
    "connector": "inline",
    "config": {"rows": [[1, "x", 5], [2, "y", None], [3, None, 7], [4, "X", 5]]},
    "columns": [
        {"name": "id", "type": "integer"},
        {"name": "k", "type": "varchar(5)"},
        {"name": "n", "type": "integer"},
    ],
}
B = {
    "id": "b",
    "type": "source",
    "connector": "inline",
    "config": {"rows": [["x", 10], ["x", 20], ["z", 30], [None, 40]]},
    "columns": [{"name": "k", "type": "varchar(5)"}, {"name": "v", "type": "integer"}],
}
SINK = {"connector": "inline", "config": {"mode": "append"}}
BY_ID = [{"column": "id"}]
ORDERED = [(4, "X", 5), (1, "x", 5), (2, "y", None), (3, None, 7)]
SIDES = {"left": "a", "right": "b", "condition": "l.k = r.k"}
PAIR = [{"name": "id", "expression": "l.id"}, {"name": "v", "expression": "r.v"}]


def one(kind: str, config: dict[str, Any], port: str = "") -> Rows:
    last = {"from": "step", "to": "target"} | ({"from_port": port} if port else {})
    edges = [{"from": "a", "to": "step"}, last]
    data = pipeline(node(kind, config), sources=(A,), edges=edges, sink=SINK)
    return rows(Document(data))


def two(kind: str, config: dict[str, Any], port: str = "") -> Rows:
    last = {"from": "step", "to": "target"} | ({"from_port": port} if port else {})
    edges = [{"from": "a", "to": "step"}, {"from": "b", "to": "step"}, last]
    data = pipeline(node(kind, config), sources=(A, B), edges=edges, sink=SINK)
    return rows(Document(data))
