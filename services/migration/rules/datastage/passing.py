"""Stages that hand rows on: Copy, Peek, Head, Tail, Funnel. Source: Parallel Job Developer's Guide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.migration.ast import Setting, TransformationField
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage import parameters
from services.migration.rules.datastage.frame import Leaving, Stage, option
from services.migration.rules.datastage.ordering import sort_keys
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.names import port_name
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

ROUNDING = 1e-6  # of a sum of shares
HEAD_DEFAULT = 10  # rows that Head, Tail and Peek take where nothing is stated
EACH_PARTITION = "The stage counts the rows of each partition; here all rows are counted together."
UNORDERED = "Which rows these are depends on the order of rows, which nothing before the stage fixes."
IN_TURN = "Rows are handed to the links in turn; which row goes to which link is not fixed where rows have no order."


def copy(context: StepContext) -> Outcome:
    """Every output gets every row, with its own columns."""
    return _copied(Stage(context))


def _copied(stage: Stage) -> Outcome:
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
    return _copied(stage)


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
        return _copied(stage)
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


def _percent(stated: Setting) -> float:
    if not stated.value.strip().replace(".", "", 1).isdigit():
        raise NotConvertible(f"its share of rows is '{stated.value}', which is no number", "Write the percentage.")
    return float(stated.value)


def _shares(stage: Stage, relation: Relation) -> dict[str, Relation]:
    """Output → its share of the rows: each is taken from the rows that no output before it got."""
    found: dict[str, Relation] = {}
    left, seed = 100.0, stage.text("seed")
    stage.context.warn("Which rows are taken is left to chance, here as there.", confidence=0.84)
    for place, stated in enumerate(stage.all("percent")):
        number, share = option(stated, "output", "target", "outputlink"), _percent(stated)
        index = int(number) if number.isdigit() else place
        if index >= len(stage.outputs) or stage.outputs[index].name in found or share > left + ROUNDING:
            raise NotConvertible(f"its share {stated.value} is for output {index}", "Give each output one share.")
        of_the_rest = min(share * 100 / left, 100.0) if left > 0 else 0
        config: dict[str, object] = {"method": "random_percent", "percent": of_the_rest}
        if seed.isdigit():
            config["seed"] = int(seed) + place
        name = f"{stage.context.name} {stage.outputs[index].name}" if stage.nodes else ""
        node = stage.add("sample", config, [relation.ref], name=name)
        found[stage.outputs[index].name] = Relation(node, relation.columns, order=relation.order)
        relation = Relation(f"{node}.rest", relation.columns, order=relation.order)
        left -= share
    if len(found) != len(stage.outputs):
        raise NotConvertible(f"it states {len(found)} shares for {len(stage.outputs)} outputs", "State every share.")
    return found


def sample(context: StepContext) -> Outcome:
    """A share of the rows at random for each output, or every n-th."""
    stage = Stage(context)
    given = stage.stream()
    context.warn(EACH_PARTITION, confidence=0.84)
    if stage.text("selection", default="percent").lower() == "period":
        rows = every_nth(stage, given.relation, _number(stage, "sample", 1))
        taken = {one.name: rows for one in stage.outputs}
    else:
        taken = _shares(stage, given.relation)
    for name in ("maxoutputrows", "totalmaxoutputrows"):
        if stage.text(name):
            taken = {link: _limited(stage, rows, "first", _number(stage, name, 0)) for link, rows in taken.items()}
    return stage.done("sample", 0.9, {one.name: stage.shaped(taken[one.name], one, given) for one in stage.outputs})


def _mapped(stage: Stage, leaving: Leaving, place: int) -> str:
    """The column of the inputs that fills an output column: the mapping names one of the first link."""
    field = leaving.fields[place] if leaving.fields else None
    found = stage.source_of(field, stage.inputs[:1]) if field is not None and field.expression.strip() else None
    return found[1].name if found is not None else ""


def _by_name(leaving: Leaving, names: list[str]) -> tuple[TransformationField, ...]:
    return tuple(replace(one, expression=name) for one, name in zip(leaving.fields, names, strict=True))


def funnel(context: StepContext) -> Outcome:
    """Rows of all inputs, columns matched by name."""
    stage = Stage(context)
    leaving = stage.output()
    if not stage.inputs:
        raise NotConvertible("it has no input", "Connect its inputs.")
    columns = stage.columns(leaving.fields) or stage.inputs[0].relation.columns
    names = [_mapped(stage, leaving, place) or column.name for place, column in enumerate(columns)]
    inputs = []
    for given in stage.inputs:
        found = [given.column(name) for name in names]
        missing = next((name for name, one in zip(names, found, strict=True) if one is None), None)
        if missing:
            raise NotConvertible(f"link {given.name} has no column {missing}", "Give every input the same columns.")
        held = [one for one in found if one is not None]
        rows = given.relation
        if any(types.narrows(one.type, column.type) for one, column in zip(held, columns, strict=True)):
            rows = stage.shaped(rows, replace(leaving, fields=_by_name(leaving, names)), given)
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


def partition(context: StepContext) -> Outcome:
    """Link Partitioner of server jobs: rows are handed to the links in turn."""
    stage = Stage(context)
    given = stage.stream()
    if len(stage.outputs) <= 1:
        return _copied(stage)
    context.warn(IN_TURN, confidence=0.79)
    column = Column(unique("link_number", given.relation.names()), "bigint")
    config: dict[str, Any] = {
        "columns": [typed(column)],
        "start": 0,
        "end": len(stage.outputs) - 1,
        "cycle": True,
        **({"order_by": order_by(given.relation.order)} if given.relation.order else {}),
    }
    numbered = stage.add("sequence_generator", config, [given.relation.ref], name=f"{context.name} links")
    taken: set[str] = set()
    ports = [unique(port_name(one.name), taken) for one in stage.outputs]
    name = stage.identifier(column.name)
    branches = [{"port": port, "condition": f"{name} = {place}"} for place, port in enumerate(ports)]
    node = stage.add("conditional_branch", {"match": "first", "branches": branches}, [numbered])
    columns = (*given.relation.columns, column)
    outputs = {}
    for leaving, port in zip(stage.outputs, ports, strict=True):
        fields = leaving.fields or given.fields
        rows = Relation(f"{node}.{port}", columns, order=given.relation.order)
        outputs[leaving.name] = stage.shaped(rows, replace(leaving, fields=fields), given)
    return stage.done("conditional_branch", 0.9, outputs)
