"""One file of an estate in brief: enough for totals, waves and weeks, small enough for thousands to be kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.migration.pipeline import Migration
from services.migration.report.datasets import touched
from services.migration.report.model import EffortEstimate, MigrationReport

SHOWN = (
    *("file", "tool", "status", "confidence", "objects", "by_rule", "by_model", "manual", "issues", "seconds"),
    *("reason", "message", "auto_converted", "needs_review", "manual_required", "complexity", "folder", "unchanged"),
)
"""Fields of a file that `convert --json` prints."""
CONVERTED_BY = {"rule_engine": "by_rule", "llm": "by_model"}
"""Source of an object → its count; all else is done by hand."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One mapping of a file. `reads` and `writes` are tables and files as `datasets.touched` names them."""

    name: str
    complexity: str = "simple"
    confidence: float = 0.0
    objects: int = 0
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueCount:
    """Issues of one code in one file; `hours` of all together."""

    code: str
    severity: str
    category: str
    count: int
    hours: float


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Objects of one type in one file that nothing converts. `reasons`: why → how many objects say it first."""

    type: str
    count: int
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file and what became of it. `by_rule + by_model + manual == objects`."""

    file: str
    tool: str = ""
    status: str = "failed"  # completed, completed_with_warnings, failed
    reason: str = ""  # why it did not simply complete: RELEASE_BLOCKED, TRUNCATED_XML, TIMEOUT, …
    message: str = ""
    confidence: float = 0.0
    objects: int = 0
    by_rule: int = 0
    by_model: int = 0
    manual: int = 0
    issues: int = 0
    seconds: float = 0.0
    auto_converted: int = 0
    needs_review: int = 0
    manual_required: int = 0
    complexity: str = ""
    folder: str = ""
    unchanged: bool = False
    pipelines: tuple[Pipeline, ...] = ()
    issue_counts: tuple[IssueCount, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    effort: EffortEstimate = field(default_factory=EffortEstimate)
    inventory: Mapping[str, int] = field(default_factory=dict)
    reviews: Mapping[str, int] = field(default_factory=dict)  # objects by verdict

    @property
    def is_read(self) -> bool:
        """Whether it could be converted at all, with whatever outcome."""
        return bool(self.tool)


def failed_entry(file: str, reason: str, message: str, seconds: float) -> Entry:
    """A file of which nothing came."""
    return Entry(file, reason=reason, message=message, seconds=round(seconds, 3))


def entry_of(file: str, migration: Migration, *, seconds: float, folder: str = "") -> Entry:
    """A conversion in brief."""
    release = migration.release
    return entry_from_report(
        file,
        migration.report,
        tool=migration.tool.value,
        status=release.outcome.value,
        reason=release.status_reason.value,
        seconds=seconds,
        folder=folder,
        pipelines={mapping.mapping: mapping.pipeline for mapping in migration.result.mappings},
    )


def entry_from_report(
    file: str,
    report: MigrationReport,
    *,
    tool: str,
    status: str,
    reason: str,
    seconds: float,
    folder: str = "",
    pipelines: Mapping[str, Mapping[str, Any]],
) -> Entry:
    """A report in brief; `pipelines` are the documents by the name of their mapping."""
    made = Counter(
        "manual" if item.target_type == "manual" else CONVERTED_BY.get(item.conversion_source, "manual")
        for item in report.objects
    )
    return Entry(
        file,
        tool,
        status,
        reason,
        confidence=report.overall_confidence,
        objects=report.total_objects,
        by_rule=made["by_rule"],
        by_model=made["by_model"],
        manual=made["manual"],
        issues=len(report.issues),
        seconds=round(seconds, 3),
        auto_converted=report.auto_converted,
        needs_review=report.needs_review,
        manual_required=report.manual_required,
        complexity=report.complexity,
        folder=folder,
        pipelines=tuple(_pipelines(report, pipelines)),
        issue_counts=tuple(_issue_counts(report)),
        unsupported=tuple(_unsupported(report)),
        effort=report.effort,
        inventory=report.inventory,
        reviews=report.reviews,
    )


def _pipelines(report: MigrationReport, documents: Mapping[str, Mapping[str, Any]]) -> Iterable[Pipeline]:
    for item in report.mappings:
        reads, writes = touched(documents.get(item.name, {}))
        yield Pipeline(item.name, item.complexity, item.confidence, item.total_objects, reads, writes)


def _issue_counts(report: MigrationReport) -> Iterable[IssueCount]:
    counts: Counter[tuple[str, str, str]] = Counter()
    hours: Counter[tuple[str, str, str]] = Counter()
    for issue in report.issues:
        key = (issue.code, issue.severity, issue.category)
        counts[key] += 1
        hours[key] += issue.effort_hours  # type: ignore[assignment]  # a Counter of hours, not of whole numbers
    return [IssueCount(*key, count, round(float(hours[key]), 2)) for key, count in counts.items()]


def _unsupported(report: MigrationReport) -> Iterable[Unsupported]:
    reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for item in report.objects:
        if item.target_type == "manual" or item.conversion_source not in CONVERTED_BY:
            reasons[item.source_type][next(iter(item.warnings), "")] += 1
    listed = [Unsupported(name, why.total(), dict(why)) for name, why in reasons.items()]
    return sorted(listed, key=lambda each: -each.count)


def entry_from(data: Mapping[str, Any]) -> Entry:
    """An entry from what `asdict` made of it. Raises TypeError, KeyError where it is none."""
    values = dict(data)
    values["pipelines"] = tuple(
        Pipeline(**{**each, "reads": tuple(each["reads"]), "writes": tuple(each["writes"])})
        for each in values["pipelines"]
    )
    values["issue_counts"] = tuple(IssueCount(**each) for each in values["issue_counts"])
    values["unsupported"] = tuple(Unsupported(**each) for each in values["unsupported"])
    values["effort"] = EffortEstimate(**values["effort"])
    return Entry(**values)


def as_file(entry: Entry) -> dict[str, Any]:
    """What `--json` prints of one file, the most asked for first."""
    return {name: getattr(entry, name) for name in SHOWN}
