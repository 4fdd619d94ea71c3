"""The migration report as data: field names and meanings are those of `MigrationReport` on the wire."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ReportOrigin:
    """Where something stands in the export; line 0 where it is not known."""

    file: str = ""
    line: int = 0
    element: str = ""


@dataclass(frozen=True, slots=True)
class ModelReport:
    """The language model that wrote an object's query, what that took and what it said. Tokens of all rounds."""

    model: str
    provider: str
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None  # None where the price is not known
    rounds: int
    explanation: str
    assumptions: tuple[str, ...]


VERDICTS = {"accept": "accepted", "edit": "edited", "mark_wrong": "wrong"}
"""What a reviewer did → how reports say it."""


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """A person's verdict on an object."""

    action: str  # mark_wrong, accept, edit
    comment: str
    author: str
    at: str  # RFC 3339 in UTC

    @property
    def verdict(self) -> str:
        """`accepted`, `edited` or `wrong`."""
        return VERDICTS.get(self.action, self.action)


@dataclass(frozen=True, slots=True)
class ObjectMapping:
    """One object of the export and what became of it."""

    name: str
    source_type: str
    target_type: str
    mapping: str
    confidence: float
    conversion_source: str
    requires_manual_review: bool
    warnings: tuple[str, ...]
    origin: ReportOrigin
    node_ids: tuple[str, ...]
    model: ModelReport | None = None  # where a language model made it
    review: ReviewReport | None = None  # where a person looked at it


@dataclass(frozen=True, slots=True)
class ReportIssue:
    """One line of the issue list."""

    severity: str  # error, warning, info
    code: str
    message: str
    remedy: str
    mapping: str
    object: str
    column: str
    origin: ReportOrigin
    excerpt: str
    category: str  # needs_work, functional_difference, performance, out_of_scope
    effort_hours: float


@dataclass(frozen=True, slots=True)
class MappingSummary:
    """One mapping; the three counts add up to `total_objects`."""

    name: str
    folder: str
    total_objects: int
    auto_converted: int
    needs_review: int
    manual_required: int
    confidence: float
    complexity: str
    issues_count: int
    pipeline: str
    origin: ReportOrigin


@dataclass(frozen=True, slots=True)
class EffortEstimate:
    """Person-hours."""

    base_hours: float = 0.0
    review_hours: float = 0.0
    llm_hours: float = 0.0
    testing_hours: float = 0.0
    integration_hours: float = 0.0
    total_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class TableLineage:
    """A table or file that feeds another."""

    mapping: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class ColumnLineage:
    """A column that feeds another; `via` holds the ids of the nodes between, in order."""

    mapping: str
    source: str
    source_column: str
    target: str
    target_column: str
    via: tuple[str, ...]
    transformed: bool


@dataclass(frozen=True, slots=True)
class Lineage:
    """Which data feeds which."""

    tables: tuple[TableLineage, ...] = ()
    columns: tuple[ColumnLineage, ...] = ()


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """All that is known about a conversion. The three counts add up to `total_objects`."""

    job_id: str
    filename: str
    generated_at: str  # RFC 3339 in UTC
    total_objects: int
    auto_converted: int
    needs_review: int
    manual_required: int
    overall_confidence: float
    complexity: str
    mappings: tuple[MappingSummary, ...] = ()
    objects: tuple[ObjectMapping, ...] = ()
    issues: tuple[ReportIssue, ...] = ()
    effort: EffortEstimate = field(default_factory=EffortEstimate)
    lineage: Lineage = field(default_factory=Lineage)
    inventory: dict[str, int] = field(default_factory=dict)

    @property
    def reviews(self) -> dict[str, int]:
        """Objects by the verdict that counts; every verdict is there."""
        given = Counter(item.review.verdict for item in self.objects if item.review)
        return {verdict: given[verdict] for verdict in VERDICTS.values()}

    def as_dict(self) -> dict[str, Any]:
        """Plain data: mappings, lists, texts, numbers, booleans."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
