"""The Imputation tool, a macro: null, or one value, replaced by the mean, median or mode of a field, or by a value.

Source: Designer Help, "Imputation"; the names of the choices as real workflows have them.
"""

from __future__ import annotations

import re

from services.migration.rules.alteryx import frame
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

FIELDS = "listbox Select Incoming Fields"
NULL, VALUE, VALUE_TEXT = "radio Null Value", "radio User Specified Replace From Value", "updown User Replace Value"
OWN, OWN_TEXT = "radio User Specified Replace With Value", "updown User Replace With Value"
INDICATOR, APART = "checkbox Impute Indicator", "checkbox Imputed Values Separate Field"
NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
STATISTICS = {
    "radio Mean": "AVG({x})",
    "radio Median": "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {x})",
    "radio Mode": "MODE() WITHIN GROUP (ORDER BY {x})",
}
"""Choice → the statistic over the values that are not replaced."""


def convert(context: StepContext) -> Outcome:
    told, given = frame.answers(context), context.input()
    names = frame.listed(told.get(FIELDS, ""))
    if not names or not (frame.is_on(told, NULL) or frame.is_on(told, VALUE)):
        raise NotConvertible("its choices are not those of the macro that is known", "Write the replacement by hand.")
    fields = [frame.find(given, name) for name in names]
    text = next((each.name for each in fields if types.kind(each.type) != "number"), "")
    if text:
        raise NotConvertible(f"its field {text} is no number here", "Convert the field to a number before it.")
    replaced = _number(told, VALUE_TEXT) if frame.is_on(told, VALUE) else ""
    nodes: list[Node] = []
    relation, values = _values(context, nodes, given, told, (fields, replaced))
    columns = _columns(context, frame.visible(given), dict(zip(fields, values, strict=True)), (told, replaced))
    node, relation = frame.project(context, relation, columns)
    return Outcome("sql_expression", 1.0, (*nodes, node), {"": relation})


def _values(
    context: StepContext, nodes: list[Node], given: Relation, told: dict[str, str], what: tuple[list[Column], str]
) -> tuple[Relation, list[str]]:
    """What each field's replaced values become, as SQL over the relation; adds to `nodes`."""
    fields, replaced = what
    if frame.is_on(told, OWN):
        return given, [_number(told, OWN_TEXT)] * len(fields)
    statistic = next((sql for name, sql in STATISTICS.items() if frame.is_on(told, name)), "")
    if not statistic:
        raise NotConvertible("it does not say what its values become", "Write the replacement by hand.")
    if "MODE" in statistic:
        context.warn("Which of several values that are as frequent is the mode may differ.", confidence=frame.UNSURE)
    elif any(types.is_whole(each.type) for each in fields):
        context.warn("A mean or median that is no whole number is rounded in a whole field.", confidence=frame.UNSURE)
    made = [Column(f"{frame.PROVEN}_put{place}", "double") for place in range(len(fields))]
    sql = [statistic.format(x=_left(context, each, replaced)) for each in fields]
    config = {"columns": [computed(*each) for each in zip(made, sql, strict=True)]}
    counted = context.node("sql_group_by", config, [given.ref], name=f"{context.name} values")
    beside = [*frame.kept(context, given.columns, "l."), *frame.kept(context, made, "r.")]
    both = {"left": given.ref, "right": counted["id"], "columns": [computed(*each) for each in beside]}
    node = context.node("append", both, [given.ref, counted["id"]], name=f"{context.name} rows")
    nodes += [counted, node]
    relation = Relation(node["id"], (*given.columns, *made), order=given.order)
    return relation, [frame.identifier(context, each.name) for each in made]


def _columns(
    context: StepContext,
    visible: tuple[Column, ...],
    values: dict[Column, str],
    how: tuple[dict[str, str], str],
) -> list[frame.Chosen]:
    """The fields, those imputed in their place or apart, and what says that they were."""
    told, replaced = how
    apart, tells = frame.is_on(told, APART), frame.is_on(told, INDICATOR)
    taken = {column.name.lower() for column in visible}
    kept: list[frame.Chosen] = []
    added: list[frame.Chosen] = []
    for column in visible:
        x = frame.identifier(context, column.name)
        test = f"{x} = {replaced}" if replaced else f"{x} IS NULL"
        imputed = f"CASE WHEN {test} THEN {values[column]} ELSE {x} END" if column in values else x
        kept.append((column, x if apart else imputed))
        if column in values and apart:
            added.append((Column(unique(f"{column.name}_ImputedValue", taken), column.type), imputed))
        if column in values and tells:
            flag = Column(unique(f"{column.name}_Indicator", taken), "integer")
            added.append((flag, f"CASE WHEN {test} THEN 1 ELSE 0 END"))
    if added:
        context.warn("The fields it adds stand after all others here; an indicator is 1 or 0.", confidence=frame.UNSURE)
    return [*kept, *added]


def _left(context: StepContext, column: Column, replaced: str) -> str:
    """A field's values without those that are replaced."""
    x = frame.identifier(context, column.name)
    return f"NULLIF({x}, {replaced})" if replaced else x


def _number(told: dict[str, str], name: str) -> str:
    text = told.get(name, "")
    if not NUMBER.fullmatch(text):
        raise NotConvertible(f"its value '{text}' is no number", "Write the number.")
    return text
