"""The Data Cleansing tool, a macro whose choices are numbered boxes.

Source: Designer Help, "Data Cleansing"; the boxes' numbers from real workflows and the macro's own file.
"""

from __future__ import annotations

import re

from services.migration.rules.alteryx import frame
from services.migration.rules.alteryx.formula import Assignment, computed
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.relation import Column
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

ITEM = re.compile(r'"((?:[^"]|"")*)"')
FIELDS = "List Box (11)"
BLANK_TEXTS, ZERO_NUMBERS = "Check Box (84)", "Check Box (117)"
TRIMS, SPACES, NO_SPACES = "Check Box (15)", "Check Box (109)", "Check Box (122)"
LETTERS, DIGITS, MARKS = "Check Box (53)", "Check Box (58)", "Check Box (70)"
CHANGES_CASE, CASE = "Check Box (77)", "Drop Down (81)"
NULL_ROWS, NULL_COLUMNS = "Check Box (135)", "Check Box (136)"
CASES = {"upper": "Uppercase({0})", "lower": "Lowercase({0})", "title": "TitleCase({0})"}
STEPS = (
    (NO_SPACES, 'REGEX_Replace({0}, "\\s", "")'),
    (LETTERS, 'REGEX_Replace({0}, "[A-Za-z]", "")'),
    (DIGITS, 'REGEX_Replace({0}, "[0-9]", "")'),
    (MARKS, 'REGEX_Replace({0}, "[!-/:-@\\[-`{{-~]", "")'),
    (SPACES, 'REGEX_Replace({0}, "\\s+", " ")'),
    (TRIMS, "Trim({0})"),
)
"""Box → what it does to a text, in the order in which it is done."""


def convert(context: StepContext) -> Outcome:
    told = {each.get("name"): each.value for each in context.settings.all("Value")}
    if not any(name in told for name in (BLANK_TEXTS, TRIMS, CHANGES_CASE)):
        raise NotConvertible("its choices are not those of the macro that is known", "Write the cleansing by hand.")
    if _is_on(told, NULL_COLUMNS):
        context.warn(
            "Columns that hold only nulls are left out by the original; here they stay.", confidence=frame.UNSURE
        )
    given = context.input()
    wanted = {item.replace('""', '"').lower() for item in ITEM.findall(told.get(FIELDS, ""))}
    made = [_cleansed(column, told) for column in frame.visible(given) if column.name.lower() in wanted]
    outcome = computed(context, [each for each in made if each], sequential=False)
    if not _is_on(told, NULL_ROWS):
        return outcome
    relation = outcome.outputs[""]
    condition = " OR ".join(f"{frame.identifier(context, c.name)} IS NOT NULL" for c in frame.visible(relation))
    node, relation = frame.same_rows(context, "sql_where", {"condition": condition}, relation)
    return Outcome("sql_expression", outcome.confidence, (*outcome.nodes, node), {"": relation})


def _cleansed(column: Column, told: dict[str, str]) -> Assignment | None:
    field = f"[{column.name}]"
    if types.kind(column.type) == "number" and _is_on(told, ZERO_NUMBERS):
        return Assignment(column.name, f"IIF(IsNull({field}), 0, {field})", column.type)
    if types.kind(column.type) != "string":
        return None
    text = f'IIF(IsNull({field}), "", {field})' if _is_on(told, BLANK_TEXTS) else field
    for box, template in STEPS:
        if _is_on(told, box):
            text = template.format(text)
    if _is_on(told, CHANGES_CASE):
        text = CASES.get(told.get(CASE, "upper").strip().lower(), "{0}").format(text)
    return Assignment(column.name, text, column.type) if text != field else None


def _is_on(told: dict[str, str], box: str) -> bool:
    return told.get(box, "").strip().lower() == "true"
