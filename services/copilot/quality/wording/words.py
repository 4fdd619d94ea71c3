"""Words compared as people write them: without case, accents and the endings of two languages."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

import yaml

_ENDINGS = (
    *("iami", "ami", "ach", "iem", "owi", "ego", "emu", "ych", "ymi", "ich", "imi", "ow", "om", "em", "ie", "ej"),
    *("es", "a", "e", "y", "i", "u", "o", "s"),
)
_LEAST = 3  # letters that a stem keeps


def folded(text: str) -> str:
    """Lower case without accents, each character for one, so that places stay the same."""
    return "".join(_folded(character) for character in text)


@cache
def _folded(character: str) -> str:
    if character in "łŁ":
        return "l"
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


@cache
def stem(word: str) -> str:
    """A folded word without its ending; `kwoty`, `kwota` and `kwotę` have one stem."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "i"
    for ending in _ENDINGS:
        least = 2 if ending == "s" else _LEAST  # ids
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word[:-1] if word.endswith("y") and len(word) > _LEAST else word


def split_name(name: str) -> list[str]:
    """The words of a name: `customerId`, `CUSTOMER_ID` and `customer-id` are two."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [folded(word) for word in re.split(r"[^0-9A-Za-zÀ-ž]+", spaced) if word]


def stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in re.findall(r"[0-9a-z]+", folded(text)))


@cache
def knowledge(name: str) -> Any:
    """A YAML file of this package."""
    return yaml.safe_load(resources.files(__package__).joinpath(name).read_text("utf-8"))


@cache
def turning() -> frozenset[str]:
    """Words beside which a sentence means another rule than the one that was read."""
    return frozenset(knowledge("vocabulary.yaml")["turning"].split())


@cache
def fillers() -> frozenset[str]:
    return frozenset(knowledge("vocabulary.yaml")["fillers"].split())


@cache
def grammar_words() -> frozenset[str]:
    """Words that sentences are made of; a column is meant by one only where it has exactly this name."""
    return fillers() | frozenset(knowledge("vocabulary.yaml")["grammar"].split())


@cache
def weak() -> frozenset[str]:
    """Stems that are a part of many names and never name a column alone."""
    return fillers() | {stem(word) for word in (*fillers(), *knowledge("vocabulary.yaml")["weak"].split())}


@cache
def synonyms() -> dict[tuple[str, ...], frozenset[tuple[str, ...]]]:
    """The stems of a term → the stems of all terms that mean the same."""
    found: dict[tuple[str, ...], frozenset[tuple[str, ...]]] = {}
    for row in knowledge("vocabulary.yaml")["synonyms"]:
        terms = frozenset(stems(term) for term in row)
        for term in terms:
            found[term] = found.get(term, frozenset()) | terms
    return found


def domains() -> list[dict[str, Any]]:
    return list(knowledge("domains.yaml"))


def domain_of(text: str) -> dict[str, Any] | None:
    """The domain whose name stands in a text, the longest name first."""
    words = stems(text)
    best: tuple[int, dict[str, Any]] | None = None
    for row in domains():
        for name in row["names"]:
            wanted = stems(name)
            found = any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))
            if found and (best is None or len(wanted) > best[0]):
                best = (len(wanted), row)
    return best[1] if best else None
