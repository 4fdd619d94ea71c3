"""Dynamic Replace where the expressions stand in a Text Input: fields replaced by the first condition that holds.

Source: Designer Help, "Dynamic Replace"; the names of the settings as real workflows have them.
"""

from __future__ import annotations

from services.migration.ast import Setting, Transformation
from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import frame, values
from services.migration.rules.alteryx.formula import CURRENT, Assignment, computed
from services.migration.rules.alteryx.tokens import literal
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

Replacement = tuple[str, str]
"""A condition, and what the field becomes where it holds."""
DATA, EXPRESSIONS, COUNTS = "Input", "Expressions", "Counts"


def convert(context: StepContext) -> Outcome:
    settings, given = context.settings, context.input(DATA)
    if COUNTS in context.wanted:
        raise NotConvertible("its counts of what was replaced are read", "Count the rows by hand.")
    is_formula = settings.one("ValueIsExpression").get("value").lower() == "true"
    made = []
    for name, found in _by_field(context).items():
        column = frame.find(given, name)
        field = f"[{column.name}]"
        kind = _type(settings, [value for _, value in found], is_formula=is_formula)
        text = "Null()"
        for condition, value in reversed(found):
            shown = value if is_formula else literal(value)
            text = f"IF {condition} THEN {shown} ELSE {text} ENDIF"
        made.append(Assignment(column.name, CURRENT.sub(lambda _, field=field: field, text), kind))  # type: ignore[misc]  # bound at once
    if settings.text("Unmatched_Behavior").lower() == "error":
        context.warn("A row that no expression fits is an error in the original; here its field becomes null.")
    return computed(context, made, sequential=False, given=given)


def _by_field(context: StepContext) -> dict[str, list[Replacement]]:
    """Field → its conditions and values, in the order of the rows."""
    source = _source(context)
    if source.type != "TextInput":
        raise NotConvertible(
            f"its expressions stand in the rows of {source.name}, which the workflow does not hold",
            "Write the expressions out, or put their rows into a Text Input.",
        )
    names = [each.get("name").lower() for each in source.settings.all("Fields", "Field")]
    places = [
        _place(names, context.settings.text(setting))
        for setting in ("Field_FieldName", "Field_Expression", "Field_OutputValue")
    ]
    found: dict[str, list[Replacement]] = {}
    for row in source.settings.all("Data", "r"):
        cells = [cell.value for cell in row.all("c")] + [""] * len(names)
        field, condition, value = (cells[place] for place in places)
        found.setdefault(field.strip(), []).append((condition, value))
    if not found:
        raise NotConvertible("the Text Input of its expressions is empty", "Write the expressions.")
    return found


def _source(context: StepContext) -> Transformation:
    names = [
        link.from_step for link in context.mapping.links if link.to_step == context.name and link.to_port == EXPRESSIONS
    ]
    found = [step for step in context.mapping.transformations if step.name in names]
    if len(found) != 1:
        raise NotConvertible("nothing is connected to the input of its expressions", "Connect the step or remove it.")
    return found[0]


def _place(names: list[str], name: str) -> int:
    if name.lower() not in names:
        raise NotConvertible(f"the field '{name}' of its expressions does not arrive", "Check the field's name.")
    return names.index(name.lower())


def _type(settings: Setting, held: list[str], *, is_formula: bool) -> str:
    """The type of a replaced field: the one that is set, or the narrowest that holds the values."""
    mode = settings.text("FieldTypeMode")
    if "auto" not in mode.lower():
        output = settings.one("OutputFieldType")
        kind = types.canonical(*declared(output.get("type"), output.get("size"), output.get("scale")))
        if not kind:
            raise NotConvertible(f"the type of its fields, '{mode}', is not known", "Write the fields' types.")
        return kind
    if is_formula:
        raise NotConvertible("the type of its fields depends on the values that they get", "Write the fields' types.")
    return values.inferred(held)
