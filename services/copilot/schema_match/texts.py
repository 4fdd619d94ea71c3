"""What of a column is embedded: its name as words, and the same with what it describes."""

from __future__ import annotations

from services.copilot.schema_match.column import Column, Table
from services.copilot.schema_match.vocabulary import vocabulary
from services.copilot.words import pieces

LONGEST = 300
"""Characters: the model reads 256 tokens, and the time it takes grows with the length."""


def name_text(column: Column, known: frozenset[str]) -> str:
    """The words of a name, and what they mean where that is other words: `dt urodzenia date birth`."""
    words = pieces(column.name)
    meaning = [word for word in vocabulary().meaning(column.name, known) if word not in words]
    return " ".join((*words, *meaning))[:LONGEST]


def full_text(column: Column, name: str) -> str:
    """`year of birth: the year the person was born`; the name alone where nothing is said."""
    return f"{name}: {column.told}"[:LONGEST] if column.told else name


def texts_of(source: Table, target: Table) -> list[tuple[str, str]]:
    """(name, name with description) of each column, the source's first."""
    known = source.words | target.words
    columns = (*source.columns, *target.columns)
    return [(name, full_text(column, name)) for column in columns for name in (name_text(column, known),)]
