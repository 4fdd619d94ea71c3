"""How alike names and descriptions are by their words and letters. Whole tables at once, as matrices."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.copilot.schema_match.column import Table
from services.copilot.schema_match.vocabulary import vocabulary
from services.copilot.words import content, stem

Scores = NDArray[np.float32]
"""Rows: source columns; columns: target columns; 0 to 1."""


GENERIC = frozenset(map(stem, ("date", "datetime", "time", "flag", "identifier", "code", "number", "at", "of", "to")))
"""Words that say what kind of value a column holds, or nothing: they tell columns apart less than the others do."""
_GENERIC_WEIGHT = 0.5
_BUT_FOR_CASE = 0.98


def by_words(source: Table, target: Table) -> Scores:
    """Words of the names, in English and spelled out; a word that many columns share counts for less."""
    known = source.words | target.words
    texts = [[_names(table, name.name, known) for name in table.columns] for table in (source, target)]
    return _cosines(*texts, weighted=True)


def by_letters(source: Table, target: Table) -> Scores:
    """Groups of three letters of the names, separators left out."""
    return _cosines(*([_trigrams(each.plain) for each in table.columns] for table in (source, target)), weighted=False)


def by_descriptions(source: Table, target: Table) -> Scores:
    """Words that name and description of the one share with those of the other."""
    known = source.words | target.words
    texts = [
        [{*_names(table, each.name, known), *map(stem, content(each.told))} for each in table.columns]
        for table in (source, target)
    ]
    return _cosines(*texts, weighted=True)


def same_names(source: Table, target: Table) -> Scores:
    """1 where the names are the same to the letter, a little less where but for case and separators, else 0."""
    found = np.zeros((len(source.columns), len(target.columns)), dtype=np.float32)
    for worth, of in ((_BUT_FOR_CASE, attrgetter("plain")), (1.0, attrgetter("name"))):
        mine, theirs = (np.array([of(each) for each in table.columns], dtype=object) for table in (source, target))
        found[mine[:, None] == theirs[None, :]] = worth
    return found


def _names(table: Table, name: str, known: frozenset[str]) -> set[str]:
    return {stem(word) for word in vocabulary().meaning(name, known)}


def _trigrams(name: str) -> set[str]:
    padded = f"^{name}$"
    return {padded[at : at + 3] for at in range(max(1, len(padded) - 2))}


def _cosines(left: Sequence[Iterable[str]], right: Sequence[Iterable[str]], *, weighted: bool) -> Scores:
    places: dict[Hashable, int] = {}
    rows = [[places.setdefault(each, len(places)) for each in features] for features in (*left, *right)]
    held: NDArray[Any] = np.zeros((len(rows), max(1, len(places))), dtype=np.float32)
    for number, row in enumerate(rows):
        held[number, row] = 1.0
    if weighted:
        held *= np.log1p(len(rows) / np.maximum(held.sum(axis=0), 1.0))
        held[:, [place for feature, place in places.items() if feature in GENERIC]] *= _GENERIC_WEIGHT
    held /= np.maximum(np.linalg.norm(held, axis=1, keepdims=True), 1e-9)
    cosines: Scores = held[: len(left)] @ held[len(left) :].T
    return cosines
