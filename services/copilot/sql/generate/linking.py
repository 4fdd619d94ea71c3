"""Which tables a question is about: those retrieved, those that share its words, those that foreign keys lead to."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dataflow.common.v1 import table_schema_pb2
from services.copilot.sql.generate.schema_text import qualified, shown
from services.copilot.sql.packed import Held
from services.copilot.words import Stems, stems

TableSchema = table_schema_pb2.TableSchema

MOST_TABLES = 40
MOST_CHARACTERS = 24_000
"""Of the schema in a prompt: about 7,000 tokens."""
_NAME, _COLUMN, _ABOUT = 3.0, 1.0, 0.5  # what a word is worth by where it stands


@dataclass(frozen=True)
class Linked:
    """`text`: the tables as a prompt has them, the likeliest first; `left_out`: how many more there are.

    `matched`: whether any table shares a word with the question or was retrieved for it.
    """

    text: str = ""
    names: tuple[str, ...] = ()
    left_out: int = 0
    matched: bool = False


class Vocabulary:
    """The words of a schema and where they stand."""

    def __init__(self, tables: Sequence[TableSchema]) -> None:
        self._count = len(tables)
        self._worth: dict[str, dict[int, float]] = defaultdict(dict)
        for number, table in enumerate(tables):
            self._add(number, _ABOUT, [table.description, *(column.description for column in table.columns)])
            self._add(number, _COLUMN, [column.name for column in table.columns])
            self._add(number, _NAME, [table.name])
        self._stems = Stems(self._worth)

    def _add(self, number: int, worth: float, texts: Iterable[str]) -> None:
        for text in texts:
            for stem in stems(text) if text else ():
                self._worth[stem][number] = max(worth, self._worth[stem].get(number, 0.0))

    def worth(self, wanted: Iterable[str]) -> dict[int, float]:
        """Number of a table → what the words make it worth; words that few tables have count for more."""
        total: dict[int, float] = defaultdict(float)
        for word in wanted:
            best: dict[int, float] = {}
            for stem in self._stems.matching(word):
                for number, worth in self._worth[stem].items():
                    best[number] = max(worth, best.get(number, 0.0))
            for number, worth in best.items():
                total[number] += worth * math.log(1 + self._count / len(best))
        return total


def linked(held: Held | None, question: str, retrieved: Sequence[str]) -> Linked:
    """The tables for the prompt, as many as fit; few are all taken. `retrieved`: names, which go first."""
    if held is None:
        return Linked()
    tables, wanted = held.tables, stems(question)
    worth = held.once("vocabulary", Vocabulary).worth(wanted)
    found = _named(tables, retrieved)
    likely = [at for at in sorted(worth, key=lambda at: (-worth[at], at)) if at not in found]
    order = [*found, *likely[: MOST_TABLES // 2]]
    order += _neighbours(order, tables)
    order += [*likely, *range(len(tables))] if len(tables) <= MOST_TABLES else []
    chosen, texts = _fitting([tables[at] for at in dict.fromkeys(order)], wanted)
    names = tuple(qualified(each) for each in chosen)
    return Linked("\n\n".join(texts), names, len(tables) - len(chosen), bool(found or likely))


def _named(tables: Sequence[TableSchema], names: Sequence[str]) -> list[int]:
    """Numbers of the tables that the names end with, `service.database.schema.table` as well as `table`."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for number, table in enumerate(tables):
        by_name[table.name.lower()].append(number)
    found: dict[int, None] = {}
    for name in names:
        parts = name.lower().replace('"', "").split(".")
        for number in by_name.get(parts[-1], ()):
            own = [part.lower() for part in (tables[number].schema, tables[number].name) if part]
            if parts[-len(own) :] == own[-len(parts) :]:
                found[number] = None
    return list(found)


def _neighbours(chosen: Sequence[int], tables: Sequence[TableSchema]) -> list[int]:
    """Tables that the chosen refer to, and those that refer to two of them and so connect them."""
    names = {tables[at].name.lower() for at in chosen}
    referred = {_last(key.references_table) for at in chosen for key in tables[at].foreign_keys}
    to = [at for at, each in enumerate(tables) if each.name.lower() in referred]
    between = [
        at
        for at, each in enumerate(tables)
        if len({_last(key.references_table) for key in each.foreign_keys} & names) > 1
    ]
    return [*to, *between]


def _fitting(order: Sequence[TableSchema], wanted: Sequence[str]) -> tuple[list[TableSchema], list[str]]:
    chosen: list[TableSchema] = []
    texts: list[str] = []
    room = MOST_CHARACTERS
    for table in order[:MOST_TABLES]:
        text = shown(table, _spoken_of(table, wanted))
        room -= len(text) + 2
        if room < 0:
            break
        chosen.append(table)
        texts.append(text)
    return chosen, texts


def _spoken_of(table: TableSchema, wanted: Sequence[str]) -> frozenset[str]:
    said = Stems(wanted)
    return frozenset(each.name for each in table.columns if any(stem in said for stem in stems(each.name)))


def _last(name: str) -> str:
    return name.rpartition(".")[2].lower()
