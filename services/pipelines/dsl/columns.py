"""Which columns every node gets and gives, and every name in a configuration that does not resolve.

`resolve` expects a document that meets the schema; nodes that do not are passed over as unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.pipelines.dsl.document import Document
from services.pipelines.dsl.fields import COLUMN_FIELDS, INPUT_FIELDS, values
from services.pipelines.dsl.finding import Finding, Path, did_you_mean
from services.pipelines.dsl.graph import Graph, build
from services.pipelines.dsl.relation import UNKNOWN, Outputs, Relation, outputs_of, ports_of
from services.pipelines.severity import Severity


@dataclass(slots=True)
class Resolution:
    """`inputs[node][field]` and `outputs[node][port]`. The port "" is a node's default output.

    Input fields are "" for a single input, the config's own field for kinds with two (`left`, `before`),
    the ref for a union, the source's id for a pushdown read. `trusted` holds the nodes that met the schema.
    """

    document: Document
    graph: Graph
    inputs: dict[str, dict[str, Relation]] = field(default_factory=dict)
    outputs: dict[str, Outputs] = field(default_factory=dict)
    trusted: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def output(self, ref: str) -> Relation:
        """The columns that a ref, `node` or `node.port`, gives."""
        node_id, _, port = ref.partition(".")
        return self.outputs.get(node_id, {}).get(port, UNKNOWN)

    def error(self, code: str, message: str, node_id: str, *path: str | int) -> None:
        place: Path = self.graph.path(node_id, *path)
        self.findings.append(self.document.finding(Severity.ERROR, code, message, place))


def resolve(document: Document, broken: Iterable[str] = ()) -> Resolution:
    """Inputs and outputs of every node, with a finding for each name that does not resolve.

    `broken` are ids of nodes that do not meet the schema: their columns count as unknown and are not checked.
    The graph's own findings are in `resolution.graph.findings`.
    """
    found = Resolution(document, build(document))
    excluded = set(broken)
    for node_id in found.graph.order:
        node = found.graph.nodes[node_id]
        if node_id in excluded:
            found.outputs[node_id] = {"": UNKNOWN, **dict.fromkeys(ports_of(node), UNKNOWN)}
            continue
        found.trusted.add(node_id)
        inputs = _inputs(found, node_id, node)
        found.inputs[node_id] = inputs
        found.outputs[node_id] = outputs_of(node, inputs)
        _check_names(found, node_id, node, inputs)
        _check_duplicates(found, node_id)
    return found


def _inputs(found: Resolution, node_id: str, node: Mapping[str, Any]) -> dict[str, Relation]:
    kind = str(node.get("transform") or node["type"])
    fed = [edge.ref for edge in found.graph.inputs(node_id)]
    for edge in found.graph.inputs(node_id):
        _check_port(found, node_id, edge.source, edge.from_port)
    reader = _READERS.get(kind) or (_two_inputs if kind in INPUT_FIELDS else _single_input)
    return reader(found, node_id, node, fed)


def _check_port(found: Resolution, node_id: str, source: str, port: str) -> None:
    node = found.graph.nodes[source]
    ports = ports_of(node)
    if node.get("type") == "sink":
        found.error("INPUTS", f"its input '{source}' is a sink, which gives no rows", node_id)
    elif port and port not in ports:
        hint = did_you_mean(port, ports) or f" It has: {', '.join(ports) or 'one output without a name'}."
        found.error("UNKNOWN_PORT", f"'{source}' has no port '{port}'.{hint}", node_id)
    elif not port and node.get("transform") in ("conditional_branch", "manual") and ports:
        message = f"the edge from '{source}' needs a `from_port`: {', '.join(ports)}"
        found.error("UNKNOWN_PORT", message, node_id)


Reader = Callable[[Resolution, str, Mapping[str, Any], list[str]], dict[str, Relation]]


def _single_input(found: Resolution, node_id: str, _node: Mapping[str, Any], fed: list[str]) -> dict[str, Relation]:
    if len(fed) != 1:
        message = f"needs exactly one input, has {len(fed)}{': ' + ', '.join(fed) if fed else ''}"
        found.error("INPUTS", message, node_id)
    return {"": found.output(fed[0]) if len(fed) == 1 else UNKNOWN}


def _two_inputs(found: Resolution, node_id: str, node: Mapping[str, Any], fed: list[str]) -> dict[str, Relation]:
    names = INPUT_FIELDS[node["transform"]]
    refs = {name: str(node["config"].get(name, "")) for name in names}
    for name, ref in refs.items():
        if ref not in fed:
            message = f"`{name}` names '{ref}', but no edge comes from it.{did_you_mean(ref, fed)}"
            found.error("UNKNOWN_REF", message, node_id, "config", name)
    _unused(found, node_id, fed, refs.values())
    return {name: found.output(ref) for name, ref in refs.items()}


def _unused(found: Resolution, node_id: str, fed: list[str], used: Iterable[str]) -> None:
    for ref in sorted(set(fed) - set(used)):
        found.error("INPUTS", f"an edge comes from '{ref}', which the configuration does not use", node_id)


def _union_inputs(found: Resolution, node_id: str, node: Mapping[str, Any], fed: list[str]) -> dict[str, Relation]:
    result: dict[str, Relation] = {}
    width = len(node["config"]["columns"])
    for index, item in enumerate(node["config"]["inputs"]):
        place = ("config", "inputs", index)
        result[item["ref"]] = found.output(item["ref"])
        if item["ref"] not in fed:
            message = f"names '{item['ref']}', but no edge comes from it.{did_you_mean(item['ref'], fed)}"
            found.error("UNKNOWN_REF", message, node_id, *place, "ref")
        if len(item["columns"]) != width:
            message = f"lists {len(item['columns'])} columns where the output has {width}; use null for none"
            found.error("COLUMN_COUNT", message, node_id, *place, "columns")
    _unused(found, node_id, fed, result)
    return result


def _query_inputs(found: Resolution, node_id: str, node: Mapping[str, Any], fed: list[str]) -> dict[str, Relation]:
    named: list[str] = []
    for index, item in enumerate(node["config"]["inputs"]):
        place = ("config", "inputs", index)
        if item["ref"] not in fed:
            message = f"names '{item['ref']}', but no edge comes from it.{did_you_mean(item['ref'], fed)}"
            found.error("UNKNOWN_REF", message, node_id, *place, "ref")
        if item["name"] in named:
            found.error("UNKNOWN_REF", f"the name '{item['name']}' is used twice", node_id, *place, "name")
        named.append(item["name"])
    refs = [item["ref"] for item in node["config"]["inputs"]]
    _unused(found, node_id, fed, refs)
    return {ref: found.output(ref) for ref in refs}


def _pushdown_inputs(found: Resolution, node_id: str, node: Mapping[str, Any], fed: list[str]) -> dict[str, Relation]:
    for ref in fed:
        if found.graph.nodes[ref.partition(".")[0]].get("type") != "source":
            found.error("INPUTS", f"reads '{ref}', which is not a source", node_id)
    if not fed and "query" not in node["config"]:
        found.error("INPUTS", "needs at least one source as input, or a `query`", node_id)
    return {ref: found.output(ref) for ref in fed}


def _optional_input(found: Resolution, node_id: str, node: Mapping[str, Any], fed: list[str]) -> dict[str, Relation]:
    return _single_input(found, node_id, node, fed) if fed else {"": Relation()}


def _any_inputs(found: Resolution, _id: str, _node: Mapping[str, Any], fed: list[str]) -> dict[str, Relation]:
    return {ref: found.output(ref) for ref in fed}


def _no_inputs(found: Resolution, node_id: str, _node: Mapping[str, Any], fed: list[str]) -> dict[str, Relation]:
    if fed:
        found.error("INPUTS", f"a source takes no input, but an edge comes from '{fed[0]}'", node_id)
    return {}


_READERS: dict[str, Reader] = {
    "source": _no_inputs,
    "source_connector_sql_pushdown": _pushdown_inputs,
    "sql_union_all": _union_inputs,
    "sql_query": _query_inputs,
    "sequence_generator": _optional_input,
    "manual": _any_inputs,
}


def _check_names(found: Resolution, node_id: str, node: Mapping[str, Any], inputs: Mapping[str, Relation]) -> None:
    kind = str(node.get("transform") or node["type"])
    for pattern, names in COLUMN_FIELDS.get(kind, ()):
        for path, name in values(node["config"], pattern):
            for side in names:
                _check_name(found, node_id, name, side, inputs.get(side, UNKNOWN), path)
    special = _SPECIAL_NAMES.get(kind)
    if special:
        special(found, node_id, node["config"], inputs)


def _check_name(found: Resolution, node_id: str, name: Any, side: str, relation: Relation, path: Path) -> None:
    if name is None or not relation.known or relation.find(str(name)):
        return
    which = f"the input `{side}`" if side else "the input"
    message = f"{which} has no column '{name}'.{_hint(str(name), relation)}"
    found.error("UNKNOWN_COLUMN", message, node_id, "config", *path)


def _hint(name: str, relation: Relation) -> str:
    shown = relation.names[:20]
    more = f", and {len(relation.names) - 20} more" if len(relation.names) > 20 else ""
    return did_you_mean(name, relation.names) or f" It has: {', '.join(shown) or 'none'}{more}."


def _passthrough(found: Resolution, node_id: str, config: Mapping[str, Any], inputs: Mapping[str, Relation]) -> None:
    for index, name in enumerate(config.get("passthrough") or ()):
        if name != "*":
            _check_name(found, node_id, name, "", inputs.get("", UNKNOWN), ("passthrough", index))


def _from_sources(found: Resolution, node_id: str, config: Mapping[str, Any], inputs: Mapping[str, Relation]) -> None:
    for index, item in enumerate(config["columns"]):
        source, _, name = str(item.get("from", "")).partition(".")
        path = ("columns", index, "from")
        if "from" not in item:
            if "query" not in config:
                found.error(
                    "MISSING",
                    "`from` is missing: it says which source column is read",
                    node_id,
                    "config",
                    *path,
                )
        elif source not in inputs:
            hint = did_you_mean(source, inputs) or f" Its inputs: {', '.join(inputs) or 'none'}."
            found.error("UNKNOWN_REF", f"'{source}' is not an input.{hint}", node_id, "config", *path)
        else:
            _check_name(found, node_id, name, source, inputs[source], path)


def _union_names(found: Resolution, node_id: str, config: Mapping[str, Any], inputs: Mapping[str, Relation]) -> None:
    for index, item in enumerate(config["inputs"]):
        for place, name in enumerate(item["columns"]):
            path = ("inputs", index, "columns", place)
            _check_name(found, node_id, name, item["ref"], inputs[item["ref"]], path)


def _sink_names(found: Resolution, node_id: str, config: Mapping[str, Any], inputs: Mapping[str, Relation]) -> None:
    given = inputs.get("", UNKNOWN)
    for index, item in enumerate(config.get("columns") or ()):
        key = "from" if "from" in item else "name"
        _check_name(found, node_id, item[key], "", given, ("columns", index, key))
    if "action_column" in config:
        _check_name(found, node_id, config["action_column"], "", given, ("action_column",))
    written = {item["name"].casefold() for item in config.get("columns") or ()}
    names = written or {name.casefold() for name in given.names}
    for index, key in enumerate(config.get("keys") or ()):
        if (written or given.known) and key.casefold() not in names:
            message = f"the key '{key}' is not a column that is written.{did_you_mean(key, names)}"
            found.error("UNKNOWN_COLUMN", message, node_id, "config", "keys", index)


_SPECIAL_NAMES: dict[str, Callable[[Resolution, str, Mapping[str, Any], Mapping[str, Relation]], None]] = {
    "sql_expression": _passthrough,
    "source_connector_sql_pushdown": _from_sources,
    "sql_union_all": _union_names,
    "sink": _sink_names,
}


def _check_duplicates(found: Resolution, node_id: str) -> None:
    seen: set[tuple[str, ...]] = set()
    for relation in found.outputs[node_id].values():
        names = tuple(relation.names)
        if names in seen:
            continue
        seen.add(names)
        twice = [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]
        for name in twice:
            found.error("DUPLICATE_COLUMN", f"gives the column '{name}' twice; rename one", node_id)
