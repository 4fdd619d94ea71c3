"""SOURCE and TARGET definitions → SourceDefinition."""

from __future__ import annotations

from services.migration.ast import SourceDefinition
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.log import Log
from services.migration.parsers.powercenter.fields import read_column
from services.migration.parsers.powercenter.values import name_of

_ROLES = {"SOURCE": "source", "TARGET": "target"}
_FIELDS = {"SOURCE": "SOURCEFIELD", "TARGET": "TARGETFIELD"}


def read_table(element: Element, log: Log) -> SourceDefinition:
    """A definition with its own name as instance name; a use of it replaces name, origin and attributes."""
    name = name_of(element, log)
    return SourceDefinition(
        name=name,
        role=_ROLES[element.tag],
        table=name,
        database_type=element.get("DATABASETYPE"),
        origin=log.origin(element, name),
        database=element.get("DBDNAME"),
        schema=element.get("OWNERNAME"),
        fields=tuple(read_column(field, log) for field in element.each(_FIELDS[element.tag])),
        file_format=file_format(element),
        attributes=table_attributes(element),
        description=redact.text(element.get("DESCRIPTION")),
    )


def file_format(element: Element) -> dict[str, str]:
    """The attributes of the element's FLATFILE, {} where it has none."""
    return next((dict(flat.attributes) for flat in element.each("FLATFILE")), {})


def table_attributes(element: Element, tag: str = "TABLEATTRIBUTE") -> dict[str, str]:
    """NAME → VALUE of the element's attributes, credentials masked."""
    return {
        child.get("NAME"): redact.attribute(child.get("NAME"), child.get("VALUE"))
        for child in element.each(tag)
        if child.get("NAME")
    }
