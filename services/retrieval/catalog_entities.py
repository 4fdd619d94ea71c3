"""A table of the catalog as entities: one for itself, one for each of its columns.

Metadata of a table: `service`, `database`, `schema`, `table_type`, `owners`, `tags`, `primary_key`, `foreign_keys`
(`columns`, `references`: id of the other table, `referenced_columns`). Of a column: `service`, `schema`, `table` (id of
its table), `table_name`, `data_type`, `constraint`, `tags`. Ids are the catalog's fully qualified names.
"""

from __future__ import annotations

from typing import Any

from services.catalog.names import SEPARATOR
from services.catalog.table import Column, Table, table_of
from services.retrieval.catalog_text import column_text, plain, table_text
from services.retrieval.entities import Entity


def table_entities(service: str, given: Any) -> list[Entity]:
    """The table, then its columns, in order. Raises NoTableError."""
    table = table_of(service, given)
    shown = table.display_name if table.display_name.lower() != table.name.lower() else ""
    about = " ".join(filter(None, (shown, table.description)))
    described = [(column.name, column.description) for column in table.columns]
    text = table_text(table.name, about, described)
    own = Entity("table", table.qualified_name, table.name, text, _facts(service, table))
    return [own, *(_column_entity(service, table, column) for column in table.columns)]


def _facts(service: str, table: Table) -> dict[str, Any]:
    facts = {
        "service": service,
        "database": table.database,
        "schema": table.schema,
        "table_type": table.table_type,
        "description": plain(table.description),
        "owners": list(table.owners),
        "tags": list(table.tags),
        "primary_key": list(table.primary_key),
        "foreign_keys": [
            {
                "columns": list(key.columns),
                "references": key.references,
                "referenced_columns": list(key.referenced_columns),
            }
            for key in table.foreign_keys
        ],
    }
    return {name: value for name, value in facts.items() if value or name in ("service", "schema")}


def _column_entity(service: str, table: Table, column: Column) -> Entity:
    facts = {
        "service": service,
        "schema": table.schema,
        "table": table.qualified_name,
        "table_name": table.name,
        "data_type": column.data_type,
        "constraint": column.constraint,
        "tags": list(column.tags),
    }
    return Entity(
        "column",
        f"{table.qualified_name}{SEPARATOR}{column.name}",
        f"{table.name}{SEPARATOR}{column.name}",
        column_text(table.name, column.name, column.description),
        {name: value for name, value in facts.items() if value or name in ("service", "schema")},
    )
