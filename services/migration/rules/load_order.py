"""The order in which a mapping loads its targets, and tables that it loads first and reads afterwards.

The targets of one mapping are loaded group by group in its target load order; a source or lookup of a later group sees
what the groups before it have written. With constraint based loading, targets that one active source feeds are loaded
parents first. Source: PowerCenter Designer Guide, "Setting the Target Load Order"; Workflow Basics Guide,
"Constraint-Based Loading".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.migration.ast import MappingAST, SourceDefinition
from services.migration.flow import PASSIVE
from services.migration.graph import Graph
from services.migration.rules.context import Node, Outcome

READS_WHAT_IS_LOADED = 0.79
"""Confidence where a result depends on rows that the same mapping writes."""

CONSTRAINT_BASED = "Constraint based load ordering"
HANDED_ON = PASSIVE | {"Filter", "Router", "Update Strategy", "Transaction Control"}
"""Kinds that are no active source of the targets behind them: what feeds them is."""


def places(mapping: MappingAST, graph: Graph) -> dict[str, int]:
    """Target → its place in the load, from 1."""
    targets = {target.name: target for target in mapping.targets}
    order = list(dict.fromkeys(name for name in (*mapping.target_load_order, *targets) if name in targets))
    if mapping.session_attributes.get(CONSTRAINT_BASED, "").upper() == "YES":
        groups: dict[str, list[str]] = {}
        for name in order:
            groups.setdefault(_active_source(name, graph), []).append(name)
        for members in groups.values():
            slots = sorted(order.index(name) for name in members)
            for slot, name in zip(slots, _parents_first([targets[name] for name in members]), strict=True):
                order[slot] = name
    return {name: place for place, name in enumerate(order, 1)}


def _active_source(name: str, graph: Graph) -> str:
    """The instance whose rows reach a target unchanged in number but for filters and routers; its own name if none."""
    for _ in graph.instances:
        groups = graph.feeds.get(name, {})
        parent = graph.parents.get((name, next(iter(groups)))) if len(groups) == 1 else None
        if parent is None:
            return name
        name = parent[0]
        if getattr(graph.instances[name], "type", "") not in HANDED_ON:
            return name
    return name


def _parents_first(targets: list[SourceDefinition]) -> list[str]:
    """Each target after those whose tables its foreign keys name; as they stand where keys go round in a circle."""
    left, order = list(targets), list[str]()
    while left:
        free = next((item for item in left if not _parents(item, left)), left[0])
        left.remove(free)
        order.append(free.name)
    return order


def _parents(item: SourceDefinition, among: list[SourceDefinition]) -> bool:
    referenced = {field.attributes.get("REFERENCEDTABLE", "").casefold() for field in item.fields}
    return any(other.table.casefold() in referenced - {item.table.casefold()} for other in among)


def note(outcomes: dict[str, Outcome], attached: dict[str, list[Outcome]]) -> None:
    """Put a warning on the outcomes that read a table loaded before them. Both are by instance, changed in place."""
    everything = [*outcomes.values(), *(part for parts in attached.values() for part in parts)]
    nodes = {node["id"]: node for outcome in everything for node in outcome.nodes}
    sinks = [node for node in nodes.values() if node["type"] == "sink"]
    for name, outcome in outcomes.items():
        outcomes[name] = _told(outcome, nodes, sinks)
    for name, parts in attached.items():
        attached[name] = [_told(part, nodes, sinks) for part in parts]


def _told(outcome: Outcome, nodes: Mapping[str, Node], sinks: list[Node]) -> Outcome:
    for node in outcome.nodes:
        loaded = [sink for sink in sinks if node["type"] == "source" and _table(sink) and _table(sink) == _table(node)]
        own = [sink for sink in sinks if loaded and _is_fed(sink, node["id"], nodes)]
        first = min((sink["config"].get("load_order", 0) for sink in own), default=0)
        for sink in loaded:
            if sink not in own and sink["config"].get("load_order", 0) < first:
                text = (
                    f"It reads the table {node['config']['table']}, which the target {sink['origin']['object']} of the "
                    "same mapping has loaded by then: give it those rows, or run the two loads as pipelines of their "
                    "own."
                )
                confidence = min(outcome.confidence, READS_WHAT_IS_LOADED)
                outcome = replace(outcome, warnings=(*outcome.warnings, text), confidence=confidence)
    return outcome


def _table(node: Node) -> str:
    return str(node["config"].get("table", "")).casefold()


def _is_fed(sink: Node, source: str, nodes: Mapping[str, Node]) -> bool:
    """True where rows of the source reach the sink."""
    seen: set[str] = set()
    ahead = [str(sink["id"])]
    while ahead:
        found = ahead.pop().partition(".")[0]
        if found not in seen:
            seen.add(found)
            ahead += nodes[found].get("depends_on", ()) if found in nodes else ()
    return source in seen
