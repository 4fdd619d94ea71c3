"""The DateTime tool: a date as a text, or a text as a date, by a format. Source: Designer Help, "DateTime"."""

from __future__ import annotations

import re

from services.migration.rules.alteryx import frame
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.formula import Assignment, computed
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation, SortKey
from services.migration.rules.steps.context import StepContext

PARTS = {
    "yyyy": "%Y", "yy": "%y", "Month": "%B", "MMMM": "%B", "Mon.": "%b", "Mon": "%b", "MMM": "%b", "MM": "%m",
    "M": "%m", "EEEE": "%A", "Day": "%A", "day": "%A", "Dy.": "%a", "dy.": "%a", "Dy": "%a", "dy": "%a",
    "dd": "%d", "d": "%d", "HH": "%H", "hh": "%H", "H": "%H", "mm": "%M", "ss": "%S", "T": "T",
}  # fmt: skip  # a table
"""Parts of a format as the specifiers of the functions; T is itself, as in ISO 8601."""
WITHOUT_ZERO = {"d": "DateTimeDay", "M": "DateTimeMonth", "H": "DateTimeHour"}
"""Parts that are written without a leading zero, for which there is no specifier → what gives their number."""
DAY_AND_BAR = re.compile(r"d/(?![A-Za-z0-9%])")
"""An older spelling of `d`: the bar belongs to it where no part follows."""
PART = re.compile("|".join([*sorted(map(re.escape, PARTS), key=len, reverse=True), "[A-Za-z]+", r"\*", "."]), re.DOTALL)
TEXT = "varchar"
NAMED = ("%B", "%b", "%A", "%a")
TIMED = ("%H", "%I", "%M", "%S")


def convert(context: StepContext) -> Outcome:
    settings, given = context.settings, context.input()
    column = frame.find(given, settings.text("InputFieldName"))
    stated = settings.text("Format")
    if stated.lower() in ("", "custom"):
        stated = settings.text("FormatString") or settings.text("CustomFormat")
    if not stated:
        raise NotConvertible("it names no format", "Name the format of the text.")
    parts = _parts(stated)
    form = _form(parts, settings.text("Language"))
    taken = {each.name.lower() for each in given.columns}
    name = unique(column_name(settings.text("OutputFieldName") or "DateTime_Out"), taken)
    if settings.one("IsFrom").get("value").lower() == "true":
        _tell_of_points(context, parts)
        return computed(context, [Assignment(name, _written(f"[{column.name}]", parts), TEXT)])
    kind = "timestamp" if any(mark in form for mark in TIMED) else "date"
    return computed(context, [Assignment(name, f'DateTimeParse([{column.name}], "{form}")', kind)])


def now(context: StepContext) -> Outcome:
    """The tool that gives one row: the moment of the run as a text."""
    told = frame.answers(context)
    if not told.get("OutputFormat"):
        raise NotConvertible("it names no format", "Name the format of the text.")
    parts = _parts(told["OutputFormat"])
    _form(parts, told.get("Language", ""))
    _tell_of_points(context, parts)
    row = Column(frame.PROVEN, frame.ROW_TYPE)
    one: Node = {
        "id": context.ids.new(f"{context.name} row"),
        "type": "source",
        "connector": "inline",
        "config": {"rows": [[1]]},
        "columns": [typed(row)],
        "origin": context.origin(),
    }
    given = Relation(one["id"], (row,), order=(SortKey(frame.PROVEN),))
    saved = [each.name for each in context.step.fields]
    name = column_name(saved[0] if len(saved) == 1 else "DateTimeNow")
    value = context.expression(_written("DateTimeNow()", parts), f"Field {name}", context.scope(given), target=TEXT)
    node, relation = frame.project(context, given, [(Column(name, TEXT), value.sql)])
    return Outcome("sql_expression", 1.0, (one, node), {"": relation})


def _form(parts: list[str], language: str) -> str:
    """The parts as specifiers. Raises NotConvertible for names in another language."""
    form = "".join(PARTS.get(part, part) for part in parts)
    if language and not language.startswith("English") and any(mark in form for mark in NAMED):
        raise NotConvertible(f"its names of days and months are in {language}", "Translate the names by a table.")
    return form


def _tell_of_points(context: StepContext, parts: list[str]) -> None:
    if any(part.endswith(".") and part in PARTS for part in parts):
        context.warn("The point of an abbreviated name is not written.", confidence=frame.UNSURE)


def _parts(form: str) -> list[str]:
    """`d/MM/yy` → d, /, MM, /, yy; a format of specifiers as it is. Raises NotConvertible for a part not known."""
    if "%" in form:
        return [form]
    found = PART.findall(DAY_AND_BAR.sub("d", form))
    other = next((part for part in found if part not in PARTS and (part[0].isalpha() or part in ("*", '"'))), "")
    if other:
        raise NotConvertible(f"the part '{other}' of its format '{form}' is not known", "Write the format's function.")
    return found


def _written(field: str, parts: list[str]) -> str:
    """Runs of parts that have specifiers, and numbers without a leading zero, joined."""
    runs: list[tuple[str, str]] = []
    for part in parts:
        number = WITHOUT_ZERO.get(part, "")
        if number or not runs or runs[-1][0]:
            runs.append((number, ""))
        if not number:
            runs[-1] = ("", runs[-1][1] + PARTS.get(part, part))
    texts = [
        f"ToString({number}({field}))" if number else f'DateTimeFormat({field}, "{form}")' for number, form in runs
    ]
    return texts[0] if len(texts) == 1 else f"IIF(IsNull({field}), Null(), {' + '.join(texts)})"
