"""Lookup → the looked-up table as a `source` node and a `sql_join_pushdown`.

Every row comes out once, with nulls where nothing matches. With a cache (the default) null equals null in the
condition; without one the database compares, and null matches nothing. The cache is ordered by all lookup ports, which
decides what "first" and "last" are. Source: PowerCenter Transformation Guide, "Lookup Transformation".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from services.migration import types
from services.migration.ast import Role, TransformationField
from services.migration.rules import connectors, raw_sql, sql
from services.migration.rules.context import Context, Node, NotConvertible, Outcome, Scope, connected
from services.migration.rules.expression import Draft
from services.migration.rules.manual import carried
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, origin
from services.migration.rules.nodes import transformation as new_node
from services.migration.rules.ports import scope
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
TERM = re.compile(r"\s*(\S+?)\s*(<=|>=|!=|<>|\^=|=|<|>)\s*(\S+)\s*")
ANY_MATCH = 0.84
"""Confidence where one of several matching rows is taken and nothing says which (documented range 0.65 to 0.85)."""
NULL_SAFE = frozenset({"postgresql", "snowflake", "duckdb"})
"""Dialects with IS NOT DISTINCT FROM."""


@dataclass(frozen=True, slots=True)
class Table:
    """The looked-up rows: their node, and the column of every lookup port."""

    nodes: tuple[Node, ...]
    relation: Relation
    columns: dict[str, Column]


def convert(context: Context) -> Outcome:
    """A connected lookup; one without inputs is only called by name (`unconnected`)."""
    if not context.inputs:
        return Outcome("sql_join_pushdown", 1.0)
    relation = connected(context).relation
    found = scope(context, alias="l.")
    table = read_table(context)
    draft = Draft(context, relation, alias="l.")
    for port in context.transformation.fields:
        if not port.role.gives_output:
            continue
        column = context.column(port)
        if port.name in table.columns:
            draft.add((context.name, port.name), column, matched(context, port, table))
        else:
            text = found.references.get(port.name) or sql.null(column.type, context.dialect)
            draft.add((context.name, port.name), column, text)
    for column, key in carried(context):
        draft.carry(column, key)
    draft.carry_state()
    config = join_config(context, relation.ref, found, table)
    config["columns"] = [computed(column, text) for column, text in draft.columns]
    node = new_node(context, "sql_join_pushdown", config, [relation.ref, table.relation.ref])
    return Outcome("sql_join_pushdown", 1.0, (*table.nodes, node), {"": draft.relation(node["id"])})


def read_table(context: Context) -> Table:
    """The source node of the looked-up table, query or file."""
    if context.switch("Dynamic Lookup Cache"):
        raise NotConvertible(
            "its dynamic cache changes while rows pass",
            "Rewrite it as a change capture against the target.",
            needs_model=True,
        )
    item = context.transformation
    ports = [port for port in item.fields if port.role in TABLE_ROLES]
    ports = ports or [port for port in item.fields if port.role is Role.OUTPUT]
    kind = _system(context)
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
        context.warn(text, confidence=0.79)
    relation = Relation(node["id"], tuple(Column(c["name"], c["type"]) for c in described))
    by_port = {port.name: Column(c["name"], c["type"]) for port, c in zip(ports, described, strict=True)}
    return Table((node,), relation, by_port)


def _system(context: Context) -> connectors.System:
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
        return {
            **config,
            "path": connectors.file_path(path, "Lookup source file directory", "Lookup source filename", name),
        }
    query, condition = context.attribute("Lookup Sql Override"), context.attribute("Lookup Source Filter")
    for text in (query, condition):
        context.parameters.update(dict.fromkeys(raw_sql.parameters(text)))
    if query:
        _check_columns(context, query, kind)
    elif condition:
        ports = [port.name for port in context.transformation.fields if port.role in TABLE_ROLES]
        query = f"SELECT {', '.join(ports)} FROM {table} WHERE {condition}"  # noqa: S608 - text for a document; nothing runs here
    if query:
        config["query"] = raw_sql.with_parameters(query)
        return {**config, "dialect": kind.dialect} if kind.dialect else config
    if not table:
        raise NotConvertible("it names no lookup table", "Name the table that it looks up.")
    schema, _, name = table.rpartition(".")
    return {**config, "schema": schema, "table": name} if schema else {**config, "table": table}


def _check_columns(context: Context, query: str, kind: connectors.System) -> None:
    ports = [port for port in context.transformation.fields if port.role in TABLE_ROLES]
    count = raw_sql.output_count(query, kind.dialect)
    if count != len(ports):
        told = "an unknown number of" if count is None else str(count)
        context.warn(
            f"The Lookup Sql Override gives {told} columns for {len(ports)} lookup ports; check that they match by "
            "position.",
            confidence=0.79,
        )


def join_config(context: Context, left: str, found: Scope, table: Table) -> dict[str, Any]:
    """The `sql_join_pushdown` without its columns."""
    policy = POLICIES.get(context.attribute(POLICY).lower())
    if policy is None:
        raise NotConvertible(f"its policy '{context.attribute(POLICY)}' is unknown", "Choose a policy.")
    config: dict[str, Any] = {
        "left": left,
        "right": table.relation.ref,
        "condition": _condition(context, found, table),
        "policy": policy,
    }
    if policy in ("first", "last"):
        config["order_by"] = _cache_order(context, table)
    elif policy == "any":
        context.warn(f"Where several rows match, any one of them is taken ({POLICY}: any).", confidence=ANY_MATCH)
    return config


def _cache_order(context: Context, table: Table) -> list[dict[str, Any]]:
    """The order of the cache: an override's own ORDER BY, else the condition's ports, then the others."""
    query = context.attribute("Lookup Sql Override")
    stated = raw_sql.order_of(query, _system(context).dialect) if query else []
    if stated:
        columns = {column.name.lower(): column.name for column in table.columns.values()}
        if all(name.lower() in columns for name, _ in stated):
            return [{"column": columns[n.lower()], "direction": "desc" if down else "asc"} for n, down in stated]
        context.warn("The override's ORDER BY names more than lookup ports; check which row is first.", confidence=0.79)
    condition = context.attribute("Lookup condition") or context.attribute("Lookup Condition")
    if re.search(r"[<>]|!=", condition):
        context.warn("Several rows may match a comparison; check which row comes first.", confidence=0.79)
    words = [word.lower() for word in re.findall(r"[\w$#@]+", condition)]
    names = sorted(table.columns, key=lambda name: words.index(name.lower()) if name.lower() in words else len(words))
    return [{"column": table.columns[name].name} for name in names]


def _condition(context: Context, found: Scope, table: Table) -> str:
    text = context.attribute("Lookup condition") or context.attribute("Lookup Condition")
    if not text:
        raise NotConvertible("it has no lookup condition", "Enter the lookup condition.")
    terms = [_term(context, part, found, table) for part in re.split(r"\bAND\b", text, flags=re.IGNORECASE)]
    return " AND ".join(terms)


def _term(context: Context, text: str, found: Scope, table: Table) -> str:
    match = TERM.fullmatch(text)
    if match is None:
        raise NotConvertible(f"its condition '{text.strip()}' is not a comparison of two ports", "Correct it.")
    left, operator, right = match.groups()
    columns = {name.lower(): column for name, column in table.columns.items()}
    inputs = {name.lower(): name for name in found.references}
    if left.lower() not in columns or right.lower() not in inputs:
        raise NotConvertible(f"its condition '{text.strip()}' names a port it does not have", "Correct it.")
    column, name = columns[left.lower()], inputs[right.lower()]
    given = found.references[name]
    looked_up = "r." + sql.identifier(column.name, context.dialect)
    if types.kind(found.types[name]) != types.kind(column.type):
        place, within = "Lookup condition", Scope({name: given}, {name: found.types[name]})
        given = context.expression(name, place, within, target=column.type).sql
    operator = "<>" if operator in ("!=", "^=") else operator
    plain = f"{looked_up} {operator} {given}"
    if operator != "=" or context.attribute("Lookup caching enabled", "YES").upper() == "NO":
        return plain
    if context.dialect in NULL_SAFE:
        return f"{looked_up} IS NOT DISTINCT FROM {given}"
    return f"({plain} OR ({looked_up} IS NULL AND {given} IS NULL))"


def matched(context: Context, port: TransformationField, table: Table) -> str:
    """What an output gives: the table's column, or where nothing matches its default value."""
    text = "r." + sql.identifier(table.columns[port.name].name, context.dialect)
    default = port.default.strip()
    if not default or default.upper() == "NULL" or default.upper().startswith(("ERROR(", "ABORT(")):
        return text
    value = context.expression(default, f"Default of {port.name}", Scope()).sql
    context.warn(
        f"Output {port.name} gives {default} where nothing matches; here also where the matching row holds null.",
        confidence=ANY_MATCH,
    )
    return f"COALESCE({text}, {value})"
