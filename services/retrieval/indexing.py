"""Entities into the store: refused, left alone, or embedded and written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

from services.retrieval.embedding.protocol import Embedder
from services.retrieval.entities import Entity, Failure, Indexed
from services.retrieval.store import Store
from services.retrieval.validation import refusal

BATCH = 64  # entities a transaction, as documented
_ATTEMPTS = 3


class Indexer:
    """Idempotent: the same entities again change nothing but when they were last seen."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder

    async def index(self, workspace: str, entities: Sequence[Entity]) -> Indexed:
        """Index `entities`, a transaction for each 64. One that cannot be stored becomes a failure of the result.

        Raises DatabaseUnavailable and EmbedderUnavailable; the batches before are kept.
        """
        failures = []
        sound = []
        for entity in entities:
            refused = refusal(entity)
            if refused is None:
                sound.append(entity)
            else:
                failures.append(refused)
        total = Indexed(failures=tuple(failures))
        for batch in _batches(sound):
            total += await self._index_batch(workspace, batch)
        return total

    async def index_stream(self, entities: AsyncIterator[tuple[str, Entity]]) -> AsyncIterator[Indexed]:
        """Index a stream of (workspace, entity) as it arrives; one result a batch, a batch in one workspace."""
        waiting: list[Entity] = []
        workspace = ""
        async for where, entity in entities:
            if waiting and (len(waiting) == BATCH or where != workspace):
                yield await self.index(workspace, waiting)
                waiting = []
            workspace = where
            waiting.append(entity)
        if waiting:
            yield await self.index(workspace, waiting)

    async def _index_batch(self, workspace: str, batch: Sequence[Entity]) -> Indexed:
        """One transaction. Entities that vanish between look and write are indexed again."""
        done = Indexed()
        for _ in range(_ATTEMPTS):
            outcome, batch = await self._attempt(workspace, batch)
            done += outcome
            if not batch:
                break
        lost = (Failure(item.entity_type, item.entity_id, "CONFLICT", "deleted while it was indexed") for item in batch)
        return done + Indexed(failures=tuple(lost))

    async def _attempt(self, workspace: str, batch: Sequence[Entity]) -> tuple[Indexed, list[Entity]]:
        model = await self._embedder.model()
        known = await self._store.known(workspace, model, batch)
        changed = [item for row, item in enumerate(batch) if row not in known or not known[row].same_vector]
        facts = [batch[row] for row, found in known.items() if found.same_vector and not found.same_facts]
        seen = [batch[row] for row, found in known.items() if found.same_vector and found.same_facts]
        embeddings = await self._embedder.embed([item.content for item in changed])
        pairs = list(zip(changed, embeddings.vectors, strict=True))
        gone = await self._store.write(workspace, model, pairs, facts, seen)
        return Indexed(len(changed) + len(facts), len(seen) - len(gone)), [seen[position] for position in gone]


def _batches(entities: Sequence[Entity]) -> Iterator[list[Entity]]:
    """At most BATCH entities, none twice: a second version of one begins the next batch, so the last one stays."""
    batch: dict[tuple[str, str], Entity] = {}
    for entity in entities:
        key = (entity.entity_type, entity.entity_id)
        if len(batch) == BATCH or key in batch:
            yield list(batch.values())
            batch = {}
        batch[key] = entity
    if batch:
        yield list(batch.values())
