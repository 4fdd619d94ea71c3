"""Text To Columns that leaves delimiters in quotation marks or brackets alone: where a part ends is marked beforehand.

Source: Designer Help, "Text To Columns", its advanced options.
"""

from __future__ import annotations

import re
from typing import Any

from services.migration.rules.alteryx import frame, tokens
from services.migration.rules.alteryx.tokens import BORDER
from services.migration.rules.context import Outcome
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

PAIRS = ((1, '"', '"'), (8, "'", "'"), (2 | 4, "(", ")"), (2 | 4, "[", "]"))
"""Flags, and what delimiters do not count in: 1 and 8 as real workflows use them; which of 2 and 4 is that of
parentheses and which of brackets is not known, so that either is taken for both."""
NOT_PUBLIC = 0.6
RUN_IN = ("duckdb", "postgresql")
END = "\ue001"
"""A character for private use: the end of a text."""
SPECIAL = re.compile(r"([\[\]\\^$.|?*+(){}\-])")


def as_rows(
    context: StepContext, given: Relation, column: Column, how: tuple[str, int], config: dict[str, Any]
) -> Outcome:
    """A row for each part. `how`: the delimiters, and the flags of what they do not count in."""
    made = Column(column.name, "varchar")
    chosen = [
        (made, _marked(context, column, how)) if each.name == column.name else (each, reference)
        for each, reference in frame.kept(context, frame.visible(given))
    ]
    node, relation = frame.project(context, given, chosen, name=f"{context.name} marked")
    nodes, relation = tokens.split(context, relation, {**config, "delimiters": BORDER})
    return Outcome("text_to_columns", 1.0, (node, *nodes), {"": relation})


def as_columns(
    context: StepContext,
    given: Relation,
    column: Column,
    how: tuple[str, int],
    config: dict[str, Any],
    made: list[Column],
) -> Outcome:
    """Each part as a field; the text itself stays as it is."""
    hidden = Column(frame.hidden(given, "marked", *made), "varchar")
    shown = frame.kept(context, frame.visible(given))
    marks, relation = frame.project(
        context, given, [*shown, (hidden, _marked(context, column, how))], name=f"{context.name} marked"
    )
    config = {**config, "column": hidden.name, "delimiters": BORDER, "columns": [typed(each) for each in made]}
    split = context.node("text_to_columns", config, [relation.ref])
    relation = Relation(split["id"], (*relation.columns, *made), order=relation.order)
    *parts, (last, value) = frame.kept(context, made)
    whole = f"REPLACE({value}, '{BORDER}', {frame.quoted(how[0][0])})"
    node, relation = frame.project(context, relation, [*shown, *parts, (last, whole)], name=f"{context.name} parts")
    return Outcome("text_to_columns", 1.0, (marks, split, node), {"": relation})


def is_known(context: StepContext) -> bool:
    """Whether the dialect can tell such delimiters apart."""
    return context.dialect in RUN_IN


def _marked(context: StepContext, column: Column, how: tuple[str, int]) -> str:
    """The text with `BORDER` in place of every delimiter that counts."""
    context.warn(
        f"Delimiters in {_named(how[1])} do not count; the marks stay in the parts. Which marks are meant by the flags "
        f"{how[1]} is not public. Brackets within brackets are known to one depth, and a mark without its partner "
        "reaches to the end of the text.",
        confidence=NOT_PUBLIC,
    )
    text = frame.identifier(context, column.name)
    marked = f"REGEXP_REPLACE({text} || '{END}', {frame.quoted(_pattern(*how))}, '\\1{BORDER}', 'g')"
    return f"LEFT({marked}, LENGTH({marked}) - 1)"


def _named(flags: int) -> str:
    return " ".join(f"{left}{right}" for flag, left, right in PAIRS if flags & flag)


def _pattern(delimiters: str, flags: int) -> str:
    """A part, and what ends it. Each character but its own begins one branch only, so that every engine agrees."""
    inside, ends, opening = [], [], ""
    for flag, left, right in PAIRS:
        if not flags & flag:
            continue
        first, last = SPECIAL.sub(r"\\\1", left), SPECIAL.sub(r"\\\1", right)
        other = f"[^{first}{last}{END}]"
        inside.append(f"{first}(?:{other}|{first}{other}*{last})*{last}" if left != right else f"{first}{other}*{last}")
        ends.append(f"{first}[^{last}{END}]*")
        opening += first
    stops = SPECIAL.sub(r"\\\1", delimiters) + END
    return f"((?:{'|'.join(inside)}|[^{opening}{stops}])*(?:{'|'.join(ends)})?)[{stops}]"
