"""What an error text says about itself: its classes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from services.copilot.diagnose.match import match

_LONGEST = 2_000  # characters of a text that are looked at
_NAMED = r"(?:error|code|sqlcode|sqlstate|failure|msg|błąd)[\s:=#(\[-]{0,4}"


@dataclass(frozen=True, slots=True)
class _Class:
    name: str
    texts: re.Pattern[str]
    codes: frozenset[str]
    said: re.Pattern[str]


@cache
def rows(name: str) -> dict[str, Any]:
    """A YAML file of this package."""
    content: dict[str, Any] = yaml.safe_load(resources.files(__package__).joinpath(name).read_text("utf-8"))
    return content


@cache
def patterns(found: tuple[str, ...]) -> re.Pattern[str]:
    """Any of them, case ignored; nothing where there is none."""
    return re.compile("|".join(f"(?:{each})" for each in found) or r"(?!)", re.IGNORECASE)


@cache
def _classes() -> tuple[_Class, ...]:
    return tuple(map(_class, rows("errors.yaml")["classes"]))


def _class(row: dict[str, Any]) -> _Class:
    codes = [str(code) for code in row["codes"]]
    words = [rf"\b{re.escape(code)}\b" for code in codes if not code.lstrip("-").isdigit()]
    numbers = [rf"{_NAMED}{re.escape(code)}\b" for code in codes if code.lstrip("-").isdigit()]
    return _Class(
        row["name"],
        patterns(tuple(row["match"])),
        frozenset(code.upper() for code in codes),
        patterns((*words, *numbers)),
    )


def classes_of(text: str, code: str = "") -> tuple[str, ...]:
    """Names of errors.yaml that a message, or its code, is of; in the file's order."""
    shown = text[:_LONGEST]
    words = code.replace("_", " ")
    bare = code.upper().strip()
    return tuple(
        each.name
        for each in _classes()
        if bare in each.codes
        or each.texts.search(shown)
        or each.said.search(shown)
        or (words and each.texts.search(words))
    )


@lru_cache(maxsize=4096)
def classes_of_error(text: str, code: str = "") -> tuple[str, ...]:
    """As `classes_of`, for a text that reports an error: what it does not know, the catalogue of errors may."""
    found = classes_of(text, code)
    if found:
        return found
    known = match(f"{code} {text}"[:_LONGEST])
    if known is None or known.rule.consequence:
        return ()
    name = rows("errors.yaml")["categories"].get(known.rule.category)
    return (name,) if name else ()


def known_word(text: str, words: Iterable[str]) -> bool:
    """Any of `words` (patterns) stands in the text."""
    return bool(patterns(tuple(words)).search(text[:_LONGEST]))
