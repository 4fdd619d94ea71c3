from __future__ import annotations

import copy
from typing import Any

import pytest

from services.pipelines.dsl.defaults import finish, mean_confidence
from services.pipelines.dsl.document import dump, load
from services.pipelines.dsl.schema import validate
from tests.pipelines.dsl.samples import node, pipeline

GIVEN = {"source_tool": "powercenter", "source_file": "wf.xml", "generated_at": "2026-01-31T12:00:00Z"}
WHERE = node("sql_where", {"condition": "status = 'A'"})
COLUMNS = [{"name": "ID", "from": "cust_id", "type": "bigint", "nullable": False}]


def names(document: dict[str, Any]) -> list[str]:
    return [check["name"] for check in document["quality_checks"]]


def test_everything_a_converted_pipeline_gets() -> None:
    draft = pipeline({**WHERE, "confidence": 0.9, "warnings": ["a", "b"]}, sink={"confidence": 1.0})
    for item in draft["nodes"]:
        item.pop("depends_on", None)
    draft["nodes"][-1]["config"] |= {"columns": COLUMNS}
    before = copy.deepcopy(draft)
    done = finish(draft, **GIVEN, source_object="m_x", generator="engine 1")
    assert draft == before
    assert validate(load(dump(done))) == []
    assert [item.get("depends_on") for item in done["nodes"]] == [None, ["customers"], ["step"]]
    assert names(done) == ["row_count", "null_percentage", "duplicate", "schema_target"]
    assert done["quality_checks"][3]["expected"] == [{"name": "ID", "type": "bigint"}]
    assert done["metadata"] == {
        "generated_at": "2026-01-31T12:00:00Z",
        "generator": "engine 1",
        "source_tool": "powercenter",
        "source_file": "wf.xml",
        "source_object": "m_x",
        "overall_confidence": 0.95,
        "warnings_count": 2,
    }
    assert list(load(dump(done)).data) == ["name", "version", "dialect", "nodes", "edges", "quality_checks", "metadata"]
    assert finish(done, **GIVEN) == done


@pytest.mark.parametrize(("confidence", "added"), [(0.79, True), (0.80, False), (0.0, True)])
def test_low_confidence_asks_for_reconciliation(confidence: float, added: bool) -> None:
    done = finish(pipeline(WHERE), **GIVEN, overall_confidence=confidence)
    assert ("low_confidence_reconciliation" in names(done)) is added
    if added:
        assert done["quality_checks"][-1]["against"] == ["customers"]


def test_what_is_there_stays() -> None:
    own = {"name": "duplicate", "type": "duplicate", "columns": ["cust_id"]}
    done = finish(pipeline(WHERE, quality_checks=[own], metadata={"generator": "mine"}), **GIVEN)
    assert done["quality_checks"][0] == own
    assert names(done).count("duplicate") == 1
    assert done["metadata"]["generator"] == "mine"


def test_edges_are_made_of_depends_on() -> None:
    draft = pipeline(WHERE)
    del draft["edges"]
    assert finish(draft, **GIVEN)["edges"] == [{"from": "customers", "to": "step"}, {"from": "step", "to": "target"}]


@pytest.mark.parametrize(
    ("nodes", "mean"),
    [
        ([], 0.0),
        ([{"confidence": 1.0}, {"confidence": 0.5}, {}], 0.75),
        ([{"confidence": 1.0}, {"transform": "manual"}], 0.5),
        ([{"transform": "manual", "confidence": 0.9}], 0.0),
    ],
)
def test_mean_confidence(nodes: list[dict[str, Any]], mean: float) -> None:
    assert mean_confidence({"nodes": nodes}) == mean
