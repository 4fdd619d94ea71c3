"""A report as JSON, CSV or HTML: the forms by their names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from services.migration.report.job_page import to_html
from services.migration.report.model import VERDICTS, MappingSummary, MigrationReport, ReportOrigin, ReviewReport

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection")."""

CSV_COLUMNS = (
    "record",
    "severity",
    "code",
    "mapping",
    "object",
    "column",
    "source_type",
    "target_type",
    "confidence",
    "conversion_source",
    "requires_manual_review",
    "message",
    "remedy",
    "excerpt",
    "category",
    "effort_hours",
    "file",
    "line",
    "element",
    *("verdict", "comment", "author", "reviewed_at"),
    *("complexity", "total_objects", "auto_converted", "needs_review", "manual_required", "issues_count"),
    *VERDICTS.values(),
)


def to_json(report: MigrationReport) -> str:
    """The whole report as JSON."""
    return json.dumps(report.as_dict(), ensure_ascii=False, indent=2) + "\n"


def to_csv(report: MigrationReport) -> str:
    """One table: a row for each issue, each object, each mapping, and one total; `record` tells which.

    Lines end in CRLF.
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, CSV_COLUMNS, restval="")
    writer.writeheader()
    for issue in report.issues:
        data = {key: getattr(issue, key) for key in CSV_COLUMNS if hasattr(issue, key)}
        writer.writerow(safe({"record": "issue", **data, **_place(issue.origin)}))
    for item in report.objects:
        data = {key: getattr(item, key) for key in CSV_COLUMNS if hasattr(item, key)}
        named = {"object": item.name, "message": " ".join(item.warnings)}
        writer.writerow(safe({"record": "object", **data, **named, **_place(item.origin), **_review(item.review)}))
    for row in (*map(_mapping, report.mappings), _total(report)):
        writer.writerow(safe(row))
    return buffer.getvalue()


def _review(review: ReviewReport | None) -> dict[str, Any]:
    if review is None:
        return {}
    return {
        "verdict": review.verdict,
        "comment": review.comment,
        "author": review.author,
        "reviewed_at": review.at,
    }


def _mapping(item: MappingSummary) -> dict[str, Any]:
    data = {key: getattr(item, key) for key in CSV_COLUMNS if hasattr(item, key)}
    return {"record": "mapping", "mapping": item.name, **data, **_place(item.origin)}


def _total(report: MigrationReport) -> dict[str, Any]:
    data = {key: getattr(report, key) for key in CSV_COLUMNS if hasattr(report, key)}
    named = {"confidence": report.overall_confidence, "issues_count": len(report.issues), "file": report.filename}
    return {"record": "total", **data, **named, **report.reviews, "effort_hours": report.effort.total_hours}


def _place(origin: ReportOrigin) -> dict[str, Any]:
    return {"file": origin.file, "line": origin.line or "", "element": origin.element}


def safe(row: dict[str, Any]) -> dict[str, Any]:
    """Texts that a spreadsheet would run get an apostrophe in front."""
    return {
        key: f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS) else value
        for key, value in row.items()
    }


RENDERERS: dict[str, tuple[str, Callable[[MigrationReport], str]]] = {
    "json": ("application/json", to_json),
    "csv": ("text/csv; charset=utf-8", to_csv),
    "html": ("text/html; charset=utf-8", to_html),
}
"""Format → media type and renderer."""
