"""Reports as they are stored, back in the core's types; the functions here run in the process pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from services.migration.conversion import (
    ConversionResult,
    ConversionSource,
    Issue,
    MappingConversion,
    NodeConversion,
    Review,
)
from services.migration.report import RENDERERS, MigrationReport
from services.migration.validate import Validation, validate_conversion
from services.pipelines.severity import Severity

T = TypeVar("T")


def build(kind: type[T], data: Mapping[str, Any]) -> T:
    """A dataclass, nested ones and tuples of them included, from what `asdict` made of it."""
    hints = get_type_hints(kind)
    values = {f.name: _value(hints[f.name], data[f.name]) for f in fields(kind) if f.name in data}  # type: ignore[arg-type]  # kind is a dataclass
    return kind(**values)


def _value(hint: Any, value: Any) -> Any:
    if isinstance(value, Mapping):  # perhaps of an optional dataclass
        hint = next((part for part in get_args(hint) if is_dataclass(part)), hint)
    if is_dataclass(hint) and value is not None:
        return build(hint, value)  # type: ignore[arg-type]  # a class, not an instance
    if isinstance(value, list):
        inner = get_args(hint)[0] if get_args(hint) else Any
        return tuple(_value(inner, item) for item in value)
    return value


def render(report: dict[str, Any], job_id: str, form: str) -> bytes:
    """A stored report as `csv` or `html`."""
    _, renderer = RENDERERS[form]
    return renderer(build(MigrationReport, {**report, "job_id": job_id})).encode()


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
