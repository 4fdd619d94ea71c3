"""Words of questions and of names, brought to a form in which they can be compared. English and Polish.

No dictionary: diacritics are folded, names are split at `_` and at changes of case, endings are cut. Two words are the
same where their stems are, or where one stem begins with the other and only an ending is left over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources

import yaml

_PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+(?:\.\d+)?")
_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "đ": "d", "ß": "s"})
# Longest first; what is left must keep three letters.
_ENDINGS = (
    *("owania", "owanie", "owego", "owych", "ations", "ation", "iami", "ach", "ami", "ego", "emu", "ych", "ich", "ing"),
    *("ies", "ied", "ow", "om", "em", "ie", "ej", "es", "ed", "ly", "s", "y", "a", "e", "i", "u", "o"),
)
_SHORTEST = 3
_SHARED = 4
_LEFT_OVER = 3

_LISTS = yaml.safe_load(
    resources.files("services.copilot.knowledge").joinpath("question_words.yaml").read_text("utf-8")
)
EMPTY = frozenset(_LISTS["empty"].split())
"""Words that say nothing of what is asked about."""
POLITE = frozenset(_LISTS["polite"].split())
"""Words that a question may have or lack and is the same."""


def folded(text: str) -> str:
    """Without diacritics; the case is kept."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(each for each in plain if not unicodedata.combining(each))


def pieces(text: str) -> list[str]:
    """Words and numbers in order, lower case: `CustomerID_2` gives customer, id, 2."""
    return [each.lower() for each in _PIECE.findall(folded(text))]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its ending: policies, policy → polic."""
    if word[:1].isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def content(text: str) -> list[str]:
    """The words that carry meaning, in order, each once, unstemmed."""
    return list(dict.fromkeys(each for each in pieces(text) if each not in EMPTY and (len(each) > 1 or each.isdigit())))


def stems(text: str) -> list[str]:
    """Their stems, each once."""
    return list(dict.fromkeys(map(stem, content(text))))


def same(one: str, other: str) -> bool:
    """Whether two stems are of one word."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHARED and long.startswith(short) and len(long) - len(short) <= _LEFT_OVER


class Stems:
    """Stems to look others up in."""

    def __init__(self, given: Iterable[str]) -> None:
        self._all = set(given)
        self._by_start: dict[str, list[str]] = {}
        for each in self._all:
            if len(each) >= _SHARED:
                self._by_start.setdefault(each[:_SHARED], []).append(each)

    def __contains__(self, wanted: str) -> bool:
        return any(True for _ in self.matching(wanted))

    def matching(self, wanted: str) -> Iterator[str]:
        """The stems that are of the same word."""
        if wanted in self._all:
            yield wanted
        for each in self._by_start.get(wanted[:_SHARED], ()):
            if each != wanted and same(each, wanted):
                yield each
