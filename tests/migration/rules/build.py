"""Tiny mappings built by hand, one line per object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.migration import emit
from services.migration.ast import (
    Connector,
    FieldGroup,
    MappingAST,
    Origin,
    Parameter,
    Role,
    SourceDefinition,
    Transformation,
    TransformationField,
)
from services.migration.rules import Walked, convert_mapping

HERE = Origin("test.xml", 1, "TEST")
TYPES = {"s": ("string", 20, 0), "n": ("decimal", 10, 0), "m": ("decimal", 12, 2), "i": ("integer", 10, 0)}
TYPES |= {"d": ("date/time", 29, 9), "f": ("double", 15, 0), "b": ("bigint", 19, 0)}


def port(
    name: str, kind: str = "s", role: Role = Role.INPUT_OUTPUT, expression: str = "", **more: object
) -> TransformationField:
    """`port("A", "n")`: an input/output port; `kind` is a letter of TYPES."""
    datatype, precision, scale = TYPES[kind]
    return TransformationField(name, datatype, precision, scale, role, expression, **more)  # type: ignore[arg-type]  # fields by name


def out(name: str, kind: str, expression: str, **more: object) -> TransformationField:
    return port(name, kind, Role.OUTPUT, expression, **more)


def var(name: str, kind: str, expression: str) -> TransformationField:
    return port(name, kind, Role.VARIABLE, expression)


def inp(name: str, kind: str = "s", **more: object) -> TransformationField:
    return port(name, kind, Role.INPUT, **more)


def step(
    name: str, kind: str, *fields: TransformationField, attributes: Mapping[str, str] | None = None, **more: object
) -> Transformation:
    return Transformation(name, kind, HERE, fields, attributes=attributes or {}, definition=f"<{kind} {name}>", **more)  # type: ignore[arg-type]  # fields by name


def source(name: str, *fields: TransformationField, **more: object) -> SourceDefinition:
    values = {"table": name, "database_type": "Oracle", **more}
    return SourceDefinition(name, "source", origin=HERE, fields=fields, **values)  # type: ignore[arg-type]  # fields by name


def target(name: str, *fields: TransformationField, **more: object) -> SourceDefinition:
    values = {"table": name, "database_type": "Oracle", **more}
    return SourceDefinition(name, "target", origin=HERE, fields=fields, **values)  # type: ignore[arg-type]  # fields by name


def link(text: str) -> list[Connector]:
    """`A.x → B.y` per line; `A → B: x y z` links ports of the same name; `x>y` renames."""
    found = []
    for line in filter(None, (part.strip() for part in text.splitlines())):
        ends, _, ports = line.partition(":")
        first, second = (end.strip() for end in ends.split("→"))
        if ports:
            for item in ports.split():
                start, _, end = item.partition(">")
                found.append(Connector(first, start, second, end or start))
        else:
            (a, x), (b, y) = first.rsplit(".", 1), second.rsplit(".", 1)
            found.append(Connector(a, x, b, y))
    return found


def mapping(
    *objects: SourceDefinition | Transformation,
    links: str,
    parameters: tuple[Parameter, ...] = (),
    session: Mapping[str, str] | None = None,
    load_order: tuple[str, ...] = (),
) -> MappingAST:
    tables = [item for item in objects if isinstance(item, SourceDefinition)]
    return MappingAST(
        "m_test",
        "FOLDER",
        HERE,
        sources=tuple(item for item in tables if item.role == "source"),
        targets=tuple(item for item in tables if item.role == "target"),
        transformations=tuple(item for item in objects if isinstance(item, Transformation)),
        connectors=tuple(link(links)),
        parameters=parameters,
        session_attributes=session or {},
        target_load_order=load_order,
    )


def flow(*steps: Transformation, columns: str, links: str, gives: str, **more: object) -> MappingAST:
    """SRC → SQ → steps → TGT. `columns` and `gives`: `name:kind` of the source and of the target."""
    given = [port(*item.split(":")) for item in columns.split()]
    taken = [port(*item.split(":")) for item in gives.split()]
    names = " ".join(item.name for item in given)
    return mapping(
        source("SRC", *given),
        step("SQ", "Source Qualifier", *given),
        *steps,
        target("TGT", *taken),
        links=f"SRC → SQ: {names}\n{links}",
        **more,  # type: ignore[arg-type]  # arguments by name
    )


def group(name: str, kind: str, order: int, expression: str = "") -> FieldGroup:
    return FieldGroup(name, kind, order, expression)


def convert(item: MappingAST, dialect: str = "duckdb") -> tuple[dict[str, Any], Walked]:
    """The finished pipeline document and the outcome of every object."""
    walked = convert_mapping(item, dialect)
    document = emit.pipeline(
        item, walked.objects, walked.parameters, dialect=dialect, generated_at="2026-01-01T00:00:00Z"
    )
    return document, walked


def node(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in document["nodes"] if item["id"] == name)
