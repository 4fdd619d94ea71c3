"""The person-hour model of the reference: how long the rest of a migration takes people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from services.migration.conversion import ConversionResult, ConversionSource, Issue, NodeConversion
from services.migration.report.model import EffortEstimate
from services.pipelines.severity import Severity

HOURS = {
    "mapping": 0.25,
    "review": 2.0,
    "llm": 1.0,
    "testing": 0.5,
    "integration": 4.0,
}
"""Hours for each mapping, manual review, model-assisted conversion, mapping tested; integration once an export."""

REWRITE_FACTOR = 2.0
"""A rewrite counts as two reviews: one to understand the original, one to write and check the new node."""

AUTO_AT_LEAST = 0.85
REVIEW_AT_LEAST = 0.60
REWRITE_BELOW = 0.40

SEVERITY_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
NOT_CONVERTED = (ConversionSource.UNSUPPORTED, ConversionSource.LLM_UNAVAILABLE)


def outcome(item: NodeConversion) -> str:
    """`auto_converted`, `needs_review` or `manual_required`: exactly one for each object."""
    if item.is_edited:
        return "auto_converted"
    if item.target_type == "manual" or item.source in NOT_CONVERTED or item.confidence < REVIEW_AT_LEAST:
        return "manual_required"
    if item.requires_manual_review or item.confidence < AUTO_AT_LEAST:
        return "needs_review"
    return "auto_converted"


def estimate(result: ConversionResult) -> EffortEstimate:
    """Hours for a whole export; all 0 where it holds no mapping."""
    mappings = len(result.mappings)
    objects = [item for mapping in result.mappings for item in mapping.objects]
    parts = {
        "base_hours": HOURS["mapping"] * mappings,
        "review_hours": sum(_review(item) for item in objects),
        "llm_hours": HOURS["llm"] * sum(item.source == ConversionSource.LLM for item in objects),
        "testing_hours": HOURS["testing"] * mappings,
        "integration_hours": HOURS["integration"] if mappings else 0.0,
    }
    rounded = {name: round(hours, 2) for name, hours in parts.items()}
    return EffortEstimate(**rounded, total_hours=round(sum(rounded.values()), 2))


def _review(item: NodeConversion) -> float:
    if outcome(item) == "auto_converted":
        return 0.0
    return HOURS["review"] * (REWRITE_FACTOR if item.confidence < REWRITE_BELOW else 1.0)


def issue_hours(result: ConversionResult, issues: Sequence[Issue]) -> list[float]:
    """Hours of each issue, in their order: an object's review shared among its issues of the worst severity.

    Together they are `review_hours` less the review of objects that no issue names; what names no object is settled
    with the objects behind it and has none of its own.
    """
    review: Counter[tuple[str, str]] = Counter()
    for mapping in result.mappings:
        for item in mapping.objects:
            review[mapping.mapping, item.object] += _review(item)  # type: ignore[assignment]  # hours, not whole numbers
    ranks = [SEVERITY_ORDER.index(issue.severity) for issue in issues]
    places = [(issue.mapping, issue.object) for issue in issues]
    worst = {place: rank for rank, place in sorted(zip(ranks, places, strict=True), reverse=True)}
    sharing = Counter(place for rank, place in zip(ranks, places, strict=True) if rank == worst[place])
    return [
        round(review[place] / sharing[place], 4) if rank == worst[place] else 0.0
        for rank, place in zip(ranks, places, strict=True)
    ]
