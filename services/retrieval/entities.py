"""What is indexed and found, and what refuses an entity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MAX_KEY = 512  # characters of a kind or an id
MAX_CONTENT = 8_000  # characters; the model sees the first 256 tokens, full-text search all of it
MAX_METADATA = 65_536  # bytes as JSON


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity. `metadata` is a JSON object; `metadata["foreign_keys"]` of a table is a list of
    `{"columns": […], "references": "<entity_id or entity_name of a table>"}`, which neighbours follow.

    `updated_at` is when it was last indexed, set by the store.
    """

    entity_type: str
    entity_id: str
    entity_name: str
    content: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An entity that was refused. `reason`: MISSING_ID, EMPTY_CONTENT, TOO_LONG, INVALID_TEXT."""

    entity_type: str
    entity_id: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """What became of a batch. `indexed` were embedded and written, `unchanged` were as they are now."""

    indexed: int = 0
    unchanged: int = 0
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: Indexed) -> Indexed:
        return Indexed(self.indexed + other.indexed, self.unchanged + other.unchanged, self.failures + other.failures)
