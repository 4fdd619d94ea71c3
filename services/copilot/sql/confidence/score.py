"""The confidence of a generated statement: fitted weights where its names could be checked, a heuristic where not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from services.copilot.confidence import Factor
from services.copilot.sql.confidence.features import FEATURES, Subject, features

INVALID = 0.2
"""Most that a statement gets in which validation found errors: in the labelled set none of 137 was right."""
# Where there is no schema to compute features from: the reference's 0.7 without its 0.15 for retrieved context.
UNCHECKED = (
    Factor("base", 0.7, "a model's statement that parses"),
    Factor("no_schema", -0.4, "names were not checked"),
)


@dataclass(frozen=True)
class Weights:
    """Of a logistic regression: `bias`, and one weight a feature, zero or below."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, values: Mapping[str, float]) -> float:
        return _sigmoid(self.bias + sum(weight * values[name] for name, weight in self.weights.items()))

    def factors(self, values: Mapping[str, float]) -> list[Factor]:
        """The probability as effects that add up to it, in the order of the features."""
        found, at = [Factor("base", round(_sigmoid(self.bias), 4), "nothing is amiss")], self.bias
        for name, weight in self.weights.items():
            if not weight * values[name]:
                continue
            effect = _sigmoid(at + weight * values[name]) - _sigmoid(at)
            at += weight * values[name]
            found.append(Factor(name, round(effect, 4), FEATURES[name][1]))
        return found


@cache
def fitted() -> Weights:
    """The weights in `weights.yaml`; the file says how they were made."""
    row = yaml.safe_load(resources.files(__package__).joinpath("weights.yaml").read_text("utf-8"))
    unknown = set(row["weights"]) - set(FEATURES)
    if unknown:
        raise ValueError(f"weights.yaml: no such feature: {', '.join(sorted(unknown))}; fit the weights again")
    return Weights(row["bias"], row["weights"])


def factors(subject: Subject, *, errors: int, checked: bool) -> Sequence[Factor]:
    """What the confidence rests on. `errors`: how many validation found; `checked`: against a schema."""
    found = list(UNCHECKED) if not checked else fitted().factors(features(subject))
    so_far = sum(each.effect for each in found)
    if errors and so_far > INVALID:
        found.append(Factor("validation", round(INVALID - so_far, 4), f"validation found {errors} error(s)"))
    return found


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))
