"""The four tiers of a match, and how a score becomes a confidence in the tier's band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from services.copilot.schema_match.column import Candidate

_UNSURE = 0.12
"""What the confidence loses where the next candidate is as good."""


@dataclass(frozen=True)
class Band:
    """`low` and `high`: the least and the most confidence of the tier."""

    name: str
    low: float
    high: float
    means: str

    def clipped(self, confidence: float) -> float:
        return round(min(self.high, max(self.low, confidence)), 4)


@cache
def _read() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("bands.yaml").read_text("utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


@cache
def bands() -> Mapping[str, Band]:
    """Tier → band, best first."""
    return {
        row["name"]: Band(row["name"], float(row["low"]), float(row["high"]), row["means"]) for row in _read()["tiers"]
    }


def proposed_from() -> float:
    """The least score of a pair that is proposed."""
    return float(_read()["proposed_from"])


def confidence(match_type: str, chosen: Candidate, others: Sequence[Candidate]) -> float:
    """The score, less what a close rival takes, in the band of the tier."""
    lead = chosen.score - max((each.score for each in others if each.target != chosen.target), default=0.0)
    doubt = 1 - min(1.0, max(0.0, lead) / float(_read()["clear_lead"]))
    return bands()[match_type].clipped(chosen.score - _UNSURE * doubt)
