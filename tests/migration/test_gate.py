from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.migration.conversion import ConversionResult, ConversionSource, Issue
from services.migration.gate import THRESHOLDS, Outcome, Release, StatusReason, decide
from services.pipelines.dsl.document import dump
from services.pipelines.dsl.finding import Finding
from services.pipelines.severity import Severity
from services.pipelines.structure import ValidationResult, validate_structure
from tests.migration.conversions import ORIGIN, item, mapping, released, result
from tests.pipelines.dsl.samples import node, pipeline

GOOD = ValidationResult()


def gate(conversion: ConversionResult, validation: ValidationResult | None = None) -> Release:
    return decide(conversion, validation or validate_structure(released(conversion)))


def test_a_good_conversion_completes() -> None:
    release = gate(result(item(), item("B", 0.9)))
    assert release == Release(Outcome.COMPLETED, StatusReason.NONE, pytest.approx(0.94))


WARNING = Issue(Severity.WARNING, "W", "a corner")
INFO = Issue(Severity.INFO, "I", "by the way")


@pytest.mark.parametrize(
    ("conversion", "outcome"),
    [
        (result(item(warnings=("rounding differs",))), "completed_with_warnings"),
        (result(item(issues=(WARNING,))), "completed_with_warnings"),
        (result(item(), issues=(WARNING,)), "completed_with_warnings"),
        (result(item(), issues=(INFO,)), "completed"),
        (result(item(confidence=THRESHOLDS["overall"])), "completed"),
        (result(item(), item("B", THRESHOLDS["object"])), "completed"),
    ],
)
def test_warnings_and_bounds(conversion: ConversionResult, outcome: str) -> None:
    assert gate(conversion).outcome == outcome
    assert gate(conversion).blocking == ()


def test_a_validation_warning_is_a_warning() -> None:
    extra = {**pipeline()["nodes"][0], "id": "unread"}
    document = pipeline(node("sql_where", {"condition": "status = 'A'"}))
    document["nodes"].insert(0, extra)
    conversion = replace(result(item()), mappings=(mapping(item(), document=document),))
    release = gate(conversion)
    assert release.outcome == Outcome.COMPLETED_WITH_WARNINGS
    (issue,) = release.warnings
    assert (issue.severity, issue.code) == (Severity.WARNING, "VALIDATION_WARNING")
    assert "nothing reads its rows" in issue.message


def test_a_warning_about_what_blocks_anyway_is_not_told_twice() -> None:
    bad = replace(item(), confidence=0.5)
    document = pipeline(node("sql_where", {"condition": "status = 'A'"}))
    noted = replace(
        validate_structure(dump(document)),
        findings=(
            Finding(Severity.WARNING, "NOT_EXECUTED", "it was not run", node=bad.nodes[0]["id"]),
            Finding(Severity.WARNING, "DANGEROUS_SQL", "it holds TRUNCATE"),
        ),
    )
    release = decide(replace(result(bad), mappings=(mapping(bad, document=document),)), noted)
    assert [issue.message for issue in release.warnings] == ["document: it holds TRUNCATE"]


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"confidence": 0.79}, "LOW_CONFIDENCE", "Filter has confidence 0.79; release needs 0.80"),
        ({"requires_manual_review": True, "warnings": ("uses $$X",)}, "MANUAL_REVIEW", "uses $$X"),
        ({"target_type": "manual", "confidence": 0.0}, "MANUAL_CONVERSION", "was not converted"),
        ({"source": ConversionSource.UNSUPPORTED}, "MANUAL_CONVERSION", "was not converted"),
        ({"source": ConversionSource.LLM_UNAVAILABLE, "confidence": 0.0}, "MODEL_UNAVAILABLE", "none answered"),
    ],
)
def test_one_bad_object_blocks(changes: dict[str, Any], code: str, said: str) -> None:
    goods = [item(f"G{i}", 1.0) for i in range(20)]
    release = gate(result(*goods, replace(item("BAD"), **changes)))
    assert (release.outcome, release.status_reason) == (Outcome.FAILED, StatusReason.RELEASE_BLOCKED)
    (issue,) = release.blocking
    assert (issue.code, issue.mapping, issue.object, issue.origin) == (code, "m_x", "BAD", ORIGIN)
    assert issue.severity == Severity.ERROR
    assert said in issue.message
    assert issue.remedy


def test_low_overall_confidence_blocks_although_every_object_passes() -> None:
    (issue,) = gate(result(item("A", 0.82), item("B", 0.84))).blocking
    assert issue.code == "LOW_OVERALL_CONFIDENCE"
    assert "0.83" in issue.message
    assert "0.85" in issue.message


def test_a_validation_error_blocks_and_names_the_object() -> None:
    document = pipeline(node("sql_where", {"condition": "nope = 1"}))
    conversion = replace(result(item()), mappings=(mapping(item(), document=document),))
    (issue,) = gate(conversion).blocking
    assert (issue.code, issue.mapping, issue.object) == ("VALIDATION", "m_x", "FIL_ACTIVE")
    assert "no column 'nope'" in issue.message


def test_an_error_of_the_conversion_blocks() -> None:
    error = Issue(Severity.ERROR, "DANGLING_CONNECTOR", "leads nowhere", "Mend the mapping.", mapping="m_x")
    assert gate(result(item(), issues=(error,))).blocking == (error,)


@pytest.mark.parametrize("issues", [(), (WARNING,)])
def test_an_export_without_mappings_completes_with_a_warning(issues: tuple[Issue, ...]) -> None:
    release = gate(ConversionResult(issues=issues), GOOD)
    assert release == Release(Outcome.COMPLETED_WITH_WARNINGS, StatusReason.NO_MAPPING, 0.0)


def test_a_broken_orchestration_blocks_even_without_mappings() -> None:
    broken = {"name": "wf", "orchestration": {"tasks": [{"id": "a", "type": "pipeline"}]}}
    release = gate(ConversionResult(orchestrations=(broken,)), validate_structure(dump(broken)))
    assert release.outcome == Outcome.FAILED
    assert "`pipeline` is missing" in release.blocking[0].message
