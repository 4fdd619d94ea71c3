"""Each finder on facts made for it, and on facts in which nothing stands out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.copilot.insights.facts import Facts
from services.copilot.insights.finders import find
from services.copilot.platform.records import Alert, Freshness, Pipeline, QualityResult, Run, SchemaChange

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def runs(*statuses, **fields):
    """One run an hour, newest first."""
    each = (
        {name: value[at] if isinstance(value, list) else value for name, value in fields.items()}
        for at in range(len(statuses))
    )
    return [
        Run(run_id=f"r{at}", pipeline_id="p", status=status, started_at=NOW - timedelta(hours=at), **values)
        for at, (status, values) in enumerate(zip(statuses, each, strict=True))
    ]


def fresh(hours, every=24):
    return [Freshness(asset="t", last_loaded_at=NOW - timedelta(hours=hours), expected_interval_seconds=every * 3600)]


def change(days, breaking=True):
    return [SchemaChange(change_id="c", at=NOW - timedelta(days=days), asset="t", kind="dropped", breaking=breaking)]


def result(*statuses, **fields):
    return [
        QualityResult(
            result_id=f"q{at}", at=NOW - timedelta(days=at), asset="t", rule="not_null", status=status, **fields
        )
        for at, status in enumerate(statuses)
    ]


def alert(days, status):
    return [Alert(alert_id="a", at=NOW - timedelta(days=days), title="T", status=status)]


OK = ["succeeded"] * 12


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"runs": runs(*OK)}, {}),
        ({"runs": runs("failed", "failed", "failed", *OK, error_code="E1")}, {"FAILING_RUNS": "critical"}),
        ({"runs": runs("failed", "failed", *OK)}, {"FAILING_RUNS": "warning"}),
        ({"runs": runs("failed", *OK)}, {}),
        ({"runs": runs("running", *OK)}, {}),
        ({"runs": runs(*OK, duration_seconds=[900.0] * 3 + [300.0] * 9)}, {"SLOWER_RUNS": "critical"}),
        ({"runs": runs(*OK, duration_seconds=[500.0] * 3 + [300.0] * 9)}, {"SLOWER_RUNS": "warning"}),
        ({"runs": runs(*OK, duration_seconds=[310.0] * 3 + [300.0] * 9)}, {}),
        ({"runs": runs(*OK, rows_written=[10] + [1000] * 11)}, {"ROW_COUNT_CHANGED": "warning"}),
        ({"runs": runs(*OK, rows_written=[0] + [1000] * 11)}, {"ROW_COUNT_CHANGED": "critical"}),
        ({"runs": runs(*OK, rows_written=[900] + [1000] * 11)}, {}),
        ({"runs": runs(*OK, attempt=[2, 2] + [1] * 10, duration_seconds=60.0)}, {"RETRIED_RUNS": "warning"}),
        ({"runs": runs(*OK, rows_written=0, duration_seconds=60.0)}, {"EMPTY_RUNS": "info"}),
        ({"freshness": fresh(25)}, {}),
        ({"freshness": fresh(30)}, {"LATE_DATA": "warning"}),
        ({"freshness": fresh(100)}, {"LATE_DATA": "critical"}),
        ({"freshness": [Freshness(asset="t", expected_interval_seconds=0)]}, {}),
        ({"changes": change(2)}, {"SCHEMA_DRIFT": "warning"}),
        ({"changes": change(2) + change(3)}, {"SCHEMA_DRIFT": "critical"}),
        ({"changes": change(20)}, {}),
        ({"changes": change(2, breaking=False)}, {}),
        ({"quality": result("passed", "failed")}, {}),
        ({"quality": result("failed", "passed", checked_rows=100, failing_rows=1)}, {"RULE_FAILING": "warning"}),
        ({"quality": result("failed", checked_rows=100, failing_rows=9)}, {"RULE_FAILING": "critical"}),
        ({"pipelines": [Pipeline(pipeline_id="p", name="n", owner="me", description="d")]}, {}),
        ({"pipelines": [Pipeline(pipeline_id="p", name="n", description="d")]}, {"NO_OWNER": "info"}),
        (
            {"alerts": alert(9, "open")},
            {"OLD_ALERTS": "warning"},
        ),
        ({"alerts": alert(2, "open")}, {}),
        ({"alerts": alert(9, "resolved")}, {}),
    ],
)
def test_findings(facts, found):
    findings = find(Facts(NOW, **facts))
    assert {finding.kind: finding.severity for finding in findings} == found
    assert all(finding.evidence and finding.title and finding.recommendation for finding in findings)


def test_a_failing_pipelines_commonest_error_is_named():
    mixed = runs("failed", "failed", "failed", *OK, error_code=["E2", "E1", "E1"] + [""] * 12)
    (finding,) = find(Facts(NOW, runs=mixed))
    assert "2 of them with: E1" in finding.evidence
    assert finding.pipeline_id == "p"
