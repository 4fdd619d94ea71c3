"""The person-hour model of the reference: how long the rest of a migration takes people."""

from __future__ import annotations

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

ISSUE_HOURS = {Severity.ERROR: 2.0, Severity.WARNING: 0.25, Severity.INFO: 0.0}
"""Hours to settle one issue: an error is a manual review, a warning a look."""

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


def issue_hours(issue: Issue) -> float:
    """Hours to settle one issue."""
    return ISSUE_HOURS[issue.severity]
