"""Text To Columns, RegEx and Find Replace. Source: Designer Help, pages of these names."""

from __future__ import annotations

from typing import Any

from services.migration.ast import Setting
from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import found_texts, frame, tokens
from services.migration.rules.alteryx.formula import Assignment, computed
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

SKIPS_EMPTY = 16
"""Of the flags of Text To Columns: 1, 2, 4 and 8 are quotation marks, single ones, parentheses and brackets."""
ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\s": " "}
EXTRA = {"last": "keep_in_last", "ignore": "drop", "warn": "drop", "error": "error", "drop": "drop"}
SEVERAL = 0.84
MATCHES = {
    "FindAny": "any_part",
    "FindWhole": "whole",
    "FindBegin": "beginning",
    "FindBeginning": "beginning",
    "FindStart": "beginning",
}


def text_to_columns(context: StepContext) -> Outcome:
    settings, given = context.settings, context.input()
    column = frame.find(given, settings.text("Field"))
    delimiters = settings.one("Delimeters").get("value")
    for written, meant in ESCAPES.items():
        delimiters = delimiters.replace(written, meant)
    if not delimiters:
        raise NotConvertible("it names no delimiter", "Name the delimiters.")
    skips_empty = _flags(context, settings.one("Flags").get("value"))
    config: dict[str, Any] = {"column": column.name, "delimiters": delimiters}
    if skips_empty:
        config["skip_empty"] = True
    count = settings.one("NumFields").get("value")
    if not count.isdecimal() or int(count) == 0 or (int(count) == 1 and not settings.all("RootName")):
        nodes, relation = tokens.split(context, given, config)
        return Outcome("text_to_columns", 1.0, tuple(nodes), {"": relation})
    taken = {each.name.lower() for each in given.columns}
    root = settings.text("RootName") if settings.all("RootName") else column.name  # left empty: 1, 2, …
    made = [
        Column(unique(f"{root}{place}", taken), column.type if types.kind(column.type) == "string" else "varchar")
        for place in range(1, int(count) + 1)
    ]
    handling = settings.text("ErrorHandling").lower()
    config |= {"columns": [typed(each) for each in made], "extra": EXTRA.get(handling, "keep_in_last")}
    node = context.node("text_to_columns", config, [given.ref])
    return Outcome(
        "text_to_columns", 1.0, (node,), {"": Relation(node["id"], (*given.columns, *made), order=given.order)}
    )


def _flags(context: StepContext, stated: str) -> bool:
    """Whether empty parts are left out; a warning for options that no kind of node has."""
    flags = int(stated) if stated.isdecimal() and len(stated) < 4 else 0
    if flags & ~SKIPS_EMPTY:
        context.warn(
            f"Delimiters in quotation marks or brackets do not count there (flags {flags}); here they do.",
            confidence=0.6,
        )
    return bool(flags & SKIPS_EMPTY)


def regex(context: StepContext) -> Outcome:
    """Each method as the function of the expression language that does the same."""
    settings, given = context.settings, context.input()
    column = frame.find(given, settings.text("Field"))
    pattern = tokens.literal(settings.one("RegExExpression").get("value"))
    blind = "1" if settings.one("CaseInsensitve").get("value", "True").lower() == "true" else "0"
    field, method = f"[{column.name}]", settings.text("Method")
    if method == "Replace":
        own = settings.one("Replace")
        text = f"REGEX_Replace({field}, {pattern}, {tokens.literal(own.get('expression'))}, {blind})"
        if own.one("CopyUnmatched").get("value", "True").lower() == "false":
            text = f'IIF(REGEX_CountMatches({field}, {pattern}, {blind}) > 0, {text}, "")'
        return computed(context, [Assignment(column.name, text, column.type)])
    if method == "Match":
        name = column_name(settings.text("Match", "Field") or f"{column.name}_Matched")
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


def _parsed(context: StepContext, column: Column, pattern: str, blind: str) -> Outcome:
    """Each marked group as a field: what stands around the first match is taken away. Null without a match."""
    fields = context.settings.all("ParseComplex", "Field")
    groups = tokens.groups(pattern)
    if groups != len(fields):
        raise NotConvertible(f"its pattern marks {groups} groups for {len(fields)} fields", "Write the fields by hand.")
    made = []
    field, counted = f"[{column.name}]", tokens.literal(pattern)
    whole = tokens.literal(f"^[\\s\\S]*?{tokens.ungrouped(pattern)}[\\s\\S]*$")
    for place, each in enumerate(fields, 1):
        kind = types.canonical(*declared(each.get("type"), each.get("size"), each.get("scale"))) or "varchar"
        part = f'REGEX_Replace({field}, {whole}, "${place}", {blind})'
        text = f"IIF(REGEX_CountMatches({field}, {counted}, {blind}) > 0, {part}, Null())"
        made.append(Assignment(column_name(each.get("field")), text, kind))
    return computed(context, made, sequential=False)


def find_replace(context: StepContext) -> Outcome:
    settings, nodes = context.settings, list[Node]()
    left, right = context.input("Targets"), context.input("Source")
    column = frame.find(left, settings.text("FieldFind"))
    wanted = frame.find(right, settings.text("FieldSearch"))
    right = ordered(context, nodes, right, "Which of several entries is found first")
    match = MATCHES.get(settings.text("FindMode"))
    if match is None:
        raise NotConvertible(f"the way of finding '{settings.text('FindMode')}' is not known", "Write it by hand.")
    is_replaced = settings.text("ReplaceMode").lower() != "append"
    listed = found_texts.pairs(context) if is_replaced and match == "any_part" else []
    if listed:
        last, relation = found_texts.replaced(context, left, column, listed)
        return Outcome("sql_expression", 1.0, (last,), {"": relation})
    _caution(context, settings, match, is_replaced=is_replaced)
    config: dict[str, Any] = {
        "left": left.ref,
        "right": right.ref,
        "column": column.name,
        "find": wanted.name,
        "match": match,
        "case_sensitive": settings.one("NoCase").get("value").lower() != "true",
        "order_by": [{"column": frame.order_column(right)}],
    }
    columns = list(left.columns)
    if not is_replaced:
        found = [frame.find(right, each.get("field")) for each in settings.all("ReplaceAppendFields", "Field")]
        right, found = _renamed(context, nodes, (left, right), found)
        config |= {"right": right.ref, "append": [each.name for each in found]}
        columns += found
    else:
        config["replace"] = frame.find(right, settings.text("ReplaceFoundField")).name
    node = context.node("find_replace", config, list(dict.fromkeys((left.ref, right.ref))))
    return Outcome("find_replace", 1.0, (*nodes, node), {"": Relation(node["id"], tuple(columns), order=left.order)})


def _caution(context: StepContext, settings: Setting, match: str, *, is_replaced: bool) -> None:
    if is_replaced and match == "any_part":
        context.warn(
            "Where a text stands several times in the field, the original may replace the first alone; here all are.",
            confidence=SEVERAL,
        )
    if settings.one("ReplaceMultipleFound").get("value").lower() == "true" and match == "any_part":
        context.warn("Every entry that is found is replaced; here only the first.", confidence=0.6)
    if settings.one("MatchWholeWord").get("value").lower() == "true":
        context.warn("Only whole words are found; here parts of words too.", confidence=0.6)


def _renamed(
    context: StepContext, nodes: list[Node], sides: tuple[Relation, Relation], found: list[Column]
) -> tuple[Relation, list[Column]]:
    """The source with names that do not clash with the target's."""
    left, right = sides
    taken = {column.name.lower() for column in left.columns}
    clashing = {column.name for column in found if column.name.lower() in taken}
    if not clashing:
        return right, found
    names = {column.name: unique(f"Source_{column.name}", taken) for column in found if column.name in clashing}
    extra = [
        (Column(new, next(c.type for c in found if c.name == old)), frame.identifier(context, old))
        for old, new in names.items()
    ]
    node, relation = frame.project(
        context, right, [*frame.kept(context, frame.visible(right)), *extra], name=f"{context.name} source"
    )
    nodes.append(node)
    return relation, [Column(names.get(column.name, column.name), column.type) for column in found]
