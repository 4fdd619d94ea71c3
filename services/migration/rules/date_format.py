"""The session's `DateTime Format String` in expressions that name no format of their own.

TO_CHAR, TO_DATE and IS_DATE of one argument, and dates that pass through text ports, use it. It is written into the
expression, so that the translation sees what the tool sees. Source: PowerCenter Workflow Basics Guide, "Session
Properties: Config Object Tab".
"""

from __future__ import annotations

from collections.abc import Mapping

from services.migration import types
from services.migration.ast import MappingAST
from services.migration.conversion import Translation
from services.migration.expressions import ExpressionError, parse, translate
from services.migration.expressions.nodes import Call, walk

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
        found = [node for node in walk(parse(text)) if isinstance(node, Call) and len(node.arguments) == 1]
    except (ExpressionError, RecursionError):
        return text
    for call in sorted(found, key=lambda node: node.end, reverse=True):
        argument = text[call.arguments[0].start : call.arguments[0].end]
        if call.name.upper() in FROM_TEXT or (
            call.name.upper() == "TO_CHAR" and _kind(argument, field_types) == "date"
        ):
            text = f"{text[: call.end - 1]}, {literal}{text[call.end - 1 :]}"
    if target and types.kind(target) == "string" and _kind(text, field_types) == "date":
        return f"TO_CHAR({text}, {literal})"
    if target and types.kind(target) == "date" and _kind(text, field_types) == "string":
        return f"TO_DATE({text}, {literal})"
    return text


def _kind(text: str, field_types: Mapping[str, str]) -> str:
    result: Translation = translate(text, dialect="duckdb", types=field_types, aggregate=True)
    return result.type
