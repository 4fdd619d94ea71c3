"""One score for each pair of columns: the weighted mean of what is known of it, and every part to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.copilot.schema_match.column import Candidate, Table
from services.copilot.schema_match.kinds import by_keys, by_samples, by_types
from services.copilot.schema_match.lexical import Scores, by_descriptions, by_letters, by_words, same_names

Vectors = Mapping[str, np.ndarray]

WEIGHTS: Mapping[str, float] = {
    "words": 0.22,
    "letters": 0.08,
    "descriptions": 0.12,
    "meaning": 0.38,
    "types": 0.10,
    "samples": 0.10,
    "keys": 0.05,
}
"""The project's own estimate, fitted on nothing; a part that is not known is left out and the others count for more."""

_FAR, _NEAR = 0.10, 0.75
"""Cosines of all-MiniLM-L6-v2 between texts that have nothing to do with each other, and that mean the same."""
SAME_NAME = 0.99
"""What a pair of the same name is worth at least where the types do not speak against it."""
MOST_CANDIDATES = 6
_SPEAKS_AGAINST = 0.35


@dataclass(frozen=True)
class Scored:
    """`total` and `parts`: source columns × target columns, 0 to 1."""

    total: Scores
    parts: Mapping[str, Scores]

    def best(self, row: int, most: int = MOST_CANDIDATES) -> list[Candidate]:
        """The targets of a source column, best first, ties in the order of the target."""
        order = np.argsort(-self.total[row], kind="stable")[:most]
        return [Candidate(int(at), float(self.total[row, at])) for at in order]

    def why(self, row: int, column: int) -> dict[str, float]:
        """The parts of one pair."""
        return {name: float(part[row, column]) for name, part in self.parts.items()}


def score(
    source: Table, target: Table, vectors: Sequence[np.ndarray] | None = None, weights: Mapping[str, float] = WEIGHTS
) -> Scored:
    """`vectors`: of the source's and the target's columns, rows of length 1; a row of zeros was not embedded."""
    samples, sampled = by_samples(source, target)
    parts = {
        "words": by_words(source, target),
        "letters": by_letters(source, target),
        "descriptions": by_descriptions(source, target),
        "types": by_types(source, target),
        "samples": samples,
        "keys": by_keys(source, target),
    }
    mine, theirs = (np.array([bool(each.told) for each in table.columns]) for table in (source, target))
    told = mine[:, None] & theirs
    parts["descriptions"] *= told
    known: dict[str, Any] = {"samples": sampled, "descriptions": told, "keys": parts["keys"] != 0.5}
    if vectors is not None:
        cosines = vectors[0] @ vectors[1].T
        parts["meaning"] = np.clip((cosines - _FAR) / (_NEAR - _FAR), 0.0, 1.0)
        has: list[Any] = [each.any(axis=1) for each in vectors]
        known["meaning"] = has[0][:, None] & has[1]
    total = np.zeros_like(parts["words"])
    weight = np.zeros_like(total)
    for name, part in parts.items():
        counts: Any = known.get(name, np.True_) * np.float32(weights.get(name, 0.0))
        total += counts * part
        weight += counts
    total /= np.maximum(weight, 1e-9)
    same = SAME_NAME * same_names(source, target) * (parts["types"] > _SPEAKS_AGAINST)
    return Scored(np.maximum(total, same).astype(np.float32), parts)
