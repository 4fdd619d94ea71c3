"""Values that generators make: a cycle of numbers, days, seconds or texts, by the properties of a column.

Without properties numbers count from 0, dates from 1960-01-01 by a day, times from midnight and timestamps from
1960-01-01 by a second, and a text is one character of the alphabet over its whole length.
Source: Parallel Job Developer's Guide, "Generator" columns; Advanced Developer's Guide, "generator operator".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.pipelines import types

__all__ = ["MOST_ROWS", "ROW", "Values", "values_of"]

ROW = "generated.row"
"""What stands in a derivation for the number of the row, from 0."""
LONGEST_TEXT = 20
MOST_ROWS = 1000
EPOCH = "1960-01-01"
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
UNITS = {"date": "days", "time": "seconds", "timestamp": "seconds"}
_CYCLE = re.compile(r"\bcycle\s*=\s*\{((?:'[^']*'|[^}'])*)\}", re.IGNORECASE)
_VALUE = re.compile(r"\bvalue\s*=\s*(?:'([^']*)'|([^,}\s]+))", re.IGNORECASE)
_STEP = re.compile(r"\b(init|incr|limit)\s*=\s*(?:'([^']*)'|([^,}\s]+))", re.IGNORECASE)
_OPTION = re.compile(r"\b(epoch|alphabet)\s*=\s*'([^']*)'", re.IGNORECASE)
_BY_CHANCE = re.compile(r"\b(random|function|nulls|use_current_date|percent_invalid|invalids|zeros)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Values:
    """`texts`: the values themselves, in turn, each `width` times where they are characters; else `start`, and `step`
    more with each row, anew after `length` rows.

    `base`: of dates and timestamps the moment that days or seconds are counted from. `is_known` is False where the
    column's properties say something that is not read here, such as random values.
    """

    kind: str  # the column's type without its size
    is_number: bool
    texts: tuple[str, ...] = ()
    width: int = 1
    start: Decimal = Decimal(0)
    step: Decimal = Decimal(1)
    length: int = 0
    base: str = EPOCH
    is_known: bool = True

    @property
    def varies(self) -> bool:
        """True where rows have different values."""
        return len(self.texts) > 1 or (not self.texts and self.step != 0)

    def at(self, row: int) -> Any:
        """The value of a row, counted from 0, as a document writes it."""
        if self.texts:
            text = self.texts[row % len(self.texts)] * self.width
            return _plain(Decimal(text)) if self.is_number else text
        count = self.start + self.step * (row % self.length if self.length else row)
        return _moment(self.kind, self.base, int(count)) if self.kind in UNITS else _plain(count)

    def derivation(self) -> str:
        """The value of the row ROW as a Transformer's derivation."""
        if self.width > 1:
            return f'Str("{"".join(self.texts)}"[Mod({ROW}, {len(self.texts)}) + 1, 1], {self.width})'
        if self.texts:
            shown = [text if self.is_number else f'"{text}"' for text in self.texts]
            chosen = "".join(
                f"If Mod({ROW}, {len(shown)}) = {place} Then {text} Else " for place, text in enumerate(shown[:-1])
            )
            return chosen + shown[-1]
        row = f"Mod({ROW}, {self.length})" if self.length else ROW
        count = f"{_plain(self.start)} + {_plain(self.step)} * {row}"
        return {
            "date": f'DateFromDaysSince({count}, "{self.base}")',
            "time": f"TimeFromMidnightSeconds({count})",
            "timestamp": f'TimestampFromSecondsSince({count}, "{self.base} 00:00:00")',
        }.get(self.kind, count)


def values_of(canonical_type: str, stated: str) -> Values:
    """What a column of a type holds by its properties, `cycle={init=5, incr=2}`."""
    kind = canonical_type.partition("(")[0]
    is_number = types.kind(canonical_type) == "number"
    options = {name.lower(): text for name, text in _OPTION.findall(stated)}
    cycle = _CYCLE.search(stated)
    inside = cycle[1] if cycle else ""
    texts = tuple(quoted or plain for quoted, plain in _VALUE.findall(inside))
    known = not _BY_CHANCE.search(stated) and (not is_number or all(map(_NUMBER.fullmatch, texts)))
    if texts and known:
        return Values(kind, is_number, texts)
    base = options.get("epoch", EPOCH)
    told = {name.lower(): quoted or plain for name, quoted, plain in _STEP.findall(inside)}
    if is_number or kind in UNITS:
        return _counted(kind, is_number, told, base, known)
    if kind == "boolean":
        return Values("integer", True, length=2, is_known=known)
    if types.kind(canonical_type) != "string":
        return Values(kind, False, is_known=False)
    width = min(types.text_length(canonical_type) or 1, LONGEST_TEXT)
    return Values(kind, False, tuple(options.get("alphabet") or ALPHABET), width, is_known=known)


def _counted(kind: str, is_number: bool, told: dict[str, str], base: str, known: bool) -> Values:
    """A cycle by its first value, step and last value. A first moment becomes what is counted from."""
    first, last = told.get("init", ""), told.get("limit", "")
    if kind in ("date", "timestamp") and first and not _NUMBER.fullmatch(first):
        base, first = first[: len(EPOCH)], ""
    step = Decimal(told["incr"]) if _NUMBER.fullmatch(told.get("incr", "")) else Decimal(1)
    start = Decimal(first) if _NUMBER.fullmatch(first) else Decimal(0)
    is_read = all(not text or _NUMBER.fullmatch(text) for text in (first, last)) and _is_day(base)
    length = int((Decimal(last) - start) // step) + 1 if is_read and last and step else 0
    if not is_read or not _is_in_calendar(kind, base, start, step):
        return Values(kind, is_number, is_known=False)
    return Values(kind, is_number, (), 1, start, step, max(length, 0), base, known)


def _is_in_calendar(kind: str, base: str, start: Decimal, step: Decimal) -> bool:
    """Whether the moments of so many rows as a document holds are moments that can be written."""
    try:
        for row in (0, MOST_ROWS) if kind in UNITS else ():
            _moment(kind, base, int(start + step * row))
    except OverflowError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _moment(kind: str, base: str, count: int) -> str:
    first = datetime.fromisoformat(base)
    if kind == "date":
        return (first + timedelta(days=count)).date().isoformat()
    moment = first + timedelta(seconds=count)
    return moment.time().isoformat() if kind == "time" else moment.isoformat(sep=" ")


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
