"""A table of the catalog as entities: one for itself, one for each of its columns.

Metadata of a table: `service`, `database`, `schema`, `table_type`, `owners`, `tags`, `primary_key`, `foreign_keys`
(`columns`, `references`: id of the other table, `referenced_columns`). Of a column: `service`, `schema`, `table` (id of
its table), `table_name`, `data_type`, `constraint`, `tags`. Ids are the catalog's fully qualified names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.retrieval.catalog_text import column_text, plain, table_text
from services.retrieval.entities import Entity

MAX_DEPTH = 5  # levels of nested columns that are indexed
MAX_COLUMNS = 5_000  # columns of one table that are indexed
SEPARATOR = "."


class NoTableError(ValueError):
    """What the catalog gave is no table; the message says what is missing."""


def service_of(table: Any) -> str:
    """The service a table says it belongs to; "" where it says none."""
    name = _name(table.get("service")) if isinstance(table, dict) else ""
    return name


def table_entities(service: str, table: Any) -> list[Entity]:
    """The table, then its columns, in order. Raises NoTableError."""
    if not isinstance(table, dict):
        raise NoTableError("the catalog gave no JSON object for a table")
    name = _text(table, "name")
    if not name:
        raise NoTableError("the table has no name")
    identifier = _text(table, "fullyQualifiedName") or SEPARATOR.join((service, name))
    shown = _text(table, "displayName")
    columns = list(_columns(table.get("columns"), ""))[:MAX_COLUMNS]
    schema = _name(table.get("databaseSchema"))
    about = " ".join(filter(None, (shown if shown.lower() != name.lower() else "", _text(table, "description"))))
    described = [(path, _text(column, "description")) for path, column in columns]
    own = Entity("table", identifier, name, table_text(name, about, described), _facts(service, schema, table))
    return [own, *(_column_entity(own, service, schema, path, column) for path, column in columns)]


def _facts(service: str, schema: str, table: Mapping[str, Any]) -> dict[str, Any]:
    facts = {
        "service": service,
        "database": _name(table.get("database")),
        "schema": schema,
        "table_type": _text(table, "tableType"),
        "description": plain(_text(table, "description")),
        "owners": [_name(owner) for owner in _objects(table.get("owners")) or _objects([table.get("owner")])],
        "tags": _tags(table),
        "primary_key": _primary_key(table),
        "foreign_keys": list(_foreign_keys(table)),
    }
    return {name: value for name, value in facts.items() if value or name in ("service", "schema")}


def _column_entity(table: Entity, service: str, schema: str, path: str, column: Mapping[str, Any]) -> Entity:
    facts = {
        "service": service,
        "schema": schema,
        "table": table.entity_id,
        "table_name": table.entity_name,
        "data_type": _text(column, "dataTypeDisplay") or _text(column, "dataType"),
        "constraint": _text(column, "constraint"),
        "tags": _tags(column),
    }
    return Entity(
        "column",
        f"{table.entity_id}{SEPARATOR}{path}",
        f"{table.entity_name}{SEPARATOR}{path}",
        column_text(table.entity_name, path, _text(column, "description")),
        {name: value for name, value in facts.items() if value or name in ("service", "schema")},
    )


def _columns(columns: Any, above: str, depth: int = 1) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(path, column) of each named column, those inside a structured one after it."""
    for column in _objects(columns):
        name = _text(column, "name")
        if name:
            path = f"{above}{SEPARATOR}{name}" if above else name
            yield path, column
            if depth < MAX_DEPTH:
                yield from _columns(column.get("children"), path, depth + 1)


def _primary_key(table: Mapping[str, Any]) -> list[str]:
    for constraint in _constraints(table, "PRIMARY_KEY"):
        return _texts(constraint.get("columns"))
    columns = _objects(table.get("columns"))
    return [_text(column, "name") for column in columns if _text(column, "constraint") == "PRIMARY_KEY"]


def _foreign_keys(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for constraint in _constraints(table, "FOREIGN_KEY"):
        split = [_split(name) for name in _texts(constraint.get("referredColumns"))]
        references = {above for above, _ in split if above}
        if len(references) == 1:
            columns = _texts(constraint.get("columns"))
            yield {
                "columns": columns,
                "references": references.pop(),
                "referenced_columns": [name for _, name in split],
            }


def _constraints(table: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    return [item for item in _objects(table.get("tableConstraints")) if item.get("constraintType") == kind]


def _split(name: str) -> tuple[str, str]:
    """A column's qualified name as (table, column); a part that holds a separator is quoted: `s.d."a.b".c`."""
    at = name.rfind('."') if name.endswith('"') else name.rfind(SEPARATOR)
    return (name[:at], name[at + 1 :].strip('"')) if at > 0 else ("", name)


def _tags(item: Mapping[str, Any]) -> list[str]:
    return [tag for tag in (_text(each, "tagFQN") for each in _objects(item.get("tags"))) if tag]


def _name(reference: Any) -> str:
    """Name of an entity reference."""
    return _text(reference, "name") if isinstance(reference, dict) else ""


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(items: Any) -> list[str]:
    return [item for item in items if isinstance(item, str)] if isinstance(items, list) else []


def _objects(items: Any) -> list[Mapping[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
