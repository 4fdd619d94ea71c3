"""Connectors as feeds of ports, and what is wrong with them: each a named issue, nothing dropped in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from services.migration.ast import Connector, MappingAST, SourceDefinition, Transformation
from services.migration.conversion import Issue
from services.migration.flow import Instance, PortKey, input_group, is_generator
from services.pipelines.severity import Severity


def valid(mapping: MappingAST, instances: Mapping[str, Instance], issues: list[Issue]) -> Iterator[Connector]:
    fields = {name: {f.name for f in item.fields} for name, item in instances.items()}
    for link in mapping.connectors:
        ends = ((link.from_instance, link.from_field), (link.to_instance, link.to_field))
        missing = next((end for end in ends if end[0] not in fields or end[1] not in fields[end[0]]), None)
        if missing is None:
            yield link
            continue
        what = f"instance {missing[0]}" if missing[0] not in fields else f"port {missing[1]} of {missing[0]}"
        issues.append(
            Issue(
                Severity.WARNING,
                "DANGLING_CONNECTOR",
                f"The connector {link.from_instance}.{link.from_field} → {link.to_instance}.{link.to_field} "
                f"(line {link.line}) names the {what}, which the mapping does not have; it was left out.",
                "Export the mapping again from a valid repository object, or remove the connector.",
                mapping=mapping.name,
                object=link.to_instance,
                column=link.to_field,
                origin=mapping.origin,
            )
        )


def feeds_of(
    mapping: MappingAST, instances: Mapping[str, Instance], links: Iterable[Connector], issues: list[Issue]
) -> dict[str, dict[str, dict[str, PortKey]]]:
    feeds: dict[str, dict[str, dict[str, PortKey]]] = {name: {} for name in instances}
    for link in links:
        group = input_group(instances[link.to_instance], link.to_field)
        ports = feeds[link.to_instance].setdefault(group, {})
        source = (link.from_instance, link.from_field)
        first = ports.setdefault(link.to_field, source)
        if first != source:
            issues.append(
                Issue(
                    Severity.ERROR,
                    "PORT_FED_TWICE",
                    f"{link.to_instance}.{link.to_field} is fed by {'.'.join(first)} and by {'.'.join(source)}; "
                    "only the first was used.",
                    "Keep one connector to the port.",
                    mapping=mapping.name,
                    object=link.to_instance,
                    column=link.to_field,
                    origin=mapping.origin,
                )
            )
    return feeds


def broken_issues(mapping: MappingAST, instances: Mapping[str, Instance], broken: Mapping[str, str]) -> Iterator[Issue]:
    for name, reason in broken.items():
        cycle = "cycle" in reason
        yield Issue(
            Severity.ERROR,
            "CYCLE" if cycle else "MIXED_ROW_SOURCES",
            f"{name} was not converted: {reason}.",
            "Break the cycle in the mapping." if cycle else "Join the branches with a Joiner before this object.",
            mapping=mapping.name,
            object=name,
            origin=instances[name].origin,
        )


def unconnected(
    mapping: MappingAST,
    instances: Mapping[str, Instance],
    feeds: Mapping[str, Mapping[str, Mapping[str, PortKey]]],
    links: Iterable[Connector],
) -> Iterator[Issue]:
    """Instances nothing feeds or nothing reads; a lookup or procedure may be called by name instead."""
    read = {link.from_instance for link in links}
    for name, instance in instances.items():
        is_source = isinstance(instance, SourceDefinition) and instance.role == "source"
        is_target = isinstance(instance, SourceDefinition) and instance.role == "target"
        callable_by_name = isinstance(instance, Transformation) and instance.type in (
            "Lookup Procedure",
            "Lookup",
            "Stored Procedure",
        )
        unfed = not feeds[name] and not is_source and not is_generator(instance)
        if callable_by_name and unfed:
            continue
        if not unfed and (name in read or is_target):
            continue
        yield Issue(
            Severity.WARNING,
            "UNCONNECTED_OBJECT" if unfed else "DEAD_BRANCH",
            f"{name} has no connected input." if unfed else f"No target is reached from {name}: nothing reads it.",
            "Check the mapping: connect the object or remove it.",
            mapping=mapping.name,
            object=name,
            origin=instance.origin,
        )
