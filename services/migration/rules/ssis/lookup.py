"""Lookup: enriches rows from a reference query or table; what has no match fails, goes on with nulls, or elsewhere.

Source: "Lookup Transformation": with a full cache the comparison is made in SSIS, letter by letter, and null finds
null; with a partial one or none it is the database that compares.
"""

from __future__ import annotations

import html
import re
from typing import Any

from services.migration.ast import Setting
from services.migration.expressions.ssis.types import canonical
from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.ssis import compare, destinations, frame, lookup_conditions, places
from services.migration.rules.ssis.lookup_conditions import OwnCondition
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

FULL_CACHE = "0"
CACHE_MANAGER = "1"
TO_OUTPUT = "1"
IN_DATABASE = 0.84
SEVERAL = 0.9
_COLUMN = re.compile(r"<referenceColumn\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(r'(\w+)\s*=\s*"([^"]*)"')
_WHOLE_TABLE = re.compile(
    r"\s*select\s+\*\s+from\s+((?:\[[^\]]*\]|\"[^\"]*\"|\w+)(?:\.(?:\[[^\]]*\]|\"[^\"]*\"|\w+))*)\s*;?\s*\Z",
    re.IGNORECASE,
)
_DEFAULT_PARAMETERS = re.compile(
    r".*\)\s*(?:as\s+)?\[?reftable\]?\s*(?:where\s+\[?reftable\]?\.\[[^\]]*\]\s*=\s*\?"
    r"(?:\s+and\s+\[?reftable\]?\.\[[^\]]*\]\s*=\s*\?)*)?\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_ACTIONS = {"IgnoreFailure": "nulls", "RedirectRow": "drop"}


def convert(context: StepContext) -> Outcome:
    given = context.input()
    end = frame.input_of(context)
    matches = [(frame.find(given, s), s.get("JoinToReferenceColumn")) for s in frame.columns(end)]
    pairs = [(column, name) for column, name in matches if name]
    if not pairs:
        raise NotConvertible("it joins by no column", "Join its columns in the component.")
    own = _own_condition(context, given)
    reference, table, by_name = _reference(context, pairs, own.names if own else ())
    config = {
        "left": given.ref,
        "right": table.ref,
        "condition": own.text(context, by_name) if own else _condition(context, pairs, by_name),
        "policy": _policy(context),
        "on_no_match": "drop" if context.settings.get("NoMatchBehavior") == TO_OUTPUT else _no_match(context),
    }
    columns, added = _columns(context, given, by_name)
    node = context.node("sql_join_pushdown", {**config, "columns": columns}, [given.ref, table.ref])
    matched = frame.extended(given, node["id"], added)
    return _outputs(context, given, matched, reference, node)


def _own_condition(context: StepContext, given: Relation) -> OwnCondition | None:
    """The condition of a statement that was changed by hand; None where it is the one that the tool writes."""
    own = context.settings.get("SqlCommandParam")
    is_used = context.settings.get("CacheType", FULL_CACHE) != FULL_CACHE and own.strip()
    if not is_used or _DEFAULT_PARAMETERS.match(own):
        return None
    found = lookup_conditions.read(context, given, own)
    _warn_of_database(context, list(found.parameters))
    return found


def _warn_of_database(context: StepContext, compared: list[Column]) -> None:
    if any(types.kind(column.type) == "string" for column in compared):
        context.warn(
            "Without a full cache the reference database compares texts, by its own collation; here case counts.",
            confidence=IN_DATABASE,
        )


def _policy(context: StepContext) -> str:
    if frame.truth(context.settings.get("TreatDuplicateKeysAsError")):
        return "error"
    if any(s.get("CopyFromReferenceColumn") for s in (*frame.columns(frame.input_of(context)), *_copies(context))):
        context.warn(
            "Where several reference rows match, which of them is taken is open, as it is in SSIS.", confidence=SEVERAL
        )
    return "any"


def _no_match(context: StepContext) -> str:
    output = next(iter(frame.outputs(context)), Setting("output"))
    return _ACTIONS.get(output.get("errorRowDisposition"), "error")


def _condition(context: StepContext, pairs: list[tuple[Column, str]], by_name: dict[str, Column]) -> str:
    is_full = context.settings.get("CacheType", FULL_CACHE) == FULL_CACHE
    texts = [left for left, _ in pairs if types.kind(left.type) == "string"]
    if not is_full:
        _warn_of_database(context, texts)
    compare.warn_of_collation(context, texts)
    conditions = [compare.equal(context, left, by_name[name.lower()], nulls_match=is_full) for left, name in pairs]
    return " AND ".join(conditions)


def _reference(
    context: StepContext, pairs: list[tuple[Column, str]], compared: tuple[str, ...]
) -> tuple[Node, Relation, dict[str, Column]]:
    """The reference rows as a source, with its columns by name; `compared` are those of a condition of its own."""
    wanted = {name.lower(): (name, column.type) for column, name in pairs}
    for setting in (*frame.columns(frame.input_of(context)), *_copies(context)):
        name = setting.get("CopyFromReferenceColumn")
        if name:
            wanted.setdefault(name.lower(), (name, frame.type_of(setting)))
    listed = _metadata(context.settings.get("ReferenceMetadataXml"))
    unknown = next((name for name in compared if name.lower() not in {**wanted, **listed}), "")
    if unknown:
        raise NotConvertible(
            f"its condition compares the column {unknown}, whose type is not known",
            "Write the join with the condition of that statement.",
        )
    wanted |= {name.lower(): listed[name.lower()] for name in compared if name.lower() not in wanted}
    for lowered, (name, kind) in wanted.items():
        listed.setdefault(lowered, (name, kind))
    connector, config = _place(context)
    if "query" not in config:
        listed = {lowered: listed[lowered] for lowered in listed if lowered in wanted}
    taken: set[str] = set()
    by_name = {lowered: Column(unique(column_name(name), taken), kind) for lowered, (name, kind) in listed.items()}
    node: Node = {
        "id": context.ids.new(f"{context.name} reference"),
        "type": "source",
        "connector": connector,
        "config": config,
        "columns": [{"name": c.name, "type": c.type} for c in by_name.values()],
        "origin": context.origin(),
    }
    return node, Relation(node["id"], tuple(by_name.values())), by_name


def _place(context: StepContext) -> tuple[str, dict[str, Any]]:
    if context.settings.get("ConnectionType") == CACHE_MANAGER:
        return "raw_file", {"path": destinations.cache_path(places.manager(context))}
    text = context.settings.get("SqlCommand")
    connector = places.connector(context)
    whole = _WHOLE_TABLE.match(text)
    if whole:
        return connector, {**places.connection(context), **places.table(whole[1])}
    if not text.strip():
        raise NotConvertible("it names neither a table nor a statement to look up", "Choose the reference in the tool.")
    return connector, {**places.connection(context), "query": text, "dialect": places.dialect(context, connector, text)}


def _metadata(text: str) -> dict[str, tuple[str, str]]:
    """Lower-case name → (name, canonical type) of the reference's columns."""
    found: dict[str, tuple[str, str]] = {}
    for match in _COLUMN.finditer(text):
        values = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(match[1])}
        kind = values.get("dataType", "DT_WSTR").upper()
        length, precision, scale = (frame.number(values.get(key, "0")) for key in ("length", "precision", "scale"))
        options = {"DT_STR": (length,), "DT_WSTR": (length,), "DT_DECIMAL": (scale,), "DT_NUMERIC": (precision, scale)}
        found[values.get("name", "").lower()] = (
            values.get("name", ""),
            canonical(kind, options.get(kind, ())) or "varchar",
        )
    found.pop("", None)
    return found


def _copies(context: StepContext) -> tuple[Setting, ...]:
    return tuple(s for output in frame.outputs(context) for s in frame.columns(output))


def _columns(
    context: StepContext, given: Relation, by_name: dict[str, Column]
) -> tuple[list[dict[str, str]], list[tuple[str, Column]]]:
    """Every column that arrives, those replaced by a reference column, then the new ones."""
    replaced = {
        frame.find(given, s).name: by_name[s.get("CopyFromReferenceColumn").lower()]
        for s in frame.columns(frame.input_of(context))
        if s.get("CopyFromReferenceColumn")
    }
    written = []
    for column in given.columns:
        source = replaced.get(column.name)
        text = frame.quoted(context, source, "r.") if source else frame.quoted(context, column, "l.")
        written.append({"name": column.name, "expression": text, "type": column.type})
    added: list[tuple[str, Column]] = []
    base = given
    for setting in _copies(context):
        source = by_name.get(setting.get("CopyFromReferenceColumn").lower())
        if source is None:
            continue
        column = Column(frame.named(base, setting.get("name"), context.name), frame.type_of(setting))
        added.append((setting.get("lineageId"), column))
        base = frame.extended(base, given.ref, added[-1:])
        written.append({"name": column.name, "expression": frame.quoted(context, source, "r."), "type": column.type})
    return written, added


def _outputs(context: StepContext, given: Relation, matched: Relation, reference: Node, node: Node) -> Outcome:
    ends = frame.outputs(context)
    found = {ends[0].get("port"): matched} if ends else {}
    nodes: tuple[Node, ...] = (reference, node)
    missed = Relation(f"{node['id']}.no_match", given.columns, given.ports, given.order)
    if len(ends) > 1:
        found[ends[1].get("port")] = missed
    error = next(iter(frame.error_outputs(context)), None)
    redirects = node["config"]["on_no_match"] == "drop" and context.settings.get("NoMatchBehavior") != TO_OUTPUT
    if redirects and error is not None and error.get("port") in context.wanted:
        made = [(lineage, column) for _, lineage, column in frame.declared(error)]
        null = [{"name": c.name, "expression": sql.null(c.type, context.dialect), "type": c.type} for _, c in made]
        shaped = context.node(
            "sql_expression",
            {"passthrough": ["*"], "columns": null},
            [missed.ref],
            name=f"{context.name} error columns",
        )
        nodes = (*nodes, shaped)
        found[error.get("port")] = frame.extended(missed, shaped["id"], made)
    return Outcome("sql_join_pushdown", 1.0, nodes, found)
