"""Small documents for the tests: one good pipeline, and a way to change it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from services.pipelines.dsl.document import Document, dump, load

CUSTOMERS: dict[str, Any] = {
    "id": "customers",
    "type": "source",
    "connector": "oracle",
    "config": {"connection": "CRM", "schema": "CRM", "table": "CUSTOMERS"},
    "columns": [
        {"name": "cust_id", "type": "decimal(10,0)", "nullable": False},
        {"name": "status", "type": "varchar(1)"},
        {"name": "Full Name", "type": "varchar(80)"},
    ],
}
ORDERS: dict[str, Any] = {
    "id": "orders",
    "type": "source",
    "connector": "mssql",
    "config": {"connection": "SHOP", "table": "ORDERS"},
    "columns": [
        {"name": "order_id", "type": "bigint"},
        {"name": "cust_id", "type": "bigint"},
        {"name": "amount", "type": "decimal(12,2)"},
    ],
}
TARGET: dict[str, Any] = {
    "id": "target",
    "type": "sink",
    "connector": "snowflake",
    "config": {"connection": "DWH", "schema": "DIM", "table": "CUSTOMER", "mode": "append"},
}


def pipeline(
    *middle: Mapping[str, Any],
    sources: Sequence[Mapping[str, Any]] = (CUSTOMERS,),
    edges: Sequence[Mapping[str, Any]] | None = None,
    sink: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Sources, then the middle nodes, then a sink. Unless edges are given, all stand in one line."""
    nodes = [copy.deepcopy(dict(node)) for node in (*sources, *middle, {**TARGET, **(sink or {})})]
    if edges is None:
        chain = [node["id"] for node in nodes[len(sources) - 1 :]]
        edges = [{"from": before, "to": after} for before, after in pairwise(chain)]
    for node in nodes:
        before = list(dict.fromkeys(edge["from"] for edge in edges if edge["to"] == node["id"]))
        if before:
            node["depends_on"] = before
    return {"name": "p", "version": "1", "nodes": nodes, "edges": [dict(edge) for edge in edges], **more}


def node(transform: str, config: Mapping[str, Any], node_id: str = "step") -> dict[str, Any]:
    return {"id": node_id, "type": "transformation", "transform": transform, "config": dict(config)}


def document(data: Mapping[str, Any]) -> Document:
    """The data as a document that was read from its own YAML, so that findings have lines."""
    return load(dump(data))
