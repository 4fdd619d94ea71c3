"""Words of column names brought to one language: abbreviations spelled out, Polish put into English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import yaml

from services.copilot.words import pieces, stem

_LONGEST = 3  # words that a form in the list may have
_SHORTEST_PART = 2
_LONGEST_WORD = 40


@dataclass(frozen=True)
class Vocabulary:
    """`forms`: stems of a form's words → words of its meaning. `words`: all that are known, to split names by."""

    forms: dict[tuple[str, ...], tuple[str, ...]]
    words: frozenset[str]

    def meaning(self, name: str, known: Iterable[str] = ()) -> tuple[str, ...]:
        """Words of a name as English: `KLIENT_NR_TEL` → customer, phone, number. `known`: further words that a name
        without separators may be made of."""
        parts = [part for piece in pieces(name) for part in self._split(piece, frozenset(known))]
        found: list[str] = []
        at = 0
        while at < len(parts):
            for size in range(min(_LONGEST, len(parts) - at), 0, -1):
                key = tuple(map(stem, parts[at : at + size]))
                if key in self.forms:
                    found += self.forms[key]
                    break
            else:
                size = 1
                found.append(parts[at])
            at += size
        return tuple(dict.fromkeys(found))

    def _split(self, piece: str, known: frozenset[str]) -> list[str]:
        """A piece in as few known words as it is made of without a rest; else as it stands."""
        if len(piece) > _LONGEST_WORD or (stem(piece),) in self.forms or piece in known or piece in self.words:
            return [piece]
        best: list[list[str] | None] = [[]]
        for end in range(1, len(piece) + 1):
            options: list[list[str]] = []
            for begin in range(max(0, end - 20), end - _SHORTEST_PART + 1):
                before, part = best[begin], piece[begin:end]
                if before is not None and _is_word(part, self.words, known):
                    options.append([*before, part])
            best.append(min(options, key=len) if options else None)
        whole = best[-1]
        return whole if whole and (len(whole) == 2 or min(map(len, whole)) > _SHORTEST_PART) else [piece]


def _is_word(part: str, words: frozenset[str], known: frozenset[str]) -> bool:
    return part in words or (len(part) > _SHORTEST_PART and part in known)


@cache
def vocabulary() -> Vocabulary:
    """The shipped one."""
    text = resources.files(__package__).joinpath("vocabulary.yaml").read_text("utf-8")
    forms: dict[tuple[str, ...], tuple[str, ...]] = {}
    words: set[str] = set()
    for meaning, others in yaml.safe_load(text)["meanings"].items():
        means = tuple(meaning.split())
        for form in (meaning, *others):
            parts = pieces(form)
            words.update(parts)
            forms.setdefault(tuple(map(stem, parts)), means)
    return Vocabulary(forms, frozenset(words))


@lru_cache(20_000)
def told(name: str) -> tuple[str, ...]:
    """The meaning of a name by the shipped vocabulary alone."""
    return vocabulary().meaning(name)
