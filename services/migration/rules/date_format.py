"""The session's `DateTime Format String` in expressions that name no format of their own.

TO_CHAR, TO_DATE and IS_DATE of one argument, dates that are joined to texts, and dates that pass through text ports,
use it. It is written into the
expression, so that the translation sees what the tool sees. Source: PowerCenter Workflow Basics Guide, "Session
Properties: Config Object Tab".
"""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.ast import MappingAST
from services.migration.conversion import Translation
from services.migration.expressions import ExpressionError, parse, translate
from services.migration.expressions.nodes import Call, Node, Operation, walk
from services.pipelines import types

DEFAULT = "MM/DD/YYYY HH24:MI:SS.US"
FROM_TEXT = ("TO_DATE", "IS_DATE")
DEFAULT_FORMATS = frozenset({"DATE_AS_TEXT", "STRING_AS_DATE"})
"""Cautions that say that the tool's default format was taken."""


def of_session(mapping: MappingAST) -> str:
    """The format, "" where the session states none."""
    given = {name.lower(): text for name, text in mapping.session_attributes.items()}
    return given.get("datetime format string", "").strip()


def explicit(text: str, date_format: str, field_types: Mapping[str, str], target: str = "") -> str:
    """The expression with the format in every place that would take the default; unchanged where it cannot be read."""
    literal = "'" + date_format.replace("'", "''") + "'"
    try:
        nodes = list(walk(parse(text)))
    except (ExpressionError, RecursionError):
        return text
    edits: set[tuple[int, str]] = set()  # place in the text and what is put there
    for node in nodes:
        if isinstance(node, Call) and len(node.arguments) == 1 and _takes_format(node, text, field_types):
            edits.add((node.end - 1, f", {literal}"))
        for joined in _joined(node):
            if _kind(text[joined.start : joined.end], field_types) == "date":
                edits |= {(joined.start, "TO_CHAR("), (joined.end, f", {literal})")}
    for place, added in sorted(edits, reverse=True):
        text = text[:place] + added + text[place:]
    if target and types.kind(target) == "string" and _kind(text, field_types) == "date":
        return f"TO_CHAR({text}, {literal})"
    if target and types.kind(target) == "date" and _kind(text, field_types) == "string":
        return f"TO_DATE({text}, {literal})"
    return text


def _takes_format(call: Call, text: str, field_types: Mapping[str, str]) -> bool:
    argument = call.arguments[0]
    name = call.name.upper()
    is_date = name == "TO_CHAR" and _kind(text[argument.start : argument.end], field_types) == "date"
    return not call.prefix and (name in FROM_TEXT or is_date)


def _joined(node: Node) -> tuple[Node, ...]:
    """What a node joins to one text."""
    if isinstance(node, Operation) and "||" in node.operators:
        return node.operands
    return node.arguments if isinstance(node, Call) and node.name.upper() == "CONCAT" and not node.prefix else ()


def _kind(text: str, field_types: Mapping[str, str]) -> str:
    result: Translation = translate(text, dialect="duckdb", types=field_types, aggregate=True)
    return result.type
