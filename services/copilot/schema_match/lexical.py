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
_TOLD, _LITTLE_ELSE = 0.8, 0.6
"""What a description in the words of the other's name is worth beside a name, and how near it has to be to that name;
estimates, fitted on nothing."""


def by_words(source: Table, target: Table) -> Scores:
    """Words of the names, in English and spelled out; a word that many columns share counts for less.

    A name that says nothing (`ORT01`) is often told in the words of the other (`City`), so a description is held
    against the other side's names as well, for a little less, where it says little else: what mentions a column among
    other things is not its name, and a text that tells us to choose it least of all.
    """
    known = source.words | target.words
    names = [[_names(table, each.name, known) for each in table.columns] for table in (source, target)]
    told = [[_told(each.told, known) for each in table.columns] for table in (source, target)]
    found = _cosines(*names, weighted=True)
    for left, right in ((told[0], names[1]), (names[0], told[1])):
        if any(left) and any(right):
            said = _cosines(left, right, weighted=True)
            found = np.maximum(found, np.float32(_TOLD) * said * (said >= _LITTLE_ELSE))
    return found


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


def _told(description: str, known: frozenset[str]) -> set[str]:
    return {stem(meant) for word in content(description) for meant in vocabulary().meaning(word, known)}


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
