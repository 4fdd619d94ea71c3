"""The tables that matter at a cursor, of however many there are: proposing from thousands would take too long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from services.copilot.suggest.place import Place

MOST = 80
"""Tables that are kept; more than are ever checked in place."""
_WORD = re.compile(r"\w+")
_JOIN = re.compile(r"\bjoin\s+\w*\Z", re.IGNORECASE)
_SCHEMA = re.compile(r"(\w+)\.\w*\Z")
_BEGUN = re.compile(r"[^\W\d]\w*\Z")


def in_reach(place: Place) -> Place:
    """The place with at most MOST of its tables, in their order: those that the text names, after JOIN those that a
    key joins to them, those that the word at the cursor begins, then the first."""
    if len(place.tables) <= MOST:
        return place
    words = {word.lower() for word in _WORD.findall(f"{place.prefix} {place.suffix}")}
    begun = match[0].lower() if (match := _BEGUN.search(place.prefix)) else ""
    lowered = [table.name.lower() for table in place.tables]
    named = [number for number, name in enumerate(lowered) if name in words]
    chosen = dict.fromkeys(named[:MOST])
    if chosen and _JOIN.search(place.prefix):
        chosen |= dict.fromkeys(_joined(place.tables, lowered, {lowered[number] for number in chosen}))
    if begun:
        chosen |= dict.fromkeys(number for number, name in enumerate(lowered) if name.startswith(begun))
    if begun or place.prefix.endswith("."):
        schema = match[1] if (match := _SCHEMA.search(place.prefix)) else begun
        chosen |= dict.fromkeys(
            number for number, table in enumerate(place.tables) if table.schema.lower().startswith(schema.lower())
        )
    chosen |= dict.fromkeys(range(MOST))
    return replace(place, tables=[place.tables[number] for number in sorted(islice(chosen, MOST))])


def _joined(tables: Sequence[Any], lowered: Sequence[str], named: set[str]) -> Iterator[int]:
    """Numbers of the tables that the keys of a named one lead to, then of those whose keys lead to a named one."""
    targets = {
        key.references_table.rsplit(".", 1)[-1].lower()
        for table, name in zip(tables, lowered, strict=True)
        if name in named
        for key in table.foreign_keys
    }
    yield from (number for number, name in enumerate(lowered) if name in targets)
    for number, table in enumerate(tables):
        if any(key.references_table.rsplit(".", 1)[-1].lower() in named for key in table.foreign_keys):
            yield number
