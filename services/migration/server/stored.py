"""Reports as they are stored, back in the core's types; the functions here run in the process pool."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from services.migration.ast import Tool
from services.migration.conversion import (
    ConversionResult,
    ConversionSource,
    Issue,
    MappingConversion,
    NodeConversion,
    Review,
)
from services.migration.parsers import ExportError
from services.migration.pipeline import parse_export
from services.migration.report import RENDERERS, MigrationReport, Sides, sides_of_documents, to_html
from services.migration.report.stored import build
from services.migration.validate import Validation, validate_conversion
from services.pipelines.severity import Severity


@dataclass(frozen=True, slots=True)
class Source:
    """What a page shows beside the report: the upload, and the documents that were made of it."""

    content: bytes
    filename: str
    tool: Tool
    documents: list[dict[str, Any]]


def render(report: dict[str, Any], job_id: str, form: str, source: Source | None = None) -> bytes:
    """A stored report as `csv` or `html`; with `source`, the page has each original beside its result."""
    found = build(MigrationReport, {**report, "job_id": job_id})
    if form == "html" and source is not None:
        return to_html(found, _sides(found, source)).encode()
    return RENDERERS[form][1](found).encode()


def _sides(report: MigrationReport, source: Source) -> Sides:
    try:
        workflow = parse_export(source.content, source.filename, source.tool)
    except ExportError:  # a parser that has changed since refuses it: the report stands without originals
        return {}
    return sides_of_documents(workflow, report, source.documents)


def validate(text: str, report: dict[str, Any]) -> Validation:
    """The checks of `/validate` on a stored result."""
    return validate_conversion(text, conversion_of(build(MigrationReport, report)))


def conversion_of(report: MigrationReport) -> ConversionResult:
    """What the checks need to know of the conversion a report tells of."""
    objects: dict[str, list[NodeConversion]] = defaultdict(list)
    for item in report.objects:
        objects[item.mapping].append(
            NodeConversion(
                object=item.name,
                source_type=item.source_type,
                target_type=item.target_type,
                nodes=(),
                confidence=item.confidence,
                source=ConversionSource(item.conversion_source),
                requires_manual_review=item.requires_manual_review,
                warnings=item.warnings,
                review=Review(**asdict(item.review)) if item.review else None,
            )
        )
    mappings = tuple(
        MappingConversion(summary.name, summary.folder, {}, tuple(objects[summary.name])) for summary in report.mappings
    )
    issues = tuple(
        Issue(Severity(issue.severity), issue.code, issue.message, mapping=issue.mapping, object=issue.object)
        for issue in report.issues
    )
    return ConversionResult(mappings, issues=issues)
