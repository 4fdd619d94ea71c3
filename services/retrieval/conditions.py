"""What limits a search, as the parameters of its SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,17})?\Z")
_CONSTANTS = ("true", "false", "null")


@dataclass(frozen=True, slots=True)
class Conditions:
    """The vectors a search may find. Empty `entity_types`, `metadata` and `exclude_ids` limit nothing.

    A metadata value equals the text of a string, and also the number or constant it spells.
    """

    workspace: str
    model: str
    entity_types: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    exclude_ids: tuple[str, ...] = ()

    @property
    def by_columns(self) -> bool:
        """Whether tables are asked for and columns are not: columns then speak for their tables."""
        return "table" in self.entity_types and "column" not in self.entity_types

    def with_columns(self) -> Conditions:
        """The same, columns included; ids to leave out are left to the caller."""
        return replace(self, entity_types=(*self.entity_types, "column"), exclude_ids=())

    @property
    def limited(self) -> bool:
        """Whether the caller asked for less than the whole workspace."""
        return bool(self.entity_types or self.metadata or self.exclude_ids)

    def set_parameters(self) -> tuple[object, ...]:
        """$1 to $4 of every search: workspace, model, kinds, metadata as a jsonpath predicate."""
        return self.workspace, self.model, list(self.entity_types) or None, _predicate(self.metadata)

    def parameters(self) -> tuple[object, ...]:
        """$1 to $5: those and the ids to leave out."""
        return *self.set_parameters(), list(self.exclude_ids) or None


def _predicate(metadata: Mapping[str, str]) -> str | None:
    """`$."service" == "x" && …`; None where there is no condition. Keys and values are JSON strings, which jsonpath
    reads as such, so that nothing in them is syntax."""
    tests = [_equals(json.dumps(key), value) for key, value in sorted(metadata.items())]
    return " && ".join(tests) or None


def _equals(key: str, value: str) -> str:
    alternatives = [json.dumps(value)]
    if value in _CONSTANTS or _NUMBER.match(value):
        alternatives.append(value)
    return "(" + " || ".join(f"$.{key} == {text}" for text in alternatives) + ")"
