"""Find Replace in any part of a text by a list that the workflow holds: its entries become one expression.

A query that joins a list finds one entry for a row. Where all that is found is replaced, or whole words alone, the
entries are written out, one after the other as the list has them. Source: Designer Help, "Find Replace".
"""

from __future__ import annotations

import re

from services.migration.rules.alteryx import held, tokens
from services.migration.rules.context import Node
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

MOST = 50
IN_TURN = 0.79
SPECIAL = re.compile(r"([\[\]\\^$.|?*+(){}])")
Pair = tuple[str, str]
"""What is found, and what takes its place."""


def pairs(context: StepContext) -> list[Pair]:
    """The entries, where they have to be written out and the workflow holds them; else none."""
    settings = context.settings
    if not _is_on(context, "ReplaceMultipleFound") and not _is_on(context, "MatchWholeWord"):
        return []
    wanted = held.values(context, settings.text("FieldSearch"), port="Source", in_order=True) or []
    put = held.values(context, settings.text("ReplaceFoundField"), port="Source", in_order=True) or []
    found = [(old, new or "") for old, new in zip(wanted, put, strict=False) if old]
    is_meant = not _by_pattern(context) or not any(mark in new for _, new in found for mark in "$\\")
    return found if len(found) <= MOST and is_meant else []


def replaced(context: StepContext, given: Relation, column: Column, listed: list[Pair]) -> tuple[Node, Relation]:
    """The rows with the entries replaced: all of them in turn, or the first one that is found."""
    context.warn("The entries are replaced one after the other, in the order of the list.", confidence=IN_TURN)
    field = f"[{column.name}]"
    if _is_on(context, "ReplaceMultipleFound"):
        text = field
        for old, new in listed:
            text = _put(context, text, old, new)
    else:
        tests = [
            f"REGEX_CountMatches({field}, {_pattern(context, old)}, {_blind(context)}) > 0 "
            f"THEN {_put(context, field, old, new)}"
            for old, new in listed
        ]
        text = f"IF {' ELSEIF '.join(tests)} ELSE {field} ENDIF"
    return tokens.replaced(context, given, column, f"IIF(IsNull({field}), Null(), {text})")


def _put(context: StepContext, text: str, old: str, new: str) -> str:
    if not _by_pattern(context):
        return f"Replace({text}, {tokens.literal(old)}, {tokens.literal(new)})"
    return f"REGEX_Replace({text}, {_pattern(context, old)}, {tokens.literal(new)}, {_blind(context)})"


def _by_pattern(context: StepContext) -> bool:
    return _is_on(context, "NoCase") or _is_on(context, "MatchWholeWord")


def _pattern(context: StepContext, old: str) -> str:
    exact = SPECIAL.sub(r"\\\1", old)
    return tokens.literal(rf"\b{exact}\b" if _is_on(context, "MatchWholeWord") else exact)


def _blind(context: StepContext) -> str:
    return "1" if _is_on(context, "NoCase") else "0"


def _is_on(context: StepContext, name: str) -> bool:
    return context.settings.one(name).get("value").lower() == "true"
