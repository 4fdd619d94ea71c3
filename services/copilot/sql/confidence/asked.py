"""What a question asks for, as far as its words tell: aggregates, the grain, an order. English and Polish."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.copilot.words import EMPTY, folded, pieces, stem

_AGGREGATES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{words})\b")
    for name, words in {
        "count": r"how many|number of|count|counts|ile|ilu|liczb\w+|ilosc\w*",
        "sum": r"total|totals|sum|sums|overall amount|suma|sumy|sume|lacz\w+|razem",
        "avg": r"average|averages|mean|avg|median|per capita|sredni\w*|przecietn\w*|mediana",
        "max": r"max|maximum|highest|largest|biggest|latest|newest|most recent|najw\w+sz\w*|maksym\w*|ostatni\w*",
        "min": r"min|minimum|lowest|smallest|earliest|oldest|first|najnizsz\w*|najmniejsz\w*|minim\w*|najwczesn\w*",
    }.items()
}
_GRAIN = re.compile(
    r"\b(?:grouped by|broken down by|split by|by|per|for each|for every|each|every|according to|"
    r"w podziale na|wedlug|wg|na|dla kazd\w+|kazd\w+|po)\s+((?:[a-z0-9_]+\s*){1,3})"
)
_ENDS = frozenset({"and", "or", "who", "that", "which", "where", "with", "have", "has", "in", "is", "for", "i", "oraz"})
_TOP = re.compile(r"\b(?:top|first|limit|highest|lowest|largest|smallest|best|worst|most|least|pierwsz\w+|naj\w+)\b")


@dataclass(frozen=True)
class Asked:
    """`grain`: the words after `by`, `per`, `each`, a group of stems each; `aggregates`: names as SQL has them."""

    aggregates: frozenset[str]
    grain: tuple[tuple[str, ...], ...]
    top: bool


def asked(question: str) -> Asked:
    text = " ".join(folded(question).lower().split())
    groups = [tuple(_until(match[1])) for match in _GRAIN.finditer(text)]
    return Asked(
        frozenset(name for name, pattern in _AGGREGATES.items() if pattern.search(text)),
        tuple(dict.fromkeys(group for group in groups if group)),
        bool(_TOP.search(text)),
    )


def _until(phrase: str) -> list[str]:
    found = []
    for word in pieces(phrase):
        if word in _ENDS:
            break
        if word not in EMPTY:
            found.append(stem(word))
    return found


AGGREGATE_WORDS = _AGGREGATES
"""Patterns over folded, lower-case text."""
