"""Find Replace: a list of entries looked up in a field, whole or in parts. Source: Designer Help, "Find Replace"."""

from __future__ import annotations

from typing import Any

from services.migration.ast import Setting
from services.migration.rules.alteryx import found_texts, frame, select
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

SEVERAL = 0.84
WORDS, APART = f"{frame.PROVEN}_words", "\ue000"
"""A text with its words set apart, and the character for private use that does."""
MATCHES = {
    "FindAny": "any_part",
    "FindWhole": "whole",
    "FindBegin": "beginning",
    "FindBeginning": "beginning",
    "FindStart": "beginning",
}


def convert(context: StepContext) -> Outcome:
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
    if is_replaced and match != "whole":
        right = _without_nulls(context, nodes, right, frame.find(right, settings.text("ReplaceFoundField")))
    found = list[Column]()
    if not is_replaced:
        found = [frame.find(right, each.get("field")) for each in settings.all("ReplaceAppendFields", "Field")]
        right, found = _renamed(context, nodes, (left, right), found)
    words = settings.one("MatchWholeWord").get("value").lower() == "true" and match != "whole"
    find = wanted.name
    if words:
        left, right, find = _by_words(context, nodes, (left, right), (column, wanted), is_replaced=is_replaced)
    searched = column.name if is_replaced or not words else WORDS
    config: dict[str, Any] = {
        "left": left.ref,
        "right": right.ref,
        "column": searched,
        "find": find,
        "match": match,
        "case_sensitive": settings.one("NoCase").get("value").lower() != "true",
        "order_by": [{"column": frame.order_column(right)}],
    }
    if not is_replaced:
        config["append"] = [each.name for each in found]
    else:
        config["replace"] = frame.find(right, settings.text("ReplaceFoundField")).name
    node = context.node("find_replace", config, list(dict.fromkeys((left.ref, right.ref))))
    nodes.append(node)
    relation = Relation(node["id"], (*left.columns, *found), order=left.order)
    if words:
        relation = _without_marks(context, nodes, relation, column if is_replaced else None)
    return Outcome("find_replace", 1.0, tuple(nodes), {"": relation})


def _without_nulls(context: StepContext, nodes: list[Node], given: Relation, column: Column) -> Relation:
    """The entries with an empty text where nothing takes the place of a part: the rest of the field stays."""
    given = select.as_texts(context, nodes, given, [column], "entry texts")
    text = f'IIF(IsNull([{column.name}]), "", [{column.name}])'
    value = context.expression(text, f"Field {column.name}", context.scope(given), target="varchar").sql
    chosen = [
        (Column(each.name, "varchar"), value) if each.name == column.name else (each, reference)
        for each, reference in frame.kept(context, frame.visible(given))
    ]
    node, relation = frame.project(context, given, chosen, name=f"{context.name} replacements")
    nodes.append(node)
    return relation


def _by_words(
    context: StepContext,
    nodes: list[Node],
    sides: tuple[Relation, Relation],
    columns: tuple[Column, Column],
    *,
    is_replaced: bool,
) -> tuple[Relation, Relation, str]:
    """Both sides with every word set apart, and the field that is found: a part then is one of whole words."""
    made = []
    for given, column, title in zip(sides, columns, ("text", "entries"), strict=True):
        own = Column(column.name if is_replaced and title == "text" else WORDS, "varchar")
        text = f'IIF(IsNull([{column.name}]), Null(), REGEX_Replace([{column.name}], "(\\w+)", "{APART}$1{APART}", 0))'
        value = context.expression(text, f"Words of {column.name}", context.scope(given), target="varchar").sql
        kept = frame.kept(context, frame.visible(given))
        chosen = [(own, value) if each.name == own.name else (each, reference) for each, reference in kept]
        chosen += [] if own.name == column.name else [(own, value)]
        node, relation = frame.project(context, given, chosen, name=f"{context.name} {title}")
        nodes.append(node)
        made.append(relation)
    return made[0], made[1], WORDS


def _without_marks(context: StepContext, nodes: list[Node], given: Relation, column: Column | None) -> Relation:
    """The rows without what set their words apart, in the field `column` and in a field of its own."""
    chosen = []
    for each, reference in frame.kept(context, frame.visible(given)):
        is_marked = column is not None and each.name == column.name
        chosen.append((column or each, f"REPLACE({reference}, '{APART}', '')") if is_marked else (each, reference))
    node, relation = frame.project(context, given, chosen, name=f"{context.name} words")
    nodes.append(node)
    return relation


def _caution(context: StepContext, settings: Setting, match: str, *, is_replaced: bool) -> None:
    if is_replaced and match == "any_part":
        context.warn(
            "Where a text stands several times in the field, the original may replace the first alone; here all are.",
            confidence=SEVERAL,
        )
    if settings.one("ReplaceMultipleFound").get("value").lower() == "true" and match == "any_part":
        context.warn("Every entry that is found is replaced; here only the first.", confidence=0.6)


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
