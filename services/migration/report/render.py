"""A report as JSON, CSV or HTML: the forms by their names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from services.migration.report.job_page import to_html
from services.migration.report.model import MigrationReport, ReportOrigin

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
)


def to_json(report: MigrationReport) -> str:
    """The whole report as JSON."""
    return json.dumps(report.as_dict(), ensure_ascii=False, indent=2) + "\n"


def to_csv(report: MigrationReport) -> str:
    """One table: a row for each issue, then one for each object; `record` tells which. Lines end in CRLF."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, CSV_COLUMNS, restval="")
    writer.writeheader()
    for issue in report.issues:
        data = {key: getattr(issue, key) for key in CSV_COLUMNS if hasattr(issue, key)}
        writer.writerow(safe({"record": "issue", **data, **_place(issue.origin)}))
    for item in report.objects:
        data = {key: getattr(item, key) for key in CSV_COLUMNS if hasattr(item, key)}
        named = {"object": item.name, "message": " ".join(item.warnings)}
        writer.writerow(safe({"record": "object", **data, **named, **_place(item.origin)}))
    return buffer.getvalue()


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
