"""Tools whose columns depend on the data or on other tools: Dynamic Rename, Dynamic Select, Auto Field.

What the last run gave stands in the file as metadata, and is taken at its word with less than full confidence.
"""

from __future__ import annotations

from collections.abc import Callable

from services.migration.rules.alteryx import frame, select
from services.migration.rules.alteryx.formula import TOOL_TYPES
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

LAST_RUN = 0.79
RUN_ONCE = "Run the workflow once in Designer and save it, or write the columns by hand."
FIELD_TYPES = {"Bool": "boolean", "Byte": "integer", "Int16": "integer"}


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
    names = _added(context, relation, mode, chosen) or _of_last_run(context, relation)
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
    settings, given = context.settings, context.input()
    shown = frame.visible(given)
    if settings.text("Mode") == "FieldTypes":
        wanted = {each.get("type") or each.value.strip() for each in settings.all("FieldTypes", "Field")}
        kept = [c for c in shown if types.kind(c.type) in {types.kind(_canonical(name)) for name in wanted}]
    else:
        last = {column_name(each.name).lower() for each in context.step.fields}
        kept = [column for column in shown if column.name.lower() in last]
        context.warn("The columns are those of the last run.", confidence=LAST_RUN)
    if not kept:
        raise NotConvertible("its columns are chosen by an expression over their names", RUN_ONCE)
    node, relation = frame.project(context, given, frame.kept(context, kept))
    return Outcome("sql_expression", 1.0, (node,), {"": relation})


def _canonical(tool_type: str) -> str:
    own = {name: kind for kind, name in TOOL_TYPES.items()} | FIELD_TYPES
    return own.get(tool_type, "varchar")


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
