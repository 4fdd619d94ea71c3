"""The fixed order of keys: that of the properties in the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.migration.dsl.language import config_definition, definition, resolved


def arranged(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a document with its keys in the schema's order; keys it does not know follow in their own."""
    pipeline = "nodes" in document or "orchestration" not in document
    ordered = _arranged(document, definition("pipelineDocument" if pipeline else "orchestrationDocument"))
    return dict(ordered)


def _arranged(value: Any, part: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return _mapping(value, resolved(part))
    if isinstance(value, list | tuple):
        items = resolved(part).get("items", {})
        return [_arranged(item, items) for item in value]
    return value


def _mapping(value: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    properties = dict(part.get("properties", {}))
    if "transform" in properties and "config" in properties:
        name = config_definition(value)
        properties["config"] = definition(name) if name else {}
    known = [name for name in properties if name in value]
    others = [name for name in value if name not in properties]
    return {name: _arranged(value[name], properties.get(name, {})) for name in (*known, *others)}
