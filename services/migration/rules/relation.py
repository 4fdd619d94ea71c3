"""What a rule reads and gives: relations (the rows at a node's output) and how export ports stand in them.

The pipeline language joins node to node, and a node sees every column of the node before it; PowerCenter joins port
to port and renames on the way. A `Relation` therefore knows, for every port still reachable, the column that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.migration.flow import PortKey


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str  # canonical, see `services.pipelines.types`


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of a proven row order."""

    column: str
    descending: bool = False
    nulls_first: bool = False
    case_sensitive: bool = True


@dataclass(frozen=True, slots=True)
class Action:
    """What an Update Strategy upstream decided for each row: a fixed word, or a column that holds it."""

    strategy: str  # insert, update, delete, reject; "" where `column` decides row by row
    column: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """The rows at one output of a node; `ref` is `node` or `node.port`."""

    ref: str
    columns: tuple[Column, ...]
    ports: Mapping[PortKey, str] = field(default_factory=dict)  # port key → column name
    order: tuple[SortKey, ...] = ()  # () where the order of rows is not known
    action: Action | None = None

    @property
    def node(self) -> str:
        return self.ref.split(".", 1)[0]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def names(self) -> set[str]:
        """Column names in lower case: SQL folds them, so two may not differ by case alone."""
        return {column.name.lower() for column in self.columns}


@dataclass(frozen=True, slots=True)
class Input:
    """One input group: the relation it reads and the column behind each connected port."""

    relation: Relation
    ports: Mapping[str, Column]


def unique(name: str, taken: set[str], between: str = "_") -> str:
    """`name`, or `name_2`, `name_3` … where it is taken (compared without case); adds the result to `taken`."""
    candidate, number = name, 2
    while candidate.lower() in taken:
        candidate, number = f"{name}{between}{number}", number + 1
    taken.add(candidate.lower())
    return candidate
