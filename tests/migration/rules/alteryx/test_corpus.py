"""Real workflows: each is converted, all SQL parses and runs, and the shares by rule hold."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from services.migration import pipeline
from services.migration.conversion import ConversionResult, NodeConversion
from services.migration.rules.alteryx import RULES
from services.pipelines.dsl.document import dump, load_all
from services.pipelines.runner import run
from services.pipelines.structure import validate_structure, with_execution
from tests.migration.rules.alteryx.standins import with_sources

CORPUS = Path(__file__).parents[5] / "shared" / "corpus" / "alteryx"
FILES = sorted(CORPUS.glob("*.yx*"))
AT_LEAST = 0.90
"""Share of the instances of documented data tools that rules convert."""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FILES, reason="the corpus is not there")]


@cache
def converted(path: Path) -> ConversionResult:
    ast = pipeline.parse_export(path.read_bytes(), path.name)
    return pipeline.convert(ast, generated_at="2026-01-01T00:00:00Z")


def objects(path: Path) -> list[NodeConversion]:
    return [item for mapping in converted(path).mappings for item in mapping.objects]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[-60:])
def test_a_workflow_is_sound_and_what_is_converted_runs(path: Path) -> None:
    for mapping in converted(path).mappings:
        structure = validate_structure(dump(mapping.pipeline))
        assert [str(finding) for finding in structure.errors] == []
        found = with_execution(validate_structure(dump(with_sources(mapping.pipeline))))
        assert [str(each)[:400] for each in found.errors] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[-60:])
def test_what_is_refused_says_why(path: Path) -> None:
    refused = [item for item in objects(path) if item.target_type == "manual"]
    assert all(item.warnings and item.warnings[0].strip() for item in refused)
    assert all(node["config"]["todo"] and node["config"]["original"] for item in refused for node in item.nodes)


def test_the_share_of_data_tools_that_rules_convert() -> None:
    known, made = Counter[str](), Counter[str]()
    for path in FILES:
        for item in objects(path):
            rule = RULES.get(item.source_type)
            if rule is not None and rule.carries:
                known[item.source_type] += 1
                made[item.source_type] += item.target_type != "manual"
    assert sum(known.values()) > 500
    assert sum(made.values()) / sum(known.values()) >= AT_LEAST, {
        k: (made[k], n) for k, n in known.items() if made[k] < n
    }


def test_workflows_that_hold_what_they_expect_give_it() -> None:
    compared = 0
    for path in FILES:
        if any(item.target_type == "manual" for item in objects(path)):
            continue
        for mapping in converted(path).mappings:
            tests = [
                item
                for item in mapping.objects
                if "ExpectEqual" in item.source_type or "ResultCompare" in item.source_type
            ]
            if not tests:
                continue
            (document,) = load_all(dump(mapping.pipeline))
            found = run(document)
            for item in tests:
                actual, expected = (
                    [
                        sorted(map(repr, (tuple(row.values()) for row in found[node["id"]])))
                        for node in item.nodes
                        if side in node["id"]
                    ]
                    for side in ("actual", "expected")
                )
                assert actual == expected
                compared += 1
            for item in (each for each in mapping.objects if "ExpectZero" in each.source_type):
                assert [found[node["id"]] for node in item.nodes] == [[]]
    assert compared >= 1
