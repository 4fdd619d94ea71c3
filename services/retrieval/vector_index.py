"""Which way a search goes, and which index there should be."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.retrieval.conditions import Conditions
from services.retrieval.lookup import EXACT, HNSW, IVFFLAT, Lookup
from services.retrieval.settings import RetrievalSettings
from services.retrieval.store import QUERIES
from services.runtime.database import Database

ITERATIVE_SCAN = (0, 8)  # the pgvector that brought hnsw.iterative_scan; without it a filtered search comes up short
ROWS_PER_LIST = 50
INDEX_NAMES = {HNSW: "catalog_embeddings_hnsw_idx", IVFFLAT: "catalog_embeddings_ivfflat_idx"}
_SIZES = 1024
_SIZE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class IndexState:
    """What the database has. `indexes` maps the names of vector indexes to whether they can be used."""

    version: str = ""
    indexes: Mapping[str, bool] = field(default_factory=dict)

    @property
    def iterative(self) -> bool:
        """Whether filtered searches of an index find enough rows."""
        parts = tuple(int(part) for part in self.version.split(".")[:2] if part.isdigit())
        return parts >= ITERATIVE_SCAN

    def usable(self, kind: str) -> bool:
        return self.iterative and self.indexes.get(INDEX_NAMES.get(kind, ""), False)


class VectorIndex:
    """The state as last looked at, and the decision that follows from it."""

    def __init__(self, database: Database, lookup: Lookup, settings: RetrievalSettings) -> None:
        self._database = database
        self._lookup = lookup
        self._settings = settings
        self._sizes: OrderedDict[object, tuple[float, int]] = OrderedDict()
        self.state = IndexState()

    async def look(self) -> IndexState:
        """Read what the database has. Raises DatabaseUnavailable."""
        async with self._database.connection() as connection:
            version = await connection.fetchval(QUERIES["extension_version"]) or ""
            rows = await connection.fetch(QUERIES["vector_indexes"])
        self.state = IndexState(version, {row["name"]: row["usable"] for row in rows})
        return self.state

    async def kind_for(self, conditions: Conditions) -> str:
        """How to search what `conditions` leave: exact up to VECTOR_EXACT_ROWS vectors and wherever there is no index
        to use, else by the index."""
        wanted = self._settings.vector_index
        if not self.state.usable(wanted):
            return EXACT
        return wanted if await self._size(conditions) > self._settings.vector_exact_rows else EXACT

    async def wanted(self) -> str:
        """The index there should be by the sizes now. One that is there stays until its reason has halved, so that a
        set near the limit does not build it again and again."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(QUERIES["largest_set"])
        kind = self._settings.vector_index
        if kind == EXACT or not self.state.iterative:
            return EXACT
        there = INDEX_NAMES[kind] in self.state.indexes
        share = 2 if there else 1
        if row["largest"] * share <= self._settings.vector_exact_rows:
            return EXACT
        if kind == IVFFLAT and row["total"] * share < ROWS_PER_LIST * self._settings.ivfflat_lists:
            return EXACT
        return kind

    async def _size(self, conditions: Conditions) -> int:
        """Vectors that are left, counted to one more than matters, at most ten seconds ago."""
        key = (
            conditions.workspace,
            conditions.model,
            conditions.entity_types,
            tuple(sorted(conditions.metadata.items())),
        )
        found = self._sizes.get(key)
        if found is not None and time.monotonic() - found[0] < _SIZE_SECONDS:
            return found[1]
        size = await self._lookup.count_up_to(conditions, self._settings.vector_exact_rows + 1)
        self._sizes[key] = (time.monotonic(), size)
        self._sizes.move_to_end(key)
        while len(self._sizes) > _SIZES:
            self._sizes.popitem(last=False)
        return size
