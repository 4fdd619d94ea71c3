"""Which entities can be stored."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.retrieval.entities import MAX_CONTENT, MAX_KEY, MAX_METADATA, Entity, Failure


def _missing_key(entity: Entity) -> str:
    for name in ("entity_type", "entity_id", "entity_name"):
        if not getattr(entity, name).strip():
            return f"{name} is required"
    return ""


def _empty(entity: Entity) -> str:
    return "" if entity.content.strip() else "content is required: it is the text that is embedded"


def _too_long(entity: Entity) -> str:
    for name, most in (
        ("entity_type", MAX_KEY),
        ("entity_id", MAX_KEY),
        ("entity_name", MAX_KEY),
        ("content", MAX_CONTENT),
    ):
        length = len(getattr(entity, name))
        if length > most:
            return f"{name} has {length} characters, at most {most} are stored; shorten it or split the entity"
    return ""


def _unstorable(entity: Entity) -> str:
    for name in ("entity_type", "entity_id", "entity_name", "content"):
        if not storable(getattr(entity, name)):
            return f"{name} holds a NUL character, which PostgreSQL does not store"
    if not _plain(entity.metadata):
        return "metadata holds a NUL character or a number that JSON does not have"
    if len(metadata_json(entity).encode()) > MAX_METADATA:
        return f"metadata is larger than {MAX_METADATA} bytes as JSON"
    return ""


_CHECKS: tuple[tuple[str, Callable[[Entity], str]], ...] = (
    ("MISSING_ID", _missing_key),
    ("EMPTY_CONTENT", _empty),
    ("TOO_LONG", _too_long),
    ("INVALID_TEXT", _unstorable),
)


def refusal(entity: Entity) -> Failure | None:
    """Why `entity` cannot be indexed, or None."""
    for reason, check in _CHECKS:
        message = check(entity)
        if message:
            return Failure(entity.entity_type[:MAX_KEY], entity.entity_id[:MAX_KEY], reason, message)
    return None


def metadata_json(entity: Entity) -> str:
    return json.dumps(dict(entity.metadata), ensure_ascii=False, allow_nan=False)


def storable(text: str) -> bool:
    """Whether PostgreSQL takes `text`: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _plain(value: Any) -> bool:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return _all(value) and _all(value.values())
    return not isinstance(value, (list, tuple)) or _all(value)


def _all(values: Iterable[Any]) -> bool:
    return all(_plain(value) for value in values)
