"""Connectors (`parsers.alteryx.systems`) → sources and sinks: what is read or written, as far as the settings say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from services.migration.ast import Setting
from services.migration.parsers import redact
from services.migration.parsers.alteryx import systems
from services.migration.rules.alteryx import frame, locations, outputs, sources
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext

PLACES = {
    "database": (
        "database", "databasename", "project", "projectid", "projectname", "site", "sitename", "bucketname", "bucket",
        "container", "containername", "workspace", "workspacename", "filesystem",
    ),
    "table": (
        "table", "tablename", "object", "objectname", "sobject", "sobjectname", "entity", "entityname", "list",
        "listname", "selectedlist", "sharepointlist", "sheet", "sheetname", "worksheet", "worksheetname", "report",
        "reportname", "reportsuite", "reportsuiteid", "dataset", "datasetname", "datasource", "datasourcename",
        "collection",
    ),
    "path": (
        "path", "filepath", "file", "filename", "fullpath", "fullfilename", "rootfilename", "workbook", "workbookname",
        "spreadsheet", "spreadsheetname", "blobname", "objectkey",
    ),
}  # fmt: skip  # a table
"""Config → names of settings, lower case and without separators, that hold it; the first that is there."""
QUERIES = (
    "customquery", "query", "soql", "soqlquery", "sqlquery", "where", "whereclause", "wherestatement", "filter",
    "filters", "viewfilter",
)  # fmt: skip  # a list of names
MODES = (
    "mode", "writemode", "writeoption", "operation", "outputmode", "outputoption", "action", "method", "writetype",
    "loadtype", "importmode", "sheetmode", "outputaction",
)  # fmt: skip  # a list of names
WRITTEN = (
    ("upsert", "upsert"), ("insertupdate", "upsert"), ("updateinsert", "upsert"), ("append", "append"),
    ("insert", "append"), ("add", "append"), ("update", "update"), ("delete", "delete"),
)  # fmt: skip  # a table
"""What a mode holds → what a sink does; the first that is found, and else it overwrites."""
KEYS = ("key", "keyfield", "idfield", "externalid", "externalidfield", "matchfield", "primarykey", "updatekey")
ANY_CONDITION = 0.6
NOT_NAMED = "(not named)"


def read(context: StepContext) -> Outcome:
    if context.arrivals():
        raise NotConvertible(
            "what it reads of the service depends on the rows that arrive", "Read it in a step of its own, and join it."
        )
    system = _system(context)
    config, held = _place(context, system)
    conditions = [name for name in QUERIES if held.get(name)]
    query = next((held[name] for name in conditions if locations.is_query(held[name])), "")
    if query:
        config |= {"query": query, "dialect": "other"}
    elif conditions or any(each.children for each in context.settings.children if _plain(each.name) in QUERIES):
        context.warn(
            "The tool filters what it reads by a condition of the service's own; it is not applied.",
            confidence=ANY_CONDITION,
        )
    context.warn(f"It reads by the connector of {system.connection}; check what is read.", confidence=frame.UNSURE)
    ports = sorted(context.wanted)
    if len(ports) < 2:
        return sources.read(context, system.connector, config)
    return _several(context, system, config, ports)


def _several(context: StepContext, system: systems.System, config: dict[str, Any], ports: list[str]) -> Outcome:
    """Each output as a source of its own, with the columns that a run left there."""
    nodes: list[Node] = []
    found: dict[str, Relation] = {}
    for port in ports:
        given = sources.known(each for each in context.step.fields if each.group == port)
        if not given:
            raise NotConvertible(
                f"the workflow does not hold the columns of its output {port}", "Run it once in Designer and save it."
            )
        node = sources.node(context, system.connector, config, given)
        nodes.append(node)
        found[port] = frame.with_source_order(context, nodes, Relation(node["id"], tuple(given)))
    return Outcome("source", 1.0, tuple(nodes), found)


def write(context: StepContext) -> Outcome:
    """The rows go on unchanged where a later tool takes them."""
    given, system = context.input(), _system(context)
    config, held = _place(context, system)
    config["mode"] = _mode(held)
    if config["mode"] in ("upsert", "update", "delete"):
        config["keys"] = _keys(held, given)
    context.warn(f"It writes by the connector of {system.connection}; check what is written.", confidence=frame.UNSURE)
    outcome = outputs.sink(context, given, system.connector, config)
    return Outcome("sink", 1.0, outcome.nodes, dict.fromkeys(context.wanted, given))


def _mode(held: dict[str, str]) -> str:
    stated = _plain(next((held[name] for name in MODES if held.get(name)), ""))
    return next((mode for word, mode in WRITTEN if word in stated), "overwrite")


def _keys(held: dict[str, str], given: Relation) -> list[str]:
    names = {column.name.lower(): column.name for column in frame.visible(given)}
    stated = [held[name].lower() for name in KEYS if held.get(name)] or ["id"]
    found = [names[name] for name in stated if name in names]
    if not found:
        raise NotConvertible(
            "it changes rows by their identity, and the workflow does not say which field holds it",
            "Name the key columns in the sink.",
        )
    return found


def _system(context: StepContext) -> systems.System:
    found = systems.of(context.step.type)
    if found is None:
        raise NotConvertible(f"the connector '{context.step.type}' is not known", "Name the system by hand.")
    return found


def _place(context: StepContext, system: systems.System) -> tuple[dict[str, Any], dict[str, str]]:
    """The config of what is read or written, and every setting's text."""
    held = dict(_texts(context.settings))
    config: dict[str, Any] = {"connection": system.connection}
    for key, names in PLACES.items():
        found = next((held[name] for name in names if held.get(name)), "")
        if found:
            config[key] = locations.with_parameters(found.partition(locations.PART)[0], context)
    if "table" not in config and "path" not in config:
        config["table"] = NOT_NAMED
        context.warn("The settings do not say which table, sheet or file it is.", confidence=frame.UNSURE)
    return config, held


def _texts(settings: Setting) -> Iterator[tuple[str, str]]:
    """Each setting's name, lower case and without separators, with its text; the uppermost of a name comes last."""
    waiting, found = [settings], list[tuple[str, str]]()
    for one in waiting:
        waiting.extend(one.children)
        text = one.value.strip() or one.get("value").strip()
        if text and redact.MASK not in text and len(text) < 4000:
            found.append((_plain(one.get("name") or one.name), redact.text(text)))
    return reversed(found)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())
