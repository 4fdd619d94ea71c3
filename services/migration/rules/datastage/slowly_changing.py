"""Slowly Changing Dimension of Type 1 columns: the rows to write to the dimension, and facts with its surrogate keys.

Source: Parallel Job Developer's Guide, "Slowly Changing Dimension stage", "Purpose code definitions", "Dimension update
action".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import Template
from typing import Any

from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.dimension_columns import Purposes, purposes
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage
from services.migration.rules.datastage.joined import Chain
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.nodes import computed, typed
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.migration.rules.steps.context import StepContext

CONFIDENCE = 0.6
TWO = 2
READ_AS = (
    "The export only numbers the purpose codes of the dimension's columns, so they were read from their derivations: "
    "{}. The other coded columns share one code without a current indicator or expiration date beside them, which "
    "Type 2 columns would need: they were read as Type 1 ({}). Compare this with the stage."
)
KEYS = (
    "New surrogate keys go on above the highest in the dimension; the key source of the stage is kept outside the job."
)
ONCE = (
    "The stage takes rows one after the other; here one row for each business key ({}) reaches the dimension, the last "
    "by the order of rows{}."
)
WITHOUT = (
    "Rows without {} make a member of their own, a new one with every run; whether they do in the stage is not "
    "documented."
)
UNORDERED = ", which nothing before the stage fixes"
NUMBERED = Template(
    """SELECT $columns, COALESCE(c.$key, (SELECT COALESCE(MAX(d.$key), 0) FROM dimension AS d)
+ ROW_NUMBER() OVER (PARTITION BY c.$action ORDER BY $by)) AS $key, c.$action AS $action
FROM changes AS c"""
)
CURRENT = Template(
    "SELECT $old FROM dimension AS d\nUNION ALL\nSELECT $new FROM changes AS c\nWHERE c.$action = 'insert'"
)


@dataclass(frozen=True, slots=True)
class Dimension:
    """The stage's links, its columns by purpose, and the name of the column that says what is to be written."""

    stage: Stage
    stream: Arriving
    reference: Arriving
    update: Leaving
    columns: Purposes
    action: Column

    @property
    def key(self) -> Column:
        return self.columns.surrogate

    @property
    def business(self) -> list[Column]:
        return [ours for ours, _ in self.columns.business]


def slowly_changing(context: StepContext) -> Outcome:
    """Type 1 columns alone: a new member is added, a changed one overwritten.

    Raises NotConvertible: a column whose purpose can't be told, a Type 2 column, a fact column that the update changes.
    """
    stage = Stage(context)
    found = _dimension(stage)
    updates = _updates(found)
    outputs = {one.name: _facts(found, one, updates) for one in stage.outputs if one is not found.update}
    plain = replace(found.update, fields=tuple(replace(one, expression="") for one in found.update.fields))
    outputs[found.update.name] = stage.shaped(updates, plain, found.reference)
    _tell(found)
    return stage.done("scd", CONFIDENCE, outputs)


def _dimension(stage: Stage) -> Dimension:
    streams = [one for one in stage.inputs if not one.is_reference]
    references = [one for one in stage.inputs if one.is_reference]
    if len(streams) != 1 or len(references) != 1 or not 1 <= len(stage.outputs) <= TWO:
        raise NotConvertible(
            "it needs one stream, one reference link to the dimension, and outputs for facts and the dimension",
            "Connect them.",
        )
    update, columns = purposes(stage, streams[0], references[0])
    taken = {one.name.lower() for one in (columns.surrogate, *(ours for ours, _ in columns.filled))}
    action = Column(unique("dataflow_action", taken), "varchar")
    return Dimension(stage, streams[0], references[0], update, columns, action)


def _updates(found: Dimension) -> Relation:
    """New and changed members with their surrogate keys, in the dimension's columns, and the action column."""
    stage, dimension = found.stage, found.reference.relation
    filled = [ours for ours, _ in found.columns.filled]
    config: dict[str, Any] = {
        "input": _members(found),
        "dimension": dimension.ref,
        "business_keys": [one.name for one in found.business],
        **({"type1": [ours.name for ours, _ in found.columns.type1]} if found.columns.type1 else {}),
        "surrogate_key": found.key.name,
        "action_column": found.action.name,
    }
    compared = stage.add("scd", config, [config["input"], dimension.ref])
    given = (*filled, found.key, found.action)
    query = NUMBERED.substitute(
        columns=_listed(stage, filled, "c"),
        key=stage.identifier(found.key.name),
        action=stage.identifier(found.action.name),
        by=_listed(stage, found.business, "c"),
    )
    return _queried(stage, query, {"changes": compared, "dimension": dimension.ref}, given, "keys")


def _members(found: Dimension) -> str:
    """One row for each business key, the last, under the names of the dimension."""
    stage, given = found.stage, found.stream.relation
    config: dict[str, Any] = {"columns": [theirs.name for _, theirs in found.columns.business]}
    if given.order:
        config["order_by"] = order_by(
            SortKey(one.column, not one.descending, not one.nulls_first, one.case_sensitive) for one in given.order
        )
    last = stage.add("distinct", config, [given.ref], name=f"{stage.context.name} members")
    made = [
        computed(ours, stage.narrowed(stage.identifier(theirs.name), theirs, ours, found.update))
        for ours, theirs in found.columns.filled
    ]
    return stage.add("sql_expression", {"columns": made}, [last], name=f"{stage.context.name} incoming")


def _facts(found: Dimension, leaving: Leaving, updates: Relation) -> Relation:
    """The stream with the surrogate key of the member that each row names, the new ones among them."""
    stage, dimension = found.stage, found.reference
    given = (*found.business, found.key)
    _refuse_changed(found, leaving, {one.name.lower() for one in given})
    query = CURRENT.substitute(
        old=_listed(stage, given, "d"), new=_listed(stage, given, "c"), action=stage.identifier(found.action.name)
    )
    current = _queried(stage, query, {"dimension": dimension.relation.ref, "changes": updates.ref}, given, "current")
    chain = Chain.begin(stage, found.stream)
    condition = " AND ".join(
        _equal(found, chain.left(found.stream, theirs), ours, theirs) for ours, theirs in found.columns.business
    )
    config: dict[str, Any] = {
        "left": found.stream.relation.ref,
        "right": current.ref,
        "condition": condition,
        "policy": "any",
        "on_no_match": "nulls",
    }
    config["columns"], joined = chain.columns_with(replace(dimension, relation=current))
    node = stage.add("sql_join_pushdown", config, [config["left"], current.ref], name=f"{stage.context.name} facts")
    chain.relation = Relation(node, joined, order=found.stream.relation.order)
    return chain.outputs(leaving, {})


def _equal(found: Dimension, left: str, ours: Column, theirs: Column) -> str:
    """Rows without a key have the member that they made."""
    right = f"r.{found.stage.identifier(ours.name)}"
    if not found.stream.nullable(theirs.name):
        return f"{left} = {right}"
    found.stage.context.warn(WITHOUT.format(theirs.name), confidence=CONFIDENCE)
    return f"({left} = {right} OR ({left} IS NULL AND {right} IS NULL))"


def _refuse_changed(found: Dimension, leaving: Leaving, known: set[str]) -> None:
    """Fact columns are columns of the stream, the business keys or the surrogate key."""
    for field in leaving.fields:
        link, _, name = field.expression.strip().rpartition(".")
        if link.lower() == found.reference.name.lower() and name.lower() in known:
            continue
        by_name = field.name if not field.expression.strip() else ""
        if found.stream.column(by_name or name) and link.lower() in ("", found.stream.name.lower()):
            continue
        if by_name.lower() in known:
            continue
        raise NotConvertible(
            f"column {field.name} of link {leaving.name} is neither a column of the stream nor a key of the dimension; "
            "whether it holds the dimension's value before or after the update is not documented",
            "Look the column up in the dimension after the load.",
        )


def _queried(stage: Stage, query: str, refs: dict[str, str], columns: tuple[Column, ...], name: str) -> Relation:
    config: dict[str, Any] = {
        "inputs": [{"ref": ref, "name": alias} for alias, ref in refs.items()],
        "query": query,
        "columns": [typed(column) for column in columns],
    }
    return Relation(
        stage.add("sql_query", config, list(refs.values()), name=f"{stage.context.name} {name}"), tuple(columns)
    )


def _listed(stage: Stage, columns: list[Column] | tuple[Column, ...], alias: str) -> str:
    return ", ".join(f"{alias}.{stage.identifier(column.name)}" for column in columns)


def _tell(found: Dimension) -> None:
    names = ", ".join(one.name for one in found.business)
    told = f"surrogate key {found.key.name} (NextSurrogateKey), business key {names} (key of the lookup)"
    overwritten = ", ".join(ours.name for ours, _ in found.columns.type1) or "none"
    warn = found.stage.context.warn
    warn(READ_AS.format(told, overwritten), confidence=CONFIDENCE)
    warn(KEYS, confidence=CONFIDENCE)
    warn(ONCE.format(names, "" if found.stream.relation.order else UNORDERED), confidence=CONFIDENCE)
