"""TRANSFORMATION definitions → Transformation."""

from __future__ import annotations

from services.migration.ast import FieldGroup, Transformation
from services.migration.parsers import redact
from services.migration.parsers.elements import Element, source_text
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.log import Log
from services.migration.parsers.powercenter.fields import read_port
from services.migration.parsers.powercenter.tables import file_format, table_attributes
from services.migration.parsers.powercenter.values import is_yes, name_of, number

INPUT = "Input Transformation"
OUTPUT = "Output Transformation"
MAPPLET = "Mapplet"
CUSTOM = "Custom Transformation"
QUALIFIERS = frozenset(
    {
        "Source Qualifier",
        "XML Source Qualifier",
        "Application Source Qualifier",
        "App Multi-Group Source Qualifier",
    }
)

# Spellings that exports written by other programs use → the tool's own.
TYPE_ALIASES = {
    "Sequence Generator": "Sequence",
    "Union": "Union Transformation",
    "Lookup": "Lookup Procedure",
    "Update": "Update Strategy",
    "Input": INPUT,
    "Output": OUTPUT,
    "SQL Transformation": "SQL Transform",
    "SQL": "SQL Transform",
    "Java": "Java Transformation",
    "HTTP": "Http Transformation",
    "HTTP Transformation": "Http Transformation",
    "Joiner Transformation": "Joiner",
    "Router Transformation": "Router",
    "Filter Transformation": "Filter",
    "Expression Transformation": "Expression",
}
_GROUP_KINDS = {"INPUT": "input", "OUTPUT": "output", "OUTPUT/DEFAULT": "default"}


def type_of(element: Element) -> str:
    """The type in the tool's own spelling; a Custom Transformation's is its template's name."""
    kind = element.get("TYPE")
    if kind == CUSTOM:
        return element.get("TEMPLATENAME") or CUSTOM
    return TYPE_ALIASES.get(kind, kind)


def read_transformation(element: Element, log: Log, text: XmlText) -> Transformation:
    """A definition under its own name; a use of it replaces the name."""
    name = name_of(element, log)
    origin = log.origin(element, name)
    kind = type_of(element)
    if not kind:
        log.error(
            "MISSING_ATTRIBUTE",
            f"The transformation {name} has no TYPE. Correct the export or export again.",
            origin,
        )
    return Transformation(
        name=name,
        type=kind,
        origin=origin,
        fields=tuple(read_port(field, log) for field in element.each("TRANSFORMFIELD")),
        groups=_groups(element, log),
        attributes=table_attributes(element)
        | {f"FLATFILE {name}": value for name, value in file_format(element).items()}
        | {
            f"INITPROP {p.get('NAME')}": redact.attribute(p.get("NAME"), p.get("VALUE"))
            for p in element.each("INITPROP")
        },
        field_dependencies=tuple((d.get("INPUTFIELD"), d.get("OUTPUTFIELD")) for d in element.each("FIELDDEPENDENCY")),
        reusable=is_yes(element.get("REUSABLE")),
        description=redact.text(element.get("DESCRIPTION")),
        definition=redact.xml(source_text(text, element)),
    )


def _groups(element: Element, log: Log) -> tuple[FieldGroup, ...]:
    """The groups by their ORDER, which is not the order they stand in."""
    groups = [
        FieldGroup(
            name=name_of(group, log),
            kind=_GROUP_KINDS.get(group.get("TYPE"), "output"),
            order=number(group, "ORDER", log),
            expression=group.get("EXPRESSION"),
            line=group.line,
        )
        for group in element.each("GROUP")
    ]
    return tuple(sorted(groups, key=lambda group: group.order))
