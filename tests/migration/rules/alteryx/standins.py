"""A pipeline in which every `manual` node is a source of its declared columns: all that was converted can then run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def with_sources(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy; a manual node with several ports becomes a source for each."""
    nodes: list[dict[str, Any]] = []
    moved: dict[tuple[str, str], str] = {}
    for node in document["nodes"]:
        if node.get("transform") != "manual":
            nodes.append(dict(node))
            continue
        for port in node["config"].get("ports") or [""]:
            name = f"{node['id']}__{port.lower()}" if port else node["id"]
            moved[(node["id"], port)] = name
            columns = node["config"].get("columns") or [{"name": "nothing", "type": "varchar"}]
            nodes.append(
                {"id": name, "type": "source", "connector": "csv", "config": {"path": "x"}, "columns": columns}
            )
    gone = {before for before, _ in moved}
    edges = []
    for edge in document["edges"]:
        if edge["to"] in gone:
            continue
        port = edge.get("from_port", "")
        if edge["from"] in gone:
            named = moved.get((edge["from"], port), moved.get((edge["from"], ""), ""))
            edge = {key: value for key, value in edge.items() if key != "from_port"} | {"from": named}
        edges.append(edge)
    refs = {f"{before}.{port}" if port else before: name for (before, port), name in moved.items()}
    found = [_rewired(node, refs, edges) for node in nodes]
    return {**document, "nodes": found, "edges": edges}


def _rewired(node: dict[str, Any], refs: Mapping[str, str], edges: list[dict[str, str]]) -> dict[str, Any]:
    before = list(dict.fromkeys(edge["from"] for edge in edges if edge["to"] == node["id"]))
    config = _renamed(node.get("config", {}), refs)
    return {**{key: value for key, value in node.items() if key != "depends_on"}, "config": config} | (
        {"depends_on": before} if before else {}
    )


def _renamed(value: Any, refs: Mapping[str, str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _renamed(each, refs, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, refs) for each in value]
    if key in ("ref", "left", "right") and isinstance(value, str):
        return refs.get(value, value)
    return value
