"""`IF [NOT] EXISTS (…) … ELSE …`: the batch that OLE DB Command runs for each row, as its parts.

Statements of T-SQL need no semicolon between them, so the batch is cut by its words, none of them within quotation
marks, parentheses or another block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_IF = re.compile(r"\s*if\s+(?P<no>not\s+)?exists\s*\(", re.IGNORECASE)
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|\[[^\]]*\]|\b(begin|case|end|else)\b|([()])""", re.IGNORECASE)
_BLOCK = re.compile(r"\s*begin\b(?P<inside>.*)\bend\b\s*;?\s*\Z", re.IGNORECASE | re.DOTALL)
_OPENS = frozenset({"begin", "case", "("})
_CLOSES = frozenset({"end", ")"})


@dataclass(frozen=True, slots=True)
class Batch:
    """The query that looks for the row, and the statements for one that is there and for one that is not."""

    query: str
    there: str
    missing: str


def split(text: str) -> Batch | None:
    """The parts of a batch; None for what is none. `text` has no comments."""
    match = _IF.match(text)
    words = _words(text, match.end()) if match else iter(())
    end = next((place for word, place, depth in words if word == ")" and depth < 0), 0)
    if match is None or not end:
        return None
    rest = text[end + 1 :]
    place = next((place for word, place, depth in _words(rest) if word == "else" and depth == 0), len(rest))
    parts = _inside(rest[:place]), _inside(rest[place + len("else") :])
    there, missing = parts[::-1] if match["no"] else parts
    return Batch(text[match.end() : end], there, missing)


def _words(text: str, start: int = 0) -> Iterator[tuple[str, int, int]]:
    """Words and parentheses with where they stand and how deep they lie, from the first character on."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        word = (match[1] or match[2] or "").lower()
        depth += (word in _OPENS) - (word in _CLOSES)
        if word:
            yield word, match.start(), depth


def _inside(text: str) -> str:
    block = _BLOCK.match(text)
    return (block["inside"] if block else text).strip().rstrip(";").strip()
