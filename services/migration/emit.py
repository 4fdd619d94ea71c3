"""Converted objects → pipeline and orchestration documents.

Deterministic: nodes stand in dataflow order, branch by branch (each sink in load order after all that feeds it), and
what feeds no sink follows in the export's order; edges follow their target's place. The time is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from services.migration.ast import MappingAST, Parameter, Tool
from services.migration.conversion import NodeConversion
from services.pipelines import types
from services.pipelines.dsl.defaults import finish

GENERATOR = "dataflow-ai migration engine"
SIDES = (("left", "left"), ("right", "right"))
TITLES = {
    Tool.POWERCENTER: "PowerCenter",
    Tool.ALTERYX: "Alteryx",
    Tool.SSIS: "SSIS",
    Tool.DATASTAGE: "DataStage",
}

IN_PATH = re.compile(r"\$\{(\w+)\}")


def _unknown(_mapping: MappingAST) -> str:
    return ""


BUILT_IN: dict[str, tuple[str, Callable[[MappingAST], str]]] = {
    "PMMappingName": ("Name of the mapping.", lambda mapping: mapping.definition_name or mapping.name),
    "PMFolderName": ("Name of the folder.", lambda mapping: mapping.folder),
    "PMSessionName": ("Name of the session.", lambda mapping: mapping.session),
    "PMWorkflowName": ("Name of the workflow.", _unknown),
    "PMRepositoryServiceName": ("Name of the repository service.", _unknown),
    "PMRepositoryUserName": ("Name of the repository user.", _unknown),
    "PMIntegrationServiceName": ("Name of the integration service.", _unknown),
    "PMSourceFileDir": ("Folder of source files.", _unknown),
    "PMTargetFileDir": ("Folder of target files.", _unknown),
    "PMLookupFileDir": ("Folder of lookup files.", _unknown),
}
"""Built-in parameters: what they are, and the value where the export says it."""
SESSION_PARAMETERS = {
    "InputFile": "Name or path of a source file.",
    "OutputFile": "Name or path of a target file.",
    "LookupFile": "Name or path of a lookup file.",
}
"""Parameters of a session, by how their names begin."""
BY_FILE = "The default is what the parameter file says."


def pipeline(
    mapping: MappingAST,
    objects: Sequence[NodeConversion],
    parameters: Iterable[str],
    *,
    dialect: str,
    generated_at: str,
    tool: Tool = Tool.POWERCENTER,
) -> dict[str, Any]:
    """The finished document of one mapping: schema's keys in order, quality checks, metadata."""
    drafts = [dict(node) for item in objects for node in item.nodes]
    ordered = _ordered(drafts)
    document: dict[str, Any] = {"name": mapping.name, "version": "1"}
    if mapping.description:
        document["description"] = mapping.description
    document["dialect"] = dialect
    declared = _parameters(mapping, [*parameters, *_in_paths(ordered)], TITLES[tool])
    if declared:
        document["parameters"] = declared
    document["edges"] = [edge for node in ordered for edge in edges(node)]
    document["nodes"] = [plain(node) for node in ordered]
    return finish(
        document,
        source_tool=tool.value,
        source_file=mapping.origin.file,
        generated_at=generated_at,
        source_object=mapping.definition_name or mapping.name,
        source_folder=mapping.folder,
        generator=GENERATOR,
        warnings_count=sum(len(item.warnings) for item in objects),
    )


def _ordered(nodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Depth first from the sinks in load order; then the rest as they come."""
    by_id = {node["id"]: node for node in nodes}
    sinks = [node for node in nodes if node["type"] == "sink"]
    sinks.sort(key=lambda node: node["config"].get("load_order", 0))
    done: dict[str, None] = {}
    for start in [*sinks, *nodes]:
        path = {start["id"]: iter(_before(start))} if start["id"] not in done else {}
        while path:
            name, waiting = next(reversed(path.items()))
            following = next((item for item in waiting if item not in done and item not in path), None)
            if following is None:
                del path[name]
                done[name] = None
            else:
                path[following] = iter(_before(by_id[following]))
    return [by_id[name] for name in done]


def _before(node: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(ref.split(".", 1)[0] for ref in node.get("depends_on", ())))


def edges(node: Mapping[str, Any]) -> list[dict[str, str]]:
    sides = {node["config"].get(key): port for key, port in SIDES}
    found = []
    for ref in dict.fromkeys(node.get("depends_on", ())):
        name, _, port = ref.partition(".")
        edge = {"from": name, "to": node["id"]}
        if port:
            edge["from_port"] = port
        if ref in sides:
            edge["to_port"] = sides[ref]
        found.append(edge)
    return found


def plain(node: Mapping[str, Any]) -> dict[str, Any]:
    """A node as the schema knows it: `depends_on` names nodes, ports stand in the edges."""
    before = _before(node)
    rest = {key: value for key, value in node.items() if key != "depends_on"}
    return {**rest, "depends_on": before} if before else rest


def _parameters(mapping: MappingAST, used: Iterable[str], title: str) -> list[dict[str, Any]]:
    """The mapping's own parameters and variables, then whatever else expressions and SQL name."""
    declared = {_bare(item.name): item for item in mapping.parameters}
    found = [_declared(name, item, title, mapping.values.get(item.name.lower())) for name, item in declared.items()]
    known = {name.lower() for name in declared}
    for text in used:
        name = _bare(text)
        if name.lower() in known:
            continue
        known.add(name.lower())
        entry: dict[str, Any] = {"name": name, "type": "string", "required": True, "origin": text}
        kind = next((said for start, said in SESSION_PARAMETERS.items() if name.startswith(start)), "")
        described, value = BUILT_IN.get(name, (kind, _unknown))
        set_by_file = mapping.values.get(text.lower())
        given = set_by_file or value(mapping)
        if described or set_by_file:
            entry["description"] = f"{described} {BY_FILE if set_by_file else ''}".strip()
        if given:
            del entry["required"]
            entry["default"] = given
        found.append(entry)
    return found


def _in_paths(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Parameters that file paths and table names hold: `${PMSourceFileDir}` → `$PMSourceFileDir`."""
    found = []
    for node in nodes:
        found += [f"${name}" for name in IN_PATH.findall(str(node["config"].get("path", "")))]
        for key in ("schema", "table"):
            names = IN_PATH.findall(str(node["config"].get(key, "")))
            found += [f"${name}" if name.startswith("Param") else f"$${name}" for name in names]
    return found


def _bare(name: str) -> str:
    return name.lstrip("$")


def _declared(name: str, item: Parameter, title: str, given: str | None) -> dict[str, Any]:
    """`given`: what a parameter file says, which goes before the mapping's own initial value."""
    entry: dict[str, Any] = {
        "name": name,
        "type": types.canonical(item.datatype, item.precision, item.scale) or "string",
    }
    default = item.default if given is None else given
    if default is None:
        entry["required"] = True
    else:
        entry["default"] = types.iso_date(default) if types.kind(entry["type"]) == "date" else default
    what = f"{'mapping ' if title == TITLES[Tool.POWERCENTER] else ''}{'variable' if item.is_variable else 'parameter'}"
    kept = "; its last value is kept between runs" if item.is_variable else ""
    aggregation = f" ({item.aggregation})" if item.aggregation and item.is_variable else ""
    described = f"{title} {what}{aggregation}{kept}.{'' if given is None else f' {BY_FILE}'}"
    return {**entry, "description": described, "origin": item.name}
