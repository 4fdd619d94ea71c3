"""Filter: true rows, and the rest, in which rows are whose condition is null. Source: Designer Help, "Filter"."""

from __future__ import annotations

from services.migration.ast import Setting
from services.migration.rules.alteryx import frame, in_db
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

COMPARES = {"=": "=", "!=": "!=", ">": ">", "<": "<", ">=": ">=", "<=": "<=", "==": "="}
TESTS = {
    "IsNull": "IsNull({0})",
    "IsNotNull": "!IsNull({0})",
    "IsEmpty": "IsEmpty({0})",
    "IsNotEmpty": "!IsEmpty({0})",
    "IsTrue": "{0}",
    "IsFalse": "!{0}",
    "Contains": "Contains({0}, {1})",
    "NotContains": "!Contains({0}, {1})",
    "DoesNotContain": "!Contains({0}, {1})",
    "StartsWith": "StartsWith({0}, {1})",
    "EndsWith": "EndsWith({0}, {1})",
}
"""Operators of simple filters as the custom expressions that Designer makes of them."""
DAYS = {
    "today": "DateTimeToday()",
    "yesterday": 'DateTimeAdd(DateTimeToday(), -1, "days")',
    "tomorrow": 'DateTimeAdd(DateTimeToday(), 1, "days")',
}
"""Days told by the day of the run; the operand beside them is the day on which the workflow was saved."""


def convert(context: StepContext) -> Outcome:
    given = context.input()
    text = condition(context.settings, given)
    predicate = context.expression(text, "Condition", context.scope(given), condition=True).sql
    wanted = {port for port in context.wanted if port in ("True", "False")}
    if wanted == {"True"}:
        node, relation = frame.same_rows(context, "sql_where", {"condition": predicate}, given)
        return Outcome("sql_where", 1.0, (node,), {"True": relation})
    branch = {"match": "first", "branches": [{"port": "True", "condition": predicate}], "default": "False"}
    node, _ = frame.same_rows(context, "conditional_branch", branch, given)
    outputs = {port: Relation(f"{node['id']}.{port}", given.columns, order=given.order) for port in ("True", "False")}
    return Outcome("conditional_branch", 1.0, (node,), outputs)


def condition(settings: Setting, given: Relation) -> str:
    """The condition in the tool's language; that of a simple filter is put together from its parts."""
    text = settings.one("Expression").value
    if settings.text("Mode").lower() != "simple" and text.strip():
        return text
    simple = settings.one("Simple")
    name = simple.text("Field")
    if not name and text.strip():
        return text
    if not name:
        raise NotConvertible("it has no condition", "Write the condition.")
    return _simple(simple, frame.find(given, name))


def _simple(simple: Setting, column: Column) -> str:
    operator, field = simple.text("Operator"), f"[{column.name}]"
    operands = simple.one("Operands")
    first = operands.one("Operand").value
    if operator in TESTS:
        return TESTS[operator].format(field, _text(first))
    is_date = types.kind(column.type) == "date"
    of_day = column.type == "timestamp" and operands.text("IgnoreTimeInDateTime").lower() == "true"
    if of_day:
        field = f"ToDate({field})"
    if operator in COMPARES:
        value = _moment(operands, column, of_day=of_day) if is_date else _literal(first, column)
        return f"{field} {COMPARES[operator]} {value}"
    if operator == "DateRange":
        size = 19 if column.type == "timestamp" and not of_day else 10
        start, end = operands.text("StartDate")[:size], operands.text("EndDate")[:size]
        if start and end:
            return f"{field} >= {_text(start)} AND {field} <= {_text(end)}"
    raise NotConvertible(
        f"the operator '{operator}' of a simple filter depends on the day it runs or is not known",
        "Write the condition as a custom filter.",
    )


def _moment(operands: Setting, column: Column, *, of_day: bool) -> str:
    """The day that a date is compared with: the one that is written, or one that is told by the day of the run."""
    kind, written = operands.text("DateType").lower(), operands.one("Operand").value.strip()
    if kind in DAYS:
        return DAYS[kind]
    if kind not in ("", "fixed"):
        raise NotConvertible(f"the kind of day '{kind}' is not known", "Write the condition as a custom filter.")
    return _text(written[:10] if of_day or column.type == "date" else written)


def _literal(text: str, column: Column) -> str:
    if types.kind(column.type) == "number":
        return text.strip() or "Null()"
    if types.kind(column.type) == "boolean":
        return "1" if text.strip().lower() in ("true", "1") else "0"
    return _text(text)


def _text(text: str) -> str:
    """A literal; the language has no escapes, so a text with both quotation marks is put together."""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    return "(" + " + '\"' + ".join(f'"{part}"' for part in text.split('"')) + ")"


def by_database(context: StepContext) -> Outcome:
    """A simple filter in the database, or a condition in its SQL whose other rows nobody reads."""
    if context.settings.text("Mode").lower() == "simple":
        return convert(context)
    if "False" in context.wanted:
        raise NotConvertible("where the condition is null, the database decides on its False output", in_db.TODO)
    given = context.input()
    predicate = in_db.expression(context, context.settings.one("Expression").value, given)
    node, relation = frame.same_rows(context, "sql_where", {"condition": predicate}, given)
    return Outcome("sql_where", 1.0, (node,), {"True": relation})
