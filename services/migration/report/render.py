"""A report as JSON, CSV or HTML."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from html import escape
from importlib import resources
from string import Template
from typing import Any

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
        writer.writerow(_safe({"record": "issue", **data, **_place(issue.origin)}))
    for item in report.objects:
        data = {key: getattr(item, key) for key in CSV_COLUMNS if hasattr(item, key)}
        named = {"object": item.name, "message": " ".join(item.warnings)}
        writer.writerow(_safe({"record": "object", **data, **named, **_place(item.origin)}))
    return buffer.getvalue()


def _place(origin: ReportOrigin) -> dict[str, Any]:
    return {"file": origin.file, "line": origin.line or "", "element": origin.element}


def _safe(row: dict[str, Any]) -> dict[str, Any]:
    """Texts that a spreadsheet would run get an apostrophe in front."""
    return {
        key: f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS) else value
        for key, value in row.items()
    }


def to_html(report: MigrationReport) -> str:
    """A page that stands alone: no script, nothing loaded from elsewhere, every text escaped."""
    template = Template(resources.files("services.migration.report").joinpath("report.html").read_text("utf-8"))
    return template.substitute(
        title=escape(report.filename or report.job_id or "Migration report"),
        generated_at=escape(report.generated_at),
        figures=_figures(report),
        mappings=_table(
            ("Mapping", "Folder", "Objects", "Converted", "To review", "By hand", "Confidence", "Complexity", "Issues"),
            [
                (
                    item.name,
                    item.folder,
                    item.total_objects,
                    item.auto_converted,
                    item.needs_review,
                    item.manual_required,
                    f"{item.confidence:.2f}",
                    item.complexity.replace("_", " "),
                    item.issues_count,
                )
                for item in report.mappings
            ],
            "The export holds no mapping.",
        ),
        issues=_table(
            ("Severity", "Code", "Where", "What", "What to do", "Place", "Hours"),
            [
                (
                    item.severity,
                    item.code,
                    " / ".join(part for part in (item.mapping, item.object, item.column) if part) or "export",
                    f"{item.message} {item.excerpt}".strip(),
                    item.remedy,
                    _where(item.origin),
                    f"{item.effort_hours:g}",
                )
                for item in report.issues
            ],
            "There are no issues.",
        ),
        objects=_table(
            ("Object", "Mapping", "Type", "Became", "Confidence", "By", "Review", "Warnings", "Place"),
            [
                (
                    item.name,
                    item.mapping,
                    item.source_type,
                    item.target_type,
                    f"{item.confidence:.2f}",
                    item.conversion_source.replace("_", " "),
                    "yes" if item.requires_manual_review else "",
                    " ".join(item.warnings),
                    _where(item.origin),
                )
                for item in report.objects
            ],
            "There are no objects.",
        ),
        models=_table(
            ("Object", "Mapping", "Model", "Tokens in", "Tokens out", "Cost", "Rounds", "It explains", "It assumes"),
            [
                (
                    item.name,
                    item.mapping,
                    " of ".join(part for part in (item.model.model, item.model.provider) if part),
                    item.model.prompt_tokens,
                    item.model.completion_tokens,
                    "not known" if item.model.cost_usd is None else f"${item.model.cost_usd:.4f}",
                    item.model.rounds,
                    item.model.explanation,
                    " ".join(item.model.assumptions),
                )
                for item in report.objects
                if item.model
            ],
            "No object was converted by a language model.",
        ),
        lineage=_table(
            ("Mapping", "From", "To", "Through", ""),
            [
                (
                    item.mapping,
                    f"{item.source}.{item.source_column}",
                    f"{item.target}.{item.target_column}",
                    " → ".join(item.via),
                    "computed" if item.transformed else "",
                )
                for item in report.lineage.columns
            ],
            "No lineage is known.",
        ),
    )


def _figures(report: MigrationReport) -> str:
    effort = report.effort
    figures = (
        ("Objects", str(report.total_objects)),
        ("Converted", str(report.auto_converted)),
        ("To review", str(report.needs_review)),
        ("By hand", str(report.manual_required)),
        ("Confidence", f"{report.overall_confidence:.2f}"),
        ("Complexity", report.complexity.replace("_", " ")),
        ("Effort", f"{effort.total_hours:g} h"),
        (
            "of which",
            f"base {effort.base_hours:g}, review {effort.review_hours:g}, model {effort.llm_hours:g}, "
            f"testing {effort.testing_hours:g}, integration {effort.integration_hours:g}",
        ),
    )
    return "\n".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in figures)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> str:
    lines = ["".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows]
    if not lines:
        return f"<p>{escape(empty)}</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"


def _where(origin: ReportOrigin) -> str:
    place = f"{origin.file}:{origin.line}" if origin.line else origin.file
    return f"{place} {origin.element}".strip()


RENDERERS: dict[str, tuple[str, Callable[[MigrationReport], str]]] = {
    "json": ("application/json", to_json),
    "csv": ("text/csv; charset=utf-8", to_csv),
    "html": ("text/html; charset=utf-8", to_html),
}
"""Format → media type and renderer."""
