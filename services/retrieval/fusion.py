"""Vectors and words together, for searches that ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.retrieval.lookup import Candidate

# Weight of the share of matching words beside the cosine. On tests/retrieval/relevance (all schemas in one workspace,
# columns counted in) recall@5 by weight 0, 0.1, 0.2, 0.3, 0.4, 0.8 is 0.867, 0.880, 0.887, 0.899, 0.899, 0.886, and
# small talk is refused in 0.70, 0.68, 0.65, 0.65, 0.63, 0.63: a greater weight lets it over the threshold by one common
# word. Each schema with the weight that is best on the thirteen others (0.3, once 0.4): recall@5 0.896, so little of
# the gain is fitted.
WORDS_WEIGHT = 0.2
_POOL = 50


def pool_size(limit: int) -> int:
    """Candidates each of the two searches gives for `limit` results."""
    return max(_POOL, 2 * limit)


def strength(candidate: Candidate) -> float:
    """What results are ordered by and scored from: the cosine, raised by matching words, at most 1."""
    return min(1.0, candidate.cosine + WORDS_WEIGHT * candidate.words)


def merged(near: Sequence[Candidate], words: Mapping[int, float], matching: Sequence[Candidate]) -> list[Candidate]:
    """Both lists as one, best first; `words` holds the word scores of `near`."""
    found = {item.row: replace(item, words=words.get(item.row, 0.0)) for item in near}
    for item in matching:
        found.setdefault(item.row, item)
    return sorted(found.values(), key=lambda item: (-strength(item), item.row))
