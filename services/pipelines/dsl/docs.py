"""The language's reference page, written from the schema, the examples and what they give when they run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from string import Template
from typing import Any

from services.pipelines.dsl.document import Document, load
from services.pipelines.dsl.fields import INPUT_FIELDS, PORTS
from services.pipelines.dsl.language import connectors, definition, dialects, kinds, resolved
from services.pipelines.dsl.writer import write
from services.pipelines.runner import run
from services.pipelines.structure import STRUCTURAL_CHECKS

OPEN_ENDED = frozenset({"task", "config"})
"""Definitions that are not spelt out inside others: they have a table of their own."""


@cache
def examples() -> dict[str, str]:
    """Name of each example → its YAML."""
    folder = resources.files("services.pipelines.dsl").joinpath("examples")
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name)
    return {item.name.removesuffix(".yaml"): item.read_text("utf-8") for item in files}


@cache
def page() -> str:
    """The whole page as Markdown."""
    template = resources.files("services.pipelines.dsl").joinpath("reference.md").read_text("utf-8")
    shown = examples()
    return Template(template).substitute(
        example=shown["sql_where"].rstrip(),
        pipeline=table(definition("pipelineDocument"), deep=False),
        node=table(definition("node"), deep=False),
        edge=table(definition("edge")),
        dialects=", ".join(f"`{name}`" for name in dialects()),
        types=definition("dataType")["description"],
        connectors=_rows(("Connector", "What it is"), ((f"`{key}`", text) for key, text in connectors().items())),
        source=f"{definition('sourceConfig')['description']}\n\n{_node_columns('sourceColumn')}\n\n"
        + table(definition("sourceConfig")),
        sink=f"{definition('sinkConfig')['description']}\n\n{table(definition('sinkConfig'))}",
        kinds_list=_rows(("Kind", "What it does"), ((f"[`{kind}`](#{kind})", _first(kind)) for kind in kinds())),
        kinds="\n\n".join(_kind(kind, shown) for kind in kinds()),
        orchestration_text=definition("orchestrationDocument")["description"],
        orchestration_example=shown["orchestration"].rstrip(),
        orchestration=table(definition("orchestration"), deep=False),
        task=table(definition("task")),
        parameter=table(definition("parameter")),
        quality=table(definition("qualityCheck")),
        origin=table(definition("origin")),
        metadata=table(definition("metadata")),
        checks=_rows(("Check", "What it says"), ((f"`{key}`", text) for key, text in STRUCTURAL_CHECKS.items())),
    )


def _first(kind: str) -> str:
    return str(definition(kind)["description"]).split(". ", 1)[0].rstrip(".") + "."


def _node_columns(name: str) -> str:
    return f"The node's `columns` declare what it gives:\n\n{table(definition(name))}\n\nIts `config`:"


def _kind(kind: str, shown: Mapping[str, str]) -> str:
    part = definition(kind)
    document = load(shown[kind])
    lines = [f"### {kind}", part["description"]]
    inputs = INPUT_FIELDS.get(kind)
    if inputs:
        lines.append(f"Inputs: {' and '.join(f'`{name}`' for name in inputs)}.")
    if kind in PORTS:
        lines.append(f"Ports: {', '.join(f'`{port}`' for port in PORTS[kind])}; the first is the default.")
    lines.append(table(part))
    step = next(node for node in document.nodes() if node["id"] == "step")
    lines.append(f"```yaml\n{_indented(step)}\n```")
    if kind != "manual":
        lines.append(f"{_given(document)}\n\nThe result:\n\n{_result(document)}")
    return "\n\n".join(lines)


def _indented(node: Mapping[str, Any]) -> str:
    return write([{"nodes": [node]}]).removeprefix("nodes:\n").rstrip()


def _given(document: Document) -> str:
    parts = []
    for node in document.nodes():
        if node["type"] == "source":
            heads = [column["name"] for column in node["columns"]]
            parts.append(f"Given `{node['id']}`:\n\n{_rows(heads, (_cells(row) for row in node['config']['rows']))}")
    return "\n\n".join(parts)


def _result(document: Document) -> str:
    rows = run(document)["result"]
    ordered = sorted((_cells(row.values()) for row in rows), key=lambda cells: [(len(c), c) for c in cells])
    if _keeps_order(document):
        ordered = [_cells(row.values()) for row in rows]
    return _rows(list(rows[0]) if rows else [], ordered)


def _keeps_order(document: Document) -> bool:
    """Rows come in a meaningful order only from an order node; others are shown sorted, so the page is stable."""
    return any(node.get("transform") == "sql_order_by" for node in document.nodes())


def _cells(values: Iterable[Any]) -> list[str]:
    return ["null" if value is None else str(value) for value in values]


def table(part: Mapping[str, Any], *, deep: bool = True) -> str:
    """The properties of a definition as a Markdown table; with `deep`, those of its lists and mappings too."""
    rows = _properties(resolved(part), "", deep, ())
    return _rows(("Key", "Value", "Needed", "Meaning"), rows)


def _properties(part: Mapping[str, Any], prefix: str, deep: bool, seen: tuple[str, ...]) -> Iterator[list[str]]:
    required = part.get("required", [])
    for name, raw in part.get("properties", {}).items():
        child = resolved(raw)
        needed = "yes" if name in required else ""
        default = f" Default: `{json.dumps(child['default'], ensure_ascii=False)}`." if "default" in child else ""
        yield [f"`{prefix}{name}`", _value(child), needed, f"{child.get('description', '')}{default}"]
        inner = resolved(child.get("items", child))
        mark = "[]." if "items" in child else "."
        reference = str(raw.get("$ref", raw.get("items", {}).get("$ref", ""))).rsplit("/", 1)[-1]
        if deep and inner.get("properties") and reference not in (*seen, *OPEN_ENDED):
            yield from _properties(inner, f"{prefix}{name}{mark}", deep, (*seen, reference))


def _value(part: Mapping[str, Any]) -> str:
    if "enum" in part:
        options = part["enum"]
        return ", ".join(f"`{value}`" for value in options) if len(options) <= 20 else "one of a list, see below"
    kind = part.get("type", "")
    if kind == "array":
        return f"list of {_value(resolved(part.get('items', {})))}"
    names = {
        "string": "text",
        "object": "mapping",
        "integer": "whole number",
        "boolean": "true or false",
        "null": "null",
    }
    listed = [kind] if isinstance(kind, str) else list(kind)
    return " or ".join(names.get(name, name) for name in listed)


def _rows(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(heads)
    lines = [names, ["---"] * len(names), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
