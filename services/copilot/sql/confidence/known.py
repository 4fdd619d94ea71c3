"""What a schema says that bears on whether a statement is right: columns, keys, references, values, descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dataflow.common.v1 import table_schema_pb2
from services.copilot.words import folded, stems

Place = tuple[str, str]
"""Table and column, lower case."""


@dataclass(frozen=True)
class Columns:
    """A table's, names lower case. `key` empty: not known. `about`: stems of its description."""

    names: frozenset[str]
    key: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """`tables` by lower-case name; `keys`: pairs of places that a foreign key joins; `values`: sample values."""

    tables: Mapping[str, Columns] = field(default_factory=dict)
    keys: frozenset[frozenset[Place]] = frozenset()
    values: frozenset[str] = frozenset()

    def about(self, table: str) -> frozenset[str]:
        found = self.tables.get(table)
        return found.about if found else frozenset()


def known_of(tables: Iterable[table_schema_pb2.TableSchema]) -> Known:
    """Of tables as requests and the catalog describe them. Tables of one name in several schemas count as one."""
    given = list(tables)
    keys_of = {each.name.lower(): [column.lower() for column in each.primary_key] for each in given}
    return Known(
        {each.name.lower(): _columns(each) for each in given},
        frozenset(pair for each in given for pair in _pairs(each, keys_of)),
        frozenset(folded(value).lower() for each in given for column in each.columns for value in column.sample_values),
    )


def _columns(table: table_schema_pb2.TableSchema) -> Columns:
    return Columns(
        frozenset(column.name.lower() for column in table.columns),
        frozenset(column.lower() for column in table.primary_key),
        frozenset(stems(table.description)),
    )


def _pairs(table: table_schema_pb2.TableSchema, keys_of: Mapping[str, list[str]]) -> Iterable[frozenset[Place]]:
    for reference in table.foreign_keys:
        other = reference.references_table.rpartition(".")[2].lower()
        there = [column.lower() for column in reference.references_columns] or keys_of.get(other, [])
        for here, column in zip(reference.columns, there, strict=False):
            yield frozenset([(table.name.lower(), here.lower()), (other, column)])
