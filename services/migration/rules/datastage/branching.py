"""Stages that send rows to one of several links: Filter and Switch. Source: Parallel Job Developer's Guide."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage, option
from services.migration.rules.datastage.where import condition
from services.migration.rules.names import port_name
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

Branch = tuple[Leaving, list[str]]
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
SPREAD = {
    "auto": "which value goes to which output is settled at run time, as the values come (selector mode Auto)",
    "hash": "a hash of the selector, by a function of the tool's own, picks the output (selector mode Hash)",
}


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
    mode = stage.text("selection", "selectorMode", default="user").lower()
    if mode in SPREAD:
        raise NotConvertible(SPREAD[mode], "State the value of each output as a case (User-defined Mapping).")
    found = _cases(stage, selector)
    policy = stage.text("ifNotFound", "if_not_found", default="fail").lower()
    default = next((one for one in stage.outputs if one.name not in found), None)
    if policy == "fail":
        context.warn(
            f"A row whose selector is in no case ends the job; here it {'goes on' if default else 'is left out'}.",
            confidence=0.79,
        )
    branches = [(one, found[one.name]) for one in stage.outputs if one.name in found]
    return _branched(stage, given, branches, default, "first", 0.95, _discarded(stage, selector))


def _cases(stage: Stage, selector: Column) -> dict[str, list[str]]:
    """Output → the conditions of its cases. A case without a number is for the output of the case before."""
    cases = stage.all("case", "mapping")
    if not cases:
        raise NotConvertible("it has no cases", "State the cases.")
    found: dict[str, list[str]] = {}
    index = 0
    for case in cases:
        value, _, number = case.value.rpartition("=")
        index = int(number) if number.strip().isdigit() and value else index
        if str(index) == stage.text("discard"):
            continue
        if index >= len(stage.outputs):
            raise NotConvertible(f"case {case.value} names an output that is not connected", "Connect it.")
        value = value if value and number.strip().isdigit() else case.value
        found.setdefault(stage.outputs[index].name, []).append(_equals(stage, selector, value))
    return found


def _discarded(stage: Stage, selector: Column) -> list[str]:
    """Conditions of the rows that are discarded: by the cases of the discard value, else by the value itself."""
    number = stage.text("discard")
    if not number:
        return []
    stated = [one.value.rpartition("=") for one in stage.all("case", "mapping")]
    values = [value for value, _, place in stated if place.strip() == number]
    return [_equals(stage, selector, value) for value in values or [number]]


def _equals(stage: Stage, selector: Column, stated: str) -> str:
    value = stated.strip().strip("'\"")
    name = stage.identifier(selector.name)
    if types.kind(selector.type) == "number":
        if not _NUMBER.fullmatch(value):
            raise NotConvertible(f"case {stated} is no number, as its selector is", "Correct the case.")
        return f"{name} = {value}"
    literal = "'" + value.replace("'", "''") + "'"
    if stage.text("ci\\cs").lower() == "ci":
        return f"UPPER({name}) = UPPER({literal})"
    return f"{name} = {literal}"


def _branched(
    stage: Stage,
    given: Arriving,
    branches: list[Branch],
    default: Leaving | None,
    match: str,
    confidence: float,
    discarded: Sequence[str] = (),
) -> Outcome:
    relation = given.relation
    if len(branches) == 1 and default is None:
        leaving, texts = branches[0]
        node = stage.add("sql_where", {"condition": _any(texts)}, [relation.ref])
        kept = Relation(node, relation.columns, order=relation.order)
        return stage.done("sql_where", confidence, {leaving.name: stage.shaped(kept, leaving, given)})
    taken: set[str] = set()
    ports = {one.name: unique(port_name(one.name), taken) for one, _ in branches}
    drawn = [{"port": ports[one.name], "condition": _any(texts)} for one, texts in branches]
    if discarded and default is not None:  # else what no branch takes is left out anyway
        drawn.append({"port": unique("discarded", taken), "condition": _any(list(discarded))})
    config: dict[str, object] = {"match": match, "branches": drawn}
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
    """True where one of the conditions is; an output that no condition names gets no rows."""
    if not texts:
        return "1 = 0"
    return " OR ".join(f"({text})" for text in texts) if len(texts) != 1 else texts[0]
