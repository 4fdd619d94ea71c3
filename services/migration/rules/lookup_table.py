"""What a lookup looks up: the table, query or file as a `source` node, and what its policy needs to know of the rows.

Source: PowerCenter Transformation Guide, "Lookup Transformation" ("Lookup Properties", "Overriding the Lookup Query",
"Handling Multiple Matches").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from services.migration.ast import Role, TransformationField
from services.migration.rules import connectors, flat_file, parameter_texts, raw_sql, sql
from services.migration.rules.attribute_tables import CHECK
from services.migration.rules.context import Context, Node, NotConvertible
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, origin
from services.migration.rules.nodes import transformation as new_node
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.source import source_column

POLICIES = {
    "": "any",
    "use any value": "any",
    "use first value": "first",
    "use last value": "last",
    "report error": "error",
    "use all values": "all",
}
POLICY = "Lookup policy on multiple match"
TABLE_ROLES = (Role.LOOKUP, Role.LOOKUP_OUTPUT, Role.LOOKUP_RETURN)
SOURCE_TYPES = ("", "database", "relational", "flat file", "flatfile")
WORD = re.compile(r"[\w$#@]+")
INEQUALITY = re.compile(r"[<>]|!=|\^=")


@dataclass(frozen=True, slots=True)
class Table:
    """The looked-up rows: their nodes, and the column of every lookup port."""

    nodes: tuple[Node, ...]
    relation: Relation
    columns: dict[str, Column]
    found: str = ""  # the column that is null where nothing matches, "" where none tells
    matches: str = ""  # the column that counts the rows of a key, "" where nothing counts them


def read_table(context: Context) -> Table:
    """The looked-up rows, with what tells a match and counts matches where a connected lookup needs it.

    One that is only called by name gives null without a match, whatever its default.
    """
    table = _read(context)
    if policy(context) == "error" and context.feeds and not INEQUALITY.search(condition_text(context)):
        return _counted(context, table)
    returned = [port for port in context.transformation.fields if port.name in table.columns and typed_default(port)]
    return _marked(context, table) if returned and context.feeds else table


def _marked(context: Context, table: Table) -> Table:
    """With a column that is 1 in every row: null after the join where nothing matched."""
    mark = Column(unique("found", table.relation.names()), "integer")
    config = {"columns": [computed(mark, "1")], "passthrough": ["*"]}
    node = new_node(context, "sql_expression", config, [table.relation.ref], name=f"{context.name}__found")
    relation = replace(table.relation, ref=node["id"], columns=(*table.relation.columns, mark))
    return replace(table, nodes=(*table.nodes, node), relation=relation, found=mark.name)


def _counted(context: Context, table: Table) -> Table:
    """One row for each key, with how many rows have it."""
    words = {word.lower() for word in WORD.findall(condition_text(context))}
    keys = {column.name for name, column in table.columns.items() if name.lower() in words}
    matches = Column(unique("matches", table.relation.names()), "bigint")
    name = {column.name: sql.identifier(column.name, context.dialect) for column in table.relation.columns}
    columns = [
        computed(column, name[column.name] if column.name in keys else f"MAX({name[column.name]})")
        for column in table.relation.columns
    ]
    config = {
        "group_by": [name[column.name] for column in table.relation.columns if column.name in keys],
        "columns": [*columns, computed(matches, "COUNT(*)")],
    }
    node = new_node(context, "sql_group_by", config, [table.relation.ref], name=f"{context.name}__matches")
    relation = replace(table.relation, ref=node["id"], columns=(*table.relation.columns, matches))
    return replace(table, nodes=(*table.nodes, node), relation=relation, found=matches.name, matches=matches.name)


def _read(context: Context) -> Table:
    """The source node of the looked-up table, query or file."""
    if context.switch("Dynamic Lookup Cache"):
        raise _dynamic(context)
    kept_in = context.attribute("Source Type")
    if kept_in.lower() not in SOURCE_TYPES:
        raise NotConvertible(
            f"it looks up the rows of another part of the mapping (Source Type: {kept_in})",
            "Join that part of the mapping instead.",
        )
    item = context.transformation
    ports = [port for port in item.fields if port.role in TABLE_ROLES]
    ports = ports or [port for port in item.fields if port.role is Role.OUTPUT]
    kind = system(context)
    ports = _in_query_order(context, ports, kind.dialect)
    warnings: list[str] = []
    taken: set[str] = set()
    columns = {port.name: unique(column_name(port.name), taken) for port in ports}
    described = [source_column(port, columns[port.name], "", warnings) for port in ports]
    node: Node = {
        "id": context.ids.new(f"{item.name}__table"),
        "type": "source",
        "connector": kind.connector,
        "config": _location(context, kind),
        "columns": described,
        "origin": origin(item.name, item.type, item.origin),
    }
    for text in warnings:
        context.warn(text, confidence=CHECK)
    relation = Relation(node["id"], tuple(Column(c["name"], c["type"]) for c in described))
    by_port = {port.name: Column(c["name"], c["type"]) for port, c in zip(ports, described, strict=True)}
    return Table((node,), relation, by_port)


def _dynamic(context: Context) -> NotConvertible:
    """What a dynamic cache does, and the join that does it for rows whose keys differ."""
    updates = [name for name in ("Insert Else Update", "Update Else Insert") if context.switch(name)]
    changed = "2 where it differs from what was found" if updates else "0 where there is one"
    return NotConvertible(
        "its dynamic cache takes in rows while they pass, so what a row finds depends on the rows before it"
        + (f" ({', '.join(updates)})" if updates else ""),
        f"Join the input to {context.attribute('Lookup table name') or 'the looked-up rows'} on "
        f"'{condition_text(context)}'. NewLookupRow is 1 where nothing matches, {changed}, else 0. Of several input "
        "rows with one key only the first is new: number them, and compare each later one with the one before.",
        needs_model=True,
    )


def system(context: Context) -> connectors.System:
    """The table's system: the session's connection type where it gives one, else what the source it copies has."""
    if context.attribute("Source Type").lower() in ("flat file", "flatfile"):
        return connectors.SYSTEMS["flat file"]
    table = context.attribute("Lookup table name").lower()
    tables = [item for item in (*context.mapping.sources, *context.mapping.targets) if item.table.lower() == table]
    names = [context.attribute("Connection Type"), *(item.database_type for item in tables)]
    names += sorted({item.database_type for item in context.mapping.sources})
    found = next((system for name in names if (system := connectors.system(name))), None)
    return found or connectors.UNKNOWN


def _location(context: Context, kind: connectors.System) -> dict[str, Any]:
    config: dict[str, Any] = {}
    connection = context.transformation.connection or context.attribute("Connection Information")
    if connection:
        config["connection"] = connection
    table = context.attribute("Lookup table name")
    if kind.connector == "csv":
        path = context.transformation.attributes
        name = table or context.name
        options = {**flat_file.format_options(flat_file.stated(path)), **flat_file.value_formats(path)}
        found = connectors.file_path(path, "Lookup source file directory", "Lookup source filename", name)
        return {**config, "path": found, **({"options": options} if options else {})}
    query, condition = context.attribute("Lookup Sql Override"), context.attribute("Lookup Source Filter")
    if query and condition:
        context.warn("The Lookup Source Filter has no effect: the Lookup Sql Override replaces it.")
    elif condition:
        ports = [port.name for port in context.transformation.fields if port.role in TABLE_ROLES]
        query = f"SELECT {', '.join(ports)} FROM {table} WHERE {condition}"  # noqa: S608 - text for a document; nothing runs here
    parameter_texts.note(context, query)
    if query:
        config["query"] = raw_sql.with_parameters(raw_sql.whole(query), kind.dialect, context.parameter_types)
        return {**config, "dialect": kind.dialect} if kind.dialect else config
    if not table:
        raise NotConvertible("it names no lookup table", "Name the table that it looks up.")
    schema, _, name = connectors.table_name(table).rpartition(".")
    return {**config, "schema": schema, "table": name} if schema else {**config, "table": table}


def _in_query_order(context: Context, ports: list[TransformationField], dialect: str) -> list[TransformationField]:
    """The ports in the order of an override's columns, which bear the ports' names; as they stand where they do not."""
    query = context.attribute("Lookup Sql Override")
    if not query:
        return ports
    names = raw_sql.output_names(query, dialect)
    by_name = {port.name.lower(): port for port in ports}
    given = [name.lower() for name in names or ()]
    if len(set(given)) == len(given) == len(ports) and set(given) == set(by_name):
        return [by_name[name] for name in given]
    if names is None or len(names) != len(ports):
        told = "an unknown number of" if names is None else str(len(names))
        context.warn(
            f"The Lookup Sql Override gives {told} columns for {len(ports)} lookup ports; check that they match by "
            "position.",
            confidence=CHECK,
        )
    else:
        context.warn(
            "The columns of the Lookup Sql Override do not bear the names of the lookup ports; check that they match "
            "by position.",
            confidence=CHECK,
        )
    return ports


def policy(context: Context) -> str:
    """Which of several matching rows is taken, as the pipeline language says it. Raises NotConvertible."""
    found = POLICIES.get(context.attribute(POLICY).lower())
    if found is None:
        raise NotConvertible(f"its policy '{context.attribute(POLICY)}' is unknown", "Choose a policy.")
    return found


def condition_text(context: Context) -> str:
    return context.attribute("Lookup condition")


def typed_default(port: TransformationField) -> str:
    """A default value that a person typed, "" where there is none; an error stops nothing where nothing matches."""
    text = port.default.strip()
    return "" if text.upper() == "NULL" or text.upper().startswith(("ERROR(", "ABORT(")) else text
