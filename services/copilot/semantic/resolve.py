"""A question read with a glossary: what it asks for, what it names, what is not understood, what is ambiguous."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, product

from services.copilot.semantic.asked import Asked
from services.copilot.semantic.grammar import Parsed, parse
from services.copilot.semantic.items import Item, Reading, items
from services.copilot.semantic.lexicon import Lexicon, Meaning
from services.copilot.semantic.model import Glossary
from services.copilot.semantic.words import MOST_TOKENS, tokens

_MOST_READINGS = 64
_ENTRIES = frozenset("MDFV")


@dataclass(frozen=True, slots=True)
class Named:
    """An entry that the question names: its words and all entries they may mean."""

    text: str
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True)
class Resolved:
    """`asked` None: not covered, for `unresolved` or `ambiguous` words, or because its pieces do not fit (`why`: the
    key of a text)."""

    asked: Asked | None
    named: tuple[Named, ...] = ()
    unresolved: tuple[str, ...] = ()
    ambiguous: tuple[Named, ...] = ()
    words: tuple[str, ...] = ()
    why: str = ""


def resolve(question: str, glossary: Glossary, lexicon: Lexicon, today: date) -> Resolved:
    """Reads a question; never raises for what it says."""
    words = tokens(question)
    folded = tuple(word.folded for word in words)
    if len(words) > MOST_TOKENS:
        return Resolved(None, unresolved=(f"{len(words)} words",), words=folded)
    found = items(question, words, lexicon, today)
    covered: list[tuple[Asked, tuple[Reading, ...]]] = []
    least: Parsed | None = None
    for readings in islice(product(*(each.readings for each in found)), _MOST_READINGS):
        parsed = parse(found, readings, glossary)
        if parsed.asked is not None:
            covered.append((parsed.asked, readings))
        elif least is None or parsed.missed < least.missed:
            least = parsed
    if not covered:
        first = tuple(each.readings[0] for each in found)
        unresolved = tuple(dict.fromkeys(least.left)) if least else ()
        return Resolved(None, _named(found, first), unresolved, words=folded, why=least.why if least else "no_metric")
    return _decided(found, covered, folded)


def _decided(
    found: Sequence[Item], covered: list[tuple[Asked, tuple[Reading, ...]]], words: tuple[str, ...]
) -> Resolved:
    """The only way to read it; where there are several, or a word means several entries, none."""
    asked, readings = covered[0]
    named = _named(found, readings)
    ambiguous = [each for each in named if len({(meaning.name, meaning.value) for meaning in each.meanings}) > 1]
    others = [
        (other, others) for other, others in covered[1:] if other != asked and not _same_condition(readings, others)
    ]
    for _, others_readings in others:
        ambiguous.extend(_apart(found, readings, others_readings))
    if ambiguous:
        return Resolved(None, named, (), tuple(dict.fromkeys(ambiguous)), words)
    return Resolved(asked, named, words=words)


def _same_condition(first: Sequence[Reading], second: Sequence[Reading]) -> bool:
    """They differ only where one word is a named filter and also a dimension's value: the filter is meant."""
    pairs = {(one.code, other.code) for one, other in zip(first, second, strict=True) if one != other}
    return pairs <= {("F", "V"), ("V", "F")}


def _apart(found: Sequence[Item], first: Sequence[Reading], second: Sequence[Reading]) -> list[Named]:
    rows = zip(found, first, second, strict=True)
    return [Named(item.text, (*one.meanings, *other.meanings)) for item, one, other in rows if one != other]


def _named(found: Sequence[Item], readings: Sequence[Reading]) -> tuple[Named, ...]:
    rows = zip(found, readings, strict=True)
    return tuple(Named(item.text, reading.meanings) for item, reading in rows if reading.code in _ENTRIES)
