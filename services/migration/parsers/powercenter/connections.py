"""Connectors: checked against the instances they name, and led through mapplets' inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.migration.ast import Connector, Origin, SourceDefinition, Transformation
from services.migration.parsers.powercenter.log import Log, shown

Node = SourceDefinition | Transformation


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
