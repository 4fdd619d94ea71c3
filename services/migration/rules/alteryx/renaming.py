"""Tools whose columns depend on the data or on other tools: Dynamic Rename, Dynamic Select, Auto Field.

What the last run gave stands in the file as metadata, and is taken at its word with less than full confidence.
"""

from __future__ import annotations

import re

from services.migration.parsers.alteryx.evaluate import NotEvaluated, evaluate, is_true
from services.migration.rules.alteryx import frame, held, select, values
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

DESCRIPTIONS = "RightDescription"
"""Modes of Dynamic Rename that change the fields' descriptions, which nothing here reads."""
LAST_RUN = 0.79
OTHERS = ("Source", "Names")
"""What the anchor of the other input is called."""
AFFIX = re.compile(r"(?:Add|Remove)?(Prefix|Suffix)?(?:Suffix)?", re.IGNORECASE)
NOT_WORKED_OUT = "its expression over the fields' names can't be worked out: {}"
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
    given = context.inputs.get("Targets") or context.inputs.get("Input") or context.arrivals()[:1]
    if not given:
        raise NotConvertible("nothing is connected to its input", "Connect the step or remove it.")
    relation = given[0]
    mode = settings.text("RenameMode")
    if mode.startswith(DESCRIPTIONS):
        return Outcome("sql_expression", 1.0, (), {"": relation})
    listed = {
        each.get("name").lower(): each.get("selected", "True").lower() == "true"
        for each in settings.all("Fields", "Field")
    }
    chosen = {c.name for c in frame.visible(relation) if listed.get(c.name.lower(), listed.get("*unknown", False))}
    ways = (_added, _of_other_input, _by_formula, _of_last_run, _of_rows)
    names = next(filter(None, (way(context, relation, mode, chosen) for way in ways)), None)
    if names is None:
        raise NotConvertible("its new names depend on the data or on an expression over names", RUN_ONCE)
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
    """New names that only add or take a text: `AddPrefix`, or `Add` with the place of the text beside it."""
    stated = AFFIX.fullmatch(mode)
    if stated is None:
        return {}
    settings, takes = context.settings, mode.lower().startswith("remove")
    places = (settings.one("RemovePrefixSuffix"), settings.one("AddPrefixSuffix"), settings)
    held = next((each for each in places if each.children), settings)
    text = held.one("Text").value
    place = (held.text("Type") or stated[1] or "").lower()
    prefix = held.one("Prefix").value or (text if place == "prefix" else "")
    suffix = held.one("Suffix").value or (text if place == "suffix" else "")
    if not prefix and not suffix:
        return {}

    def make(name: str) -> str:
        return name.removeprefix(prefix).removesuffix(suffix) if takes else f"{prefix}{name}{suffix}"

    taken: set[str] = set()
    return {
        column.name: unique(column_name(make(column.name) if column.name in chosen else column.name), taken)
        for column in frame.visible(given)
    }


def _of_other_input(context: StepContext, given: Relation, mode: str, chosen: set[str]) -> dict[str, str]:
    """The names of the fields that arrive at the other input, by place."""
    others = [each for each in context.arrivals() if each is not given]
    if mode != "RightInputMetadata" or len(others) != 1:
        return {}
    taken: set[str] = set()
    names = iter(column.name for column in frame.visible(others[0]))
    return {
        column.name: unique(next(names, column.name) if column.name in chosen else column.name, taken)
        for column in frame.visible(given)
    }


def _by_formula(context: StepContext, given: Relation, mode: str, chosen: set[str]) -> dict[str, str]:
    """New names that an expression makes of the old ones."""
    text = context.settings.text("Expression")
    if mode != "Formula" or not text:
        return {}
    taken: set[str] = set()
    made = {}
    try:
        for column in frame.visible(given):
            name = evaluate(text, {"_currentfield_": column.name}) if column.name in chosen else column.name
            made[column.name] = unique(column_name(name), taken)
    except NotEvaluated as unknown:
        if len(context.step.fields) == len(frame.visible(given)):
            return {}
        raise NotConvertible(NOT_WORKED_OUT.format(unknown), RUN_ONCE) from None
    context.warn(AS_THEY_ARRIVE, confidence=LAST_RUN)
    return made


def _of_last_run(context: StepContext, given: Relation, _mode: str, _chosen: set[str]) -> dict[str, str]:
    """By place, where the last run gave as many columns."""
    declared = context.step.fields
    shown = frame.visible(given)
    if len(declared) != len(shown):
        return {}
    context.warn("The new names are those of the last run.", confidence=LAST_RUN)
    taken: set[str] = set()
    return {column.name: unique(column_name(each.name), taken) for column, each in zip(shown, declared, strict=True)}


def _of_rows(context: StepContext, given: Relation, mode: str, chosen: set[str]) -> dict[str, str]:
    """Names that rows hold which stand in the workflow itself: its first one, or those at the other input."""
    shown = [column.name for column in frame.visible(given)]
    if mode == "FirstRow":
        first = {name: held.values(context, name, in_order=True) for name in shown if name in chosen}
        if not all(first.values()):
            return {}
        names = {name: (found or [None])[0] for name, found in first.items()}
    elif mode == "RightInputRows":
        names = _mapped(context, [name for name in shown if name in chosen])
    else:
        return {}
    if names:
        context.warn("The new names are those of rows that the workflow holds.", confidence=LAST_RUN)
    taken: set[str] = set()
    return {name: unique(column_name(names.get(name) or name), taken) for name in shown} if names else {}


def _mapped(context: StepContext, chosen: list[str]) -> dict[str, str | None]:
    """Old name → new one, by the old one's column or by place."""
    stated, port = context.settings.one("NamesFromRows"), next((p for p in OTHERS if p in context.inputs), "")
    old = held.values(context, stated.text("OldName"), port=port, in_order=True) if stated.text("OldName") else chosen
    new = held.values(context, stated.text("NewName"), port=port, in_order=True)
    if not port or old is None or new is None:
        return {}
    if stated.text("InputMode") != "Mapped":
        old = list(chosen)
    own = {name.lower(): name for name in chosen}
    return {own[name.lower()]: put for name, put in zip(old, new, strict=False) if name and name.lower() in own}


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
        kept = [column for place, column in enumerate(shown, 1) if _is_chosen(text, column, place)]
        context.warn(AS_THEY_ARRIVE, confidence=LAST_RUN)
    if not kept:
        raise NotConvertible("none of the fields that are known to arrive is of those it chooses", RUN_ONCE)
    node, relation = frame.project(context, given, frame.kept(context, kept))
    return Outcome("sql_expression", 1.0, (node,), {"": relation})


def _is_chosen(text: str, column: Column, place: int) -> bool:
    """Whether the expression holds for a field, of whichever of the tool's types it may be."""
    told = {"name": column.name, "fieldnumber": str(place)}
    kinds = sorted(OF_TOOL.get(column.type.partition("(")[0], TEXTS)) if "type" in text.lower() else [""]
    try:
        found = {is_true(text, {**told, "type": kind}) for kind in kinds}
    except NotEvaluated as unknown:
        raise NotConvertible(NOT_WORKED_OUT.format(unknown), RUN_ONCE) from None
    if len(found) > 1:
        raise NotConvertible(f"it depends on which of {', '.join(kinds)} the field {column.name} is", RUN_ONCE)
    return found.pop()


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
    chosen, is_held = [], False
    for column in frame.visible(given):
        found = held.values(context, column.name) if not last and types.kind(column.type) == "string" else None
        is_held = is_held or bool(found)
        wanted = last.get(column.name.lower()) or (values.inferred(found) if found else column.type)
        reference = frame.identifier(context, column.name)
        chosen.append((Column(column.name, wanted), select.converted(context, column, reference, wanted)))
    said = "those of the last run" if last else "not known; the columns stay as they are"
    said = "those of the rows that the workflow holds" if is_held else said
    context.warn(f"The types that fit the data are {said}.", confidence=LAST_RUN)
    node, relation = frame.project(context, given, chosen)
    return Outcome("sql_expression", 1.0, (node,), {"": relation})
