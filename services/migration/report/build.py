"""A conversion as a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from statistics import fmean

from services.migration.ast import Origin, WorkflowAST
from services.migration.conversion import ConversionResult, Issue, MappingConversion, NodeConversion
from services.migration.gate import blocks
from services.migration.report.codes import category
from services.migration.report.complexity import classify, highest, measure_mapping, measure_pipeline
from services.migration.report.effort import SEVERITY_ORDER, estimate, issue_hours, outcome
from services.migration.report.lineage import lineage
from services.migration.report.model import (
    MappingSummary,
    MigrationReport,
    ModelReport,
    ObjectMapping,
    ReportIssue,
    ReportOrigin,
    ReviewReport,
)
from services.migration.validate import all_issues, overall_confidence
from services.pipelines.severity import Severity

EXCERPT_LENGTH = 200


def build_report(
    result: ConversionResult,
    *,
    job_id: str = "",
    filename: str = "",
    generated_at: str = "",
    noticed: Iterable[Issue] = (),
    workflow: WorkflowAST | None = None,
) -> MigrationReport:
    """The report of one conversion.

    `noticed` are the gate's issues and warnings, which join the conversion's own. With `workflow`, complexity is
    counted on the mappings as their tool has them, else on the pipelines. `generated_at` is RFC 3339 in UTC.
    """
    found = dict.fromkeys([*noticed, *all_issues(result), *_warnings(result)])
    issues = sorted(found, key=lambda issue: SEVERITY_ORDER.index(issue.severity))
    complexities = _complexities(result, workflow)
    counts = Counter(outcome(item) for mapping in result.mappings for item in mapping.objects)
    per_mapping = Counter(issue.mapping for issue in issues)
    return MigrationReport(
        job_id=job_id,
        filename=filename,
        generated_at=generated_at,
        total_objects=counts.total(),
        auto_converted=counts["auto_converted"],
        needs_review=counts["needs_review"],
        manual_required=counts["manual_required"],
        overall_confidence=round(overall_confidence(result), 4),
        complexity=highest(complexities.values()),
        mappings=tuple(_summary(mapping, complexities, per_mapping) for mapping in result.mappings),
        objects=tuple(_object(mapping, item) for mapping in result.mappings for item in mapping.objects),
        issues=tuple(map(_issue, issues, issue_hours(result, issues))),
        effort=estimate(result),
        lineage=lineage(result.mappings),
        inventory=dict(Counter(item.kind for item in workflow.inventory)) if workflow else {},
    )


def _key(folder: str, name: str) -> tuple[str, str]:
    return folder, name


def _complexities(result: ConversionResult, workflow: WorkflowAST | None) -> dict[tuple[str, str], str]:
    known = {_key(item.folder, item.name): item for item in workflow.mappings} if workflow else {}
    found = {}
    for mapping in result.mappings:
        key = _key(mapping.folder, mapping.mapping)
        measures = measure_mapping(known[key]) if key in known else measure_pipeline(mapping.pipeline)
        found[key] = classify(measures)
    return found


def _warnings(result: ConversionResult) -> Iterable[Issue]:
    """The warnings of objects, as lines of the issue list. Why one was not converted is told by its error."""
    for mapping in result.mappings:
        for item in mapping.objects:
            is_told = item.target_type == "manual" and not item.is_edited
            for text in item.warnings[1:] if is_told else item.warnings:
                yield Issue(
                    Severity.WARNING,
                    "CONVERSION_WARNING",
                    text,
                    "Check that the difference does not matter for this data.",
                    mapping=mapping.mapping,
                    object=item.object,
                    origin=item.origin,
                )


def _summary(
    mapping: MappingConversion, complexities: Mapping[tuple[str, str], str], issues: Mapping[str, int]
) -> MappingSummary:
    counts = Counter(outcome(item) for item in mapping.objects)
    return MappingSummary(
        name=mapping.mapping,
        folder=mapping.folder,
        total_objects=counts.total(),
        auto_converted=counts["auto_converted"],
        needs_review=counts["needs_review"],
        manual_required=counts["manual_required"],
        confidence=round(fmean(item.confidence for item in mapping.objects), 4) if mapping.objects else 0.0,
        complexity=complexities[_key(mapping.folder, mapping.mapping)],
        issues_count=issues[mapping.mapping],
        pipeline=str(mapping.pipeline.get("name", "")),
        origin=_origin(mapping.origin),
    )


def _object(mapping: MappingConversion, item: NodeConversion) -> ObjectMapping:
    return ObjectMapping(
        name=item.object,
        source_type=item.source_type,
        target_type=item.target_type,
        mapping=mapping.mapping,
        confidence=round(item.confidence, 4),
        conversion_source=item.source.value,
        requires_manual_review=blocks(item),
        warnings=item.warnings,
        origin=_origin(item.origin),
        node_ids=tuple(str(node["id"]) for node in item.nodes),
        model=ModelReport(**asdict(item.model)) if item.model else None,
        review=ReviewReport(**asdict(item.review)) if item.review else None,
    )


def _issue(issue: Issue, hours: float) -> ReportIssue:
    return ReportIssue(
        severity=issue.severity.value,
        code=issue.code,
        message=issue.message,
        remedy=issue.remedy,
        mapping=issue.mapping,
        object=issue.object,
        column=issue.column,
        origin=_origin(issue.origin),
        excerpt=issue.excerpt[:EXCERPT_LENGTH],
        category=category(issue.code, issue.severity.value),
        effort_hours=hours,
    )


def _origin(origin: Origin | None) -> ReportOrigin:
    return ReportOrigin(origin.file, origin.line, origin.element) if origin else ReportOrigin()
