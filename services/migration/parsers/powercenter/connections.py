"""Connectors: checked against the instances they name, and led through mapplets' inputs and outputs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from services.migration.ast import Connector, Origin, SourceDefinition, Transformation
from services.migration.parsers.log import Log, shown

Node = SourceDefinition | Transformation
_End = tuple[str, str]  # (instance, port)


def checked(connectors: Iterable[Connector], nodes: Mapping[str, Node], owner: str, log: Log) -> list[Connector]:
    """The connectors whose ends exist, each once; an error for each that leads nowhere.

    A field is found in any case (the tool's names are not case-sensitive) and then written as declared.
    """
    ports = _Ports(nodes)
    kept: dict[tuple[str, str, str, str], Connector] = {}
    for connector in connectors:
        start = ports.declared(connector.from_instance, connector.from_field)
        end = ports.declared(connector.to_instance, connector.to_field)
        if start is None or end is None:
            missing = (
                ports.missing(connector.from_instance, connector.from_field)
                if start is None
                else ports.missing(connector.to_instance, connector.to_field)
            )
            log.error(
                "DANGLING_CONNECTOR",
                f"A connector of {shown(owner)} leads nowhere: {missing}. "
                "Correct the mapping in the Designer, or export it again.",
                _origin(connector, log),
            )
            continue
        if (start, end) != (connector.from_field, connector.to_field):
            connector = replace(connector, from_field=start, to_field=end)
        kept.setdefault((connector.from_instance, start, connector.to_instance, end), connector)
    _report_ambiguous(kept.values(), owner, log)
    return list(kept.values())


class _Ports:
    """The port names of every instance."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._names = {name: {field.name for field in node.fields} for name, node in nodes.items()}
        self._folded: dict[str, dict[str, str]] = {}  # made where a name is not found as written

    def declared(self, instance: str, field: str) -> str | None:
        """The field as its instance declares it, None where it does not."""
        names = self._names.get(instance)
        if names is None:
            return None
        if field in names or not names:
            return field  # an instance without any port was not resolved, which is reported there
        folded = self._folded.get(instance)
        if folded is None:
            folded = self._folded[instance] = {name.casefold(): name for name in names}
        return folded.get(field.casefold())

    def missing(self, instance: str, field: str) -> str:
        if instance in self._names:
            return f"{shown(instance)} has no port {shown(field)!r}"
        return f"there is no instance {shown(instance)!r}"


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


def _origin(connector: Connector, log: Log) -> Origin:
    ends = f"{connector.from_instance}.{connector.from_field} → {connector.to_instance}.{connector.to_field}"
    return Origin(log.file, connector.line, f"CONNECTOR {shown(ends)}")


def led_through(connectors: list[Connector], passing: Collection[str]) -> list[Connector]:
    """The connectors without the instances `passing`: what enters a port of theirs goes on to where it leads."""
    entering: dict[_End, _End] = {}
    for connector in connectors:
        if connector.to_instance in passing:  # a second one into a port has been reported as ambiguous
            end = (connector.to_instance, connector.to_field)
            entering.setdefault(end, (connector.from_instance, connector.from_field))
    origins: dict[_End, _End | None] = {}
    led = []
    for connector in connectors:
        if connector.to_instance in passing:
            continue
        if connector.from_instance in passing:
            origin = _origin_of((connector.from_instance, connector.from_field), entering, passing, origins)
            if origin is None:
                continue
            connector = replace(connector, from_instance=origin[0], from_field=origin[1])
        led.append(connector)
    return led


def _origin_of(
    port: _End, entering: Mapping[_End, _End], passing: Collection[str], origins: dict[_End, _End | None]
) -> _End | None:
    """Where what leaves the port comes from; None where nothing enters. `origins` holds what is known already."""
    path = []
    at: _End | None = port
    while at is not None and at[0] in passing and at not in origins:
        path.append(at)
        origins[at] = None  # a circle has no origin
        at = entering.get(at)
    found = origins.get(at) if at is not None and at[0] in passing else at
    origins.update(dict.fromkeys(path, found))
    return found
