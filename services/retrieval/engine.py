"""The parts of Retrieval, put together once for a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from services.retrieval.conditions import Conditions
from services.retrieval.embedding.embedder import ModelEmbedder
from services.retrieval.embedding.factory import make_embedder
from services.retrieval.embedding.protocol import DIMENSIONS, EmbedderUnavailable
from services.retrieval.entities import Entity, Failure, Indexed
from services.retrieval.full_index import FullIndex
from services.retrieval.index_builder import IndexBuilder
from services.retrieval.indexing import Indexer
from services.retrieval.lookup import Lookup
from services.retrieval.recall import Recall, RecallCheck
from services.retrieval.search import Searcher
from services.retrieval.settings import RetrievalSettings
from services.retrieval.store import Stats, Store
from services.retrieval.vector_index import VectorIndex
from services.runtime.database import Database
from services.runtime.database_errors import DatabaseTimeout, DatabaseUnavailable

MOST_FAILURES = 100
_MUCH = 1_000  # entities written at once, after which the vector index is looked at


@dataclass(frozen=True, slots=True)
class Figures:
    """What GetStats tells. `kind` is "" and `available` False while the store is out of reach."""

    model: str = ""
    dimensions: int = DIMENSIONS
    stats: Stats = field(default_factory=Stats)
    kind: str = ""
    version: str = ""
    recall: Recall | None = None
    available: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a stream; `failures` are the first 100 of `failed`."""

    indexed: int
    unchanged: int
    failed: int
    failures: tuple[Failure, ...]


class Engine:
    def __init__(self, database: Database, settings: RetrievalSettings) -> None:
        self.database = database
        self.embedder: ModelEmbedder = make_embedder(settings)
        self.store = Store(database)
        self.indexer = Indexer(self.store, self.embedder)
        self.lookup = Lookup(database, settings)
        self.index = VectorIndex(database, self.lookup, settings)
        self.builder = IndexBuilder(database, self.index, settings)
        self.searcher = Searcher(database, self.embedder, self.lookup, self.index, settings)
        self.recall = RecallCheck(database, self.lookup, self.index)
        self.full_index = FullIndex(
            indexer=self.indexer, store=self.store, database=database, settings=settings, written=self.written
        )
        self._written = 0

    def written(self, entities: int) -> None:
        """Tell how many entities were written: after many the vector index is looked at without waiting."""
        self._written += entities
        if self._written >= _MUCH:
            self._written = 0
            self.builder.poke()

    async def take(self, entities: AsyncIterator[tuple[str, Entity]]) -> Taken:
        """Index a stream of (workspace, entity)."""
        total, failed = Indexed(), 0
        async for part in self.indexer.index_stream(entities):
            failed += len(part.failures)
            total += replace(part, failures=part.failures[: MOST_FAILURES - len(total.failures)])
            self.written(part.indexed)
        return Taken(total.indexed, total.unchanged, failed, total.failures)

    async def figures(self, workspace: str, *, check_recall: bool) -> Figures:
        """Figures of a workspace. Never raises for want of database or model."""
        model = ""
        with suppress(EmbedderUnavailable):
            model = await self.embedder.model()
        try:
            state = await self.index.look()
            if check_recall and model:
                await self.recall.run(workspace, model)
            kind = await self.index.kind_for(Conditions(workspace, model))
            stats = await self.store.stats(workspace, model)
            recall = await self.recall.last(workspace, kind)
        except (DatabaseUnavailable, DatabaseTimeout):
            return Figures(model)
        return Figures(model, stats=stats, kind=kind, version=state.version, recall=recall, available=True)
