"""One target for each source column: the best for each, or no target twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.copilot.schema_match.lexical import Scores

OPTIMAL_UP_TO = 200
"""Columns of the smaller side up to which the best total is found; beyond, the best pairs are taken first, which is
proven to reach at least half of it."""


def assigned(total: Scores, least: float, one_to_one: bool) -> tuple[dict[int, int], str]:
    """Source row → target column, of pairs that score `least` or more, and by what way."""
    if not total.size:
        return {}, "nothing"
    if not one_to_one:
        best = total.argmax(axis=1)
        return {row: int(at) for row, at in enumerate(best) if total[row, at] >= least}, "best of each"
    if min(total.shape) > OPTIMAL_UP_TO:
        return _greedy(total, least), "best pairs first"
    # A pair below the least is worth nothing, so that it is taken only where it takes no other's place.
    worth = np.where(total >= least, total, 0.0).astype(np.float64)
    turned = worth.shape[0] > worth.shape[1]
    pairs = _optimal(-(worth.T if turned else worth))
    found = {(column if turned else row): (row if turned else column) for row, column in pairs.items()}
    return {row: at for row, at in sorted(found.items()) if total[row, at] >= least}, "best total"


def _greedy(total: Scores, least: float) -> dict[int, int]:
    rows, columns = np.nonzero(total >= least)
    order = np.argsort(-total[rows, columns], kind="stable")
    found: dict[int, int] = {}
    taken: set[int] = set()
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if row not in found and column not in taken:
            found[row] = column
            taken.add(column)
    return dict(sorted(found.items()))


def _optimal(cost: NDArray[np.float64]) -> Mapping[int, int]:
    """The assignment of least cost of every row, rows ≤ columns: shortest augmenting paths (Jonker and Volgenant,
    "A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987)."""
    rows, columns = cost.shape
    of_row, of_column = np.zeros(rows + 1), np.zeros(columns + 1)
    owner = np.zeros(columns + 1, dtype=np.int64)  # rows and columns count from 1; 0 is none
    way = np.zeros(columns + 1, dtype=np.int64)
    for row in range(1, rows + 1):
        owner[0], at = row, 0
        nearest = np.full(columns + 1, np.inf)
        used = np.zeros(columns + 1, dtype=bool)
        while owner[at]:
            used[at] = True
            free = ~used[1:]
            reduced = cost[owner[at] - 1] - of_row[owner[at]] - of_column[1:]
            closer = free & (reduced < nearest[1:])
            nearest[1:][closer] = reduced[closer]
            way[1:][closer] = at
            step = int(np.argmin(np.where(free, nearest[1:], np.inf))) + 1
            delta = nearest[step]
            of_row[owner[used]] += delta
            of_column[used] -= delta
            nearest[~used] -= delta
            at = step
        _turn(owner, way, at)
    return {int(owner[column]) - 1: column - 1 for column in range(1, columns + 1) if owner[column]}


def _turn(owner: NDArray[np.int64], way: Sequence[int] | NDArray[np.int64], at: int) -> None:
    while at:
        before = int(way[at])
        owner[at] = owner[before]
        at = before
