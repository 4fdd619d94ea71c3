"""Tables as a prompt shows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dataflow.common.v1 import table_schema_pb2

MOST_COLUMNS = 60
"""Of a wider table: keys and the columns that the question speaks of first, and how many are left out."""
_ABOUT = 160
_VALUES = 5

TableSchema = table_schema_pb2.TableSchema


def qualified(table: TableSchema) -> str:
    """The name to write it with."""
    return ".".join(part for part in (table.database, table.schema, table.name) if part)


def shown(table: TableSchema, spoken_of: Collection[str] = ()) -> str:
    """One table: its name, what it holds, a line a column, keys. `spoken_of`: columns the question names."""
    columns = _chosen(table, spoken_of)
    lines = [f"table {qualified(table)}{_about(table.description)}"]
    lines += [f"  {_column(each, each.name in table.primary_key)}" for each in columns]
    left = len(table.columns) - len(columns)
    lines += [f"  ({left} more columns)"] if left else []
    lines += [f"  {_reference(each)}" for each in table.foreign_keys]
    return "\n".join(lines)


def _chosen(table: TableSchema, spoken_of: Collection[str]) -> Sequence[table_schema_pb2.Column]:
    if len(table.columns) <= MOST_COLUMNS:
        return table.columns
    keys = {*table.primary_key, *(column for each in table.foreign_keys for column in each.columns)}
    ranked = sorted(table.columns, key=lambda each: (each.name not in keys, each.name not in spoken_of))
    chosen = {each.name for each in ranked[:MOST_COLUMNS]}
    return [each for each in table.columns if each.name in chosen]


def _column(column: table_schema_pb2.Column, in_key: bool) -> str:
    values = ", ".join(column.sample_values[:_VALUES])
    return " ".join(
        part
        for part in (
            column.name,
            column.type,
            "primary key" if in_key else "",
            _about(column.description).strip(),
            f"(such as {values[:_ABOUT]})" if values else "",
        )
        if part
    )


def _reference(key: table_schema_pb2.ForeignKey) -> str:
    there = f" ({', '.join(key.references_columns)})" if key.references_columns else ""
    return f"foreign key ({', '.join(key.columns)}) references {key.references_table}{there}"


def _about(text: str) -> str:
    line = " ".join(text.split())
    return f" -- {line[:_ABOUT]}" if line else ""
