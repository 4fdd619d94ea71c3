"""What a column holds, told from its name and type; and what it should be classified as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from services.copilot.words import pieces

LONGEST_RUN = 3
SURE, PARTLY, GUESSED = 0.75, 0.5, 0.2


@dataclass(frozen=True, slots=True)
class Told:
    """`confidence`: how much of the name is known."""

    text: str
    confidence: float
    tags: tuple[str, ...] = ()


@cache
def _words() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(
        resources.files(__package__).joinpath("column_words.yaml").read_text("utf-8")
    )
    return table


def told(name: str, language: str) -> Told:
    """A description of a column from its name alone."""
    words = pieces(name)
    if not words:
        return Told("", 0.0)
    roles, starts = _words()["roles"], _words()["starts"]
    pattern = None
    if len(words) > 1 and words[0] in starts:
        pattern, words = starts[words[0]][language], words[1:]
    elif words[-1] in roles:
        role = roles[words[-1]]
        if len(words) == 1:
            alone = role.get("alone")
            return Told(alone[language], PARTLY) if alone else Told("", 0.0)
        pattern, words = role[language], words[:-1]
    phrase, known, tags = _phrase(words, language)
    text = pattern.replace("{of}", phrase) if pattern else f"{phrase[:1].upper()}{phrase[1:]}."
    sure = SURE if known == len(words) else PARTLY if known else GUESSED
    return Told(text, sure, tags)


def _phrase(words: Sequence[str], language: str) -> tuple[str, int, tuple[str, ...]]:
    """The words in plain language, how many of them are known, and their tags."""
    parts = _words()["parts"]
    said: list[str] = []
    tags: list[str] = []
    known, place = 0, 0
    while place < len(words):
        for length in range(min(LONGEST_RUN, len(words) - place), 0, -1):
            entry = parts.get(" ".join(words[place : place + length]))
            if entry:
                break
        else:
            entry, length = None, 1
        said.append(entry[language] if entry else words[place])
        if entry:
            known += length
            tags += [entry["tag"]] if "tag" in entry else []
        place += length
    return ", ".join(said) if language == "pl" else " ".join(said), known, tuple(dict.fromkeys(tags))
