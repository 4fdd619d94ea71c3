"""The fixed order of keys: that of the properties in the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.pipelines.dsl.language import config_definition, definition, resolved


@dataclass(slots=True)
class _Part:
    """A schema as far as it says what stands where."""

    properties: dict[str, Mapping[str, Any]]  # the schema of each key
    places: dict[str, int]  # where each key stands
    items: Mapping[str, Any]
    has_kinds: bool  # a node: `config` depends on what kind it is of
    orders: dict[tuple[str, ...], tuple[str, ...]] = field(
        default_factory=dict
    )  # keys as given → as the schema has them


def arranged(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a document with its keys in the schema's order; keys it does not know follow in their own."""
    pipeline = "nodes" in document or "orchestration" not in document
    return _mapping(document, definition("pipelineDocument" if pipeline else "orchestrationDocument"))


def _arranged(value: Any, schema: Mapping[str, Any]) -> Any:
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, (list, tuple)):
        items = _part(schema).items
        return [item if type(item) is str else _arranged(item, items) for item in value]
    return _mapping(value, schema) if isinstance(value, (dict, Mapping)) else value


def _mapping(value: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    part = _part(schema)
    properties = part.properties
    given = tuple(value)
    names = part.orders.get(given)
    if names is None:
        names = _order(part, given)
    found = {}
    for name in names:
        item = value[name]
        if type(item) is not str:
            inner = properties.get(name, _ANY)
            if name == "config" and part.has_kinds:
                kind = config_definition(value)
                inner = definition(kind) if kind else _ANY
            item = _arranged(item, inner)
        found[name] = item
    return found


def _order(part: _Part, given: tuple[str, ...]) -> tuple[str, ...]:
    """The keys as the schema has them, kept for the next mapping with the same."""
    last = len(part.places)
    names = tuple(sorted(given, key=lambda name: part.places.get(name, last)))
    if len(part.orders) >= _MOST_ORDERS:
        part.orders.clear()
    part.orders[given] = names
    return names


_SCALARS = (str, int, float)
_MOST_ORDERS = 1000  # of one part; people's documents may have any keys
_PARTS: dict[int, _Part] = {}  # by identity: the schema is one object for the life of the process


def _part(schema: Mapping[str, Any]) -> _Part:
    known = _PARTS.get(id(schema)) if schema else _NOTHING
    if known is None:
        whole = resolved(schema)
        properties = dict(whole.get("properties", {}))
        places = {name: place for place, name in enumerate(properties)}
        known = _Part(properties, places, whole.get("items", {}), "transform" in properties and "config" in properties)
        _PARTS[id(schema)] = known
    return known


_ANY: dict[str, Any] = {}
_NOTHING = _Part({}, {}, {}, False)
