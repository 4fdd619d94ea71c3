"""A question as a row of items, each with everything it may be: entry, keyword, period, number, or nothing known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.copilot.semantic.lexicon import Lexicon, Meaning, argument
from services.copilot.semantic.times import Period, period
from services.copilot.semantic.words import Token, known

CODES = {
    "metric": "M",
    "dimension": "D",
    "filter": "F",
    "value": "V",
    "group": "G",
    "top": "K",
    "bottom": "k",
    "highest": "H",
    "lowest": "L",
    "over": "o",
    "above": ">",
    "below": "<",
    "at_least": "}",
    "at_most": "{",
    "between": "B",
    "and": "A",
    "comma": ",",
    "or": "O",
    "from": "f",
    "in": "P",
    "with": "W",
    "is": "=",
    "which": "Q",
    "subject": "C",
    "count": "n",
    "amount": "u",
    "sort": "S",
    "descending": "d",
    "ascending": "a",
    "daily": "E",
    "weekly": "E",
    "monthly": "E",
    "quarterly": "E",
    "yearly": "E",
    "noise": "_",
}
"""One letter for each kind of item, so that the grammar can be written as regular expressions over them. Besides: T a
period, N a number, U a name in quotes or capitals that nothing knows, x a word that nothing knows."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what stands beside it. `year`: it could be one, having no unit."""

    number: float
    unit: str
    year: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing an item may be. `meanings`: several of one kind are an ambiguity."""

    code: str
    meanings: tuple[Meaning, ...] = ()
    period: Period | None = None
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """`text`: as it stands in the question; `readings` in order of preference."""

    text: str
    readings: tuple[Reading, ...]


def items(question: str, words: Sequence[Token], lexicon: Lexicon, today: date) -> list[Item]:
    """The items from left to right; at each place the longest phrase counts."""
    found: list[Item] = []
    at = 0
    while at < len(words):
        size, readings = _at(words, at, lexicon, today)
        span = words[at : at + size]
        if readings[0].code != "_":
            found.append(Item(question[span[0].start : span[-1].end], readings))
        at += size
    return found


def _at(words: Sequence[Token], at: int, lexicon: Lexicon, today: date) -> tuple[int, tuple[Reading, ...]]:
    time_size, found_period = period(words, at, today)
    size, meanings = lexicon.at(words, at)
    number_size, figure = _figure(words, at)
    longest = max(time_size, size, number_size)
    if not longest:
        return _unknown(words, at, lexicon, today)
    readings = _grouped(meanings) if size == longest else []
    if time_size == longest:
        readings.append(Reading("T", period=found_period))
    if figure and number_size == longest:
        readings.append(Reading("N", figure=figure))
    return longest, tuple(readings)


def _grouped(meanings: Sequence[Meaning]) -> list[Reading]:
    """One reading for each kind of entry and each keyword."""
    by_code: dict[str, list[Meaning]] = {}
    for meaning in meanings:
        by_code.setdefault(CODES[meaning.name if meaning.kind == "keyword" else meaning.kind], []).append(meaning)
    return [Reading(code, tuple(found)) for code, found in by_code.items()]


def _unknown(words: Sequence[Token], at: int, lexicon: Lexicon, today: date) -> tuple[int, tuple[Reading, ...]]:
    """A name of several capitalised words is one item, and so is a quoted one."""
    most, _ = argument("text", words, at)
    size = next(
        (end for end in range(1, most) if lexicon.at(words, at + end)[0] or period(words, at + end, today)[0]), most
    )
    return (size, (Reading("U"),)) if size else (1, (Reading("x"),))


def _figure(words: Sequence[Token], at: int) -> tuple[int, Figure | None]:
    """`1,000`, `2%`, `10 k`, `1.5 mln zł`."""
    number = words[at].number
    lists = known()
    size, unit, factor = 1, "", 1.0
    if number is None:
        return 0, None
    if at + size < len(words) and words[at + size].folded in lists.multipliers:
        factor = lists.multipliers[words[at + size].folded]
        size += 1
    if at + size < len(words) and words[at + size].folded in lists.units:
        unit = lists.units[words[at + size].folded]
        size += 1
    year = size == 1 and len(words[at].text) == 4 and words[at].text.isdigit()
    return size, Figure(number * factor, unit, year)
