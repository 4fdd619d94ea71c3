"""A finding: what stands out, in figures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

CATEGORIES = ("performance", "reliability", "data_quality", "cost", "freshness", "governance")
"""reference: the six categories of insights_prompt.py."""
SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is the finder's constant; `weight` orders findings of one severity, the larger first."""

    kind: str
    category: str
    severity: str
    title: str
    description: str
    recommendation: str
    asset: str = ""
    evidence: Sequence[str] = ()
    confidence: float = 0.8
    pipeline_id: str = ""
    weight: float = 0.0

    @property
    def id(self) -> str:
        """The same for the same finding on the same asset, whenever it is computed."""
        return hashlib.sha256(f"{self.kind}|{self.asset}|{self.pipeline_id}".encode()).hexdigest()[:16]

    def worded(self, title: str, description: str, recommendation: str) -> Finding:
        return replace(self, title=title, description=description, recommendation=recommendation)


def ranked(findings: Sequence[Finding], limit: int) -> list[Finding]:
    """The most urgent first; of one kind on one asset only one."""
    by_id = {finding.id: finding for finding in sorted(findings, key=lambda each: each.weight)}
    order = sorted(by_id.values(), key=lambda each: (SEVERITIES.index(each.severity), -each.weight, each.id))
    return order[:limit]


_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def spoken_time(seconds: float) -> str:
    """The two largest units: `1 h 20 min`."""
    left = round(seconds)
    parts: list[str] = []
    for size, name in _UNITS:
        count, left = divmod(left, size)
        if count or (parts and len(parts) < 2):
            parts.append(f"{count} {name}" if count else "")
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if part) or "0 s"
