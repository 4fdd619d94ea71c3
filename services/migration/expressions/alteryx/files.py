"""File functions: a path is a text. Source: "File Functions"."""

from __future__ import annotations

from services.migration.expressions.alteryx.builder import blank
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import STRING, Value


def _joined(b: SqlBuilder, arguments: list[Value]) -> Value:
    """One backslash between the two."""
    first, second = (blank(b, v) for v in arguments)
    return own(b, "joined_paths", STRING, s=first, x=second, b=b.string("\\")).unless_null()


def _part(operation: str) -> Build:
    return lambda b, arguments: own(b, operation, STRING, s=b.as_text(arguments[0]))


FUNCTIONS = (
    Function("FILEADDPATHS", "file", 2, 2, _joined, confidence=0.9),
    Function("FILEGETDIR", "file", 1, 1, _part("path_folder"), confidence=0.9),
    Function("FILEGETEXT", "file", 1, 1, _part("path_extension"), confidence=0.9),
    Function("FILEGETFILENAME", "file", 1, 1, _part("path_file"), confidence=0.9),
)
