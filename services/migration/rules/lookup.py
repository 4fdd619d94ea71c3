"""Lookup → the looked-up table as a `source` node and a `sql_join_pushdown`.

Every row comes out once, with nulls where nothing matches. With a cache (the default) null equals null in the
condition; without one the database compares, and null matches nothing. The cache is ordered by all lookup ports, which
decides what "first" and "last" are. Source: PowerCenter Transformation Guide, "Lookup Transformation".
"""

from __future__ import annotations

import re
from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules import raw_sql, sql
from services.migration.rules.attribute_tables import CHECK
from services.migration.rules.context import Context, Node, NotConvertible, Outcome, Scope, connected
from services.migration.rules.expression import Draft
from services.migration.rules.lookup_table import (
    INEQUALITY,
    POLICY,
    WORD,
    Table,
    condition_text,
    policy,
    read_table,
    system,
    typed_default,
)
from services.migration.rules.manual import carried
from services.migration.rules.nodes import computed
from services.migration.rules.nodes import transformation as new_node
from services.migration.rules.ports import scope, target_type
from services.pipelines import types

TERM = re.compile(r"\s*(\S+?)\s*(<=|>=|!=|<>|\^=|=|<|>)\s*(\S+)\s*")
ANY_MATCH = 0.84
"""Confidence where one of several matching rows is taken and nothing says which (documented range 0.65 to 0.85)."""
NULL_SAFE = frozenset({"postgresql", "snowflake", "duckdb"})
"""Dialects with IS NOT DISTINCT FROM."""


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
    counted = draft.count(table.matches) if table.matches else ""
    config["columns"] = [computed(column, text) for column, text in draft.columns]
    node = new_node(context, "sql_join_pushdown", config, [relation.ref, table.relation.ref])
    if counted:
        single = _single(context, node["id"], counted)
        return Outcome("sql_join_pushdown", 1.0, (*table.nodes, node, single), {"": draft.relation(single["id"])})
    return Outcome("sql_join_pushdown", 1.0, (*table.nodes, node), {"": draft.relation(node["id"])})


def _single(context: Context, ref: str, counted: str) -> Node:
    """Rows for which one row matched or none: the others are errors, which the tool counts and leaves out."""
    context.warn(
        "A row with several matches is an error in PowerCenter, which may stop the session; here it is dropped."
    )
    name = sql.identifier(counted, context.dialect)
    config = {"condition": f"{name} IS NULL OR {name} = 1"}
    return new_node(context, "sql_where", config, [ref], name=f"{context.name}__single")


def join_config(context: Context, left: str, found: Scope, table: Table) -> dict[str, Any]:
    """The `sql_join_pushdown` without its columns."""
    how = policy(context)
    config: dict[str, Any] = {
        "left": left,
        "right": table.relation.ref,
        "condition": _condition(context, found, table),
        "policy": how,
    }
    if how in ("first", "last"):
        config["order_by"] = _cache_order(context, table)
        if not _is_cached(context):
            context.warn(
                f"Without a cache the {how} of several matching rows is whatever the database returns {how}; here the "
                "order of a cache decides.",
                confidence=ANY_MATCH,
            )
    elif how == "error" and table.matches:
        config["policy"] = "any"
    elif how == "any":
        context.warn(f"Where several rows match, any one of them is taken ({POLICY}: any).", confidence=ANY_MATCH)
    return config


def _cache_order(context: Context, table: Table) -> list[dict[str, Any]]:
    """The order of the cache: an override's own ORDER BY, else the condition's ports, then the others."""
    query = context.attribute("Lookup Sql Override")
    stated = raw_sql.order_of(query, system(context).dialect) if query else []
    if stated:
        columns = {column.name.lower(): column.name for column in table.columns.values()}
        if all(key.column.lower() in columns for key in stated):
            _note_ties(context, {key.column.lower() for key in stated}, set(columns))
            return [
                {"column": columns[key.column.lower()], "direction": "desc" if key.descending else "asc"}
                for key in stated
            ]
        context.warn("The override's ORDER BY names more than lookup ports; check which is first.", confidence=CHECK)
    condition = condition_text(context)
    if INEQUALITY.search(condition):
        context.warn("Several rows may match a comparison; check which row comes first.", confidence=CHECK)
    words = [word.lower() for word in WORD.findall(condition)]
    names = sorted(table.columns, key=lambda name: words.index(name.lower()) if name.lower() in words else len(words))
    return [{"column": table.columns[name].name} for name in names]


def _is_cached(context: Context) -> bool:
    return context.attribute("Lookup caching enabled", "YES").upper() != "NO"


def _note_ties(context: Context, ordered: set[str], columns: set[str]) -> None:
    """Name an order of the cache that leaves open which of several matching rows is first."""
    compared = {word.lower() for word in WORD.findall(condition_text(context))}
    if ordered - compared or not columns - compared:
        return
    context.warn(
        "The override orders the cache by what is compared alone, so which of several matching rows is first is open.",
        confidence=ANY_MATCH,
    )


def _condition(context: Context, found: Scope, table: Table) -> str:
    text = condition_text(context)
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
        given = context.expression(name, place, within, target=target_type(column.type)).sql
    if _ignores_case(context) and types.kind(column.type) == "string":
        looked_up, given = f"UPPER({looked_up})", f"UPPER({given})"
    operator = "<>" if operator in ("!=", "^=") else operator
    plain = f"{looked_up} {operator} {given}"
    if operator != "=" or not _is_cached(context):
        return plain
    if context.dialect in NULL_SAFE:
        return f"{looked_up} IS NOT DISTINCT FROM {given}"
    return f"({plain} OR ({looked_up} IS NULL AND {given} IS NULL))"


def _ignores_case(context: Context) -> bool:
    """Only a lookup on a flat file has a choice; in a database's table letter case always counts."""
    stated = context.attribute("Case Sensitive String Comparison") or context.attribute(
        "Case-Sensitive String Comparison", "YES"
    )
    return stated.upper() == "NO" and system(context).connector == "csv"


def matched(context: Context, port: TransformationField, table: Table) -> str:
    """What an output gives: the table's column, or where nothing matches its default value."""
    text = "r." + sql.identifier(table.columns[port.name].name, context.dialect)
    default = typed_default(port)
    if not default or not table.found:
        return text
    kind = target_type(context.type_of(port))
    value = context.expression(default, f"Default of {port.name}", Scope(), target=kind).sql
    return f"CASE WHEN r.{sql.identifier(table.found, context.dialect)} IS NULL THEN {value} ELSE {text} END"
