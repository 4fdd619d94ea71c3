"""Stages that hand rows on: Copy, Peek, Head, Tail, Funnel. Source: Parallel Job Developer's Guide."""

from __future__ import annotations

from typing import Any

from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Stage
from services.migration.rules.datastage.ordering import order_by, sort_keys
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext

HEAD_DEFAULT = 10  # rows that Head, Tail and Peek take where nothing is stated
UNORDERED = "Which rows these are depends on the order of rows, which nothing before the stage fixes."
INTERLEAVED = "A continuous funnel mixes the rows of its inputs in no fixed order."


def copy(context: StepContext) -> Outcome:
    """Every output gets every row, with its own columns."""
    stage = Stage(context)
    given = stage.stream()
    outputs = {one.name: stage.shaped(given.relation, one, given) for one in stage.outputs}
    if not stage.nodes:
        passed: dict[str, object] = {"columns": [], "passthrough": [one.name for one in given.relation.columns]}
        node = stage.add("sql_expression", passed, [given.relation.ref])
        outputs = {name: Relation(node, relation.columns, order=relation.order) for name, relation in outputs.items()}
    return stage.done("sql_expression", 0.99, outputs)


def peek(context: StepContext) -> Outcome:
    """Rows pass as they are; some are also printed to the job's log, which no pipeline has."""
    stage = Stage(context)
    if not stage.outputs:
        return _shown(stage)
    context.warn("The rows that the stage prints to the job's log are not printed.")
    if len(stage.outputs) > 1:
        raise NotConvertible(
            "its second output gives the peeked rows as text", "Remove the link, or read the rows themselves."
        )
    return copy(context)


def _shown(stage: Stage) -> Outcome:
    given = stage.stream()
    stage.context.warn("The stage prints rows to the job's log; here they are what the pipeline shows.")
    node: dict[str, Any] = {
        "id": stage.context.ids.new(stage.context.name),
        "type": "sink",
        "connector": "inline",
        "depends_on": [given.relation.ref],
        "config": {"mode": "overwrite", "columns": [typed(column) for column in given.relation.columns]},
        "origin": stage.context.origin(),
    }
    stage.nodes.append(node)
    return stage.done("sink", 0.95)


def head(context: StepContext) -> Outcome:
    return _part(context, "first")


def tail(context: StepContext) -> Outcome:
    return _part(context, "last")


def _part(context: StepContext, method: str) -> Outcome:
    stage = Stage(context)
    given = stage.stream()
    relation = given.relation
    if method == "first" and stage.flag("all"):
        relation_out = relation
    else:
        if stage.flag("skip", "period", "byte"):
            raise NotConvertible("it skips rows or takes every n-th", "Number the rows and filter by the number.")
        count = stage.text("nrecs", "n", default=str(HEAD_DEFAULT))
        if not count.isdigit():
            raise NotConvertible(f"it takes '{count}' rows, which is no number", "Write the number of rows.")
        config: dict[str, object] = {"method": method, "rows": int(count)}
        if relation.order:
            config["order_by"] = order_by(relation.order)
        else:
            context.warn(UNORDERED, confidence=0.75)
        context.warn("The stage takes so many rows of each partition; here it takes them of all rows.", confidence=0.84)
        node = stage.add("limit", config, [relation.ref])
        relation_out = Relation(node, relation.columns, order=relation.order)
    outputs = {one.name: stage.shaped(relation_out, one, given) for one in stage.outputs}
    return stage.done("limit", 0.95, outputs)


def funnel(context: StepContext) -> Outcome:
    """Rows of all inputs, columns matched by name."""
    stage = Stage(context)
    leaving = stage.output()
    if not stage.inputs:
        raise NotConvertible("it has no input", "Connect its inputs.")
    columns = stage.columns(leaving.fields) or stage.inputs[0].relation.columns
    inputs = []
    for given in stage.inputs:
        found = [given.column(column.name) for column in columns]
        missing = next((column.name for column, one in zip(columns, found, strict=True) if one is None), None)
        if missing:
            raise NotConvertible(f"link {given.name} has no column {missing}", "Give every input the same columns.")
        inputs.append({"ref": given.relation.ref, "columns": [one.name for one in found if one is not None]})
    config: dict[str, object] = {"columns": [typed(column) for column in columns], "inputs": inputs}
    node = stage.add("sql_union_all", config, [given.relation.ref for given in stage.inputs])
    kind = stage.text("operator", "funneltype", "type", default="funnel").lower()
    if "sort" not in kind:
        return stage.done("sql_union_all", 0.95, {leaving.name: Relation(node, columns)})
    keys = sort_keys(stage, columns)
    ordered = stage.add("sql_order_by", {"order_by": order_by(keys)}, [node], name=f"{context.name} order")
    return stage.done("sql_union_all", 0.95, {leaving.name: Relation(ordered, columns, order=keys)})
