"""Every real DataStage export: parsed, converted, and what carries data by rule or with the true reason."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from services.migration import parsers
from services.migration.pipeline import Migration, migrate
from services.migration.rules.datastage import NO_RULE, RULES
from services.migration.rules.datastage.edges import EDGES

CORPUS = Path(__file__).parents[4].parent / "shared" / "corpus" / "datastage"
FILES = sorted(CORPUS.glob("*.dsx"))
pytestmark = pytest.mark.skipif(not FILES, reason="the corpus is not here")


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.name)
def done(request: pytest.FixtureRequest) -> Migration:
    return migrate(request.param.read_bytes(), request.param.name)


def test_every_job_has_its_stages_and_links(done: Migration) -> None:
    assert done.result.mappings
    for mapping in done.result.mappings:
        assert len(mapping.objects) > 1
        assert mapping.pipeline["edges"]


def test_what_is_not_converted_has_no_rule(done: Migration) -> None:
    refused = [item for one in done.result.mappings for item in one.objects if item.target_type == "manual"]
    assert {item.source_type for item in refused} <= {*NO_RULE, *EDGES}
    for item in refused:
        known = NO_RULE.get(item.source_type)
        assert (known.reason if known else "makes rows of the rows that arrive") in item.warnings[0]


def test_stages_at_the_edge_are_read_as_sources_and_sinks_or_are_by_hand() -> None:
    mappings = [one for path in FILES for one in migrate(path.read_bytes(), path.name).result.mappings]
    found = [item for one in mappings for item in one.objects if item.source_type in EDGES]
    assert {item.target_type for item in found} == {"source", "sink", "manual"}
    for item in found:
        assert item.confidence <= (0.0 if item.target_type == "manual" else 0.79)
        assert item.requires_manual_review is (item.target_type == "manual")


def test_pipelines_without_manual_run(done: Migration) -> None:
    with_manual = any(item.target_type == "manual" for one in done.result.mappings for item in one.objects)
    if not with_manual:
        assert done.structure.executed == len(done.result.mappings)
    assert [finding.message for finding in done.structure.findings if finding.severity == "error"] == []


def test_kinds_with_a_rule_are_converted_in_real_files() -> None:
    counts: Counter[tuple[bool, bool]] = Counter()
    for path in FILES:
        for mapping in migrate(path.read_bytes(), path.name).result.mappings:
            own = [item for item in mapping.objects if item.source_type not in EDGES]
            counts.update((item.source_type in RULES, item.target_type != "manual") for item in own)
    known, converted = counts[True, True] + counts[True, False], counts[True, True]
    assert known > 0
    assert converted >= 0.95 * known


def test_nothing_is_said_of_undamaged_files() -> None:
    assert [problem for path in FILES for problem in parsers.parse(path.read_bytes(), path.name).problems] == []
