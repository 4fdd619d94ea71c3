"""The report of one conversion as an HTML page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from services.migration.report import svg
from services.migration.report.model import ColumnLineage, MigrationReport, ObjectMapping, ReportOrigin
from services.migration.report.page import (
    OUTCOME_CLASSES,
    OUTCOMES,
    beside,
    drawing,
    effort_parts,
    figures,
    folded,
    moment,
    page,
    table,
)
from services.migration.report.sides import Side, Sides
from services.migration.wording import counted

MOST_DRAWN = 80  # curves of one picture; what is beyond stands in the table
MOST_PICTURES = 40


def to_html(report: MigrationReport, sides: Sides | None = None) -> str:
    """A page that stands alone. With `sides`, each object's original stands beside what it became."""
    return page(
        report.filename or report.job_id or "Migration report",
        moment(report.generated_at),
        _sections(report, sides or {}),
    )


def _sections(report: MigrationReport, sides: Sides) -> Iterator[tuple[str, str]]:
    yield "", figures(_figures(report)) + _charts(report)
    yield "Mappings", _mappings(report)
    yield "Issues", _issues(report)
    yield "Reviews", _reviews(report)
    yield "Objects", object_table(report)
    if sides:
        yield "Original beside result", "".join(_sides(report.objects, sides))
    yield "By a language model", _models(report)
    if report.inventory:
        yield "Beside the mappings", inventory_table(report.inventory)
    yield "Lineage of tables", _tables(report)
    yield "Lineage of columns", _lineage(report)


def _charts(report: MigrationReport) -> str:
    if not report.total_objects:
        return ""
    outcomes = {shown: getattr(report, name) for name, shown in OUTCOMES.items()}
    hours = effort_parts(report.effort)
    both = drawing(svg.stack(outcomes, OUTCOME_CLASSES), "Objects by what is left to do") + drawing(
        svg.bars(hours, " h"), "Effort in person-hours"
    )
    return f'<div class="charts">{both}</div>'


def _figures(report: MigrationReport) -> list[tuple[str, str]]:
    effort = report.effort
    return [
        ("Objects", str(report.total_objects)),
        ("Converted", str(report.auto_converted)),
        ("To review", str(report.needs_review)),
        ("By hand", str(report.manual_required)),
        ("Confidence", f"{report.overall_confidence:.2f}"),
        ("Reviewed", shown_reviews(report.reviews)),
        ("Complexity", report.complexity.replace("_", " ")),
        ("Effort", f"{effort.total_hours:g} h"),
        ("of which", ", ".join(f"{name} {hours:g}" for name, hours in effort_parts(effort).items())),
    ]


def _mappings(report: MigrationReport) -> str:
    return table(
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
    )


def _issues(report: MigrationReport) -> str:
    return table(
        ("Severity", "Category", "Code", "Where", "What", "What to do", "Place", "Hours"),
        [
            (
                item.severity,
                item.category.replace("_", " "),
                item.code,
                " / ".join(part for part in (item.mapping, item.object, item.column) if part) or "export",
                f"{item.message} {item.excerpt}".strip(),
                item.remedy,
                _where(item.origin, report.filename),
                f"{item.effort_hours:g}",
            )
            for item in report.issues
        ],
        "There are no issues.",
    )


def object_table(report: MigrationReport) -> str:
    """Every object, what it became, and what its confidence rests on."""
    return table(
        ("Object", "Mapping", "Type", "Became", "Confidence", "By", "To review", "Verdict", "Rests on", "Place"),
        [
            (
                item.name,
                item.mapping,
                item.source_type,
                item.target_type,
                f"{item.confidence:.2f}",
                item.conversion_source.replace("_", " "),
                "yes" if item.requires_manual_review else "",
                item.review.verdict if item.review else "",
                _rests_on(item),
                _where(item.origin, report.filename),
            )
            for item in report.objects
        ],
        "There are no objects.",
    )


def inventory_table(inventory: Mapping[str, int]) -> str:
    """What an export or an estate holds that is no object of a mapping, the most frequent first."""
    listed = sorted(inventory.items(), key=lambda pair: (-pair[1], pair[0]))
    return table(("Kind", "Count"), [(kind.replace("_", " "), count) for kind, count in listed], "")


def shown_reviews(counts: Mapping[str, int]) -> str:
    """`2 accepted, 1 wrong`."""
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "none"


def _reviews(report: MigrationReport) -> str:
    return table(
        ("Object", "Mapping", "Verdict", "Comment", "By", "When", "Confidence"),
        [
            (
                item.name,
                item.mapping,
                item.review.verdict,
                item.review.comment,
                item.review.author or "nobody named",
                moment(item.review.at),
                f"{item.confidence:.2f}",
            )
            for item in report.objects
            if item.review
        ],
        "Nobody has given a verdict yet.",
    )


def _rests_on(item: ObjectMapping) -> str:
    """What an object's confidence comes from: its warnings, a verdict, the model, or a rule without remark."""
    if item.warnings:
        return " ".join(item.warnings)
    if item.review:
        return f"the verdict of {item.review.author or 'a reviewer'}"
    if item.model:
        return f"an answer of {item.model.model} that passed every check"
    return "a rule without a remark" if item.conversion_source == "rule_engine" else "nothing: it was not converted"


def _sides(objects: Iterable[ObjectMapping], sides: Sides) -> Iterator[str]:
    for item in objects:
        side = sides.get((item.mapping, item.name), Side("", ""))
        if side.original or side.result:
            heading = f"{item.mapping} / {item.name}: {item.source_type} → {item.target_type}, {item.confidence:.2f}"
            yield folded(heading, beside(side.original or "(no text of its own in the export)", side.result))


def _models(report: MigrationReport) -> str:
    return table(
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
    )


def _tables(report: MigrationReport) -> str:
    pairs = list(dict.fromkeys((line.source, line.target, "copied") for line in report.lineage.tables))
    if not pairs:
        return "<p>No lineage is known.</p>"
    more = f", {MOST_DRAWN} of {len(pairs)}" if len(pairs) > MOST_DRAWN else ""
    return drawing(svg.links(pairs[:MOST_DRAWN]), f"Which table or file feeds which{more}")


def _lineage(report: MigrationReport) -> str:
    if not report.lineage.columns:
        return "<p>No lineage is known.</p>"
    by_mapping: defaultdict[str, list[ColumnLineage]] = defaultdict(list)
    for line in report.lineage.columns:
        by_mapping[line.mapping].append(line)
    parts = []
    for number, (mapping, lines) in enumerate(by_mapping.items()):
        drawn = _drawn(lines) if number < MOST_PICTURES else ""
        listed = table(
            ("From", "To", "Through", "How"),
            [
                (
                    f"{item.source}.{item.source_column}",
                    f"{item.target}.{item.target_column}",
                    " → ".join(item.via),
                    "computed" if item.transformed else "copied",
                )
                for item in lines
            ],
            "No lineage is known.",
        )
        parts.append(folded(f"{mapping}: {counted(len(lines), 'column')}", drawn + listed))
    return "".join(parts)


def _drawn(lines: list[ColumnLineage]) -> str:
    pairs = [
        (
            f"{item.source}.{item.source_column}",
            f"{item.target}.{item.target_column}",
            "computed" if item.transformed else "copied",
        )
        for item in lines[:MOST_DRAWN]
    ]
    more = f"; {MOST_DRAWN} of {len(lines)}, the rest in the table" if len(lines) > MOST_DRAWN else ""
    return drawing(svg.links(pairs), f"Solid: copied; dashed: computed{more}")


def _where(origin: ReportOrigin, filename: str) -> str:
    """Line and element, and the file where it is not the export itself but one that it holds or takes in."""
    file = "" if origin.file == filename else origin.file
    return " ".join(part for part in (file, f"line {origin.line}" if origin.line else "", origin.element) if part)
