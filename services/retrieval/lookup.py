"""Reading catalog_embeddings: nearest vectors, matching words, referenced tables, sizes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import asyncpg

from services.retrieval.calibration import CALIBRATION
from services.retrieval.conditions import Conditions
from services.retrieval.embedding.protocol import Vectors
from services.retrieval.entities import Entity
from services.retrieval.settings import RetrievalSettings
from services.retrieval.store import QUERIES, entity_of
from services.runtime.database import Database
from services.runtime.database_errors import LOST

EXACT, HNSW, IVFFLAT = "exact", "hnsw", "ivfflat"

# A plan made for the parameters at hand: a generic one could use no index on metadata, and would guess at the size
# of a workspace.
_ALWAYS = "BEGIN READ ONLY; SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL jit = off"
# Where the vector index is wanted, the planner would often sort the whole set instead: it knows nothing of how few
# steps the index takes.
_BY_INDEX = "; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"

_ROLLBACK_SECONDS = 0.5  # of a search that broke off; a connection that takes longer is closed


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity a search looked at. `cosine` is −1 to 1, of a table mixed with its columns'; `words` is the word score,
    0 to 1, of hybrid searches."""

    row: int
    entity: Entity
    cosine: float
    parent: str | None = None  # id of a column's table
    words: float = 0.0


class Lookup:
    """Every method raises DatabaseUnavailable, at once while the database is known to be away."""

    def __init__(self, database: Database, settings: RetrievalSettings) -> None:
        self._database = database
        self._by_kind: Mapping[str, str] = {
            EXACT: _ALWAYS,
            HNSW: _ALWAYS
            + _BY_INDEX
            + f"; SET LOCAL hnsw.iterative_scan = strict_order; SET LOCAL hnsw.ef_search = {settings.hnsw_ef_search}",
            IVFFLAT: _ALWAYS
            + _BY_INDEX
            + "; SET LOCAL ivfflat.iterative_scan = relaxed_order"
            + f"; SET LOCAL ivfflat.probes = {settings.ivfflat_probes}",
        }

    async def nearest(self, conditions: Conditions, vector: Vectors, limit: int, kind: str) -> list[Candidate]:
        """The `limit` nearest by cosine, best first; `kind` says how: exact, hnsw or ivfflat."""
        query = QUERIES["nearest_exact" if kind == EXACT else "nearest_by_index"]
        async with self._prepared(kind) as connection:
            rows = await connection.fetch(query, *conditions.parameters(), vector.tolist(), limit)
        return [_candidate(row) for row in rows]

    async def nearest_tables(self, conditions: Conditions, vector: Vectors, limit: int) -> list[Candidate]:
        """As `nearest` by exact scan, with each table's best column counted in."""
        async with self._prepared(EXACT) as connection:
            rows = await connection.fetch(
                QUERIES["nearest_tables_exact"],
                *conditions.parameters(),
                vector.tolist(),
                limit,
                CALIBRATION.column_share,
            )
        return [_candidate(row) for row in rows]

    async def tables(self, conditions: Conditions, vector: Vectors, ids: Sequence[str]) -> list[Candidate]:
        """The tables of these ids that meet the conditions, each with its best column counted in, best first."""
        workspace, model, _, metadata, excluded = conditions.parameters()
        async with self._prepared(EXACT) as connection:
            rows = await connection.fetch(
                QUERIES["tables"],
                *(workspace, model, list(ids), metadata, excluded),
                vector.tolist(),
                CALIBRATION.column_share,
            )
        return [_candidate(row) for row in rows]

    async def matching(self, conditions: Conditions, vector: Vectors, limit: int, text: str) -> list[Candidate]:
        """The `limit` best by words of `text`, with their cosine."""
        async with self._prepared(EXACT) as connection:
            rows = await connection.fetch(
                QUERIES["matching_words"], *conditions.parameters(), vector.tolist(), limit, text
            )
        return [_candidate(row, row["words"]) for row in rows]

    async def words(self, rows: Sequence[int], text: str) -> dict[int, float]:
        """row → word score of `text`."""
        async with self._database.connection() as connection:
            found = await connection.fetch(QUERIES["words_of"], list(rows), text)
        return {row["id"]: row["words"] for row in found}

    async def referenced(
        self, conditions: Conditions, vector: Vectors, names: Sequence[str], known: Sequence[int]
    ) -> list[Candidate]:
        """The tables whose id or name is in `names`, without the rows in `known`, best cosine first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                QUERIES["referenced"],
                conditions.workspace,
                conditions.model,
                list(names),
                list(known),
                vector.tolist(),
            )
        return [_candidate(row) for row in rows]

    async def is_there(self, conditions: Conditions) -> bool:
        """Whether the workspace has vectors of the model, whatever the filter."""
        async with self._database.connection() as connection:
            return bool(await connection.fetchval(QUERIES["is_there"], conditions.workspace, conditions.model))

    async def count_up_to(self, conditions: Conditions, limit: int) -> int:
        """Vectors left by workspace, kinds and metadata, counted no further than `limit`."""
        async with self._prepared(EXACT) as connection:
            counted: int = await connection.fetchval(QUERIES["count_up_to"], *conditions.set_parameters(), limit)
            return counted

    @asynccontextmanager
    async def _prepared(self, kind: str) -> AsyncIterator[Any]:
        """A connection in a transaction with the settings of `kind`, begun in one message instead of two."""
        async with self._database.connection() as connection:
            await connection.execute(self._by_kind[kind])
            try:
                yield connection
            except BaseException:  # why: raised again; a transaction must not outlive the search, cancelled or not
                with suppress(*LOST, TimeoutError, asyncpg.PostgresError):  # the first error says what happened
                    await connection.execute("ROLLBACK", timeout=_ROLLBACK_SECONDS)
                raise
            await connection.execute("COMMIT")


def _candidate(row: Mapping[str, Any], words: float = 0.0) -> Candidate:
    return Candidate(row["id"], entity_of(row), float(row["cosine"]), row["parent_id"], words)
