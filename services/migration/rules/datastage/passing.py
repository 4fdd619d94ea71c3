"""Stages that hand rows on: Copy, Peek, Head, Tail, Funnel. Source: Parallel Job Developer's Guide."""

from __future__ import annotations

from typing import Any

from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage import parameters
from services.migration.rules.datastage.frame import Stage
from services.migration.rules.datastage.ordering import order_by, sort_keys
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

HEAD_DEFAULT = 10  # rows that Head, Tail and Peek take where nothing is stated
EACH_PARTITION = "The stage counts the rows of each partition; here all rows are counted together."
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
    """Rows are skipped first, then every n-th is taken, of these so many."""
    stage = Stage(context)
    given = stage.stream()
    if stage.text("selection").lower() == "part" or stage.all("part"):
        raise NotConvertible(
            "it takes the rows of one partition, and which rows those are is settled at run time",
            "Take the rows of all partitions, or filter by what makes the partition.",
        )
    skipped, period = _number(stage, "skip", 0), _number(stage, "period", 1)
    takes_all = method == "first" and stage.flag("all")
    if takes_all and not skipped and period <= 1:
        return copy(context)
    relation = given.relation
    if not relation.order:
        context.warn(UNORDERED, confidence=0.75)
    context.warn(EACH_PARTITION, confidence=0.84)
    if skipped:
        relation = _limited(stage, relation, "skip", skipped)
    if period > 1:
        relation = every_nth(stage, relation, period)
    if not takes_all:
        relation = _limited(stage, relation, method, _number(stage, "nrecs", HEAD_DEFAULT))
    outputs = {one.name: stage.shaped(relation, one, given) for one in stage.outputs}
    return stage.done("limit", 0.95, outputs)


def _number(stage: Stage, name: str, usual: int) -> int:
    text = stage.text(name, default=str(usual))
    found = parameters.whole(stage.context, text, f"Its option {name}")
    if found is None:
        raise NotConvertible(f"its option {name} is '{text}', which is no number", "Write the number.")
    return found


def _limited(stage: Stage, relation: Relation, method: str, count: int) -> Relation:
    config: dict[str, object] = {"method": method, "rows": count}
    if relation.order:
        config["order_by"] = order_by(relation.order)
    name = f"{stage.context.name} {method}" if stage.nodes else ""
    return Relation(stage.add("limit", config, [relation.ref], name=name), relation.columns, order=relation.order)


def every_nth(stage: Stage, relation: Relation, period: int) -> Relation:
    """The first row and every n-th after it. Raises NotConvertible where nothing fixes the order of rows."""
    if not relation.order:
        raise NotConvertible(
            f"it takes every row in {period}, and nothing before it fixes the order of rows", "Sort the rows before it."
        )
    config: dict[str, object] = {"method": "every_nth", "rows": period, "order_by": order_by(relation.order)}
    name = f"{stage.context.name} period" if stage.nodes else ""
    return Relation(stage.add("sample", config, [relation.ref], name=name), relation.columns, order=relation.order)


def _share(stage: Stage, relation: Relation) -> Relation:
    share, seed = stage.text("percent"), stage.text("seed")
    if not share.replace(".", "", 1).isdigit():
        raise NotConvertible(f"its share of rows is '{share}', which is no number", "Write the percentage.")
    stage.context.warn("Which rows are taken is left to chance, here as there.", confidence=0.84)
    config: dict[str, object] = {"method": "random_percent", "percent": float(share)}
    if seed.isdigit():
        config["seed"] = int(seed)
    return Relation(stage.add("sample", config, [relation.ref]), relation.columns, order=relation.order)


def sample(context: StepContext) -> Outcome:
    """A share of the rows at random, or every n-th."""
    stage = Stage(context)
    given = stage.stream()
    if len(stage.outputs) != 1:
        raise NotConvertible(
            f"it spreads rows at random over {len(stage.outputs)} outputs", "Write it as a random number and branches."
        )
    context.warn(EACH_PARTITION, confidence=0.84)
    if stage.text("selection", default="percent").lower() == "period":
        relation = every_nth(stage, given.relation, _number(stage, "sample", 1))
    else:
        relation = _share(stage, given.relation)
    for name in ("maxoutputrows", "totalmaxoutputrows"):
        if stage.text(name):
            relation = _limited(stage, relation, "first", _number(stage, name, 0))
    return stage.done("sample", 0.9, {stage.outputs[0].name: stage.shaped(relation, stage.outputs[0], given)})


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
        held = [one for one in found if one is not None]
        rows = given.relation
        if any(types.narrows(one.type, column.type) for one, column in zip(held, columns, strict=True)):
            rows = stage.shaped(rows, leaving, given)
            held = list(rows.columns)
        inputs.append({"ref": rows.ref, "columns": [one.name for one in held]})
    config: dict[str, object] = {"columns": [typed(column) for column in columns], "inputs": inputs}
    node = stage.add("sql_union_all", config, [str(one["ref"]) for one in inputs])
    kind = stage.text("operator", "funneltype", "type", default="funnel").lower()
    if "sort" not in kind:
        return stage.done("sql_union_all", 0.95, {leaving.name: Relation(node, columns)})
    keys = sort_keys(stage, columns)
    ordered = stage.add("sql_order_by", {"order_by": order_by(keys)}, [node], name=f"{context.name} order")
    return stage.done("sql_union_all", 0.95, {leaving.name: Relation(ordered, columns, order=keys)})
