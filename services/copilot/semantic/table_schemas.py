"""The glossary's tables as the messages that describe tables."""

from __future__ import annotations

from collections.abc import Iterator

from dataflow.common.v1 import table_schema_pb2
from services.copilot.semantic.model import Glossary, Table


def table_schemas(glossary: Glossary) -> list[table_schema_pb2.TableSchema]:
    """All of them, with their joins as foreign keys."""
    return [
        table_schema_pb2.TableSchema(
            name=table.physical or table.name,
            schema=table.schema_name,
            database=table.database,
            description=" ".join(part for part in (table.description, table.grain) if part),
            columns=[
                table_schema_pb2.Column(
                    name=each.name, type=each.type, nullable=each.nullable, description=each.description
                )
                for each in table.columns
            ],
            primary_key=table.primary_key,
            foreign_keys=_foreign_keys(table, glossary),
        )
        for table in glossary.tables
    ]


def _foreign_keys(table: Table, glossary: Glossary) -> Iterator[table_schema_pb2.ForeignKey]:
    for join in glossary.joins:
        if join.source == table.name:
            target = glossary.table[join.target]
            name = ".".join(part for part in (target.schema_name, target.physical or target.name) if part)
            yield table_schema_pb2.ForeignKey(
                columns=join.columns, references_table=name, references_columns=join.to_columns
            )
