"""Samples: parts of the rows, drawn again alike by a seed, run on each engine."""

from __future__ import annotations

from typing import Any

import pytest

from services.pipelines.dsl.document import Document
from tests.pipelines.dsl.samples import node, pipeline
from tests.pipelines.runner.engines import rows_on
from tests.pipelines.runner.given import SINK, anyhow, on_each_engine, one, rows


@on_each_engine
@pytest.mark.parametrize("method", [{"method": "random_rows", "rows": 2}, {"method": "random_percent", "percent": 100}])
def test_random_samples_are_part_of_the_rows(method: dict[str, Any]) -> None:
    found = one("sample", method)
    assert len(found) == (2 if "rows" in method else 4)
    assert {row[0] for row in found} <= {1, 2, 3, 4}


MANY = {
    "id": "a",
    "type": "source",
    "connector": "inline",
    "config": {"rows": [[i % 300, None if i % 7 == 0 else f"t{i % 50}"] for i in range(400)]},
    "columns": [{"name": "i", "type": "integer"}, {"name": "t", "type": "varchar(5)"}],
}


@on_each_engine
@pytest.mark.parametrize(
    "config", [{"method": "random_rows", "rows": 100}, {"method": "random_percent", "percent": 25}]
)
def test_a_seed_draws_the_same_sample_again_and_the_rest_is_the_rest(config: dict[str, Any]) -> None:
    def drawn(port: str, seed: int) -> list[str]:
        last = {"from": "step", "to": "target", "from_port": port}
        edges = [{"from": "a", "to": "step"}, last]
        step = node("sample", {**config, "seed": seed})
        return anyhow(rows(Document(pipeline(step, sources=(MANY,), edges=edges, sink=SINK))))

    selected = drawn("selected", 5)
    assert 70 <= len(selected) <= 130
    assert drawn("selected", 5) == selected != drawn("selected", 6)
    assert sorted([*selected, *drawn("rest", 5)]) == anyhow([tuple(row) for row in MANY["config"]["rows"]])


def test_both_ports_of_a_sample_without_a_seed_are_of_one_drawing() -> None:
    edges = [
        {"from": "a", "to": "step"},
        {"from": "step", "to": "target", "from_port": "selected"},
        {"from": "step", "to": "other", "from_port": "rest"},
    ]
    step = node("sample", {"method": "random_percent", "percent": 50})
    data = pipeline(step, {**pipeline()["nodes"][-1], "id": "other"}, sources=(MANY,), edges=edges, sink=SINK)
    both = rows_on("duckdb", "", Document(data))
    assert 100 < len(both["target"]) < 300
    assert anyhow([*both["target"], *both["other"]]) == anyhow([tuple(row) for row in MANY["config"]["rows"]])
