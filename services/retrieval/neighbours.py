"""The tables that foreign keys lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.retrieval.entities import Entity

MOST = 50


def references(entities: Iterable[Entity]) -> list[str]:
    """What `metadata["foreign_keys"][…]["references"]` of `entities` name, each once, at most 50. Entries of another
    shape say nothing and are passed over."""
    names: dict[str, None] = {}
    for entity in entities:
        keys = entity.metadata.get("foreign_keys")
        for key in keys if isinstance(keys, list) else ():
            target = key.get("references") if isinstance(key, Mapping) else None
            if isinstance(target, str) and target:
                names[target] = None
    return list(names)[:MOST]
