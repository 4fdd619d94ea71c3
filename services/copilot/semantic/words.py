"""Words of questions: how they are cut, folded and stemmed, and the lists of `words.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

MOST_TOKENS = 120
_SHORTEST_STEM = 3
_TOKEN = re.compile(
    r"""(?P<date>\d{4}-\d{2}-\d{2}(?!\w))
      | (?P<month>\d{4}-\d{2}(?![\w-]))
      | (?P<quoted>"[^"\n]{1,200}"|'[^'\n]{1,200}'|„[^”"\n]{1,200}[”"])
      | (?P<number>\d{1,3}(?:[, \u00a0]\d{3})+(?:\.\d+)?(?!\w)|\d+(?:[.,]\d+)?(?!\w))
      | (?P<word>\w+)
      | (?P<symbol>>=|<=|[^\s\w])""",
    re.VERBOSE,
)
_SILENT = frozenset(".?!:…()’'\"„”")
_HYPHENS = frozenset("-–")
_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")


@dataclass(frozen=True, slots=True)
class Token:
    """`folded`: lower case without Polish letters; `stem`: what forms of the word share."""

    kind: str
    text: str
    start: int
    end: int
    folded: str
    stem: str

    @property
    def number(self) -> float | None:
        if self.kind != "number":
            return None
        plain = re.sub("[ \u00a0]", "", self.text)
        plain = plain.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain) else plain.replace(",", ".")
        return float(plain)


def tokens(text: str) -> list[Token]:
    """The words, numbers and signs of a text in order, without what only punctuates. A hyphen splits a word."""
    found = []
    for match in _TOKEN.finditer(text):
        kind, shown = str(match.lastgroup), match.group()
        inside = shown in _HYPHENS and text[match.start() - 1 : match.start()].isalnum()
        if shown in _SILENT or (inside and text[match.end() : match.end() + 1].isalnum()):
            continue
        folded = fold(shown.strip("\"'„”"))
        found.append(Token(kind, shown, match.start(), match.end(), folded, stem(folded) if kind == "word" else folded))
    return found


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Lower case, without accents: `Łódź` → `lodz`."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ł", "l"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=8192)
def stem(folded: str) -> str:
    """What the forms of a word share; words with digits and short ones stay as they are."""
    if not folded.isalpha():
        return folded
    lists = known()
    longest = min(lists.longest_ending, len(folded) - _SHORTEST_STEM)
    size = next((size for size in range(longest, 0, -1) if folded[-size:] in lists.endings), 0)
    kept = folded[:-size] if size else folded
    ending = next((each for each in lists.alternations if kept.endswith(each)), "")
    return kept[: len(kept) - len(ending)] + lists.alternations.get(ending, "")


@dataclass(frozen=True)
class WordLists:
    endings: frozenset[str]
    longest_ending: int
    alternations: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    times: Mapping[str, tuple[str, ...]]
    months: Mapping[str, int]
    ordinals: Mapping[str, int]
    multipliers: Mapping[str, float]
    units: Mapping[str, str]
    polish: frozenset[str]
    english: frozenset[str]
    function_words: frozenset[str]


@cache
def known() -> WordLists:
    """The lists of `words.yaml`, folded; months, ordinals, multipliers and units by word."""
    content: dict[str, Any] = yaml.safe_load(resources.files(__package__).joinpath("words.yaml").read_text("utf-8"))
    endings = frozenset(content["endings"])
    return WordLists(
        endings,
        max(map(len, endings)),
        content["alternations"],
        {
            name: (*forms, *(_dialects(content) if name == "noise" else ()))
            for name, forms in content["keywords"].items()
        },
        {name: tuple(forms) for name, forms in content["times"].items()},
        _turned(enumerate(content["months"], 1)),
        _turned(content["ordinals"].items()),
        {fold(word): float(value) for word, value in content["multipliers"].items()},
        _turned(content["units"].items()),
        frozenset(map(fold, content["polish"])),
        frozenset(content["english"]),
        frozenset(map(fold, content["function_words"])),
    )


def _dialects(content: dict[str, Any]) -> Iterator[str]:
    """`in Snowflake`, `for Teradata`: which dialect to write is not what is asked about."""
    for prefix in content["dialect_prefixes"]:
        yield from (f"{prefix} {name}" for name in content["dialects"])


def language_of(question: str) -> str:
    """`pl` or `en`, by small words, and by letters that only Polish has in words that are no names."""
    found = tokens(question)
    lists = known()
    polish = sum(
        word.folded in lists.polish or (bool(_POLISH & set(word.text)) and (number == 0 or word.text.islower()))
        for number, word in enumerate(found)
    )
    return "pl" if polish > sum(word.folded in lists.english for word in found) else "en"


def _turned(rows: Iterable[tuple[Any, list[str]]]) -> dict[str, Any]:
    return {fold(word): key for key, forms in rows for word in forms}
