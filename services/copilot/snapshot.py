"""The catalog's tables as of one reading, as messages write them, found by name and by kind of database."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataflow.common.v1 import table_schema_pb2
from services.catalog.listing import Listing
from services.catalog.names import SEPARATOR, parts
from services.catalog.table import Table

SERVICE_TYPES = {
    "teradata": "teradata",
    "sap_hana": "saphana",
    "snowflake": "snowflake",
    "mssql": "mssql",
    "postgresql": "postgres",
}
"""Dialect → the type OpenMetadata gives a database service, in lower case."""

TableSchema = table_schema_pb2.TableSchema


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`schemas` are the listing's tables in its order; `numbered` is table name in lower case → places in it."""

    listing: Listing
    schemas: list[TableSchema]
    numbered: Mapping[str, Sequence[int]]
    version: str

    @classmethod
    def of(cls, listing: Listing, workspace: str, former: Snapshot | None) -> Snapshot:
        """`former` where nothing has changed. Takes 0.1 ms a table."""
        if former is not None and former.listing == listing:
            return former
        numbered: dict[str, list[int]] = {}
        for number, table in enumerate(listing.tables):
            numbered.setdefault(table.name.lower(), []).append(number)
        schemas = [schema_of(table) for table in listing.tables]
        return cls(listing, schemas, numbered, f"{workspace}@{time.monotonic_ns()}")

    def named(self, names: Sequence[str]) -> list[TableSchema]:
        """Tables whose qualified name ends with one of `names`, whatever the case."""
        return [self.schemas[number] for number in dict.fromkeys(self._places(names))]

    def services(self, names: Sequence[str]) -> Mapping[str, str]:
        """Name → the service of the first table of it, for those of `names` that there are."""
        places = ((name, self._places([name])) for name in names)
        return {name: self.listing.tables[found[0]].service for name, found in places if found}

    def _places(self, names: Sequence[str]) -> list[int]:
        tables = self.listing.tables
        wanted = [_folded(name) for name in names]
        return [
            number
            for name in filter(None, wanted)
            for number in self.numbered.get(name[-1], ())
            if _folded(tables[number].qualified_name)[-len(name) :] == name
        ]

    def of_dialect(self, dialect: str) -> tuple[list[TableSchema], str]:
        """Tables of services of the dialect's kind, where there are any, else all; and their version."""
        kind = SERVICE_TYPES.get(dialect)
        tables = self.listing.tables
        numbers = [at for at, table in enumerate(tables) if table.service_type.lower() == kind] if kind else []
        if not numbers:
            return self.schemas, self.version
        return [self.schemas[at] for at in numbers], f"{self.version}/{dialect}"


def schema_of(table: Table) -> TableSchema:
    """A table of the catalog as requests and replies write one. Columns inside a structured one are left out."""
    return TableSchema(
        name=table.name,
        schema=table.schema,
        database=table.database,
        description=table.description,
        columns=[
            table_schema_pb2.Column(
                name=column.name,
                type=column.data_type,
                nullable=column.constraint == "NULL",
                description=column.description,
            )
            for column in table.columns
            if not column.nested
        ],
        primary_key=table.primary_key,
        foreign_keys=[
            table_schema_pb2.ForeignKey(
                columns=key.columns,
                references_table=SEPARATOR.join(parts(key.references)[-2:]),
                references_columns=key.referenced_columns,
            )
            for key in table.foreign_keys
        ],
    )


def _folded(name: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in parts(name))
