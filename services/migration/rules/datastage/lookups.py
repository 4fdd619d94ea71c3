"""Lookup: a stream and its reference links, one after the other.

Source: Parallel Job Developer's Guide, "Lookup stage".

A row for which nothing is found goes on with nulls (continue; 0 or an empty text where a column may not be null), is
dropped, ends the job, or goes to the reject link, as each reference link says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Stage
from services.migration.rules.datastage.joined import Chain
from services.migration.rules.datastage.lookup_conditions import condition_of, go_on, set_aside
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.datastage.scope import column_scope, translated
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

NO_MATCH = {"continue": "nulls", "drop": "drop", "fail": "error", "reject": "drop"}
_COMPARES = re.compile(r"[<>]")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
SEVERAL = "Where several rows of {link} match, which is taken depends on the order in which they are read."


def lookup(context: StepContext) -> Outcome:
    stage = Stage(context)
    streams = [one for one in stage.inputs if not one.is_reference]
    references = [one for one in stage.inputs if one.is_reference]
    if not references and len(stage.inputs) > 1:  # the first pin is the stream
        streams, references = stage.inputs[:1], stage.inputs[1:]
    if len(streams) != 1 or not references or not stage.outputs:
        raise NotConvertible("it needs one stream, a reference link and an output", "Connect them.")
    chain = Chain.begin(stage, streams[0])
    rejected: list[Relation] = []
    filled: set[str] = set()
    for given in references:
        policy = given.setting.get("LookupFail", "fail").strip().lower() or "fail"
        columns = chain.relation.columns
        aside = set_aside(stage, chain, given, policy)
        node = look_up(stage, chain, given, streams[0], NO_MATCH.get(policy, "error"), parted=aside is not None)
        if aside is not None and aside.goes_on:
            go_on(stage, chain, given, aside)
        if aside is not None and aside.is_rejected:
            rejected.append(Relation(aside.ref, columns))
        if policy == "reject":
            rejected.append(Relation(f"{node}.no_match", columns))
        if "continue" in (policy, aside.policy if aside is not None else ""):
            filled.add(given.name)
    outputs = {stage.outputs[0].name: chain.outputs(stage.outputs[0], {}, frozenset(filled))}
    if len(stage.outputs) > 1:
        outputs[stage.outputs[1].name] = _rejects(stage, rejected, streams[0])
    return stage.done("sql_join_pushdown", 0.92, outputs)


def _rejects(stage: Stage, rejected: list[Relation], stream: Arriving) -> Relation:
    """The rows that one reference link or another did not find, as they came in."""
    if not rejected:
        raise NotConvertible("none of its reference links sends rows to the reject link", "Remove the link.")
    leaving = stage.outputs[1]
    fields = leaving.fields or stream.fields
    shaped = [stage.shaped(rows, replace(leaving, fields=fields), stream) for rows in rejected]
    if len(shaped) == 1:
        return shaped[0]
    columns = shaped[0].columns
    inputs = [{"ref": one.ref, "columns": [column.name for column in one.columns]} for one in shaped]
    config: dict[str, object] = {"columns": [typed(column) for column in columns], "inputs": inputs}
    refs = [one.ref for one in shaped]
    return Relation(stage.add("sql_union_all", config, refs, name=f"{stage.context.name} {leaving.name} all"), columns)


def look_up(
    stage: Stage, chain: Chain, given: Arriving, stream: Arriving, on_no_match: str, *, parted: bool = False
) -> str:
    """One reference joined to the rows so far; gives the node's id. `parted`: its condition holds for all rows."""
    parts = [*_keys(stage, chain, given, stream), *([] if parted else _conditions(stage, chain, given))]
    condition = " AND ".join(parts)
    several = given.setting.get("MultiRow") == "1" or given.setting.get("LookupMultiple") == "1"
    config: dict[str, object] = {"left": chain.relation.ref, "right": given.relation.ref, "condition": condition}
    if several:
        config["policy"] = "all"
    elif given.relation.order:
        config["policy"], config["order_by"] = "first", order_by(given.relation.order)
    else:
        config["policy"] = "any"
        stage.context.warn(SEVERAL.format(link=given.name), confidence=0.84)
    config["on_no_match"] = on_no_match
    columns, relation_columns = chain.columns_with(given)
    config["columns"] = columns
    if key := _first_key(given):
        chain.missing[given.name] = f"{stage.identifier(chain.held[given.name, key.name])} IS NULL"
    name = stage.context.name if not stage.nodes else f"{stage.context.name} {given.name}"
    node = stage.add("sql_join_pushdown", config, [chain.relation.ref, given.relation.ref], name=name)
    chain.relation = Relation(node, relation_columns, order=() if several else chain.relation.order)
    return node


def _conditions(stage: Stage, chain: Chain, given: Arriving) -> list[str]:
    """The condition under which a row is looked up at all, as a part of the join: where a row that does not meet it is
    dealt with as one for which nothing is found."""
    if not condition_of(given):
        return []
    scope = column_scope(stage, chain.inputs, chain, "l.")
    return [f"({translated(stage, condition_of(given), f'Condition of {given.name}', scope, condition=True).sql})"]


def _first_key(given: Arriving) -> Column | None:
    """A column of the reference that a match can't leave null."""
    keyed = (one for one in given.fields if one.key or one.attributes.get("KeyExpression"))
    return next((column for one in keyed if (column := given.column(one.name)) is not None), None)


def _keys(stage: Stage, chain: Chain, given: Arriving, stream: Arriving) -> list[str]:
    """Conditions of the join, one for each key that the reference link states; else by the names of its key columns."""
    cells = [*(given.setting.all("columns")[0].children if given.setting.all("columns") else ())]
    by_name = {cell.name.lower(): dict(cell.attributes) for cell in cells}
    found = []
    for field in given.fields:
        told = {**field.attributes, **by_name.get(field.name.lower(), {})}
        if told.get("KeyExpression"):
            found.append(_key(stage, chain, given, field.name, told))
    if found:
        return found
    for field in given.fields:
        if field.key and (column := stream.column(field.name)):
            theirs = given.column(field.name)
            found.append(f"{chain.left(stream, column)} = r.{stage.identifier(theirs.name if theirs else field.name)}")
    if not found:
        raise NotConvertible(f"no key of the reference link {given.name} is stated", "State the lookup's keys.")
    return found


def _key(stage: Stage, chain: Chain, given: Arriving, name: str, told: Mapping[str, str]) -> str:
    column = given.column(name)
    if column is None:
        raise NotConvertible(f"key {name} of {given.name} is not a column of it", "Correct the key.")
    text = told["KeyExpression"]
    ranged = next((key for key in told if "range" in key.lower()), "")
    if ranged or _COMPARES.search(_QUOTED.sub(" ", text)):
        return _range(stage, chain, given, name, text)
    link, _, plain = text.strip().rpartition(".")
    source = next((one for one in chain.inputs if one.name.lower() == link.lower()), None)
    held = source.column(plain) if source else None
    if source is not None and held is not None:
        left = chain.left(source, held)
    else:
        scope = column_scope(stage, chain.inputs, chain, "l.")
        left = translated(stage, text, f"Key {name} of {given.name}", scope).sql
    right = "r." + stage.identifier(column.name)
    return f"UPPER({left}) = UPPER({right})" if told.get("PKeyIsCaseless") == "1" else f"{left} = {right}"


def _range(stage: Stage, chain: Chain, given: Arriving, name: str, text: str) -> str:
    """A range of keys: an expression that compares columns of the stream with columns of the reference link."""
    if f"{given.name}.".lower() not in text.lower():
        raise NotConvertible(
            f"key {name} of {given.name} is a range ({text[:200]}) whose other end is not stated",
            "Join with a range condition by hand.",
        )
    scope = column_scope(stage, chain.inputs, chain, "l.")
    theirs = column_scope(stage, [given], alias="r.")
    scope.references.update(theirs.references)
    scope.types.update(theirs.types)
    stage.context.warn(f"Key {name} of {given.name} is a range; here a condition of the join.", confidence=0.79)
    return f"({translated(stage, text, f'Key {name} of {given.name}', scope, condition=True).sql})"
