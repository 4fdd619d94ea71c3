"""The graph of a pipeline: whose rows go where, in what order nodes can run, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from services.pipelines.dsl.document import Document
from services.pipelines.dsl.finding import Finding, Path, did_you_mean
from services.pipelines.severity import Severity


@dataclass(frozen=True, slots=True)
class Edge:
    """A flow of rows; `from_port` is "" for the only or default output."""

    source: str
    target: str
    from_port: str
    path: Path

    @property
    def ref(self) -> str:
        """The source as node configurations name it: `node` or `node.port`."""
        return f"{self.source}.{self.from_port}" if self.from_port else self.source


@dataclass(slots=True)
class Graph:
    """Nodes by id with their index in the document, edges, and ids in an order with every input first.

    `order` leaves out the nodes on a cycle and those after one. Edges to or from unknown nodes are left out.
    """

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    indexes: dict[str, int] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    into: dict[str, list[Edge]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def inputs(self, node_id: str) -> list[Edge]:
        """The edges into a node, in the order of the document."""
        return self.into.get(node_id, [])

    def path(self, node_id: str, *rest: str | int) -> Path:
        """The path of a node, or of something in it."""
        return ("nodes", self.indexes[node_id], *rest)


def build(document: Document) -> Graph:
    """The graph of a pipeline. What does not fit (duplicate ids, unknown nodes, cycles) is in `findings`."""
    graph = Graph()
    _add_nodes(document, graph)
    listed = document.data.get("edges")
    edges = list(_listed(document)) if isinstance(listed, list) else list(_from_dependencies(document))
    graph.edges = [edge for edge in edges if _known(edge, graph, document)]
    for edge in graph.edges:
        graph.into.setdefault(edge.target, []).append(edge)
    if isinstance(listed, list):
        _compare_dependencies(document, graph)
    _sort(document, graph)
    return graph


def _add_nodes(document: Document, graph: Graph) -> None:
    nodes = document.data.get("nodes")
    for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
        node_id = node.get("id") if isinstance(node, dict) else None
        if not isinstance(node_id, str):
            continue
        if node_id in graph.nodes:
            message = f"the id '{node_id}' is used twice, first by node {graph.indexes[node_id] + 1}; rename one"
            path = ("nodes", index, "id")
            graph.findings.append(document.finding(Severity.ERROR, "DUPLICATE_NODE", message, path))
            continue
        graph.nodes[node_id] = node
        graph.indexes[node_id] = index


def _listed(document: Document) -> Iterator[Edge]:
    for index, edge in enumerate(document.data["edges"]):
        if isinstance(edge, dict) and isinstance(edge.get("from"), str) and isinstance(edge.get("to"), str):
            yield Edge(edge["from"], edge["to"], str(edge.get("from_port") or ""), ("edges", index))


def _from_dependencies(document: Document) -> Iterator[Edge]:
    for index, node in enumerate(document.data.get("nodes") or ()):
        before = node.get("depends_on") if isinstance(node, dict) else None
        for place, source in enumerate(before if isinstance(before, list) else ()):
            if isinstance(source, str) and isinstance(node.get("id"), str):
                yield Edge(source, node["id"], "", ("nodes", index, "depends_on", place))


def _known(edge: Edge, graph: Graph, document: Document) -> bool:
    ends = {"from": edge.source, "to": edge.target}
    unknown = {key: end for key, end in ends.items() if end not in graph.nodes}
    for key, end in unknown.items():
        message = f"no node has the id '{end}'.{did_you_mean(end, graph.nodes)}"
        path = (*edge.path, key) if edge.path[0] == "edges" else edge.path
        graph.findings.append(document.finding(Severity.ERROR, "UNKNOWN_NODE", message, path))
    return not unknown


def _compare_dependencies(document: Document, graph: Graph) -> None:
    """`depends_on` and `edges` must say the same."""
    for node_id, node in graph.nodes.items():
        declared = node.get("depends_on")
        declared = [name for name in declared if isinstance(name, str)] if isinstance(declared, list) else []
        fed = list(dict.fromkeys(edge.source for edge in graph.inputs(node_id)))
        for place, name in enumerate(declared):
            if name not in fed:
                message = f"depends on '{name}', but no edge goes from '{name}' to '{node_id}'; add the edge"
                if name not in graph.nodes:
                    message = f"no node has the id '{name}'.{did_you_mean(name, graph.nodes)}"
                path = graph.path(node_id, "depends_on", place)
                graph.findings.append(document.finding(Severity.ERROR, "DEPENDENCY", message, path))
        for name in fed:
            if name not in declared:
                message = f"an edge comes from '{name}', which `depends_on` does not list; add it there"
                finding = document.finding(Severity.ERROR, "DEPENDENCY", message, graph.path(node_id))
                graph.findings.append(finding)


def _sort(document: Document, graph: Graph) -> None:
    """Kahn's algorithm; what is left over is on a cycle or behind one."""
    after: dict[str, list[str]] = {node_id: [] for node_id in graph.nodes}
    waiting = dict.fromkeys(graph.nodes, 0)
    for source, target in {(edge.source, edge.target) for edge in graph.edges}:
        after[source].append(target)
        waiting[target] += 1
    ready = [node_id for node_id, count in waiting.items() if count == 0]
    for node_id in ready:  # grows while it is read
        for target in after[node_id]:
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    graph.order = sorted(ready, key=_depths(graph, ready).__getitem__)
    cycle = _cycle(graph, {node_id for node_id, count in waiting.items() if count})
    if cycle:
        message = f"nodes feed each other in a circle: {' → '.join(cycle)}; take one of the edges out"
        finding = document.finding(Severity.ERROR, "CYCLE", message, graph.path(cycle[0]))
        graph.findings.append(finding)


def _depths(graph: Graph, ready: list[str]) -> dict[str, tuple[int, int]]:
    """Distance from the sources, then place in the document: the same order in every run."""
    sources: dict[str, list[str]] = {node_id: [] for node_id in graph.nodes}
    for edge in graph.edges:
        sources[edge.target].append(edge.source)
    level: dict[str, int] = {}
    for node_id in ready:
        level[node_id] = 1 + max((level[name] for name in sources[node_id]), default=0)
    return {node_id: (level[node_id], graph.indexes[node_id]) for node_id in ready}


def _cycle(graph: Graph, left: set[str]) -> list[str]:
    """One cycle among the nodes that could not be ordered, its first node also at the end; [] if none."""
    before = {node_id: [edge.source for edge in graph.inputs(node_id) if edge.source in left] for node_id in left}
    current = next((node_id for node_id in graph.nodes if node_id in left), "")
    trail: list[str] = []
    while current and current not in trail:
        trail.append(current)
        current = before[current][0] if before[current] else ""
    return [current, *reversed(trail[trail.index(current) :])] if current else []
