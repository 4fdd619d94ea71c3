"""Node ids and column names of a pipeline, made from an export's names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.migration.rules.relation import unique

BYTE_ORDER_MARKS = ("\ufeff", "ï»¿")
"""What a byte order mark at the start of a flat file becomes in the name of its first column."""


LONGEST_ID = 110
"""Characters of an id that come from a name: the language takes 128, and `unique` adds a number."""


def column_name(port: str) -> str:
    """A port's name as a column: the export's spelling without byte order marks and control characters."""
    for mark in BYTE_ORDER_MARKS:
        port = port.removeprefix(mark)
    name = port.strip()
    return (name if name.isprintable() else "".join(ch for ch in name if ch.isprintable())) or "column"


def slug(name: str) -> str:
    """`FIL_Active Rows` → `fil_active_rows`; never empty or too long, never starts with a digit."""
    text = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:LONGEST_ID] or "node"
    return f"n_{text}" if text[0].isdigit() else text


class NodeIds:
    """Gives every node of one pipeline an id of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._recent: list[str] = []

    def new(self, name: str) -> str:
        given = unique(slug(name), self._taken)
        self._recent.append(given)
        return given

    def begin(self) -> None:
        """From here on, ids can be given back."""
        self._recent = []

    def give_back(self, kept: Iterable[str] = ()) -> None:
        """Free the ids given since `begin`, but those that nodes bear."""
        self._taken -= set(self._recent) - set(kept)
        self._recent = []


def port_name(group: str) -> str:
    """A group's name as the name of an output: letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", group.strip()).strip("_") or "output"
