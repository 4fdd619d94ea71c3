"""All that stands out in the facts: one function a kind of finding. Figures come from code alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from services.copilot.insights.asset_finders import broken_rules, drift, late, unowned
from services.copilot.insights.facts import Facts
from services.copilot.insights.finding import Finding
from services.copilot.insights.run_finders import failing, slow, volume, wasted

FINDERS: Sequence[Callable[[Facts], Iterator[Finding]]] = (
    failing,
    slow,
    volume,
    wasted,
    late,
    drift,
    broken_rules,
    unowned,
)


def find(facts: Facts) -> list[Finding]:
    """All findings, in no order."""
    return [finding for finder in FINDERS for finding in finder(facts)]
