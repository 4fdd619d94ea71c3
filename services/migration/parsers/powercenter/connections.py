"""Connectors: checked against the instances they name, and led through mapplets' inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.migration.ast import Connector, Origin, SourceDefinition, Transformation
from services.migration.parsers.powercenter.log import Log, shown

Node = SourceDefinition | Transformation


def checked(connectors: Iterable[Connector], nodes: Mapping[str, Node], owner: str, log: Log) -> list[Connector]:
    """The connectors whose ends exist, each once; an error for each that leads nowhere.

    A field is found in any case (the tool's names are not case-sensitive) and then written as declared.
    """
    spellings = {name: {field.name.casefold(): field.name for field in node.fields} for name, node in nodes.items()}
    kept: dict[tuple[str, str, str, str], Connector] = {}
    for connector in connectors:
        ends = _ends(connector, spellings)
        if isinstance(ends, str):
            log.error(
                "DANGLING_CONNECTOR",
                f"A connector of {shown(owner)} leads nowhere: {ends}. "
                "Correct the mapping in the Designer, or export it again.",
                _origin(connector, log),
            )
            continue
        from_field, to_field = ends
        key = (connector.from_instance, from_field, connector.to_instance, to_field)
        kept.setdefault(key, Connector(*key, line=connector.line))
    _report_ambiguous(kept.values(), owner, log)
    return list(kept.values())


def _report_ambiguous(connectors: Iterable[Connector], owner: str, log: Log) -> None:
    """A port takes one connector; what a second one would mean is not defined."""
    taken: set[tuple[str, str]] = set()
    for connector in connectors:
        end = (connector.to_instance, connector.to_field)
        if end in taken:
            log.error(
                "AMBIGUOUS_CONNECTOR",
                f"More than one connector of {shown(owner)} leads into {shown(end[0])}.{shown(end[1])}. "
                "Remove all but one in the Designer.",
                _origin(connector, log),
            )
        taken.add(end)


def _ends(connector: Connector, spellings: Mapping[str, Mapping[str, str]]) -> tuple[str, str] | str:
    """Both fields as declared, or what is missing."""
    found = []
    for instance, field in (
        (connector.from_instance, connector.from_field),
        (connector.to_instance, connector.to_field),
    ):
        fields = spellings.get(instance)
        if fields is None:
            return f"there is no instance {shown(instance)!r}"
        name = fields.get(field.casefold())
        if name is None:
            if fields:
                return f"{shown(instance)} has no port {shown(field)!r}"
            name = field  # nothing is known of the instance's ports: that is reported where it is resolved
        found.append(name)
    return found[0], found[1]


def _origin(connector: Connector, log: Log) -> Origin:
    ends = f"{connector.from_instance}.{connector.from_field} → {connector.to_instance}.{connector.to_field}"
    return Origin(log.file, connector.line, f"CONNECTOR {shown(ends)}")


def led_through(connectors: list[Connector], passing: str) -> list[Connector]:
    """The connectors without the instance `passing`: what enters a port goes on to where that port leads."""
    entering: dict[str, list[Connector]] = {}
    leaving: dict[str, list[Connector]] = {}
    rest = []
    for connector in connectors:
        if connector.to_instance == passing:
            entering.setdefault(connector.to_field, []).append(connector)
        elif connector.from_instance == passing:
            leaving.setdefault(connector.from_field, []).append(connector)
        else:
            rest.append(connector)
    for field, (start, *_) in entering.items():  # a second one has been reported as ambiguous
        rest.extend(
            Connector(start.from_instance, start.from_field, end.to_instance, end.to_field, line=end.line)
            for end in leaving.get(field, ())
        )
    return rest
