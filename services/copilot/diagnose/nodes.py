"""The node of a pipeline that reads or writes what an error is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

LONGEST = 256 * 1024
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def node_of(text: str, names: Sequence[str], error: str) -> str:
    """Id of the node that the error names, else of the first whose configuration names one of `names`, sinks first;
    "" where none does or the YAML cannot be read."""
    if not text.strip() or len(text) > LONGEST:
        return ""
    nodes = _nodes(text)
    for node in nodes:
        if len(node["id"]) > 2 and re.search(rf"(?<![\w.]){re.escape(node['id'])}(?![\w.])", error):
            return str(node["id"])
    wanted = {part.strip("\"'").lower() for name in names for part in (name, name.rsplit(".", 1)[-1]) if len(part) > 2}
    for node in sorted(nodes, key=lambda each: each.get("type") != "sink"):
        if wanted & _words(node):
            return str(node["id"])
    return ""


def _nodes(text: str) -> list[dict[str, Any]]:
    try:
        table = yaml.load(text, Loader=_LOADER)  # noqa: S506 - why: the safe loader, in C where there is one
    except (yaml.YAMLError, RecursionError, ValueError):
        return []
    listed = table.get("nodes") if isinstance(table, dict) else None
    rows = listed if isinstance(listed, list) else []
    return [node for node in rows if isinstance(node, dict) and isinstance(node.get("id"), str) and node["id"]]


def _words(node: dict[str, Any]) -> set[str]:
    shown = repr({key: value for key, value in node.items() if key not in ("id", "name")}).lower()
    return {each for word in re.findall(r"[\w$#]+(?:\.[\w$#]+)*", shown) for each in (word, word.rsplit(".", 1)[-1])}
