"""MAPPING and MAPPLET elements → MappingDefinition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from services.migration.ast import Connector, Parameter, SourceDefinition, Transformation
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.log import Log, shown
from services.migration.parsers.powercenter.model import Instance, MappingDefinition
from services.migration.parsers.powercenter.tables import read_table, table_attributes
from services.migration.parsers.powercenter.transformations import MAPPLET, read_transformation
from services.migration.parsers.powercenter.values import is_yes, name_of, number

_KINDS = {
    "Source Definition": "SOURCE",
    "Target Definition": "TARGET",
    "Mapplet": "MAPPLET",
}
_Named = TypeVar("_Named", Instance, Transformation, SourceDefinition)


def read_mapping(element: Element, folder: str, log: Log, text: XmlText) -> MappingDefinition:
    """A mapping or mapplet with everything in it; names not yet resolved."""
    name = name_of(element, log)
    definition = MappingDefinition(
        name=name,
        folder=folder,
        origin=log.origin(element, name),
        description=redact.text(element.get("DESCRIPTION")),
        is_valid=element.get("ISVALID", "YES").upper() != "NO",
        tables=_unique([read_table(e, log) for e in element.children if e.tag in ("SOURCE", "TARGET")], name, log),
        transformations=_unique([read_transformation(e, log, text) for e in element.each("TRANSFORMATION")], name, log),
        connectors=[_connector(e) for e in element.each("CONNECTOR")],
        parameters=[_parameter(e, log) for e in element.each("MAPPINGVARIABLE")],
        target_load_order=_load_order(element, log),
    )
    instances = [_instance(e, log) for e in element.each("INSTANCE")]
    definition.instances = _unique(instances, name, log) + _implied_instances(definition, instances)
    if element.tag == "MAPPING":
        _report_state(definition, len(instances), log)
    return definition


def _report_state(definition: MappingDefinition, declared: int, log: Log) -> None:
    name = shown(definition.name)
    if not definition.is_valid:
        log.warning(
            "INVALID_MAPPING",
            f"PowerCenter itself marks {name} as invalid. Validate it in the Designer before relying on the result.",
            definition.origin,
        )
    if declared < len(definition.instances):
        log.info(
            "IMPLIED_INSTANCES",
            f"{len(definition.instances) - declared} definitions of {name} have no INSTANCE; "
            "each is taken as used once.",
            definition.origin,
        )
    if not definition.connectors:
        log.error(
            "NO_CONNECTORS",
            f"{name} holds no connectors, so nothing flows in it. Export the whole mapping again.",
            definition.origin,
        )


def _instance(element: Element, log: Log) -> Instance:
    name = name_of(element, log)
    declared = element.get("TYPE").upper()
    kind = _KINDS.get(element.get("TRANSFORMATION_TYPE"), declared or "TRANSFORMATION")
    return Instance(
        name=name,
        kind=kind if kind in ("SOURCE", "TARGET", "MAPPLET") else "TRANSFORMATION",
        refers_to=element.get("TRANSFORMATION_NAME") or name,
        origin=log.origin(element, name),
        database=element.get("DBDNAME"),
        attributes=table_attributes(element),
        associated_sources=tuple(a.get("NAME") for a in element.each("ASSOCIATED_SOURCE_INSTANCE")),
        description=redact.text(element.get("DESCRIPTION")),
    )


def _implied_instances(definition: MappingDefinition, declared: list[Instance]) -> list[Instance]:
    """A use of every definition that no INSTANCE names: other programs leave them out."""
    used = {instance.refers_to for instance in declared} | {instance.name for instance in declared}
    implied = [
        Instance(table.name, table.role.upper(), table.name, table.origin)
        for table in definition.tables
        if table.name not in used
    ]
    implied += [
        Instance(each.name, "TRANSFORMATION", each.name, each.origin)
        for each in definition.transformations
        if each.name not in used and each.type != MAPPLET
    ]
    return implied


def _connector(element: Element) -> Connector:
    get = element.attributes.get
    return Connector(
        from_instance=get("FROMINSTANCE", ""),
        from_field=get("FROMFIELD", ""),
        to_instance=get("TOINSTANCE", ""),
        to_field=get("TOFIELD", ""),
        line=element.line,
    )


def _parameter(element: Element, log: Log) -> Parameter:
    default = element.get("DEFAULTVALUE")
    return Parameter(
        name=name_of(element, log),
        datatype=element.get("DATATYPE"),
        precision=number(element, "PRECISION", log),
        scale=number(element, "SCALE", log),
        default=redact.attribute(element.get("NAME"), default) if default else None,
        is_variable=not is_yes(element.get("ISPARAM")),
        aggregation=element.get("AGGFUNCTION"),
        is_expression=is_yes(element.get("ISEXPRESSIONVARIABLE")),
    )


def _load_order(element: Element, log: Log) -> tuple[str, ...]:
    orders = sorted(element.each("TARGETLOADORDER"), key=lambda order: number(order, "ORDER", log))
    return tuple(order.get("TARGETINSTANCE") for order in orders)


def _unique(items: Iterable[_Named], owner: str, log: Log) -> list[_Named]:
    """The items without those whose name another has already: the tool forbids it, so each is an error."""
    kept: dict[object, _Named] = {}
    for item in items:
        key = (item.name, getattr(item, "role", ""))
        if key in kept:
            log.error(
                "DUPLICATE_NAME",
                f"{shown(item.name)} stands twice in {shown(owner)}; the first, on line {kept[key].origin.line}, "
                "is used. Remove or rename one of them.",
                item.origin,
            )
        else:
            kept[key] = item
    return list(kept.values())
