"""The release gate: a job is completed only where everything it delivers may be trusted.

Reference: overall confidence ≥ 0.85, no object below 0.80, none that needs manual review, no validation issue. Only
ERRORs count as validation issues; an export without mappings has nothing to release and completes with a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from services.migration.ast import Origin
from services.migration.conversion import ConversionResult, ConversionSource, Issue, NodeConversion
from services.migration.validate import all_issues, overall_confidence
from services.pipelines.severity import Severity
from services.pipelines.structure import ValidationResult

THRESHOLDS = {
    "overall": 0.85,  # mean over the objects that carry data
    "object": 0.80,  # every single object
}
"""Confidence, 0 to 1, at least needed for release."""

REMEDIES = {
    "LOW_OVERALL_CONFIDENCE": "Review the objects with the lowest confidence first; accept or correct them.",
    "LOW_CONFIDENCE": "Compare the node with the original, then accept it or correct it.",
    "MANUAL_CONVERSION": "Write the node by hand from the original definition that it carries.",
    "MODEL_UNAVAILABLE": "Convert again when a language model is configured and answers, or write the node by hand.",
    "MANUAL_REVIEW": "Look at the warnings of the object, then accept it or correct it.",
    "VALIDATION": "Correct the node, or convert again.",
    "VALIDATION_WARNING": "Look at the place named; nothing, where it is meant.",
}

TODO = ("MANUAL_CONVERSION",)
"""Codes whose remedy is what the node itself says there is to do."""


class Outcome(StrEnum):
    """Status of a job after the gate; the values are those of `MigrationStatus` on the wire."""

    COMPLETED = "completed"
    COMPLETED_WITH_WARNINGS = "completed_with_warnings"
    FAILED = "failed"


class StatusReason(StrEnum):
    """Why a job did not simply complete."""

    NONE = ""
    RELEASE_BLOCKED = "RELEASE_BLOCKED"
    NO_MAPPING = "NO_MAPPING"


@dataclass(frozen=True, slots=True)
class Release:
    """The gate's decision. `blocking` is empty unless the outcome is `failed`; each issue names object and remedy."""

    outcome: Outcome
    status_reason: StatusReason
    overall_confidence: float  # 0 to 1; 0 where the export holds no mapping
    blocking: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()  # of the validation; those of objects stand in the result


def decide(result: ConversionResult, validation: ValidationResult) -> Release:
    """The outcome of a conversion whose released YAML gave this structural validation."""
    confidence = overall_confidence(result)
    blocking = tuple(_blocking(result, validation, confidence))
    warnings = tuple(_warnings(result, validation, blocking))
    if blocking:
        return Release(Outcome.FAILED, StatusReason.RELEASE_BLOCKED, confidence, blocking, warnings)
    if not result.mappings:
        return Release(Outcome.COMPLETED_WITH_WARNINGS, StatusReason.NO_MAPPING, confidence, (), warnings)
    outcome = Outcome.COMPLETED_WITH_WARNINGS if _warned(result, validation) else Outcome.COMPLETED
    return Release(outcome, StatusReason.NONE, confidence, (), warnings)


def _blocking(result: ConversionResult, validation: ValidationResult, confidence: float) -> Iterator[Issue]:
    if any(mapping.objects for mapping in result.mappings) and confidence < THRESHOLDS["overall"]:
        message = f"overall confidence is {confidence:.2f}; release needs {THRESHOLDS['overall']:.2f}"
        yield _issue("LOW_OVERALL_CONFIDENCE", message)
    for mapping in result.mappings:
        for item in mapping.objects:
            reason = _reason(item)
            if reason:
                issue = _issue(*reason, mapping=mapping.mapping, name=item.object, origin=item.origin)
                yield replace(issue, remedy=_todo(item) or issue.remedy) if reason[0] in TODO else issue
    yield from (issue for issue in all_issues(result) if issue.severity == Severity.ERROR)
    places = _places(result)
    for finding in validation.errors:
        mapping_name, name, origin = places.get(finding.node, ("", finding.node, None))
        yield _issue("VALIDATION", f"{finding.place}: {finding.message}", mapping_name, name, origin)


def _warnings(result: ConversionResult, validation: ValidationResult, blocking: Iterable[Issue]) -> Iterator[Issue]:
    """What the validation warns of, but for objects that block release: they are told of already."""
    told = {(issue.mapping, issue.object) for issue in blocking if issue.object}
    places = _places(result)
    for finding in validation.warnings:
        mapping_name, name, origin = places.get(finding.node, ("", finding.node, None))
        if (mapping_name, name) not in told:
            issue = _issue("VALIDATION_WARNING", f"{finding.place}: {finding.message}", mapping_name, name, origin)
            yield replace(issue, severity=Severity.WARNING)


def blocks(item: NodeConversion) -> bool:
    """Whether the object by itself keeps its export from release, so that a person has to look at it."""
    return _reason(item) is not None


def _reason(item: NodeConversion) -> tuple[str, str] | None:
    """Code and message of what keeps one object from release; the most telling reason first."""
    kind, confidence = item.source_type, f"confidence {item.confidence:.2f}"
    if item.is_edited:
        return None
    if item.source == ConversionSource.LLM_UNAVAILABLE:
        return "MODEL_UNAVAILABLE", f"{kind} needs a language model, and none answered{_because(item.warnings)}"
    if item.target_type == "manual" or item.source == ConversionSource.UNSUPPORTED:
        return "MANUAL_CONVERSION", f"{kind} was not converted{_because(item.warnings)}"
    if item.requires_manual_review:
        return "MANUAL_REVIEW", f"{kind} needs manual review ({confidence}){_because(item.warnings)}"
    if item.confidence < THRESHOLDS["object"]:
        message = f"{kind} has {confidence}; release needs {THRESHOLDS['object']:.2f}{_because(item.warnings)}"
        return "LOW_CONFIDENCE", message
    return None


def _todo(item: NodeConversion) -> str:
    """What the node written by hand says there is to do."""
    return next((str(node["config"]["todo"]) for node in item.nodes if node.get("config", {}).get("todo")), "")


def _because(warnings: Iterable[str]) -> str:
    first = next(iter(warnings), "")
    return f": {first}" if first else ""


def _places(result: ConversionResult) -> dict[str, tuple[str, str, Origin | None]]:
    """Node id → mapping, object and origin; ids that several pipelines use name no single one."""
    found: dict[str, tuple[str, str, Origin | None]] = {}
    several: set[str] = set()
    for mapping in result.mappings:
        for item in mapping.objects:
            for node in item.nodes:
                if node["id"] in found:
                    several.add(node["id"])
                found[node["id"]] = (mapping.mapping, item.object, item.origin)
    return {node_id: place for node_id, place in found.items() if node_id not in several}


def _warned(result: ConversionResult, validation: ValidationResult) -> bool:
    objects = (item for mapping in result.mappings for item in mapping.objects)
    return (
        bool(validation.warnings)
        or any(issue.severity == Severity.WARNING for issue in all_issues(result))
        or any(item.warnings for item in objects)
    )


def _issue(code: str, message: str, mapping: str = "", name: str = "", origin: Origin | None = None) -> Issue:
    return Issue(Severity.ERROR, code, message, REMEDIES[code], mapping=mapping, object=name, origin=origin)
