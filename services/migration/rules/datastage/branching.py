"""Stages that send rows to one of several links: Filter and Switch. Source: Parallel Job Developer's Guide."""

from __future__ import annotations

from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage, option
from services.migration.rules.datastage.where import condition
from services.migration.rules.names import port_name
from services.migration.rules.relation import Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

Branch = tuple[Leaving, list[str]]


def filter_rows(context: StepContext) -> Outcome:
    """Every where clause sends the rows it is true for to its output; a reject link takes all others."""
    stage = Stage(context)
    given = stage.stream()
    clauses = stage.all("where")
    if not clauses or not stage.outputs:
        raise NotConvertible("it has no where clause or no output", "State the condition.")
    rejects = stage.flag("reject") and len(stage.outputs) > 1
    streams = stage.outputs[:-1] if rejects else stage.outputs
    found: dict[str, list[str]] = {one.name: [] for one in streams}
    last = stage.text("nulls").lower().endswith(("last", "greater"))
    for place, clause in enumerate(clauses):
        number = option(clause, "target", "outputlink", "output_link", "link")
        index = int(number) if number.isdigit() else min(place, len(streams) - 1)
        if index >= len(streams):
            raise NotConvertible(
                f"where clause {place + 1} names output {index}, which is not connected", "Connect it."
            )
        text = condition(context, clause.value, given, f"where clause {place + 1}", nulls_last=last)
        found[streams[index].name].append(text)
    branches = [(one, found[one.name]) for one in streams]
    if any(len(texts) > 1 for _, texts in branches):
        context.warn("A row for which several clauses of one output are true goes there once.", confidence=0.79)
    match = "first" if stage.flag("first", "outputRowsOnlyOnce") else "all"
    return _branched(stage, given, branches, stage.outputs[-1] if rejects else None, match, 0.98)


def switch(context: StepContext) -> Outcome:
    """The selector's value picks the output; any other row fails, is dropped or goes to the default."""
    stage = Stage(context)
    given = stage.stream()
    selector = stage.input_column(given, stage.text("selector", "key", "selectorcolumn"), "its selector")
    cases = stage.all("case", "mapping")
    if not cases:
        raise NotConvertible("it has no cases", "State the cases.")
    policy = stage.text("ifNotFound", "if_not_found", "ifnotfound", "discard", default="fail").lower()
    found: dict[str, list[str]] = {}
    for place, case in enumerate(cases):
        value, _, number = case.value.rpartition("=")
        index = int(number) if number.strip().isdigit() and value else place
        value = (value or case.value).strip().strip("'\"")
        if index >= len(stage.outputs):
            raise NotConvertible(f"case {case.value} names an output that is not connected", "Connect it.")
        literal = value if types.kind(selector.type) == "number" else "'" + value.replace("'", "''") + "'"
        found.setdefault(stage.outputs[index].name, []).append(f"{stage.identifier(selector.name)} = {literal}")
    default = next((one for one in stage.outputs if one.name not in found), None)
    if default is None and policy == "fail":
        context.warn("A row whose selector is in no case ends the job; here it is left out.", confidence=0.79)
    branches = [(one, found[one.name]) for one in stage.outputs if one.name in found]
    return _branched(stage, given, branches, default, "first", 0.95)


def _branched(
    stage: Stage, given: Arriving, branches: list[Branch], default: Leaving | None, match: str, confidence: float
) -> Outcome:
    relation = given.relation
    if len(branches) == 1 and default is None:
        leaving, texts = branches[0]
        node = stage.add("sql_where", {"condition": _any(texts)}, [relation.ref])
        kept = Relation(node, relation.columns, order=relation.order)
        return stage.done("sql_where", confidence, {leaving.name: stage.shaped(kept, leaving, given)})
    taken: set[str] = set()
    ports = {one.name: unique(port_name(one.name), taken) for one, _ in branches}
    config: dict[str, object] = {
        "match": match,
        "branches": [{"port": ports[one.name], "condition": _any(texts)} for one, texts in branches],
    }
    if default is not None:
        config["default"] = ports[default.name] = unique(port_name(default.name), taken)
    node = stage.add("conditional_branch", config, [relation.ref])
    ends = [one for one, _ in branches] + ([default] if default else [])
    outputs = {}
    for one in ends:
        rows = Relation(f"{node}.{ports[one.name]}", relation.columns, order=relation.order)
        outputs[one.name] = stage.shaped(rows, one, given)
    return stage.done("conditional_branch", confidence, outputs)


def _any(texts: list[str]) -> str:
    return " OR ".join(f"({text})" for text in texts) if len(texts) != 1 else texts[0]
