"""What a confidence rests on: named factors that add up, kept so that the reply can say them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing a confidence rests on. `effect`: what it adds or takes, −1 to 1; `reason`: why, in words."""

    name: str
    effect: float
    reason: str = ""


def total(factors: Iterable[Factor]) -> float:
    """The confidence that the factors make, 0 to 1, in hundredths."""
    return round(max(0.0, min(1.0, sum(factor.effect for factor in factors))), 2)
