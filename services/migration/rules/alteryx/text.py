"""Text To Columns and RegEx. Source: Designer Help, pages of these names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import enclosed, frame, select, tokens, widths
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.formula import Assignment, computed
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

SKIPS_EMPTY, MARKS = 16, 15
"""Of the flags of Text To Columns; `MARKS` are those of what delimiters do not count in."""
ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\s": " "}
EXTRA = {"last": "keep_in_last", "ignore": "drop", "warn": "drop", "error": "error", "drop": "drop"}
AT_MOST_A_MATCH = re.compile(r"(?:\$[0-9&]|.)?")
"""What takes the place of a match and is not longer: nothing, a character, or a part of it."""


def text_to_columns(context: StepContext) -> Outcome:
    settings, given, nodes = context.settings, context.input(), list[Node]()
    column = frame.find(given, settings.text("Field"))
    given = select.as_texts(context, nodes, given, [column], "text")
    column = frame.find(given, column.name)
    delimiters = settings.one("Delimeters").get("value")
    for written, meant in ESCAPES.items():
        delimiters = delimiters.replace(written, meant)
    if not delimiters:
        raise NotConvertible("it names no delimiter", "Name the delimiters.")
    stated = settings.one("Flags").get("value")
    flags = int(stated) if stated.isdecimal() and len(stated) < 4 else 0
    how = (delimiters, flags & MARKS)
    if flags > SKIPS_EMPTY | MARKS:
        context.warn(f"Not all of its flags ({flags}) are known here.", confidence=frame.UNSURE)
    marks = bool(how[1]) and _tells_apart(context, flags)
    config: dict[str, Any] = {"column": column.name, "delimiters": delimiters}
    if flags & SKIPS_EMPTY:
        config["skip_empty"] = True
    count = settings.one("NumFields").get("value")
    if not count.isdecimal() or int(count) == 0 or (int(count) == 1 and not settings.all("RootName")):
        outcome = enclosed.as_rows(context, given, column, how, config) if marks else _rows(context, given, config)
        return replace(outcome, nodes=(*nodes, *outcome.nodes))
    taken = {each.name.lower() for each in given.columns}
    root = settings.text("RootName") if settings.all("RootName") else column.name  # left empty: 1, 2, …
    made = [Column(unique(f"{root}{place}", taken), column.type) for place in range(1, int(count) + 1)]
    config |= {
        "columns": [typed(each) for each in made],
        "extra": EXTRA.get(settings.text("ErrorHandling").lower(), "keep_in_last"),
    }
    if marks:
        outcome = enclosed.as_columns(context, given, column, how, config, made)
        return replace(outcome, nodes=(*nodes, *outcome.nodes))
    node = context.node("text_to_columns", config, [given.ref])
    relation = Relation(node["id"], (*given.columns, *made), order=given.order)
    return Outcome("text_to_columns", 1.0, (*nodes, node), {"": relation})


def _rows(context: StepContext, given: Relation, config: dict[str, Any]) -> Outcome:
    nodes, relation = tokens.split(context, given, config)
    return Outcome("text_to_columns", 1.0, tuple(nodes), {"": relation})


def _tells_apart(context: StepContext, flags: int) -> bool:
    """Whether delimiters in marks can be told from others; a warning where they are not."""
    if enclosed.is_known(context):
        return True
    context.warn(
        f"Delimiters in quotation marks or brackets do not count there (flags {flags}); here they do.", confidence=0.6
    )
    return False


def regex(context: StepContext) -> Outcome:
    """Each method as the function of the expression language that does the same."""
    settings, given = context.settings, context.input()
    column = frame.find(given, settings.text("Field"))
    pattern = tokens.literal(settings.one("RegExExpression").get("value"))
    blind = "1" if settings.one("CaseInsensitve").get("value", "True").lower() == "true" else "0"
    field, method = f"[{column.name}]", settings.text("Method")
    if method == "Replace":
        return computed(context, [Assignment(column.name, _replaced(context, column, (pattern, blind)), column.type)])
    if method == "Match":
        wanted = column_name(settings.text("Match", "Field") or f"{column.name}_Matched")
        name = unique(wanted, {each.name.lower() for each in given.columns})
        return computed(context, [Assignment(name, f"REGEX_Match({field}, {pattern}, {blind})", "boolean")])
    if method == "ParseComplex":
        return _parsed(context, column, settings.one("RegExExpression").get("value"), blind)
    if method != "ParseSimple":
        raise NotConvertible(f"the method '{method}' is not known", "Write the expression by hand.")
    own = settings.one("ParseSimple")
    count = own.one("NumFields").get("value")
    how = (settings.one("RegExExpression").get("value"), blind)
    if own.one("SplitToRows").get("value").lower() != "true" and count.isdecimal():
        return tokens.as_columns(context, column, how, int(count))
    return tokens.as_rows(context, column, how)


def _replaced(context: StepContext, column: Column, how: tuple[str, str]) -> str:
    """The field with every match replaced; of the matches alone where the text between them is not wanted."""
    own, field = context.settings.one("Replace"), f"[{column.name}]"
    pattern, blind = how
    into, longest = own.get("expression"), types.text_length(column.type)
    if 0 < longest < widths.ROOMY and not AT_MOST_A_MATCH.fullmatch(into):
        context.warn(f"A text longer than its field, {longest} characters, is cut.", confidence=frame.UNSURE)
    text = f"REGEX_Replace({field}, {pattern}, {tokens.literal(into)}, {blind})"
    if own.one("CopyUnmatched").get("value", "True").lower() == "false":
        context.warn(
            "Only what takes the place of matches is kept, not the text between them.", confidence=frame.UNSURE
        )
        marked = f"REGEX_Replace({field}, {pattern}, {tokens.literal(tokens.FOUND + into + tokens.BORDER)}, {blind})"
        between = f'"{tokens.BORDER}[^{tokens.FOUND}]*{tokens.FOUND}"'
        text = f'"{tokens.BORDER}" + {marked} + "{tokens.FOUND}"'
        text = f'REGEX_Replace({text}, {between}, "", 0)'
    return f"IIF(IsNull({field}), Null(), {text})"


def _parsed(context: StepContext, column: Column, pattern: str, blind: str) -> Outcome:
    """Each marked group as a field: what stands around the first match is taken away. Null without a match."""
    fields = context.settings.all("ParseComplex", "Field")
    groups = tokens.groups(pattern)
    if groups != len(fields):
        raise NotConvertible(f"its pattern marks {groups} groups for {len(fields)} fields", "Write the fields by hand.")
    made, taken = [], {each.name.lower() for each in context.input().columns}
    field, counted = f"[{column.name}]", tokens.literal(pattern)
    whole = tokens.literal(f"^[\\s\\S]*?{tokens.ungrouped(pattern)}[\\s\\S]*$")
    for place, each in enumerate(fields, 1):
        kind = types.canonical(*declared(each.get("type"), each.get("size"), each.get("scale"))) or "varchar"
        part = f'REGEX_Replace({field}, {whole}, "${place}", {blind})'
        text = f"IIF(REGEX_CountMatches({field}, {counted}, {blind}) > 0, {part}, Null())"
        made.append(Assignment(unique(column_name(each.get("field")), taken), text, kind))
    return computed(context, made, sequential=False)
