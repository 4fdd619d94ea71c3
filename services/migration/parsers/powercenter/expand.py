"""A mapping's instances resolved to definitions, mapplets put in place of their instances."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.migration.ast import Connector, Origin, SourceDefinition, Transformation, TransformationField
from services.migration.parsers.log import Log, shown
from services.migration.parsers.powercenter.connections import Node, checked, led_through
from services.migration.parsers.powercenter.library import Library
from services.migration.parsers.powercenter.model import Instance, MappingDefinition, Shortcut
from services.migration.parsers.powercenter.transformations import INPUT, MAPPLET, OUTPUT

MAX_NODES = 50_000  # of one mapping; mapplets in mapplets could multiply without end
MAX_NESTING = 32  # of mapplets in mapplets
SEPARATOR = "."  # mapplet instance . instance inside it, as sessions write it


_Ports = dict[str, tuple[str, str]]  # a mapplet's outer port → (instance inside, its port)


@dataclass(frozen=True, slots=True)
class _Doors:
    """The ways into and out of one mapplet instance."""

    inputs: _Ports
    outputs: _Ports


@dataclass(slots=True)
class Graph:
    """Resolved nodes by instance name and the connectors between them."""

    nodes: dict[str, Node] = field(default_factory=dict)
    connectors: list[Connector] = field(default_factory=list)


class Expander:
    """Resolves mappings and mapplets of one library."""

    def __init__(self, library: Library, log: Log) -> None:
        self._library = library
        self._log = log
        self._budget = MAX_NODES

    def mapping(self, definition: MappingDefinition) -> Graph:
        """The mapping's graph; what cannot be resolved stays as a node without ports, with an error in the log."""
        self._budget = MAX_NODES
        return self._expand(definition, ())

    def _expand(self, definition: MappingDefinition, path: tuple[int, ...]) -> Graph:
        """`path` holds the mapplets this one stands in, by identity."""
        graph = Graph()
        inner: list[tuple[Instance, MappingDefinition, Transformation]] = []
        inside = _defined_inside(definition)
        for instance in definition.instances:
            node = self._node(definition, instance, inside.get((instance.kind, instance.refers_to)))
            if isinstance(node, MappingDefinition):
                outer = _interface(node, definition, instance.refers_to)
                graph.nodes[instance.name] = _as_mapplet(instance, outer)
                inner.append((instance, node, outer))
            else:
                graph.nodes[instance.name] = node
        graph.connectors = checked(definition.connectors, graph.nodes, definition.name, self._log)
        self._budget -= len(graph.nodes)
        self._inline(graph, inner, path)
        return graph

    def _node(self, definition: MappingDefinition, instance: Instance, local: Node | None) -> Node | MappingDefinition:
        """The instance as a node, or the mapplet that it is; `local` is what the mapping itself defines."""
        found = local if local is not None else self._library.find(definition.folder, instance)
        if isinstance(found, MappingDefinition):
            return found
        if isinstance(found, SourceDefinition):
            return _as_table(instance, found)
        if isinstance(found, Transformation):
            return _as_transformation(instance, found)
        self._report_missing(definition, instance, found)
        return _unknown(instance)

    def _report_missing(self, definition: MappingDefinition, instance: Instance, found: Shortcut | None) -> None:
        if isinstance(found, Shortcut):
            code = "UNRESOLVED_SHORTCUT"
            what = f"the shortcut {shown(found.name)} leads to {shown(found.refers_to)} in {shown(found.folder)}"
        else:
            code = "UNRESOLVED_DEFINITION"
            what = f"there is no {instance.kind.lower()} definition {shown(instance.refers_to)}"
        self._log.error(
            code,
            f"{shown(instance.name)} of {shown(definition.name)} cannot be resolved: {what}, which this file does not "
            "hold. Export the mapping again with its dependencies (shared folders included).",
            instance.origin,
        )

    def _may_enter(self, mapplet: MappingDefinition, instance: Instance, path: tuple[int, ...]) -> bool:
        refusal = self._refusal(mapplet, path)
        if refusal:
            code, why = refusal
            self._log.error(
                code, f"The mapplet instance {shown(instance.name)} is left as it is: {why}", instance.origin
            )
        return not refusal

    def _refusal(self, mapplet: MappingDefinition, path: tuple[int, ...]) -> tuple[str, str] | None:
        if id(mapplet) in path:
            why = f"{shown(mapplet.name)} contains itself. Correct it in the Mapplet Designer."
            return "CYCLIC_MAPPLET", why
        if len(path) >= MAX_NESTING:
            return "MAPPLET_TOO_LARGE", f"mapplets are nested more than {MAX_NESTING} deep. Flatten them."
        if self._budget <= 0:
            return "MAPPLET_TOO_LARGE", f"the mapping would have more than {MAX_NODES} instances. Split it."
        return None

    def _inline(
        self, graph: Graph, mapplets: list[tuple[Instance, MappingDefinition, Transformation]], path: tuple[int, ...]
    ) -> None:
        """Replace instances of mapplets by the mapplets' contents."""
        doors: dict[str, _Doors] = {}
        passing: set[str] = set()
        connectors: list[Connector] = []
        names = sorted(graph.nodes)
        for instance, mapplet, outer in mapplets:
            if not self._may_enter(mapplet, instance, path):
                continue
            content = self._expand(mapplet, (*path, id(mapplet)))
            prefix = _free_prefix(instance.name, names)
            doors[instance.name] = _Doors(_ports(outer, content, INPUT, prefix), _ports(outer, content, OUTPUT, prefix))
            del graph.nodes[instance.name]
            for inner, node in content.nodes.items():
                if isinstance(node, Transformation) and node.type in (INPUT, OUTPUT):
                    passing.add(_within(prefix, inner))
                else:
                    graph.nodes[_within(prefix, inner)] = _renamed(node, prefix, mapplet.name)
            connectors += [
                replace(c, from_instance=_within(prefix, c.from_instance), to_instance=_within(prefix, c.to_instance))
                for c in content.connectors
            ]
        if doors:
            moved = (self._moved(connector, doors) for connector in graph.connectors)
            graph.connectors = led_through([*(c for c in moved if c is not None), *connectors], passing)

    def _moved(self, connector: Connector, doors: Mapping[str, _Doors]) -> Connector | None:
        """The connector with its ends at mapplet instances led to the ports inside."""
        start, end = doors.get(connector.from_instance), doors.get(connector.to_instance)
        if start:
            inner = start.outputs.get(connector.from_field)
            if inner is None:
                self._report_port(connector.from_instance, connector.from_field, connector.line)
                return None
            connector = replace(connector, from_instance=inner[0], from_field=inner[1])
        if end:
            inner = end.inputs.get(connector.to_field)
            if inner is None:
                self._report_port(connector.to_instance, connector.to_field, connector.line)
                return None
            connector = replace(connector, to_instance=inner[0], to_field=inner[1])
        return connector

    def _report_port(self, name: str, port: str, line: int) -> None:
        self._log.error(
            "UNRESOLVED_MAPPLET_PORT",
            f"The port {shown(port)} of the mapplet instance {shown(name)} belongs to no input or output inside the "
            "mapplet. Export the mapping again with its dependencies.",
            Origin(self._log.file, line, f"CONNECTOR {shown(name)}.{shown(port)}"),
        )


def _within(outer: str, inner: str) -> str:
    return f"{outer}{SEPARATOR}{inner}"


def _free_prefix(name: str, names: list[str]) -> str:
    """The instance's name as prefix, longer where an instance is already called so; `names` are sorted."""
    while True:
        start = name + SEPARATOR
        at = bisect_left(names, start)
        if at == len(names) or not names[at].startswith(start):
            return name
        name += "_"


def _defined_inside(definition: MappingDefinition) -> dict[tuple[str, str], Node]:
    """(kind, name) → what the mapping itself defines."""
    inside: dict[tuple[str, str], Node] = {("TRANSFORMATION", t.name): t for t in definition.transformations}
    return inside | {(table.role.upper(), table.name): table for table in definition.tables}


def _interface(mapplet: MappingDefinition, user: MappingDefinition, alias: str) -> Transformation:
    """The mapplet's outer ports, told by a TRANSFORMATION of type Mapplet in it or in its user, else by its inside."""
    for transformation in (*mapplet.transformations, *user.transformations):
        if transformation.type == MAPPLET and transformation.name in (mapplet.name, alias):
            return transformation
    fields: list[TransformationField] = []
    for transformation in mapplet.transformations:
        if transformation.type in (INPUT, OUTPUT):
            fields += [
                replace(
                    port,
                    ref_field=port.name,
                    attributes={**port.attributes, "MAPPLETGROUP": transformation.name},
                )
                for port in transformation.fields
            ]
    return Transformation(mapplet.name, MAPPLET, mapplet.origin, tuple(fields))


def _ports(outer: Transformation, content: Graph, kind: str, prefix: str) -> _Ports:
    """Outer port → (instance inside, its port), for the mapplet's inputs or outputs by `kind`."""
    holders = {
        name: node for name, node in content.nodes.items() if isinstance(node, Transformation) and node.type == kind
    }
    by_definition = {node.definition_name or name: name for name, node in holders.items()}
    ports = {}
    for port in outer.fields:
        inner = port.ref_field or port.name
        group = port.attributes.get("MAPPLETGROUP", "") or port.group
        instance = group if group in holders else by_definition.get(group, "")
        if not group:
            instance = next((name for name, node in holders.items() if node.field(inner)), "")
        if instance:
            ports[port.name] = (_within(prefix, instance), inner)
    return ports


def _renamed(node: Node, outer: str, mapplet: str) -> Node:
    if isinstance(node, SourceDefinition):
        return replace(node, name=_within(outer, node.name))
    return replace(
        node,
        name=_within(outer, node.name),
        definition_name=node.definition_name or node.name,
        associated_sources=tuple(_within(outer, source) for source in node.associated_sources),
        mapplet=node.mapplet or mapplet,
    )


def _as_table(instance: Instance, table: SourceDefinition) -> SourceDefinition:
    return replace(
        table,
        name=instance.name,
        origin=instance.origin,
        attributes={**table.attributes, **instance.attributes},
        description=instance.description or table.description,
    )


def _as_transformation(instance: Instance, definition: Transformation) -> Transformation:
    return replace(
        definition,
        name=instance.name,
        definition_name=definition.name if definition.name != instance.name else "",
        attributes={**definition.attributes, **instance.attributes},
        associated_sources=instance.associated_sources,
        description=instance.description or definition.description,
    )


def _as_mapplet(instance: Instance, outer: Transformation) -> Transformation:
    return replace(
        outer,
        name=instance.name,
        origin=instance.origin,
        definition_name=outer.name if outer.name != instance.name else "",
    )


def _unknown(instance: Instance) -> Node:
    if instance.kind in ("SOURCE", "TARGET"):
        return SourceDefinition(instance.name, instance.kind.lower(), instance.refers_to, "", instance.origin)
    kind = MAPPLET if instance.kind == "MAPPLET" else "Unresolved"
    return Transformation(instance.name, kind, instance.origin, definition_name=instance.refers_to)
