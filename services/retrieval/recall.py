"""Does the vector index find what a comparison of every vector finds?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from services.retrieval.conditions import Conditions
from services.retrieval.embedding.protocol import Vectors
from services.retrieval.lookup import EXACT, Candidate, Lookup
from services.retrieval.store import QUERIES
from services.retrieval.vector_index import VectorIndex
from services.runtime.context import within
from services.runtime.database import Database

SEARCHES = 100
NEAREST = 10
SECONDS = 20.0
_TOLERANCE = 1e-6  # of a cosine: entities as near as the tenth are as good as the tenth


@dataclass(frozen=True, slots=True)
class Recall:
    """Share of the exact ten nearest that searches found, 0 to 1."""

    at_10: float
    checked_at: datetime


class RecallCheck:
    def __init__(self, database: Database, lookup: Lookup, index: VectorIndex) -> None:
        self._database = database
        self._lookup = lookup
        self._index = index

    async def run(self, workspace: str, model: str) -> None:
        """Compare searches as they run now with exact ones, up to 100 within 20 s or the caller's deadline, and keep
        the result. Nothing is kept for a workspace without vectors."""
        conditions = Conditions(workspace, model)
        kind = await self._index.kind_for(conditions)
        until = time.monotonic() + within(SECONDS) * 0.8
        shares: list[float] = []
        for query in _queries(await self._sample(conditions)):
            if shares and time.monotonic() > until:
                break
            exact = await self._lookup.nearest(conditions, query, NEAREST, EXACT)
            found = await self._lookup.nearest(conditions, query, NEAREST, kind)
            shares.append(share_found(exact, found))
        if shares:
            async with self._database.connection() as connection:
                await connection.execute(QUERIES["save_recall"], workspace, float(np.mean(shares)), kind)

    async def last(self, workspace: str, kind: str) -> Recall | None:
        """The last result of the way searches run now; None where there is none."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(QUERIES["last_recall"], workspace, kind)
        return None if row is None else Recall(row["recall_at_10"], row["checked_at"])

    async def _sample(self, conditions: Conditions) -> list[Vectors]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(QUERIES["sample"], conditions.workspace, conditions.model, SEARCHES)
        return [np.asarray(row["vector"], np.float32) for row in rows]


def share_found(exact: Sequence[Candidate], found: Sequence[Candidate]) -> float:
    """Of the exact nearest, how many `found` has, an equally near one in place of another counting too."""
    if not exact:
        return 1.0
    least = exact[-1].cosine - _TOLERANCE
    return min(len(exact), sum(item.cosine >= least for item in found)) / len(exact)


def _queries(vectors: Sequence[Vectors]) -> list[Vectors]:
    """Each vector drawn a third of the way to another: near the stored ones, as questions are, and none of them."""
    queries = []
    for vector, other in zip(vectors, [*vectors[1:], *vectors[:1]], strict=True):
        mixed = 2 * vector + other
        queries.append(np.asarray(mixed / np.linalg.norm(mixed), np.float32))
    return queries
