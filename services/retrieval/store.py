"""The table catalog_embeddings: what is written, deleted and counted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any

from services.retrieval.embedding.protocol import Vectors
from services.retrieval.entities import Entity
from services.retrieval.validation import metadata_json
from services.runtime.database import Database
from services.runtime.queries import load_queries

QUERIES = load_queries(files(__package__) / "queries.sql")


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of an entity."""

    same_vector: bool
    same_facts: bool


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of a workspace. `of_other_models` entities are not found until they are indexed anew."""

    by_entity_type: Mapping[str, int] = field(default_factory=dict)
    of_other_models: int = 0
    last_indexed_at: datetime | None = None

    @property
    def total(self) -> int:
        return sum(self.by_entity_type.values())


def content_hash(entity: Entity) -> bytes:
    """sha256 of the text that is embedded."""
    return hashlib.sha256(entity.content.encode()).digest()


def entity_of(row: Mapping[str, Any]) -> Entity:
    """An entity from a row of a search."""
    return Entity(
        row["entity_type"],
        row["entity_id"],
        row["entity_name"],
        row["content"],
        json.loads(row["metadata"]),
        row["updated_at"],
    )


class Store:
    """Every method raises DatabaseUnavailable, at once while the database is known to be away."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def now(self) -> datetime:
        """The database's clock, which `delete_stale` is measured by."""
        async with self.database.connection() as connection:
            moment: datetime = await connection.fetchval(QUERIES["now"])
            return moment

    async def known(self, workspace: str, model: str, entities: Sequence[Entity]) -> dict[int, Known]:
        """position in `entities` → what is stored of it; those that are not stored are left out."""
        columns = _columns(entities)
        async with self.database.connection() as connection:
            rows = await connection.fetch(QUERIES["known"], workspace, model, *columns)
        return {row["number"] - 1: Known(row["same_vector"], row["same_facts"]) for row in rows}

    async def write(
        self,
        workspace: str,
        model: str,
        embedded: Sequence[tuple[Entity, Vectors]],
        facts: Sequence[Entity],
        seen: Sequence[Entity],
    ) -> list[int]:
        """In one transaction: insert or replace `embedded`, change name and metadata of `facts`, and mark both and
        `seen` as seen now. Returns the positions in `seen` of entities that are gone."""
        rows = [_row(workspace, model, entity, vector) for entity, vector in sorted(embedded, key=_entity_key)]
        changes = [
            (workspace, entity.entity_type, entity.entity_id, entity.entity_name, metadata_json(entity))
            for entity in sorted(facts, key=_key)
        ]
        present = [*seen, *facts, *(entity for entity, _ in embedded)]
        async with self.database.transaction() as connection:
            if rows:
                await connection.executemany(QUERIES["upsert"], rows)
            if changes:
                await connection.executemany(QUERIES["update_facts"], changes)
            found = await connection.fetch(QUERIES["mark_seen"], workspace, *_keys(present))
        there = {row["number"] - 1 for row in found}
        return [position for position in range(len(seen)) if position not in there]

    async def delete_entity(self, workspace: str, entity_type: str, entity_id: str) -> int:
        """0 or 1."""
        return await self._delete("delete_entity", workspace, entity_type, entity_id)

    async def delete_all(self, workspace: str, entity_type: str = "") -> int:
        """Entities deleted; only of one kind where `entity_type` is given."""
        return await self._delete("delete_all", workspace, entity_type or None)

    async def delete_stale(
        self, workspace: str, indexed_before: datetime, entity_type: str = "", service: str | None = None
    ) -> int:
        """Delete what was last indexed, changed or not, before a moment of the database's clock (`now`); where
        `service` is given only entities whose metadata name it."""
        return await self._delete("delete_stale", workspace, indexed_before, entity_type or None, service)

    async def stats(self, workspace: str, model: str) -> Stats:
        async with self.database.connection() as connection:
            rows = await connection.fetch(QUERIES["stats"], workspace, model)
        return Stats(
            {row["entity_type"]: row["entities"] for row in rows},
            sum(row["of_other_models"] for row in rows),
            max((row["last_indexed_at"] for row in rows), default=None),
        )

    async def _delete(self, query: str, *arguments: Any) -> int:
        async with self.database.connection() as connection:
            status: str = await connection.execute(QUERIES[query], *arguments)
        return int(status.rpartition(" ")[2])


def _key(entity: Entity) -> tuple[str, str]:
    return entity.entity_type, entity.entity_id


def _entity_key(pair: tuple[Entity, Vectors]) -> tuple[str, str]:
    """Rows are written in one order, or two calls with the same entities could wait for each other."""
    return _key(pair[0])


def _keys(entities: Sequence[Entity]) -> tuple[list[str], list[str]]:
    return [entity.entity_type for entity in entities], [entity.entity_id for entity in entities]


def _columns(entities: Sequence[Entity]) -> tuple[list[Any], ...]:
    return (
        *_keys(entities),
        [entity.entity_name for entity in entities],
        [metadata_json(entity) for entity in entities],
        [content_hash(entity) for entity in entities],
    )


def _row(workspace: str, model: str, entity: Entity, vector: Vectors) -> tuple[Any, ...]:
    return (
        workspace,
        model,
        entity.entity_type,
        entity.entity_id,
        entity.entity_name,
        metadata_json(entity),
        content_hash(entity),
        entity.content,
        vector.tolist(),
    )
