"""A message that holds a statement of SQL, and one that is told only by what was said before."""

from __future__ import annotations

import re

from services.copilot.words import folded

_FENCED = re.compile(r"```(?:\w+)?[ \t]*\n(.+?)```", re.DOTALL)
_BEGINS = re.compile(
    r"(?:^|[:\n\"'`]|\b(?:query|statement|sql|zapytani\w*))\s*"
    r"((?:select\b(?=.{1,4000}\bfrom\b)|with\s+\w+\s+as\b|insert\s+into\b|update\s+\S+\s+set\b|delete\s+from\b"
    r"|merge\s+into\b|create\s+(?:or\s+replace\s+)?(?:table|view)\b).+)",
    re.IGNORECASE | re.DOTALL,
)
_CHANGES = re.compile(
    r"\b(?:rewrite|convert|translate|turn|port|optimi[sz]e|improve|speed|faster|fix|correct|change|add|make|migrate|why|error"
    r"|przepisz|przetlumacz|zoptymalizuj|przyspiesz|popraw|napraw|zmien|zamien|dodaj|dlaczego|blad\w*)\b"
)
_BACK = re.compile(
    r"\b(?:them|those|these|they|it|that|same|previous|above|instead|too|also|nich|je|ich|tych|tego|tym|tamt\w*|to samo"
    r"|te same|takze|rowniez|zamiast|poprzedni\w*|powyzsz\w*)\b|^\W*(?:and|but|a|i|oraz|ale)\b"
)
SHORT = 80
"""Characters of a message that may lean on what was said before."""


def statement_of(message: str) -> str:
    """The statement that a message asks to be explained, "" where it holds none or wants it changed."""
    hit = _FENCED.search(message) or _BEGINS.search(message)
    if hit is None:
        return ""
    around = folded(message[: hit.start(1)] + " " + message[hit.end(1) :]).lower()
    return "" if _CHANGES.search(around) else hit[1].strip().strip("\"'`").strip()


def refers_back(message: str) -> bool:
    """Whether a short message leans on what was said before: `and by segment?`, `how many of them?`."""
    return len(message) <= SHORT and bool(_BACK.search(folded(message).lower()))
