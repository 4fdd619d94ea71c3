"""What a model might answer to each request: well, sloppily, and wrong. Made from the catalog's own tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from services.catalog.table import Table
from services.copilot.pipeline.data_types import data_type

REQUESTS = [
    tuple(line.split("\t")) for line in Path(__file__).with_name("requests.tsv").read_text("utf-8").splitlines()
]
"""(shape, end of the table's name, prompt)."""


def good(shape: str, table: Table) -> dict[str, Any]:
    """A plan that is right."""
    columns = [column.name for column in table.columns][:6]
    first, last = columns[0], columns[-1]
    nodes: list[dict[str, Any]] = [{"id": "read", "type": "source", "config": {"table": table.qualified_name}}]
    step = {"id": "step", "type": "transformation", "inputs": ["read"]}
    if shape == "where":
        nodes.append({**step, "transform": "sql_where", "config": {"condition": f"{_quoted(first)} IS NOT NULL"}})
    elif shape == "group":
        counted = [{"name": first, "expression": _quoted(first)}, {"name": "n", "expression": "COUNT(*)"}]
        nodes.append({**step, "transform": "sql_group_by", "config": {"group_by": [first], "columns": counted}})
    elif shape == "join":
        nodes.append({"id": "more", "type": "source", "config": {"table": table.qualified_name}})
        nodes.append(
            {
                **step,
                "inputs": ["read", "more"],
                "transform": "sql_join",
                "config": {
                    "type": "left",
                    "left": "read",
                    "right": "more",
                    "condition": f"l.{_quoted(first)} = r.{_quoted(first)}",
                    "columns": [
                        {"name": "a", "expression": f"l.{_quoted(first)}"},
                        {"name": "b", "expression": f"r.{_quoted(last)}"},
                    ],
                },
            }
        )
    elif shape == "distinct":
        nodes.append({**step, "transform": "distinct", "config": {}})
    elif shape == "expression":
        made = [
            {"name": first, "expression": _quoted(first)},
            {"name": "loaded", "expression": "CURRENT_DATE", "type": "date"},
        ]
        nodes.append({**step, "transform": "sql_expression", "config": {"columns": made}})
    sink = {"connection": "TARGET", "table": "made_here", "mode": "overwrite"}
    nodes.append({"id": "write", "type": "sink", "connector": "snowflake", "inputs": [nodes[-1]["id"]], "config": sink})
    return {"name": f"{shape}_{table.name.lower()}", "description": "Made for a test.", "nodes": nodes}


def well(shape: str, table: Table) -> str:
    return json.dumps(good(shape, table))


def sloppily(shape: str, table: Table) -> str:
    """YAML in a fence with prose around it: other words for types, names with blanks, columns that are not there."""
    plan = good(shape, table)
    for node in plan["nodes"]:
        node["id"] = f"The {node['id']} Node"
        node["type"] = {"source": "input", "transformation": "transform", "sink": "target"}[node["type"]]
        if "inputs" in node:
            node["depends_on"] = [f"The {name} Node" for name in node.pop("inputs")]
        for side in ("left", "right"):
            if side in node["config"]:
                node["config"][side] = f"The {node['config'][side]} Node"
        if node["type"] == "input":
            node["connector"] = "hana"
            node["columns"] = [
                *({"name": each.name.upper(), "type": each.data_type} for each in table.columns),
                {"name": "made_up", "type": "VARCHAR2(10 CHAR)"},
            ]
        if node["type"] == "target":
            node["config"]["mode"] = "truncate"
            node["connector"] = "postgres"
    return f"Sure! Here is the pipeline:\n\n```yaml\n{yaml.safe_dump({'pipeline': plan}, sort_keys=False)}```\nEnjoy!"


def wrong(shape: str, table: Table) -> str:
    """A plan whose expression names a column that no input has."""
    plan = good(shape, table)
    extra = {"id": "bad", "type": "transformation", "transform": "sql_where", "inputs": ["read"]}
    plan["nodes"].insert(1, {**extra, "config": {"condition": "no_such_column > 1"}})
    plan["nodes"][-1]["inputs"] = ["bad"]
    return json.dumps(plan)


def typed(table: Table) -> set[tuple[str, str]]:
    return {(column.name, data_type(column.data_type)) for column in table.columns if not column.nested}


def _quoted(name: str) -> str:
    return f'"{name}"'
