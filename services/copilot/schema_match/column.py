"""A column as the matcher looks at it, and what it makes of a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from services.copilot.pipeline.data_types import UNKNOWN, data_type
from services.copilot.words import content, folded

LONGEST_DESCRIPTION = 400
"""Characters of a description that take part: what a column is stands at its beginning."""


@dataclass(frozen=True)
class Column:
    """A column of a table. `samples`: values as text. `key`: of the primary key; `refers`: the table a foreign key of
    this column alone leads to, "" where none does."""

    name: str
    declared: str = ""
    description: str = ""
    samples: tuple[str, ...] = ()
    key: bool = False
    refers: str = ""

    @cached_property
    def type(self) -> str:
        """The type as the pipeline language has it; `unknown` where none is declared or it is not known."""
        return data_type(self.declared) if self.declared.strip() else UNKNOWN

    @cached_property
    def plain(self) -> str:
        """The name in which case and separators do not count, where it is more than separators."""
        lower = folded(self.name).lower()
        return "".join(each for each in lower if each.isalnum()) or lower

    @cached_property
    def told(self) -> str:
        """The beginning of the description."""
        return " ".join(self.description.split())[:LONGEST_DESCRIPTION]


@dataclass(frozen=True)
class Table:
    """One side. `identity`: database.schema.name in lower case, by which decisions are remembered."""

    name: str
    columns: tuple[Column, ...]
    schema: str = ""
    database: str = ""
    description: str = ""

    @cached_property
    def identity(self) -> str:
        return ".".join((self.database, self.schema, self.name)).lower()

    @cached_property
    def by_name(self) -> dict[str, int]:
        return {column.name: number for number, column in enumerate(self.columns)}

    @cached_property
    def words(self) -> frozenset[str]:
        """Words its descriptions and names are written in: names without separators may be made of them."""
        texts = (self.name, self.description, *(f"{each.name} {each.told}" for each in self.columns))
        return frozenset(word for text in texts for word in content(text) if word.isalpha())

    def described(self, texts: dict[str, str]) -> Table:
        """The table with descriptions where it had none, by column name."""
        filled = (
            replace(each, description=texts[each.name]) if not each.description and each.name in texts else each
            for each in self.columns
        )
        return replace(self, columns=tuple(filled))


@dataclass(frozen=True)
class Candidate:
    """A possible target: its number among the target's columns, 0 to 1."""

    target: int
    score: float


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a source column. `match_type` is one of the four; `expression` "" where it is copied."""

    source: str
    target: str
    match_type: str
    confidence: float
    expression: str = ""
    reasoning: str = ""
    alternatives: Sequence[tuple[str, float, str]] = ()
    status: str = "proposed"
    comment: str = ""
