"""The parts of a text that a pattern finds, as columns or as rows. Source: Designer Help, "RegEx", Tokenize."""

from __future__ import annotations

import re
from typing import Any

from services.migration.rules.alteryx import frame
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.formula import Assignment, computed
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

MOST_TOKENS = 50
GROUPS = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|\((?!\?)")
BORDER, FOUND = "\ue000", "\ue001"
"""Characters for private use, which texts do not have: between parts, and before a part that was found."""


def groups(pattern: str) -> int:
    """How many parts a pattern marks."""
    return sum(1 for match in GROUPS.finditer(pattern) if match.group() == "(")


def ungrouped(pattern: str) -> str:
    """A pattern for use within another: as a group only where it has to be, since PostgreSQL makes all of a group as
    long, or as short, as its first part is to be.
    """
    return f"(?:{pattern})" if "|" in pattern else pattern


def as_rows(context: StepContext, column: Column, how: tuple[str, str]) -> Outcome:
    """A row for each match: every match is set apart, the text split there, and what lies between is left out."""
    pattern, blind = how
    marks = groups(pattern)
    if marks > 1:
        raise NotConvertible(f"its pattern marks {marks} groups", "Write the split as a query.")
    context.warn("A row in which nothing is found, or an empty part, gives no row.", confidence=frame.UNSURE)
    given, field = context.input(), f"[{column.name}]"
    apart = literal(pattern if marks else f"({pattern})")
    text = f'REGEX_Replace({field}, {apart}, "{BORDER}{FOUND}$1{BORDER}", {blind})'
    node, relation = replaced(context, given, Column(column.name, "varchar"), text)
    split_nodes, relation = split(context, relation, {"column": column.name, "delimiters": BORDER, "skip_empty": True})
    condition = f'Length({field}) > 1 AND StartsWith({field}, "{FOUND}", 0)'
    predicate = context.expression(condition, "Parts found", context.scope(relation), condition=True).sql
    test, relation = frame.same_rows(context, "sql_where", {"condition": predicate}, relation)
    last, relation = replaced(context, relation, column, f"Substring({field}, 1)")
    return Outcome("text_to_columns", 1.0, (node, *split_nodes, test, last), {"": relation})


def replaced(context: StepContext, given: Relation, column: Column, text: str) -> tuple[Node, Relation]:
    """The rows with one column computed anew, in its place."""
    value = context.expression(text, f"Field {column.name}", context.scope(given), target=column.type).sql
    chosen = [
        (column, value) if each.name == column.name else (each, frame.identifier(context, each.name))
        for each in frame.visible(given)
    ]
    return frame.project(context, given, chosen)


def split(context: StepContext, given: Relation, config: dict[str, Any]) -> tuple[list[Node], Relation]:
    """A text split into rows, numbered where a later tool reads their order: row by row, then part by part."""
    if not frame.order_is_read(context) or not given.order:
        node = context.node("text_to_columns", config, [given.ref])
        return [node], Relation(node["id"], given.columns, order=given.order)
    part = Column(frame.hidden(given, "part"), frame.ROW_TYPE)
    node = context.node("text_to_columns", {**config, "position_column": part.name}, [given.ref])
    relation = Relation(node["id"], (*given.columns, part), order=given.order)
    keys = [{"column": frame.order_column(given)}, {"column": part.name}]
    number, relation = frame.numbered(context, relation, keys, proven=frame.is_proven(given))
    return [node, number], relation


def as_columns(context: StepContext, column: Column, how: tuple[str, str], count: int) -> Outcome:
    """The first matches of a pattern, each as a field; of a pattern with a marked group, what the group holds."""
    pattern, blind = how
    marks = groups(pattern)
    if marks > 1 or count > MOST_TOKENS:
        raise NotConvertible(f"its pattern marks {marks} groups, or it makes too many fields", "Write it by hand.")
    if context.settings.text("ParseSimple", "ErrorHandling").lower() not in ("warn", "ignore", "drop", ""):
        context.warn("What is beyond the last field is left out.", confidence=frame.UNSURE)
    plain = GROUPS.sub(lambda match: "(?:" if match.group() == "(" else match.group(), pattern)
    found = ungrouped(pattern) if marks else f"({pattern})"
    field, counted = f"[{column.name}]", literal(pattern)
    taken = {each.name.lower() for each in frame.visible(context.input())}
    root = context.settings.text("ParseSimple", "RootName") or column.name
    made = []
    for place in range(1, count + 1):
        before = f"[\\s\\S]*?{ungrouped(plain)}" * (place - 1)
        whole = literal(f"^{before}[\\s\\S]*?{found}[\\s\\S]*$")
        part = f'REGEX_Replace({field}, {whole}, "$1", {blind})'
        held = f"!IsNull({field}) AND REGEX_CountMatches({field}, {counted}, {blind}) >= {place}"
        text = f"IIF({held}, {part}, Null())"
        made.append(Assignment(unique(f"{root}{place}", taken), text, "varchar"))
    return computed(context, made, sequential=False)


def literal(text: str) -> str:
    """A text as the expression language writes it, which has no escapes."""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    raise NotConvertible("its pattern holds both quotation marks", "Write the expression by hand.")
