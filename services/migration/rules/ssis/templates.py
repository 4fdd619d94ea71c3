"""Texts that variables and connections compute by joining literals and variables: as paths and statements with
parameters.

A variable in a path stands there as `${Folder}`. In a statement it can be a parameter where it is a whole value: within
quotation marks of its own, or a number. What is more (a table's name, a part of a text, a function) is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.migration.expressions.ssis.names import parameter_name
from services.pipelines import types

_PART = re.compile(
    r'\s*(?:"(?P<text>(?:[^"\\]|\\.)*)"'
    r"|(?P<open>\(\s*)?(?:\(\s*DT_W?STR\s*(?P<options>(?:,\s*\d+\s*)+)\)\s*)?"
    r"@(?:\[(?P<named>[\w$]+(?:::\w+)?)\]|(?P<bare>[\w$]+(?:::\w+)?))(?P<close>\s*\))?)\s*(?P<joined>\+|\Z)",
    re.IGNORECASE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MOMENT = 19
"""Characters of a date with its time: a shorter cast cuts it."""
_BEFORE = re.compile(r"[=<>(,+\-*/\s]\Z")
_AFTER = re.compile(r"[)\s,;]|\Z")


@dataclass(frozen=True, slots=True)
class _Part:
    """A literal, or a variable with the length that it is cast to (0: not cast)."""

    text: str = ""
    variable: str = ""
    length: int = 0


def path(expression: str, known: Mapping[str, str]) -> str | None:
    """A path with parameters; None where the expression is more. `known`: types of parameters by name."""
    found = []
    for part in _parts(expression) or ():
        name = parameter_name(part.variable) if part.variable else ""
        kind = known.get(name, "")
        if name and not (types.kind(kind) == "string" or types.is_whole(kind)):
            return None
        found.append(f"${{{name}}}" if name else part.text)
    return "".join(found) or None


def statement(expression: str, known: Mapping[str, str]) -> tuple[str, list[str]] | None:
    """A statement with parameters and their names; None where a variable in it is no whole value."""
    parts = _parts(expression)
    if parts is None or not any(part.variable for part in parts):
        return None
    text = ""
    names: list[str] = []
    following = [part.text for part in parts[1:]] + [""]
    waits_for_quote = False
    for part, after in zip(parts, following, strict=True):
        if not part.variable:
            text += part.text[1:] if waits_for_quote else part.text
            waits_for_quote = False
            continue
        name = parameter_name(part.variable)
        kind = known.get(name, "")
        is_cut = types.kind(kind) == "date" and 0 < part.length < _MOMENT
        if waits_for_quote or is_cut or types.kind(kind) not in ("string", "number", "date"):
            return None
        if _is_quoted(text, after):
            text, waits_for_quote = f"{text[:-1]}:{name}", True
        elif text.count("'") % 2 == 0 and types.kind(kind) == "number" and _BEFORE.search(text) and _AFTER.match(after):
            text += f":{name}"
        else:
            return None
        names.append(name)
    return text, names


def _is_quoted(before: str, after: str) -> bool:
    """True where a value stands alone within quotation marks."""
    return before.endswith("'") and before.count("'") % 2 == 1 and after.startswith("'") and not after.startswith("''")


def _parts(expression: str) -> list[_Part] | None:
    """The literals and variables that an expression joins; None where it does anything else."""
    found: list[_Part] = []
    place = 0
    text = expression.strip()
    while place < len(text):
        match = _PART.match(text, place)
        if match is None or bool(match["open"]) != bool(match["close"]):
            return None
        variable = match["named"] or match["bare"] or ""
        length = int((match["options"] or ",0").split(",")[1])
        found.append(_Part(_unescaped(match["text"] or ""), variable, length))
        place = match.end()
        if match["joined"] and place >= len(text):
            return None
    return found or None


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[0]), text)
