"""A search from its text to calibrated results, or the reason there are none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.retrieval import calibration, fusion, neighbours
from services.retrieval.conditions import Conditions
from services.retrieval.embedding.protocol import Embedder, EmbedderUnavailable, Vectors
from services.retrieval.entities import Entity
from services.retrieval.lookup import EXACT, Candidate, Lookup
from services.retrieval.polish import with_english
from services.retrieval.settings import RetrievalSettings
from services.retrieval.vector_index import VectorIndex
from services.runtime.context import remaining, within
from services.runtime.database import Database
from services.runtime.database_errors import DatabaseTimeout, DatabaseUnavailable
from services.runtime.errors import DeadlineExceeded

DENSE, HYBRID, UNAVAILABLE = "dense", "hybrid", "unavailable"
BELOW_THRESHOLD, EMPTY_INDEX, NO_MATCH = "below_threshold", "empty_index", "no_match_for_filter"
STORE_UNAVAILABLE, EMBEDDER_UNAVAILABLE = "store_unavailable", "embedder_unavailable"

# What a database that hung the last time is given to answer.
_HANGING_SECONDS = 0.5
# Tables and columns taken from a vector index to find the best tables among.
_LEAST_POOL, _POOL_PER_RESULT = 200, 20


@dataclass(frozen=True, slots=True)
class Query:
    """A search. `limit` 0 and `threshold` None mean the settings'; `mode` is dense or hybrid."""

    workspace: str
    text: str
    limit: int = 0
    threshold: float | None = None
    mode: str = DENSE
    entity_types: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    exclude_ids: tuple[str, ...] = ()
    include_neighbours: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """`score` is calibrated, 0 to 1, `cosine` raw, −1 to 1; `neighbour` where a foreign key led here."""

    entity: Entity
    score: float
    cosine: float
    neighbour: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Results best first, neighbours last; `reason` is "" where there are any. `embedding_ms` is 0 from the cache."""

    results: tuple[Result, ...] = ()
    mode: str = DENSE
    reason: str = ""
    best_score: float = 0.0
    threshold: float = 0.0
    embedding_ms: int = 0


class Searcher:
    def __init__(
        self,
        database: Database,
        embedder: Embedder,
        lookup: Lookup,
        index: VectorIndex,
        settings: RetrievalSettings,
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._lookup = lookup
        self._index = index
        self._settings = settings
        self._hanging = False

    async def search(self, query: Query) -> Found:
        """Never raises for want of database or model: the result then says `unavailable` and why."""
        threshold = self._settings.rag_similarity_threshold if query.threshold is None else query.threshold
        empty = Found(mode=UNAVAILABLE, threshold=threshold)
        try:
            await self._database.pool()  # known to be away: not even the model is asked
            vector, took = await self._embed(query.text)
            async with asyncio.timeout(within(self._patience())) as clock:
                found = await self._find(query, vector, threshold)
            self._hanging = False
        except EmbedderUnavailable:
            return replace(empty, reason=EMBEDDER_UNAVAILABLE)
        except (DatabaseUnavailable, DatabaseTimeout):
            return replace(empty, reason=STORE_UNAVAILABLE)
        except TimeoutError as error:
            if not clock.expired():
                raise
            self._hanging = True
            if remaining() == 0:
                raise DeadlineExceeded("the search did not end before the caller's deadline") from error
            return replace(empty, reason=STORE_UNAVAILABLE)
        return replace(found, threshold=threshold, embedding_ms=took)

    def _patience(self) -> float:
        """Seconds for the database: few while it hung the last time, so that not every caller waits for it."""
        limit = self._settings.rag_timeout_seconds
        return min(limit, _HANGING_SECONDS) if self._hanging else limit

    async def _embed(self, text: str) -> tuple[Vectors, int]:
        started = time.perf_counter()
        vector, cached = await self._embedder.embed_query(with_english(text))
        return vector, 0 if cached else max(1, round((time.perf_counter() - started) * 1000))

    async def _find(self, query: Query, vector: Vectors, threshold: float) -> Found:
        conditions = Conditions(
            query.workspace,
            await self._embedder.model(),
            query.entity_types,
            query.metadata,
            query.exclude_ids,
        )
        limit = query.limit or self._settings.rag_max_results
        candidates = await self._candidates(query, conditions, vector, limit)
        if not candidates:
            return Found(mode=query.mode, reason=await self._why_nothing(conditions))
        scores = calibration.scores([fusion.strength(item) for item in candidates])
        kept = [
            Result(item.entity, score, item.cosine)
            for item, score in zip(candidates, scores, strict=True)
            if score >= threshold
        ]
        if not kept:
            return Found(mode=query.mode, reason=BELOW_THRESHOLD, best_score=scores[0])
        if query.include_neighbours:
            kept += await self._neighbours(conditions, vector, candidates[: len(kept)])
        return Found(tuple(kept), query.mode, "", scores[0])

    async def _candidates(
        self, query: Query, conditions: Conditions, vector: Vectors, limit: int
    ) -> Sequence[Candidate]:
        nearest = self._tables if conditions.by_columns else self._nearest
        if query.mode != HYBRID:
            return await nearest(conditions, vector, limit)
        pool = fusion.pool_size(limit)
        text = query.text.replace("\0", " ")
        near = await nearest(conditions, vector, pool)
        words = await self._lookup.words([item.row for item in near], text)
        matching = await self._lookup.matching(conditions, vector, pool, text)
        if conditions.by_columns:
            ids = [item.entity.entity_id for item in matching if item.entity.entity_type == "table"]
            mixed = {item.row: item.cosine for item in await self._lookup.tables(conditions, vector, ids)}
            matching = [replace(item, cosine=mixed.get(item.row, item.cosine)) for item in matching]
        return fusion.merged(near, words, matching)[:limit]

    async def _nearest(self, conditions: Conditions, vector: Vectors, limit: int) -> list[Candidate]:
        kind = await self._index.kind_for(conditions)
        found = await self._lookup.nearest(conditions, vector, limit, kind)
        if kind != EXACT and len(found) < limit:
            # the index gave up before the filters were satisfied
            return await self._lookup.nearest(conditions, vector, limit, EXACT)
        return found

    async def _tables(self, conditions: Conditions, vector: Vectors, limit: int) -> list[Candidate]:
        """Tables, and the other kinds asked for, where columns speak for their tables."""
        widened = conditions.with_columns()
        if await self._index.kind_for(widened) == EXACT:
            return await self._lookup.nearest_tables(conditions, vector, limit)
        pool = await self._nearest(widened, vector, max(_LEAST_POOL, _POOL_PER_RESULT * limit))
        ids = {item.parent or item.entity.entity_id for item in pool if item.entity.entity_type in ("table", "column")}
        tables = await self._lookup.tables(conditions, vector, sorted(ids))
        others = [
            item
            for item in pool
            if item.entity.entity_type not in ("table", "column")
            and item.entity.entity_id not in conditions.exclude_ids
        ]
        return sorted([*tables, *others], key=lambda item: -item.cosine)[:limit]

    async def _why_nothing(self, conditions: Conditions) -> str:
        return NO_MATCH if conditions.limited and await self._lookup.is_there(conditions) else EMPTY_INDEX

    async def _neighbours(self, conditions: Conditions, vector: Vectors, found: Sequence[Candidate]) -> list[Result]:
        names = neighbours.references(item.entity for item in found)
        if not names:
            return []
        tables = await self._lookup.referenced(conditions, vector, names, [item.row for item in found])
        return [Result(item.entity, calibration.score(item.cosine), item.cosine, neighbour=True) for item in tables]
