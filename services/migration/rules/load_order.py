"""Tables that a mapping loads first and reads afterwards.

The targets of one mapping are loaded group by group in its target load order; a source or lookup of a later group sees
what the groups before it have written. Source: PowerCenter Designer Guide, "Setting the Target Load Order".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.migration.rules.context import Node, Outcome

READS_WHAT_IS_LOADED = 0.79
"""Confidence where a result depends on rows that the same mapping writes."""


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
