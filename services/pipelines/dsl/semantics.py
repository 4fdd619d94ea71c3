"""Rules of a node's configuration that a JSON Schema can't say, one function for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.pipelines.dsl.columns import Resolution
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.fields import values
from services.pipelines.dsl.finding import Finding, Path
from services.pipelines.severity import Severity

Said = Iterator[tuple[Path, str]]
READABLE = ("table", "path", "topic", "query", "request", "rows")
WRITABLE = ("table", "path", "topic")
SOURCE_NAMES = (
    "keys.*",
    "file_column",
    "chosen_by.column",
    "request.url_column",
    "request.body_column",
    "request.headers.*.column",
    "request.parameters.*.column",
)
"""Where a source's config names columns of the source itself."""


def check_semantics(document: Document, resolution: Resolution) -> list[Finding]:
    """A finding for each rule that a node breaks. Nodes that do not meet the schema are passed over."""
    found = []
    for node_id in resolution.graph.order:
        if node_id not in resolution.trusted:
            continue
        node = resolution.graph.nodes[node_id]
        rule = RULES.get(str(node.get("transform") or node["type"]))
        for path, message in rule(node) if rule else ():
            place = resolution.graph.path(node_id, *path)
            found.append(document.finding(Severity.ERROR, "CONFIG", message, place))
    return found


def _source(node: Mapping[str, Any]) -> Said:
    config, connector = node["config"], node.get("connector")
    if connector == "inline":
        yield from _inline(node)
    elif not any(config.get(key) for key in READABLE):
        yield ("config",), f"says nothing to read; give one of: {', '.join(READABLE[:-1])}"
    elif "rows" in config:
        yield ("config", "rows"), "only an `inline` source holds its own rows"
    yield from _source_names(node)


def _source_names(node: Mapping[str, Any]) -> Said:
    """Columns that the config names, as far as the node does not declare them."""
    declared = {column["name"].casefold() for column in node.get("columns") or ()}
    for pattern in SOURCE_NAMES:
        for path, name in values(node["config"], pattern):
            if str(name).casefold() not in declared:
                yield ("config", *path), f"'{name}' is not among the source's `columns`"


def _inline(node: Mapping[str, Any]) -> Said:
    columns = node.get("columns") or ()
    if not columns:
        yield (), "an inline source needs `columns`"
    if "rows" not in node["config"]:
        yield ("config",), "an inline source needs `rows`"
    for index, row in enumerate(node["config"].get("rows") or ()):
        if len(row) != len(columns):
            yield ("config", "rows", index), f"values: {len(row)}, columns: {len(columns)}; a row has one for each"


def _sink(node: Mapping[str, Any]) -> Said:
    config = node["config"]
    if node.get("connector") != "inline" and not any(config.get(key) for key in WRITABLE):
        yield ("config",), f"says nothing to write to; give one of: {', '.join(WRITABLE)}"
    if config["mode"] in ("upsert", "update", "delete") and not config.get("keys"):
        yield ("config",), f"mode {config['mode']} needs `keys`: the target columns that identify a row"
    if "only" in config and (config["mode"] not in ("update", "delete") or "action_column" in config):
        yield ("config", "only"), "chooses among rows to be updated or deleted; it needs one of these two as its mode"


def _lookup(node: Mapping[str, Any]) -> Said:
    config = node["config"]
    if config.get("policy") in ("first", "last") and "order_by" not in config:
        yield ("config",), f"policy {config['policy']} needs `order_by`: what makes a row first or last"


def _branch(node: Mapping[str, Any]) -> Said:
    config = node["config"]
    ports = [branch["port"] for branch in config["branches"]]
    ports += [config["default"]] if "default" in config else []
    for index, port in enumerate(ports):
        if port in ports[:index]:
            path = ("branches", index, "port") if index < len(config["branches"]) else ("default",)
            yield ("config", *path), f"the port '{port}' is named twice"


def _sequence(node: Mapping[str, Any]) -> Said:
    config = node["config"]
    if config.get("increment") == 0:
        yield ("config", "increment"), "must not be 0"
    if config.get("cycle") and "end" not in config:
        yield ("config",), "`cycle` needs `end`: where counting begins anew"


def _normalizer(node: Mapping[str, Any]) -> Said:
    config = node["config"]
    for index, item in enumerate(config["columns"]):
        if len(item["from"]) != config["occurs"]:
            message = f"names {len(item['from'])} columns where `occurs` is {config['occurs']}; use null for none"
            yield ("config", "columns", index, "from"), message


def _sample(node: Mapping[str, Any]) -> Said:
    config = node["config"]
    needs = {"random_rows": ("rows",), "random_percent": ("percent",), "every_nth": ("rows", "order_by")}
    for key in needs[config["method"]]:
        if key not in config:
            yield ("config",), f"method {config['method']} needs `{key}`"
    if config["method"] == "every_nth" and config.get("rows") == 0:
        yield ("config", "rows"), "must be at least 1"


def _limit(node: Mapping[str, Any]) -> Said:
    config = node["config"]
    if config.get("method") == "last" and "order_by" not in config:
        yield ("config",), "method last needs `order_by`: without an order no row is last"


def _find_replace(node: Mapping[str, Any]) -> Said:
    if "replace" not in node["config"] and "append" not in node["config"]:
        yield ("config",), "needs `replace`, `append` or both: what to do with what is found"


def _scd(node: Mapping[str, Any]) -> Said:
    config = node["config"]
    if not config.get("type1") and not config.get("type2"):
        yield ("config",), "needs `type1`, `type2` or both: which columns may change"
    if config.get("type2") and not any(key in config for key in ("effective_to", "current_flag")):
        yield ("config",), "history (`type2`) needs `effective_to` or `current_flag` to tell current rows"
    dated = [key for key in ("effective_from", "effective_to") if key in config]
    if dated and "as_of" not in config:
        yield ("config",), f"`{dated[0]}` needs `as_of`: the moment of change"


RULES: dict[str, Callable[[Mapping[str, Any]], Said]] = {
    "source": _source,
    "sink": _sink,
    "sql_join_pushdown": _lookup,
    "conditional_branch": _branch,
    "sequence_generator": _sequence,
    "normalizer": _normalizer,
    "sample": _sample,
    "limit": _limit,
    "find_replace": _find_replace,
    "scd": _scd,
}
