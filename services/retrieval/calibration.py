"""Relevance of what was found, 0 to 1, from cosines: what the documented threshold of 0.72 is a threshold of.

Relevant pairs of the model have cosines of about 0.3 to 0.6, so 0.72 as a raw cosine would refuse nearly everything.
The score is `1 / (1 + exp(-(slope · c + intercept)))`, where c is the result's own cosine drawn towards the best one
of the same query: whether a question is about this workspace at all shows in its best result, and the tables that
are joined on the way are named less clearly than the one that is asked about. Within a query the score is monotone
in the cosine, and the best result's score depends on its cosine alone.

The numbers are in calibration.yaml, fitted by benchmarks/retrieval_calibration.py on tests/retrieval/relevance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Calibration:
    slope: float  # greater than 0, or the score would not be monotone
    intercept: float
    best_share: float  # 0 to 1: how far a cosine is drawn towards the query's best
    column_share: float  # 0 to 1: weight of the best column in a table's cosine

    def __post_init__(self) -> None:
        if self.slope <= 0 or not 0 <= self.best_share < 1 or not 0 <= self.column_share <= 1:
            raise ValueError("calibration: slope must be above 0, best_share in [0, 1), column_share in [0, 1]")

    def scores(self, cosines: Sequence[float]) -> list[float]:
        """Scores of all candidates of one query, in the order given. Cosines are −1 to 1."""
        if not cosines:
            return []
        best = max(cosines)
        return [self.score(self.best_share * best + (1 - self.best_share) * cosine) for cosine in cosines]

    def score(self, cosine: float) -> float:
        """Score of a query's best result."""
        return 1.0 / (1.0 + math.exp(-(self.slope * cosine + self.intercept)))

    def cosine_at(self, score: float) -> float:
        """Cosine that the best result needs for `score`, which is above 0 and below 1."""
        return (math.log(score / (1.0 - score)) - self.intercept) / self.slope

    def table_cosine(self, own: float, best_column: float | None) -> float:
        """Cosine of a table from that of its own text and the greatest of its columns'; None: it has none."""
        if best_column is None:
            return own
        return (1 - self.column_share) * own + self.column_share * best_column


def load_calibration() -> Calibration:
    """The fitted calibration. Raises ValueError where the file does not hold the four numbers."""
    text = (files(__package__) / "calibration.yaml").read_text(encoding="utf-8")
    fitted = yaml.safe_load(text)["calibration"]
    return Calibration(**{name: float(value) for name, value in fitted.items()})


CALIBRATION = load_calibration()


def scores(cosines: Sequence[float]) -> list[float]:
    return CALIBRATION.scores(cosines)


def score(cosine: float) -> float:
    return CALIBRATION.score(cosine)


def table_cosine(own: float, best_column: float | None) -> float:
    return CALIBRATION.table_cosine(own, best_column)
