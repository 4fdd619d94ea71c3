"""The pipeline language as prompts need it: kinds, their configuration and connectors, from the JSON Schema itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from services.pipelines.dsl.language import connectors, definition, kinds, resolved

EXAMPLE = "sql_join.yaml"
_MANUAL = "manual"  # what a converter could not convert: nobody asks for one


@cache
def brief() -> str:
    """What pipelines are made of, one line a kind: for a model that talks about them."""
    lines = ["A pipeline is YAML: name, dialect, nodes (source, transform, sink), edges. Kinds of transform:"]
    lines += [f"- {kind}: {_first(definition(kind).get('description', ''))}" for kind in kinds() if kind != _MANUAL]
    return "\n".join([*lines, f"Connectors of sources and sinks: {', '.join(connectors())}."])


@cache
def reference() -> str:
    """Every kind with its fields and an example: for a model that writes pipelines."""
    parts = [
        "Fields marked * are required.",
        f"node: {_fields('node')}",
        f"edge: {_fields('edge')}",
        f"source config: {_fields('sourceConfig')}",
        f"sink config: {_fields('sinkConfig')}",
    ]
    parts += [
        f"{kind}: {_first(definition(kind).get('description', ''))} config: {_fields(kind)}"
        for kind in kinds()
        if kind != _MANUAL
    ]
    parts.append(f"connector: one of {', '.join(connectors())}")
    example = resources.files("services.pipelines.dsl.examples").joinpath(EXAMPLE).read_text("utf-8")
    return "\n".join(parts) + f"\n\nExample:\n```yaml\n{example.strip()}\n```"


def _first(description: str) -> str:
    return description.split(". ")[0].rstrip(".") + "." if description else ""


def _fields(name: str) -> str:
    """`from*: text, columns*: [{name*, expression}]`"""
    whole = resolved(definition(name))
    required = set(whole.get("required", ()))
    return "{" + ", ".join(_field(key, part, key in required) for key, part in whole["properties"].items()) + "}"


def _field(key: str, part: Mapping[str, Any], is_required: bool) -> str:
    return f"{key}{'*' if is_required else ''}: {_shape(part, 2)}"


def _shape(part: Mapping[str, Any], depth: int) -> str:
    whole = resolved(part)
    if "const" in whole:
        return repr(whole["const"])
    if "enum" in whole:
        listed = [str(each) for each in whole["enum"]]
        return "|".join(listed) if len(listed) <= 8 else "text"
    if whole.get("type") == "array":
        return f"[{_shape(whole.get('items', {}), depth)}]"
    if "properties" in whole and depth:
        required = set(whole.get("required", ()))
        inner = (
            f"{key}{'*' if key in required else ''}: {_shape(value, depth - 1)}"
            for key, value in whole["properties"].items()
        )
        return "{" + ", ".join(inner) + "}"
    kind = whole.get("type", "value")
    return {"string": "text", "object": "{…}"}.get(kind, kind) if isinstance(kind, str) else "|".join(kind)
