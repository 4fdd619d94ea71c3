"""Tools whose columns depend on the data or on other tools: Dynamic Rename, Dynamic Select, Auto Field.

What the last run gave stands in the file as metadata, and is taken at its word with less than full confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from services.migration.parsers.alteryx.evaluate import NotEvaluated, evaluate, is_true
from services.migration.rules.alteryx import frame, select
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

T = TypeVar("T")
LAST_RUN = 0.79
RUN_ONCE = "Run the workflow once in Designer and save it, or write the columns by hand."
AS_THEY_ARRIVE = "The fields are those known to arrive; the original looks at their names whenever it runs."
TEXTS = frozenset({"String", "WString", "V_String", "V_WString"})
INTEGERS = frozenset({"Byte", "Int16", "Int32"})
OF_TOOL = {
    "tinyint": INTEGERS, "smallint": INTEGERS, "integer": INTEGERS, "bigint": frozenset({"Int64"}),
    "decimal": frozenset({"FixedDecimal"}), "float": frozenset({"Float"}), "double": frozenset({"Double"}),
    "boolean": frozenset({"Bool"}), "date": frozenset({"Date"}), "time": frozenset({"Time"}),
    "timestamp": frozenset({"DateTime"}), "binary": frozenset({"Blob", "SpatialObj"}),
}  # fmt: skip  # a table
"""Canonical type → the tool's types that become it; texts for all others."""


def dynamic_rename(context: StepContext) -> Outcome:
    settings, nodes = context.settings, list[Node]()
    given = context.inputs.get("Input", context.arrivals()[:1])
    if not given:
        raise NotConvertible("nothing is connected to its input", "Connect the step or remove it.")
    relation = given[0]
    mode = settings.text("RenameMode")
    listed = {
        each.get("name").lower(): each.get("selected", "True").lower() == "true"
        for each in settings.all("Fields", "Field")
    }
    chosen = {c.name for c in frame.visible(relation) if listed.get(c.name.lower(), listed.get("*unknown", False))}
    names = _added(context, relation, mode, chosen) or _by_formula(context, relation, mode, chosen)
    names = names or _of_last_run(context, relation)
    if mode == "FirstRow":
        relation = ordered(context, nodes, relation, "The row that holds the names")
        limit = {"method": "skip", "rows": 1, "order_by": [{"column": frame.order_column(relation)}]}
        node, relation = frame.same_rows(context, "limit", limit, relation)
        nodes.append(node)
    columns = [
        (Column(names.get(column.name, column.name), column.type), frame.identifier(context, column.name))
        for column in frame.visible(relation)
    ]
    node, relation = frame.project(context, relation, columns)
    return Outcome("sql_expression", 1.0, (*nodes, node), {"": relation})


def _added(context: StepContext, given: Relation, mode: str, chosen: set[str]) -> dict[str, str]:
    """New names that only add or take a text."""
    settings = context.settings
    text = (
        settings.text("AddPrefixSuffix", "Text") or settings.text("AddPrefixSuffix", "Prefix") or settings.text("Text")
    )
    makers: dict[str, Callable[[str], str]] = {
        "AddPrefix": lambda name: f"{text}{name}",
        "Prefix": lambda name: f"{text}{name}",
        "AddSuffix": lambda name: f"{name}{text}",
        "Suffix": lambda name: f"{name}{text}",
        "RemovePrefix": lambda name: name.removeprefix(text),
        "RemoveSuffix": lambda name: name.removesuffix(text),
    }
    make = makers.get(mode)
    if make is None or not text:
        return {}
    taken: set[str] = set()
    return {
        column.name: unique(column_name(make(column.name) if column.name in chosen else column.name), taken)
        for column in frame.visible(given)
    }


def _by_formula(context: StepContext, given: Relation, mode: str, chosen: set[str]) -> dict[str, str]:
    """New names that an expression makes of the old ones."""
    text = context.settings.text("Expression")
    if mode != "Formula" or not text:
        return {}
    taken: set[str] = set()
    made = {}
    for column in frame.visible(given):
        name = _known(evaluate, text, {"_currentfield_": column.name}) if column.name in chosen else column.name
        made[column.name] = unique(column_name(name), taken)
    context.warn(AS_THEY_ARRIVE, confidence=LAST_RUN)
    return made


def _known(work_out: Callable[[str, Mapping[str, str]], T], text: str, names: Mapping[str, str]) -> T:
    """Raises NotConvertible where the expression needs more than a name."""
    try:
        return work_out(text, names)
    except NotEvaluated as unknown:
        raise NotConvertible(
            f"its expression over the fields' names can't be worked out: {unknown}", RUN_ONCE
        ) from None


def _of_last_run(context: StepContext, given: Relation) -> dict[str, str]:
    """By place, where the last run gave as many columns."""
    declared = context.step.fields
    shown = frame.visible(given)
    if len(declared) != len(shown):
        raise NotConvertible("its new names depend on the data or on an expression over names", RUN_ONCE)
    context.warn("The new names are those of the last run.", confidence=LAST_RUN)
    taken: set[str] = set()
    return {column.name: unique(column_name(each.name), taken) for column, each in zip(shown, declared, strict=True)}


def dynamic_select(context: StepContext) -> Outcome:
    given = context.input()
    shown = frame.visible(given)
    mode, text = context.settings.text("Mode"), context.settings.text("Expression")
    if context.step.fields and mode != "FieldTypes":
        last = {column_name(each.name).lower() for each in context.step.fields}
        kept = [column for column in shown if column.name.lower() in last]
        context.warn("The columns are those of the last run.", confidence=LAST_RUN)
    elif mode == "FieldTypes":
        kept = _of_types(context, shown)
    else:
        kept = [column for column in shown if _known(is_true, text, {"name": column.name})]
        context.warn(AS_THEY_ARRIVE, confidence=LAST_RUN)
    if not kept:
        raise NotConvertible("none of the fields that are known to arrive is of those it chooses", RUN_ONCE)
    node, relation = frame.project(context, given, frame.kept(context, kept))
    return Outcome("sql_expression", 1.0, (node,), {"": relation})


def _of_types(context: StepContext, shown: tuple[Column, ...]) -> list[Column]:
    """The fields of the types that are ticked; several types of the tool may be one type here."""
    held = context.settings.one("FieldTypes")
    ticked = {each.strip() for each in held.value.split(",")} | {
        each.get("type") or each.value.strip() for each in held.children
    }
    kept = []
    for column in shown:
        of_tool = OF_TOOL.get(column.type.partition("(")[0], TEXTS)
        if ticked & of_tool:
            kept.append(column)
        if ticked & of_tool and of_tool - ticked:
            context.warn(f"{column.name} may be of a type that is not ticked.", confidence=LAST_RUN)
    return kept


def auto_field(context: StepContext) -> Outcome:
    """Texts become what all their values are; the types are those that the last run found, if it is known."""
    given = context.input()
    last = {
        column_name(each.name).lower(): types.canonical(each.datatype, each.precision, each.scale)
        for each in context.step.fields
    }
    chosen = []
    for column in frame.visible(given):
        wanted = last.get(column.name.lower()) or column.type
        reference = frame.identifier(context, column.name)
        chosen.append((Column(column.name, wanted), select.converted(context, column, reference, wanted)))
    said = "those of the last run" if last else "not known; the columns stay as they are"
    context.warn(f"The types that fit the data are {said}.", confidence=LAST_RUN)
    node, relation = frame.project(context, given, chosen)
    return Outcome("sql_expression", 1.0, (node,), {"": relation})
