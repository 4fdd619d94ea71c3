"""The report of many files: one builder, whose numbers every form shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from services.migration.report.complexity import CLASSES
from services.migration.report.entry import Entry, Unsupported
from services.migration.report.model import VERDICTS, EffortEstimate
from services.migration.report.waves import Order, Step, order

SEVERITIES = ("error", "warning", "info")
CATEGORIES = ("needs_work", "functional_difference", "performance", "out_of_scope")
STATUSES = ("completed", "completed_with_warnings", "failed")


@dataclass(frozen=True, slots=True)
class Team:
    """Who does the work: what weeks are computed from."""

    people: float = 2.0
    hours_per_week: float = 30.0  # of a person, meetings and leave taken off

    def __str__(self) -> str:
        """`2 people, 30 hours a week each`."""
        people = "1 person" if self.people == 1 else f"{self.people:g} people"
        return f"{people}, {self.hours_per_week:g} hours a week each"


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of the whole estate. The three counts of objects add up to `objects`, so do the three after them."""

    files: int = 0
    completed: int = 0
    completed_with_warnings: int = 0
    failed: int = 0
    unreadable: int = 0  # of the failed: nothing came of them, and no hours are counted
    pipelines: int = 0
    objects: int = 0
    auto_converted: int = 0
    needs_review: int = 0
    manual_required: int = 0
    by_rule: int = 0
    by_model: int = 0
    manual: int = 0
    issues: int = 0
    confidence: float = 0.0  # mean over objects
    reviews: dict[str, int] = field(default_factory=dict)  # objects by verdict


@dataclass(frozen=True, slots=True)
class IssueTotal:
    """All issues of one code."""

    code: str
    severity: str
    category: str
    count: int
    files: int
    hours: float


@dataclass(frozen=True, slots=True)
class UnsupportedTotal:
    """All objects of one type of one tool that nothing converts; `why` is what most of them say."""

    type: str
    tool: str
    count: int
    files: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """One pipeline of the estate; `wave` counts from 1."""

    name: str
    file: str
    wave: int
    complexity: str
    confidence: float
    objects: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EstateReport:
    """All that is known of an estate."""

    title: str
    generated_at: str  # RFC 3339 in UTC
    totals: Totals
    tools: dict[str, int]  # files
    complexity: dict[str, int]  # pipelines
    effort: EffortEstimate
    team: Team
    weeks: float
    severities: dict[str, int]
    categories: dict[str, int]
    unsupported: tuple[UnsupportedTotal, ...]
    issues: tuple[IssueTotal, ...]
    pipelines: tuple[PipelineRow, ...]
    order: Order
    inventory: dict[str, int]
    files: tuple[Entry, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def build_estate(entries: Iterable[Entry], *, title: str, generated_at: str, team: Team | None = None) -> EstateReport:
    """The report of these files. `generated_at` is RFC 3339 in UTC."""
    files = tuple(entries)
    team = team or Team()
    steps = [Step(f"{each.file}: {one.name}", one.reads, one.writes) for each in files for one in each.pipelines]
    ordered = order(steps)
    wave_of = {name: number for number, wave in enumerate(ordered.waves, 1) for name in wave}
    effort = _effort(files)
    issues = _issues(files)
    complexities = Counter(one.complexity for each in files for one in each.pipelines)
    return EstateReport(
        title=title,
        generated_at=generated_at,
        totals=_totals(files),
        tools=dict(Counter(each.tool for each in files if each.tool)),
        complexity={name: complexities[name] for name in CLASSES},
        effort=effort,
        team=team,
        weeks=round(effort.total_hours / (team.people * team.hours_per_week), 1),
        severities={name: sum(one.count for one in issues if one.severity == name) for name in SEVERITIES},
        categories={name: sum(one.count for one in issues if one.category == name) for name in CATEGORIES},
        unsupported=_unsupported(files),
        issues=issues,
        pipelines=tuple(_rows(files, wave_of)),
        order=ordered,
        inventory=dict(sum((Counter(each.inventory) for each in files), Counter[str]())),
        files=files,
    )


def _totals(files: Sequence[Entry]) -> Totals:
    objects = sum(each.objects for each in files)
    weighed = sum(each.confidence * each.objects for each in files)
    summed = ("objects", "auto_converted", "needs_review", "manual_required", "by_rule", "by_model", "manual", "issues")
    return Totals(
        files=len(files),
        unreadable=sum(not each.is_read for each in files),
        pipelines=sum(len(each.pipelines) for each in files),
        confidence=round(weighed / objects, 4) if objects else 0.0,
        reviews={verdict: sum(each.reviews.get(verdict, 0) for each in files) for verdict in VERDICTS.values()},
        **{status: sum(each.status == status for each in files) for status in STATUSES},
        **{name: sum(getattr(each, name) for each in files) for name in summed},
    )


def _effort(files: Sequence[Entry]) -> EffortEstimate:
    names = [part.name for part in fields(EffortEstimate)]
    return EffortEstimate(**{name: round(sum(getattr(each.effort, name) for each in files), 2) for name in names})


def _issues(files: Sequence[Entry]) -> tuple[IssueTotal, ...]:
    """By severity, then by how many there are."""
    found: defaultdict[tuple[str, str, str], list[tuple[int, float]]] = defaultdict(list)
    for each in files:
        for one in each.issue_counts:
            found[one.code, one.severity, one.category].append((one.count, one.hours))
    totals = [
        IssueTotal(*key, sum(count for count, _ in each), len(each), round(sum(hours for _, hours in each), 2))
        for key, each in found.items()
    ]
    return tuple(sorted(totals, key=lambda one: (SEVERITIES.index(one.severity), -one.count, one.code)))


def _unsupported(files: Sequence[Entry]) -> tuple[UnsupportedTotal, ...]:
    """The most frequent first."""
    found: defaultdict[tuple[str, str], list[Unsupported]] = defaultdict(list)
    for each in files:
        for one in each.unsupported:
            found[one.type, each.tool].append(one)
    totals = [
        UnsupportedTotal(*key, sum(one.count for one in listed), len(listed), _main_reason(listed))
        for key, listed in found.items()
    ]
    return tuple(sorted(totals, key=lambda one: (-one.count, one.type)))


def _main_reason(listed: Iterable[Unsupported]) -> str:
    """What most objects say, and how many of them where not all do."""
    reasons = sum((Counter(one.reasons) for one in listed), Counter[str]())
    reasons.pop("", None)
    if not reasons:
        return ""
    reason, count = reasons.most_common(1)[0]
    return reason if len(reasons) == 1 else f"{reason} ({count} of {reasons.total()})"


def _rows(files: Sequence[Entry], wave_of: dict[str, int]) -> Iterable[PipelineRow]:
    for each in files:
        for one in each.pipelines:
            wave = wave_of[f"{each.file}: {one.name}"]
            yield PipelineRow(
                one.name, each.file, wave, one.complexity, one.confidence, one.objects, one.reads, one.writes
            )
