"""A plan to a document of the pipeline language, by rules: the model says what, code says how.

ids            made valid and unique, every mention follows
types          from the catalog where the table is known there
edges          from `inputs`, `depends_on` and the refs inside configurations
connectors     of the table's own system
quality checks and metadata as every pipeline has them
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.catalog.table import Table
from services.copilot.pipeline.data_types import UNKNOWN, data_type
from services.copilot.pipeline.grounds import Grounds, connector_of
from services.copilot.words import folded
from services.pipelines.dsl.defaults import finish
from services.pipelines.dsl.fields import INPUT_FIELDS
from services.pipelines.dsl.language import connectors, definition, kinds

_TYPES = {"transform": "transformation", "target": "sink", "destination": "sink", "input": "source", "output": "sink"}
_NODE_KEYS = tuple(definition("node")["properties"])
_INPUT_KEYS = ("inputs", "input", "from", "depends_on")
_CONFIG_KEYS_OF_SOURCE = tuple(definition("sourceConfig")["properties"])
_CONFIG_KEYS_OF_SINK = tuple(definition("sinkConfig")["properties"])
_ALIASES = {"postgres": "postgresql", "sqlserver": "mssql", "sql_server": "mssql"} | dict.fromkeys(
    ("hana", "saphana"), "sap_hana"
)
_MODES = {"insert": "append", "merge": "upsert", "replace": "overwrite", "truncate": "overwrite", "full": "overwrite"}


@dataclass
class Emitted:
    """`document`: plain data, complete. `warnings`: what was not as the catalog has it."""

    document: dict[str, Any]
    warnings: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    """Of the catalog that it reads or writes."""


def emit(plan: Mapping[str, Any], grounds: Grounds, dialect: str) -> Emitted:
    """A pipeline document from a plan. Never raises: what cannot be right is left for the validator to name."""
    found = Emitted({})
    nodes = [dict(node) for node in plan["nodes"] if isinstance(node, Mapping)]
    for place, node in enumerate(nodes):
        node["id"] = _text(node.get("id")) or _text(node.get("name")) or f"node {place + 1}"
    ids = _ids([node["id"] for node in nodes])
    built = [_node(node, ids, grounds, found) for node in nodes]
    document: dict[str, Any] = {
        "name": _name(plan),
        "description": _text(plan.get("description")) or _text(plan.get("explanation")),
        "dialect": dialect,
        "nodes": built,
        "edges": _edges(plan, nodes, built, ids),
    }
    for key in ("parameters", "quality_checks"):
        if isinstance(plan.get(key), list):
            document[key] = plan[key]
    if not document["description"]:
        del document["description"]
    finished = finish(document, source_tool="copilot", source_file="", generated_at=_stamp(), generator="copilot")
    found.document = _as_data(finished)
    return found


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _name(plan: Mapping[str, Any]) -> str:
    return " ".join(_text(plan.get("name")).split())[:255] or "generated_pipeline"


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _ids(names: Sequence[str]) -> dict[str, str]:
    """Each node's name in the plan → a valid id of its own. Of two with one name the first keeps it."""
    taken: dict[str, str] = {}
    for place, name in enumerate(names):
        slug = re.sub(r"[^a-z0-9_]+", "_", folded(name).lower()).strip("_")[:100] or f"node_{place + 1}"
        slug = f"n_{slug}" if slug[0].isdigit() else slug
        unique, count = slug, 2
        while unique in taken.values():
            unique, count = f"{slug}_{count}", count + 1
        taken.setdefault(name, unique)
    return taken


def _node(node: dict[str, Any], ids: Mapping[str, str], grounds: Grounds, found: Emitted) -> dict[str, Any]:
    kind = _kind(node)
    config = dict(node["config"]) if isinstance(node.get("config"), Mapping) else {}
    built: dict[str, Any] = {"id": ids[node["id"]], "type": kind}
    description = _text(node.get("description")) or _text(node.get("label"))
    if description:
        built["description"] = description
    if kind == "transformation":
        built["transform"] = _transform(node)
        own = set(_NODE_KEYS) | set(_INPUT_KEYS) | {"name", "label", "kind"}
        config = {**{key: value for key, value in node.items() if key not in own}, **config}
        built["config"] = _renamed(config, INPUT_FIELDS.get(built["transform"], ()), ids)
    else:
        _end(node, kind, config, built, grounds, found)
    built["origin"] = {"tool": "copilot", "source": "llm"}
    return built


def _kind(node: Mapping[str, Any]) -> str:
    said = _text(node.get("type")).lower()
    if said in kinds():
        return "transformation"
    said = _TYPES.get(said, said)
    if said in ("source", "sink", "transformation"):
        return said
    return "transformation" if node.get("transform") or node.get("kind") else said or "transformation"


def _transform(node: Mapping[str, Any]) -> str:
    for key in ("transform", "kind", "type"):
        said = _text(node.get(key)).lower()
        if said in kinds():
            return said
    return _text(node.get("transform")) or _text(node.get("kind"))


def _end(
    node: Mapping[str, Any], kind: str, config: dict[str, Any], built: dict[str, Any], grounds: Grounds, found: Emitted
) -> None:
    """A source or a sink, with what the catalog knows of its table."""
    keys = _CONFIG_KEYS_OF_SOURCE if kind == "source" else _CONFIG_KEYS_OF_SINK
    config = {**{key: node[key] for key in keys if key in node and key != "columns"}, **config}
    columns = node.get("columns") or config.pop("columns", None)
    connector = _text(node.get("connector") or config.pop("connector", "")).lower()
    built["connector"] = _ALIASES.get(connector, connector)
    table = _named_table(config, grounds)
    if table is not None:
        found.tables.append(table)
        built["connector"] = connector_of(table)
        config |= {"connection": table.service, "database": table.database, "schema": table.schema, "table": table.name}
        if kind == "source" and grounds.wanted and table.service.lower() not in grounds.wanted:
            found.warnings.append(f"{built['id']}: reads {table.qualified_name}, whose system was not asked for")
    elif config.get("table"):
        said = config["table"]
        if kind == "sink" or columns:  # a source that nobody knows stays wrong, so that it is asked about
            _place(kind, config, built, grounds)
        found.warnings.append(f"{built['id']}: the catalog has no table {said}; its columns are not known")
    if built["connector"] not in connectors():
        built["connector"] = "inline" if "rows" in config else built["connector"]
    if kind == "source":
        built["columns"] = _source_columns(columns, table, built["id"], found)
    else:
        config["mode"] = _MODES.get(_text(config.get("mode")).lower(), _text(config.get("mode")).lower() or "append")
        if config["mode"] == "upsert" and not config.get("keys") and table is not None and table.primary_key:
            config["keys"] = list(table.primary_key)
    built["config"] = {key: value for key, value in config.items() if value not in ("", None)}


def _named_table(config: Mapping[str, Any], grounds: Grounds) -> Table | None:
    name = _text(config.get("table"))
    if not name:
        return None
    parts = [_text(config.get(key)) for key in ("connection", "database", "schema")]
    for start in range(len(parts) + 1):
        found = grounds.table(".".join(part for part in [*parts[start:], name] if part))
        if found is not None:
            return found
    return None


def _place(kind: str, config: dict[str, Any], built: dict[str, Any], grounds: Grounds) -> None:
    """Of a table that the catalog does not have: connection and connector of the service that its name begins with or
    that is named beside it; of a sink else those of the target asked for."""
    parts = _text(config["table"]).split(".")
    asked = [parts[0], _text(config.get("connection")), grounds.target if kind == "sink" else ""]
    of = next((grounds.places[name.lower()] for name in asked if name.lower() in grounds.places), None)
    if of is None:
        return
    built["connector"] = connector_of(of)
    config["connection"] = of.service
    *before, config["table"] = parts[1:] if len(parts) > 1 and parts[0].lower() == of.service.lower() else parts
    config |= dict(zip(("schema", "database"), reversed(before), strict=False))


def _source_columns(given: Any, table: Table | None, node: str, found: Emitted) -> list[dict[str, Any]]:
    """The catalog's columns, those named where any is; else the plan's own."""
    asked = [column for column in map(_column, given if isinstance(given, list) else []) if column]
    if table is None:
        return asked
    known = {column.name.lower(): column for column in table.columns if not column.nested}
    unknown = [column["name"] for column in asked if column["name"].lower() not in known]
    if unknown:
        found.warnings.append(f"{node}: {table.qualified_name} has no column {', '.join(unknown)}; left out")
    wanted = [known[c["name"].lower()] for c in asked if c["name"].lower() in known] or list(known.values())
    return [
        {"name": column.name, "type": data_type(column.data_type)}
        | ({"nullable": False} if column.constraint in ("NOT_NULL", "PRIMARY_KEY") else {})
        | ({"key": "primary"} if column.name in table.primary_key else {})
        for column in wanted
    ]


def _column(given: Any) -> dict[str, Any] | None:
    if isinstance(given, str):
        return {"name": given, "type": UNKNOWN}
    if not isinstance(given, Mapping) or not _text(given.get("name")):
        return None
    kept = {key: given[key] for key in ("nullable", "description", "key") if key in given}
    kind = _text(given.get("type"))
    return {"name": _text(given["name"]), "type": data_type(kind) if kind else UNKNOWN, **kept}


Nodes = Sequence[Mapping[str, Any]]


def _edges(plan: Mapping[str, Any], nodes: Nodes, built: Nodes, ids: Mapping[str, str]) -> list[dict[str, Any]]:
    """Those the plan says, and those that inputs and configurations speak of, each once."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}

    def add(start: str, port: str, end: str) -> None:
        if start and end and start != end:
            edge = {"from": start, "to": end} | ({"from_port": port} if port else {})
            found.setdefault((start, port, end), edge)

    for edge in plan.get("edges") or ():
        if isinstance(edge, Mapping):
            start, port = _ref(_text(edge.get("from") or edge.get("source")), ids)
            end = _ref(_text(edge.get("to") or edge.get("target")), ids)[0]
            add(start, _text(edge.get("from_port") or edge.get("source_port")) or port, end)
    for node, done in zip(nodes, built, strict=True):
        for name in _inputs(node, done):
            start, port = _ref(name, ids)
            if not port and any(edge[0] == start and edge[2] == done["id"] for edge in found):
                continue
            add(start, port, done["id"])
    return list(found.values())


def _inputs(node: Mapping[str, Any], built: Mapping[str, Any]) -> Iterable[str]:
    for key in _INPUT_KEYS:
        value = node.get(key)
        yield from [value] if isinstance(value, str) else [each for each in value or () if isinstance(each, str)]
    config = built.get("config", {})
    for key in INPUT_FIELDS.get(built.get("transform", ""), ()):
        if isinstance(config.get(key), str):
            yield config[key]
    if isinstance(config.get("inputs"), list):
        yield from (each for each in config["inputs"] if isinstance(each, str))


def _ref(name: str, ids: Mapping[str, str]) -> tuple[str, str]:
    """(id, port) of `node` or `node.port`."""
    if name in ids:
        return ids[name], ""
    if name in ids.values():
        return name, ""
    node, _, port = name.rpartition(".")
    return (ids.get(node, node), port) if node else (name, "")


def _renamed(config: dict[str, Any], refs: Sequence[str], ids: Mapping[str, str]) -> dict[str, Any]:
    """References of a configuration under the nodes' new ids."""
    for key in refs:
        if isinstance(config.get(key), str):
            config[key] = _joined(_ref(config[key], ids))
    if isinstance(config.get("inputs"), list):
        config["inputs"] = [_joined(_ref(each, ids)) if isinstance(each, str) else each for each in config["inputs"]]
    return config


def _joined(ref: tuple[str, str]) -> str:
    return ".".join(part for part in ref if part)


def _as_data(value: Any) -> Any:
    """Without what YAML's reader made of dates and the like."""
    if isinstance(value, Mapping):
        return {str(key): _as_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_data(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
