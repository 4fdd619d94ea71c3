"""A table as the catalog describes it, read from OpenMetadata's JSON without trusting its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.catalog.names import SEPARATOR, split_column

MAX_DEPTH = 5  # levels of nested columns that are read
MAX_COLUMNS = 5_000  # columns of one table that are read


class NoTableError(ValueError):
    """What the catalog gave is no table; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the path from the table on: `address.city` for one inside a structured column."""

    name: str
    data_type: str = ""
    """As the database writes it, `varchar(20)`; "" where unknown."""
    description: str = ""
    constraint: str = ""
    """NULL, NOT_NULL, UNIQUE, PRIMARY_KEY, or "" where the catalog does not say."""
    tags: tuple[str, ...] = ()
    nested: bool = False
    """Inside a structured column."""
    leads_to: tuple[str, ...] = ()
    """Of a pipeline's task: the tasks after it."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`references` is the fully qualified name of the other table."""

    columns: tuple[str, ...]
    references: str
    referenced_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`qualified_name` is service.database.schema.table, parts that hold a dot quoted.

    `kind`: also topic, dashboard or pipeline, whose `columns` are the fields of a message, the charts, the tasks.
    """

    name: str
    qualified_name: str
    entity_id: str = ""
    display_name: str = ""
    description: str = ""
    service: str = ""
    service_type: str = ""
    """`Teradata`, `Snowflake`, … as OpenMetadata names databases; "" where not said."""
    database: str = ""
    schema: str = ""
    table_type: str = ""
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    tags: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    updated_at: int = 0
    """Milliseconds since 1970; 0 where not said."""
    kind: str = "table"


def service_of(table: Any) -> str:
    """The service a table says it belongs to; "" where it says none."""
    return _name(table.get("service")) if isinstance(table, dict) else ""


def table_of(service: str, given: Any) -> Table:
    """The table in `given`. `service` stands where it names none. Raises NoTableError."""
    if not isinstance(given, dict):
        raise NoTableError("the catalog gave no JSON object for a table")
    name = text_of(given, "name")
    if not name:
        raise NoTableError("the table has no name")
    updated = given.get("updatedAt")
    return Table(
        name=name,
        qualified_name=text_of(given, "fullyQualifiedName") or SEPARATOR.join((service, name)),
        entity_id=text_of(given, "id"),
        display_name=text_of(given, "displayName"),
        description=text_of(given, "description"),
        service=service_of(given) or service,
        service_type=text_of(given, "serviceType"),
        database=_name(given.get("database")),
        schema=_name(given.get("databaseSchema")),
        table_type=text_of(given, "tableType"),
        columns=tuple(columns_of(given.get("columns")))[:MAX_COLUMNS],
        primary_key=_primary_key(given),
        foreign_keys=tuple(_foreign_keys(given)),
        tags=tags_of(given),
        owners=tuple(filter(None, map(_name, objects_of(given.get("owners")) or objects_of([given.get("owner")])))),
        updated_at=updated if isinstance(updated, int) else 0,
    )


def columns_of(columns: Any, above: str = "", depth: int = 1) -> Iterator[Column]:
    """Each named column, those inside a structured one after it."""
    for given in objects_of(columns):
        name = text_of(given, "name")
        if not name:
            continue
        path = f"{above}{SEPARATOR}{name}" if above else name
        described = text_of(given, "description")
        yield Column(path, _type(given), described, text_of(given, "constraint"), tags_of(given), nested=depth > 1)
        if depth < MAX_DEPTH:
            yield from columns_of(given.get("children"), path, depth + 1)


def _type(column: Mapping[str, Any]) -> str:
    shown = text_of(column, "dataTypeDisplay")
    if shown:
        return shown
    name = text_of(column, "dataType")
    sizes = [column.get(key) for key in ("precision", "scale")]
    if not isinstance(sizes[0], int):
        sizes = [column.get("dataLength")]
    said = [str(size) for size in sizes if isinstance(size, int) and size > 0]
    return f"{name}({','.join(said)})" if name in _SIZED and said else name


_SIZED = frozenset({"CHAR", "VARCHAR", "BINARY", "VARBINARY", "DECIMAL", "NUMERIC", "NUMBER"})
"""Types whose length or precision OpenMetadata gives beside them and that mean another type without it."""


def _primary_key(table: Mapping[str, Any]) -> tuple[str, ...]:
    for constraint in _constraints(table, "PRIMARY_KEY"):
        return _texts(constraint.get("columns"))
    columns = objects_of(table.get("columns"))
    return tuple(text_of(column, "name") for column in columns if text_of(column, "constraint") == "PRIMARY_KEY")


def _foreign_keys(table: Mapping[str, Any]) -> Iterator[ForeignKey]:
    for constraint in _constraints(table, "FOREIGN_KEY"):
        split = [split_column(name) for name in _texts(constraint.get("referredColumns"))]
        references = {above for above, _ in split if above}
        if len(references) == 1:
            columns = _texts(constraint.get("columns"))
            yield ForeignKey(columns, references.pop(), tuple(name for _, name in split))


def _constraints(table: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    return [item for item in objects_of(table.get("tableConstraints")) if item.get("constraintType") == kind]


def tags_of(item: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(tag for tag in (text_of(each, "tagFQN") for each in objects_of(item.get("tags"))) if tag)


def _name(reference: Any) -> str:
    """Name of an entity reference."""
    return text_of(reference, "name") if isinstance(reference, dict) else ""


def text_of(item: Mapping[str, Any], key: str) -> str:
    """A text field, stripped; "" where it is missing or no text."""
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def objects_of(items: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _texts(items: Any) -> tuple[str, ...]:
    return tuple(item for item in items if isinstance(item, str)) if isinstance(items, list) else ()
