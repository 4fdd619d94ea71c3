"""The Data Cleansing tool, a macro whose choices are numbered boxes, and Data Cleanse Pro.

Source: Designer Help, "Data Cleansing"; the boxes' numbers from real workflows and the macro's own file.
"""

from __future__ import annotations

import re

from services.migration.ast import Setting
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
NULL_TEXTS, NULL_NUMBERS, KEEPS_NULLS = "blanks to null", "zeros to null", "nulls stay"
"""What only Data Cleanse Pro does: these are no boxes of the macro."""
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


PRO = {
    NULL_ROWS: ("RemoveNullRows",),
    NULL_COLUMNS: ("RemoveNullColumns",),
    BLANK_TEXTS: ("Checkbox_ReplaceStringColumns", "radioButton_ReplaceNullwithBlanks"),
    ZERO_NUMBERS: ("Checkbox_ReplaceNumericColumns", "radioButton_ReplaceNullwithZero"),
    NULL_TEXTS: ("Checkbox_ReplaceStringColumns", "radioButton_ReplaceBlankswithNulls"),
    NULL_NUMBERS: ("Checkbox_ReplaceNumericColumns", "radioButton_ReplaceZerowithNulls"),
    TRIMS: ("RemoveLeadingAndTrailingWhitespace",),
    SPACES: ("RemoveTabsLineBreaksAndDuplicates",),
    NO_SPACES: ("RemoveAllWhitespaces",),
    LETTERS: ("RemoveLetters",),
    DIGITS: ("RemoveNumbers",),
    MARKS: ("RemovePunctuation",),
    CHANGES_CASE: ("CheckBox_ModifyCase",),
}
"""Box of the macro → the switches of Data Cleanse Pro that all have to be on."""
PRO_ONLY = ("RemoveHTMLTags", "RemoveInvisibleCharacters")
PRO_CHARACTERS = ("Letters", "Numbers", "Punctuations", "Exceptions")
"""Its own sets of characters; an empty one is that of the macro."""


def convert(context: StepContext) -> Outcome:
    told = frame.answers(context)
    if not any(name in told for name in (BLANK_TEXTS, TRIMS, CHANGES_CASE)):
        raise NotConvertible("its choices are not those of the macro that is known", "Write the cleansing by hand.")
    wanted = {item.replace('""', '"').lower() for item in ITEM.findall(told.get(FIELDS, ""))}
    return _cleansed_rows(context, told, wanted)


def pro(context: StepContext) -> Outcome:
    """Data Cleanse Pro: the same choices as switches of a tool, and some of its own."""
    settings = context.settings
    if not any(settings.all(name) for names in PRO.values() for name in names):
        raise NotConvertible("its choices are not those of the tool that is known", "Write the cleansing by hand.")
    chosen = [name for name in PRO_ONLY if _switched(settings, name)]
    own = next((name for name in (*chosen, *PRO_CHARACTERS) if name in chosen or _told(settings, name)), "")
    if own:
        raise NotConvertible(f"its choice {own} has no rule", "Write the cleansing by hand.")
    told = {box: str(all(_switched(settings, name) for name in names)) for box, names in PRO.items()}
    told |= {CASE: _told(settings, "ModifyCase"), KEEPS_NULLS: "True"}
    listed = {
        (each.get("value") or each.get("field")).lower(): each.get("selected", "True").lower() == "true"
        for each in settings.all("Fields", "Field")
    }
    unknown = listed.get("*unknown", False)
    arriving = [column.name.lower() for column in frame.visible(context.input())]
    return _cleansed_rows(context, told, {name for name in arriving if listed.get(name, unknown)})


def _told(settings: Setting, name: str) -> str:
    return settings.one(name).get("value") or settings.text(name)


def _switched(settings: Setting, name: str) -> bool:
    return settings.one(name).get("value").lower() == "true"


def _cleansed_rows(context: StepContext, told: dict[str, str], wanted: set[str]) -> Outcome:
    """The rows with the fields of these names, in lower case, cleansed."""
    if frame.is_on(told, NULL_COLUMNS):
        context.warn(
            "Columns that hold only nulls are left out by the original; here they stay.", confidence=frame.UNSURE
        )
    given = context.input()
    made = [_cleansed(column, told) for column in frame.visible(given) if column.name.lower() in wanted]
    outcome = computed(context, [each for each in made if each], sequential=False)
    if not frame.is_on(told, NULL_ROWS):
        return outcome
    relation = outcome.outputs[""]
    condition = " OR ".join(f"{frame.identifier(context, c.name)} IS NOT NULL" for c in frame.visible(relation))
    node, relation = frame.same_rows(context, "sql_where", {"condition": condition}, relation)
    return Outcome("sql_expression", outcome.confidence, (*outcome.nodes, node), {"": relation})


def _cleansed(column: Column, told: dict[str, str]) -> Assignment | None:
    field = f"[{column.name}]"
    if types.kind(column.type) == "number" and frame.is_on(told, ZERO_NUMBERS):
        return Assignment(column.name, f"IIF(IsNull({field}), 0, {field})", column.type)
    if types.kind(column.type) == "number" and frame.is_on(told, NULL_NUMBERS):
        return Assignment(column.name, f"IIF({field} = 0, Null(), {field})", column.type)
    if types.kind(column.type) != "string":
        return None
    text = f'IIF(IsNull({field}), "", {field})' if frame.is_on(told, BLANK_TEXTS) else field
    for box, template in STEPS:
        if frame.is_on(told, box):
            text = template.format(text)
    if frame.is_on(told, CHANGES_CASE):
        text = CASES.get(told.get(CASE, "upper").strip().lower(), "{0}").format(text)
    if frame.is_on(told, KEEPS_NULLS) and not frame.is_on(told, BLANK_TEXTS) and text != field:
        text = f"IIF(IsNull({field}), Null(), {text})"
    if frame.is_on(told, NULL_TEXTS):
        text = f'IIF({text} = "", Null(), {text})'
    return Assignment(column.name, text, column.type) if text != field else None
