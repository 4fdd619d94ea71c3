"""Formula and Multi-Field Formula: fields computed one after the other, each seeing those before it.

Source: Designer Help, "Formula", "Multi-Field Formula".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.migration.ast import Setting
from services.migration.parsers.alteryx.types import declared
from services.migration.rules import sql
from services.migration.rules.alteryx import frame, in_db, widths
from services.migration.rules.context import Node, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

CURRENT = re.compile(r"\[_CurrentField_\]", re.IGNORECASE)
CURRENT_NAME = re.compile(r"\[_CurrentFieldName_\]", re.IGNORECASE)
CURRENT_TYPE = re.compile(r"\[_CurrentFieldType_\]", re.IGNORECASE)
KINDS = {"Text": "string", "Numeric": "number", "DateTime": "date"}
TOOL_TYPES = {
    "integer": "Int32", "bigint": "Int64", "double": "Double", "boolean": "Bool", "date": "Date", "time": "Time",
    "timestamp": "DateTime", "binary": "Blob", "decimal": "FixedDecimal", "varchar": "V_WString",
}  # fmt: skip  # a table


@dataclass(frozen=True, slots=True)
class Assignment:
    name: str
    expression: str
    type: str  # canonical; "" keeps that of the field it replaces


def convert(context: StepContext) -> Outcome:
    listed = context.settings.all("FormulaFields", "FormulaField")
    made = [_assignment(each) for each in listed if each.get("enabled", "True").lower() != "false"]
    _tell_of_types(context, made)
    return computed(context, made)


def _tell_of_types(context: StepContext, made: list[Assignment]) -> None:
    """A field that is there keeps its type in the original: one of the two is wrong where they differ in kind."""
    known = _by_name(context.input())
    for each in made:
        held = known.get(each.name.lower())
        kinds = (types.kind(held.type), types.kind(each.type)) if held and each.type else ()
        if held and len(set(kinds)) > 1 and "unknown" not in (held.type, each.type):
            context.warn(
                f"The field {held.name} arrives as {held.type} and is computed as {each.type}, as it was saved; the "
                "original keeps the type of a field that is there.",
                confidence=frame.UNSURE,
            )


def by_database(context: StepContext) -> Outcome:
    """Fields computed by the database, which all read what arrives."""
    given = context.input()
    pending: dict[str, frame.Chosen] = {}
    for each in map(_assignment, context.settings.all("FormulaFields", "FormulaField")):
        column = Column(each.name, each.type or "unknown")
        value = in_db.expression(context, each.expression, given)
        pending[column.name.lower()] = (column, sql.cast(value, each.type, context.dialect) if each.type else value)
    nodes: list[Node] = []
    relation = _flush(context, nodes, given, pending)
    return Outcome("sql_expression", 1.0, tuple(nodes), {"": relation})


def multi_field(context: StepContext) -> Outcome:
    given, settings = context.input(), context.settings
    changes = settings.one("ChangeFieldType").get("value").lower() == "true"
    output = settings.one("OutputFieldType")
    wanted = _type(output.get("type"), output.get("size"), output.get("scale")) if changes else ""
    copies = settings.one("CopyOutput").get("value").lower() == "true"
    affix, is_prefix = settings.text("NewFieldAddOn"), settings.text("NewFieldAddOnPos").lower() != "suffix"
    made = []
    for column in _selected(settings, given):
        name = (f"{affix}{column.name}" if is_prefix else f"{column.name}{affix}") if copies else column.name
        text = CURRENT.sub(lambda _, column=column: f"[{column.name}]", settings.one("Expression").value)  # type: ignore[misc]  # bound at once
        text = CURRENT_NAME.sub(lambda _, column=column: f'"{column.name}"', text)  # type: ignore[misc]  # bound at once
        kind = TOOL_TYPES.get(column.type.partition("(")[0], "V_WString")
        text = CURRENT_TYPE.sub(f'"{kind}"', text)
        made.append(Assignment(name, text, wanted or column.type))
    return computed(context, made, sequential=False)


def _selected(settings: Setting, given: Relation) -> Iterator[Column]:
    """The fields that are ticked; unknown ones too where those are, if they are of the tool's kind."""
    listed = {
        each.get("name").lower(): each.get("selected", "True").lower() == "true"
        for each in settings.all("Fields", "Field")
    }
    kind = KINDS.get(settings.text("FieldType"), "")
    unknown = listed.get("*unknown", False)
    for column in frame.visible(given):
        fits = not kind or types.kind(column.type) == kind
        if listed.get(column.name.lower(), unknown and fits) and fits:
            yield column


def _assignment(setting: Setting) -> Assignment:
    kind = _type(setting.get("type"), setting.get("size"), setting.get("scale"))
    return Assignment(column_name(setting.get("field")), setting.get("expression"), kind)


def _type(name: str, size: str, scale: str) -> str:
    return (types.canonical(*declared(name, size, scale)) or "") if name else ""


def computed(
    context: StepContext, made: list[Assignment], *, sequential: bool = True, given: Relation | None = None
) -> Outcome:
    """The rows with fields added or replaced. A field that reads an earlier one is computed in a node of its own.

    `given`: the rows, where several inputs arrive.
    """
    given = given or context.input()
    nodes: list[Node] = []
    current: Relation = given
    pending: dict[str, frame.Chosen] = {}
    scope, held_by = context.scope(current), _by_name(current)
    for each in made:
        if sequential and _reads(each, pending):
            current = _flush(context, nodes, current, pending)
            pending = {}
            scope, held_by = context.scope(current), _by_name(current)
        held = held_by.get(each.name.lower())
        kind = each.type or (held.type if held else "varchar")
        sql = context.expression(each.expression, f"Field {each.name}", scope, target=kind).sql
        sql = widths.fitted(context, sql, each.expression, scope, kind)
        name = held.name if held else each.name
        pending[name.lower()] = (Column(name, kind), sql)
    current = _flush(context, nodes, current, pending)
    return Outcome("sql_expression", 1.0, tuple(nodes), {"": current})


def _by_name(relation: Relation) -> dict[str, Column]:
    return {column.name.lower(): column for column in frame.visible(relation)}


def _reads(each: Assignment, pending: dict[str, frame.Chosen]) -> bool:
    text = each.expression.lower()
    return each.name.lower() in pending or any(name in text for name in pending)


def _flush(context: StepContext, nodes: list[Node], current: Relation, pending: dict[str, frame.Chosen]) -> Relation:
    """One node for the fields computed so far: replaced ones stay in their place, new ones follow."""
    replaced = [pending.get(column.name.lower()) for column in frame.visible(current)]
    columns = [
        own or (column, frame.identifier(context, column.name))
        for own, column in zip(replaced, frame.visible(current), strict=True)
    ]
    there = {column.name.lower() for column in frame.visible(current)}
    columns += [chosen for name, chosen in pending.items() if name not in there]
    node, relation = frame.project(context, current, columns)
    nodes.append(node)
    return relation
