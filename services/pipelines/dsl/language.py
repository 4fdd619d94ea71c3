"""The definition of the language, read from `pipeline.schema.json`: its kinds, connectors and dialects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

SCHEMA_FILE = "pipeline.schema.json"


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12), parsed. Do not change it."""
    text = resources.files("services.pipelines.dsl").joinpath(SCHEMA_FILE).read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def definition(name: str) -> dict[str, Any]:
    """One entry of the schema's `$defs`."""
    found: dict[str, Any] = schema()["$defs"][name]
    return found


def resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with its `$ref` followed; what stands beside the reference wins."""
    if "$ref" not in part:
        return part
    target = resolved(definition(part["$ref"].rsplit("/", 1)[1]))
    return {**target, **{key: value for key, value in part.items() if key != "$ref"}}


@cache
def kinds() -> tuple[str, ...]:
    """Every kind of transformation, `manual` last."""
    return tuple(definition("kind")["enum"])


@cache
def connectors() -> dict[str, str]:
    """Every connector with its description."""
    part = definition("connector")
    return dict(zip(part["enum"], part["enumDescriptions"], strict=True))


@cache
def dialects() -> tuple[str, ...]:
    """The SQL dialects that pipelines are written in."""
    return tuple(definition("dialect")["enum"])


def config_definition(node: Mapping[str, Any]) -> str:
    """Name of the definition that a node's `config` must meet; "" where type or kind is unknown."""
    if node.get("type") in ("source", "sink"):
        return f"{node['type']}Config"
    kind = node.get("transform")
    return kind if kind in kinds() else ""
