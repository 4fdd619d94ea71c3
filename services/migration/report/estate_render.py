"""The report of an estate as JSON, CSV and HTML. All numbers are those of `build_estate`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from services.migration.report import svg
from services.migration.report.codes import CODES
from services.migration.report.entry import Entry
from services.migration.report.estate import EstateReport
from services.migration.report.job_page import inventory_table, object_table, shown_reviews
from services.migration.report.model import VERDICTS, MigrationReport
from services.migration.report.page import (
    OUTCOME_CLASSES,
    OUTCOMES,
    STATUS_CLASSES,
    drawing,
    effort_parts,
    figures,
    folded,
    moment,
    page_parts,
    table,
)
from services.migration.report.render import safe
from services.migration.wording import counted

MOST_DRAWN = 120  # pipelines in the picture of the waves
MOST_EDGES = 400
Detail = Callable[[Entry], MigrationReport | None]
"""The whole report of a file, where there is one; read when its turn comes."""

CSV_COLUMNS = (
    *("record", "file", "name", "tool", "status", "reason", "message", "severity", "category", "wave", "complexity"),
    *("confidence", "objects", "auto_converted", "needs_review", "manual_required", "by_rule", "by_model", "manual"),
    *("issues", "count", "files", "hours", "seconds", "reads", "writes", *VERDICTS.values()),
)


def estate_json(report: EstateReport) -> str:
    """The whole report."""
    return json.dumps(report.as_dict(), ensure_ascii=False, indent=2) + "\n"


def estate_csv(report: EstateReport) -> str:
    """One table; `record` tells whether a row is the total, a file, a pipeline, an issue or an unsupported type."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, CSV_COLUMNS, restval="", extrasaction="ignore")
    writer.writeheader()
    for row in _records(report):
        writer.writerow(safe(row))
    return buffer.getvalue()


def _records(report: EstateReport) -> Iterator[dict[str, Any]]:
    totals = asdict(report.totals)
    yield {
        "record": "total",
        **totals,
        **report.totals.reviews,
        "name": report.title,
        "hours": report.effort.total_hours,
    }
    for each in report.files:
        yield {
            "record": "file",
            **asdict(each),
            **each.reviews,
            "files": 1,
            "hours": each.effort.total_hours,
            "name": "",
        }
    for row in report.pipelines:
        texts = {"reads": "; ".join(row.reads), "writes": "; ".join(row.writes)}
        yield {"record": "pipeline", **asdict(row), **texts}
    for one in report.issues:
        yield {"record": "issue", **asdict(one), "name": one.code}
    for kind in report.unsupported:
        yield {"record": "unsupported", **asdict(kind), "name": kind.type, "message": kind.why}


def estate_html(report: EstateReport, detail: Detail | None = None) -> Iterator[str]:
    """The page piece by piece. With `detail`, every object of every file is listed."""
    return page_parts(
        report.title, f"{moment(report.generated_at)} · {counted(len(report.files), 'file')}", _sections(report, detail)
    )


def _sections(report: EstateReport, detail: Detail | None) -> Iterator[tuple[str, str]]:
    yield "", figures(_figures(report)) + _charts(report)
    yield "What is not converted", _unsupported(report)
    yield "Issues", _issues(report)
    yield "Order and waves", _waves(report)
    yield "Files", _files(report)
    yield "Pipelines", _pipelines(report)
    if report.inventory:
        yield "Beside the mappings", inventory_table(report.inventory)
    if detail:
        yield "Objects of every file", ""
        yield from (("", text) for text in _details(report.files, detail))


def _figures(report: EstateReport) -> list[tuple[str, str]]:
    totals, effort, team = report.totals, report.effort, report.team
    return [
        ("Files", str(totals.files)),
        ("Not read", str(totals.unreadable)),
        ("Pipelines", str(totals.pipelines)),
        ("Objects", str(totals.objects)),
        ("Converted", str(totals.auto_converted)),
        ("To review", str(totals.needs_review)),
        ("By hand", str(totals.manual_required)),
        ("Confidence", f"{totals.confidence:.2f}"),
        ("Reviewed", shown_reviews(totals.reviews)),
        ("Effort", f"{effort.total_hours:g} h"),
        ("of which", ", ".join(f"{name} {hours:g}" for name, hours in effort_parts(effort).items())),
        ("Weeks", f"{report.weeks:g}"),
        ("assuming", str(team)),
    ]


def _charts(report: EstateReport) -> str:
    totals = report.totals
    outcomes = {shown: getattr(totals, name) for name, shown in OUTCOMES.items()}
    ends = (totals.completed, totals.completed_with_warnings, totals.failed - totals.unreadable, totals.unreadable)
    statuses = dict(zip(STATUS_CLASSES, ends, strict=True))
    hours = effort_parts(report.effort)
    charts = (
        (svg.stack(statuses, STATUS_CLASSES), "Files by status"),
        (svg.stack(outcomes, OUTCOME_CLASSES), "Objects by what is left to do"),
        (svg.bars(report.complexity), "Pipelines by complexity"),
        (svg.bars(hours, " h"), "Effort in person-hours"),
        (svg.bars(report.categories), "Issues by category"),
        (svg.bars(report.tools), "Files by tool"),
    )
    return f'<div class="charts">{"".join(drawing(*chart) for chart in charts)}</div>'


def _unsupported(report: EstateReport) -> str:
    return table(
        ("Type", "Tool", "Objects", "Files", "Why"),
        [(one.type, one.tool, one.count, one.files, one.why) for one in report.unsupported],
        "Everything is converted.",
    )


def _issues(report: EstateReport) -> str:
    return table(
        ("Severity", "Category", "Code", "What it means", "Issues", "Files", "Hours"),
        [
            (
                one.severity,
                one.category.replace("_", " "),
                one.code,
                CODES[one.code].meaning if one.code in CODES else "",
                one.count,
                one.files,
                f"{one.hours:g}",
            )
            for one in report.issues
        ],
        "There are no issues.",
    )


def _waves(report: EstateReport) -> str:
    if not report.pipelines:
        return "<p>There is no pipeline.</p>"
    waves = report.order.waves
    parts = [
        table(
            ("Wave", "Pipelines", "Such as"),
            [(number, len(wave), ", ".join(wave[:4])) for number, wave in enumerate(waves, 1)],
            "",
        )
    ]
    linked = {name for feed in report.order.feeds for name in (*feed.writers, *feed.readers)}
    edges = list(dict.fromkeys(_edges(report)))
    if linked and len(linked) <= MOST_DRAWN and len(edges) <= MOST_EDGES:
        drawn = [[name for name in wave if name in linked] for wave in waves]
        parts.append(drawing(svg.columns(drawn, edges), "Pipelines that wait for others, or are waited for"))
    parts.append(
        table(
            ("Table or file", "Written by", "Read by"),
            [(feed.dataset, _some(feed.writers), _some(feed.readers)) for feed in report.order.feeds],
            "No pipeline reads what another one writes.",
        )
    )
    if report.order.circles:
        listed = [(_some(circle),) for circle in report.order.circles]
        parts.append(table(("Pipelines that wait for each other, to be moved together",), listed, ""))
    return "".join(parts)


def _edges(report: EstateReport) -> Iterator[tuple[str, str]]:
    for feed in report.order.feeds:
        if len(feed.writers) * len(feed.readers) <= MOST_EDGES:
            yield from ((one, two) for one in feed.writers for two in feed.readers)


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more


def _files(report: EstateReport) -> str:
    heads = ("File", "Tool", "Status", "Why", "Objects", "Converted", "To review", "By hand", "Confidence")
    return table(
        (*heads, "Reviewed", "Complexity", "Issues", "Hours"),
        [
            (
                each.file,
                each.tool,
                shown_status(each),
                f"{each.reason} {each.message}".strip(),
                each.objects,
                each.auto_converted,
                each.needs_review,
                each.manual_required,
                f"{each.confidence:.2f}" if each.objects else "",
                sum(each.reviews.values()) or "",
                each.complexity.replace("_", " "),
                each.issues,
                f"{each.effort.total_hours:g}",
            )
            for each in report.files
        ],
        "There is no file.",
    )


def shown_status(entry: Entry) -> str:
    """As charts and tables call it: what is blocked waits for a person, what is not read has nothing to show."""
    if entry.status == "failed":
        return "to finish by hand" if entry.is_read else "not read"
    return "with warnings" if entry.status == "completed_with_warnings" else entry.status


def _pipelines(report: EstateReport) -> str:
    return table(
        ("Pipeline", "File", "Wave", "Objects", "Confidence", "Complexity", "Reads", "Writes"),
        [
            (
                row.name,
                row.file,
                row.wave,
                row.objects,
                f"{row.confidence:.2f}",
                row.complexity.replace("_", " "),
                ", ".join(row.reads),
                ", ".join(row.writes),
            )
            for row in report.pipelines
        ],
        "There is no pipeline.",
    )


def _details(files: Iterable[Entry], detail: Detail) -> Iterator[str]:
    for each in files:
        found = detail(each)
        if found is None:
            yield folded(f"{each.file}: {each.reason}", table(("Why",), [(each.message,)], ""))
        else:
            yield folded(f"{each.file}: {each.objects} objects", object_table(found))
