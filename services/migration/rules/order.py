"""Which instances have to hand on sort keys: those between a Sorter and an object that depends on its order."""

from __future__ import annotations

import re

from services.migration.ast import Role, Transformation
from services.migration.flow import is_passive
from services.migration.graph import Graph

RUNNING = re.compile(r"\b(?:CUME|MOVINGSUM|MOVINGAVG)\s*\(", re.IGNORECASE)
WORD = re.compile(r"[\w$#@]+")
KEEPS_ROWS_IN_ORDER = frozenset({"Filter", "Router", "Update Strategy", "Transaction Control"})
"""Active types that hand rows on in the order they come in."""


def order_readers(graph: Graph) -> frozenset[str]:
    """Names of the instances through which an order must stay visible."""
    found: set[str] = set()
    for name, instance in graph.instances.items():
        if isinstance(instance, Transformation) and depends_on_order(instance):
            for group in graph.feeds[name]:
                found |= _path_to_sort(graph, name, group)
        for group in graph.feeds[name]:
            if graph.generators.get((name, group)):
                found |= _path_to_sort(graph, name, group)
    return frozenset(found)


def depends_on_order(item: Transformation) -> bool:
    """True where values come from rows before: a variable's, a running total's, those of a group's last row."""
    if item.type == "Aggregator":
        return True
    if item.type != "Expression":
        return False
    if any(RUNNING.search(port.expression) for port in item.fields):
        return True
    variables = [port for port in item.fields if port.role is Role.VARIABLE]
    for index, port in enumerate(variables):
        words = {word.lower() for word in WORD.findall(port.expression)}
        if any(other.name.lower() in words for other in variables[index:]):
            return True
    return False


def _path_to_sort(graph: Graph, name: str, group: str) -> set[str]:
    found: set[str] = set()
    stream = graph.parents.get((name, group))
    while stream is not None:
        instance = graph.instances[stream[0]]
        keeps = isinstance(instance, Transformation) and (instance.type in KEEPS_ROWS_IN_ORDER or is_passive(instance))
        if not keeps or stream[0] in found:
            break
        found.add(stream[0])
        groups = list(graph.feeds[stream[0]])
        stream = graph.parents.get((stream[0], groups[0])) if groups else None
    return found
