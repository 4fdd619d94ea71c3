"""What a pipeline does, step by step, from its document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_STEPS: Mapping[str, str] = {
    "sql_where": "keeps the rows where {condition}",
    "sql_join": "joins {left} and {right} ({type}) where {condition}",
    "sql_join_pushdown": "looks rows up in {right} where {condition}",
    "sql_group_by": "groups by {group_by} and computes {columns}",
    "sql_expression": "computes {columns}",
    "sql_order_by": "orders by {order_by}",
    "sql_union_all": "puts the rows of its inputs together",
    "distinct": "leaves out equal rows",
    "sql_rank": "ranks rows within {partition_by}",
    "conditional_branch": "sends rows to branches by condition",
    "upsert_strategy": "says which rows are inserted, updated or deleted",
    "sql_query": "runs a query over its inputs",
}
_MOST = 12


def explained(document: Mapping[str, Any]) -> str:
    """Numbered lines, in the order of the nodes; "" for a document without nodes."""
    nodes = [node for node in document.get("nodes", ()) if isinstance(node, Mapping)]
    lines = [f"{place}. {node.get('id', '?')}: {_told(node)}" for place, node in enumerate(nodes, 1)]
    about = str(document.get("description", "")).strip()
    return "\n".join([about, *lines] if about else lines)


def _told(node: Mapping[str, Any]) -> str:
    config = node.get("config") if isinstance(node.get("config"), Mapping) else {}
    assert isinstance(config, Mapping)
    if node.get("type") in ("source", "sink"):
        place = next((str(config[key]) for key in ("table", "path", "topic", "query") if config.get(key)), "")
        verb = "reads" if node["type"] == "source" else f"writes ({config.get('mode', 'append')})"
        return f"{verb} {place or 'rows'} on {node.get('connector', '?')}."
    kind = str(node.get("transform", ""))
    pattern = _STEPS.get(kind)
    if pattern is None:
        return f"{kind or 'does nothing that is known'}."
    return pattern.format_map(_Shown(config)) + "."


class _Shown(dict[str, str]):
    """Values of a configuration as a sentence has them."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__({key: _text(value) for key, value in config.items()})

    def __missing__(self, key: str) -> str:
        return "all" if key in ("group_by", "partition_by") else "…"


def _text(value: Any) -> str:
    if isinstance(value, list):
        shown = [name for name in map(_name, value) if name]
        return ", ".join(shown[:_MOST]) + (" …" if len(shown) > _MOST else "") or "nothing"
    return str(value)


def _name(item: Any) -> str:
    return str(item.get("name") or item.get("column") or "") if isinstance(item, Mapping) else str(item)
