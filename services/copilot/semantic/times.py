"""Phrases of time: `last month`, `Q1 2025`, `od stycznia do marca 2025`, as whole days from one to before another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from services.copilot.semantic.words import Token, fold, known, stem

_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_MOST_STEPS = 1200


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` on and before `end`; None: open on that side. `end_of`: its last day is what is asked for."""

    start: date | None
    end: date | None
    end_of: bool = False


Found = tuple[int, Period | None]
_NONE: Found = (0, None)


def first_of(day: date, unit: str) -> date:
    """The first day of the week (Monday), month, quarter, half or year of a day."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    size = _MONTHS[unit]
    return date(day.year, (day.month - 1) // size * size + 1, 1)


def moved(first: date, unit: str, steps: int) -> date:
    """The first day of the unit `steps` later, from the first day of one."""
    if unit in ("day", "week"):
        return first + timedelta(days=steps * (7 if unit == "week" else 1))
    months = first.year * 12 + first.month - 1 + steps * _MONTHS[unit]
    return date(months // 12, months % 12 + 1, 1)


def period(words: Sequence[Token], at: int, today: date) -> Found:
    """The longest phrase of time that begins at `at`: how many tokens it takes, and its days; (0, None): none does."""
    best = _NONE
    for rule in _RULES:
        found = rule(words, at, today)
        if found[0] > best[0]:
            best = found
    return best


@cache
def _forms(name: str) -> tuple[tuple[str, ...], ...]:
    """The forms of a word of time as folded words, longest first."""
    forms = {tuple(fold(form).split()) for form in known().times[name]}
    return tuple(sorted(forms, key=len, reverse=True))


def _word(name: str, words: Sequence[Token], at: int) -> int:
    """How many tokens from `at` are a form of the word; 0: none. One-word forms are found by their stem too."""
    for form in _forms(name):
        span = words[at : at + len(form)]
        if len(span) == len(form) and all(token.folded == part for token, part in zip(span, form, strict=True)):
            return len(form)
    return 1 if at < len(words) and name == "last" and words[at].stem in _last_stems() else 0


@cache
def _last_stems() -> frozenset[str]:
    return frozenset(stem(form[0]) for form in _forms("last"))


def _unit(words: Sequence[Token], at: int) -> str:
    return next((unit for unit in ("day", "week", "month", "quarter", "half", "year") if _word(unit, words, at)), "")


def _skipped(name: str, words: Sequence[Token], at: int) -> int:
    return at + _word(name, words, at)


def _in_period(words: Sequence[Token], at: int, today: date) -> Found:
    """`in 2025`, `during last month`, `w zeszłym roku`."""
    after = _skipped("in", words, at)
    if after == at:
        return _NONE
    size, found = _plain(words, after, today)
    return (size + after - at, found) if found else _NONE


def _end_of(words: Sequence[Token], at: int, today: date) -> Found:
    after = _skipped("end", words, at)
    if after == at:
        return _NONE
    size, found = _plain(words, after, today)
    return (size + after - at, Period(found.start, found.end, True)) if found else _NONE


def _plain(words: Sequence[Token], at: int, today: date) -> Found:
    best = _NONE
    for rule in (_calendar, _relative, _last_units, _word_day):
        found = rule(words, at, today)
        if found[0] > best[0]:
            best = found
    return best


def _word_day(words: Sequence[Token], at: int, today: date) -> Found:
    """`today`, `yesterday`, `year to date`."""
    for name, back in (("today", 0), ("yesterday", 1)):
        size = _word(name, words, at)
        if size:
            day = today - timedelta(days=back)
            return size, Period(day, day + timedelta(days=1))
    size = _word("to_date", words, at)
    return (size, Period(date(today.year, 1, 1), today + timedelta(days=1))) if size else _NONE


def _relative(words: Sequence[Token], at: int, today: date) -> Found:
    """`this month`, `last quarter`, `w zeszłym roku`: whole calendar units."""
    for name, steps in (("this", 0), ("last", -1)):
        after = _skipped(name, words, at)
        unit = _unit(words, after) if after > at else ""
        if unit and unit != "half":
            first = today if unit == "day" else first_of(today, unit)
            first = moved(first, unit, steps)
            return after - at + 1, Period(first, moved(first, unit, 1))
    return _NONE


def _last_units(words: Sequence[Token], at: int, today: date) -> Found:
    """`last 30 days`, `ostatnie 3 miesiące`: so many whole units before the present one."""
    after = _skipped("last", words, at)
    count = _whole(words, after) if after > at else None
    unit = _unit(words, after + 1) if count else ""
    if not count or count > _MOST_STEPS or not unit or unit == "half":
        return _NONE
    present = today if unit == "day" else first_of(today, unit)
    return after - at + 2, Period(moved(present, unit, -count), present)


def _whole(words: Sequence[Token], at: int) -> int | None:
    number = words[at].number if at < len(words) else None
    return int(number) if number is not None and number == int(number) else None


def _year(words: Sequence[Token], at: int) -> int | None:
    """A year of four digits, written without separators."""
    if at >= len(words) or not words[at].text.isdigit() or len(words[at].text) != 4:
        return None
    year = int(words[at].text)
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None


def _spelt_year(words: Sequence[Token], at: int) -> tuple[int, int]:
    """(tokens, year) of `2025`, `of 2025`, `2025 roku`, `roku 2025`, `2025 r.`; (0, 0): none."""
    before = _skipped("of", words, at)
    before = _skipped("in", words, before) if before == at else before
    for start in dict.fromkeys((before, at)):
        named = _skipped("year", words, start)
        year = _year(words, named)
        if year is not None:
            end = named + 1
            after = _skipped("year", words, end) if named == start and not _plural(words, end) else end
            return after - at, year
    return 0, 0


def _plural(words: Sequence[Token], at: int) -> bool:
    return at < len(words) and words[at].folded in ("years", "lat", "lata")


def _calendar(words: Sequence[Token], at: int, today: date) -> Found:
    for rule in (_iso, _day_of_month, _quarter, _month_of_year, _half_of_year, _whole_year):
        found = rule(words, at)
        if found[0]:
            return found
    return _NONE


def _iso(words: Sequence[Token], at: int) -> Found:
    token = words[at] if at < len(words) else None
    if token is None or token.kind not in ("date", "month"):
        return _NONE
    try:
        day = date.fromisoformat(token.text if token.kind == "date" else f"{token.text}-01")
    except ValueError:
        return _NONE
    return 1, Period(day, moved(day, "day" if token.kind == "date" else "month", 1))


def _day_of_month(words: Sequence[Token], at: int) -> Found:
    """`1 January 2025`, `1 stycznia 2025 roku`, `January 1 2025`."""
    if at + 2 >= len(words):
        return _NONE
    first, second = words[at], words[at + 1]
    day, named = (_whole(words, at), second) if first.number is not None else (_whole(words, at + 1), first)
    month = known().months.get(named.folded)
    size, year = _spelt_year(words, at + 2)
    if not day or not month or not size:
        return _NONE
    try:
        start = date(year, month, day)
    except ValueError:
        return _NONE
    return 2 + size, Period(start, moved(start, "day", 1))


def _part(year: int, unit: str, number: int) -> Period:
    first = moved(date(year, 1, 1), unit, number - 1)
    return Period(first, moved(first, unit, 1))


def _coded(text: str, letter: str) -> int:
    """`q1` → 1, `h2` → 2; 0: neither."""
    most = {"q": 4, "h": 2}[letter]
    return (
        int(text[1]) if len(text) == 2 and text[0] == letter and text[1].isdigit() and 1 <= int(text[1]) <= most else 0
    )


def _coded_part(words: Sequence[Token], at: int, letter: str, unit: str) -> Found:
    """`Q1 2025`, `2025 Q1`, `2025Q1`."""
    token = words[at] if at < len(words) else None
    if token is None:
        return _NONE
    number = _coded(token.folded, letter)
    if number:
        size, year = _spelt_year(words, at + 1)
        return (1 + size, _part(year, unit, number)) if size else _NONE
    glued = token.folded[:4]
    if glued.isdigit() and _coded(token.folded[4:], letter):
        return 1, _part(int(glued), unit, _coded(token.folded[4:], letter))
    first_year = _year(words, at)
    number = _coded(words[at + 1].folded, letter) if first_year and at + 1 < len(words) else 0
    return (2, _part(first_year, unit, number)) if first_year and number else _NONE


def _named_part(words: Sequence[Token], at: int, unit: str) -> Found:
    """`first quarter of 2025`, `I kwartał 2025 roku`."""
    number = known().ordinals.get(words[at].folded, 0) if at < len(words) else 0
    after = _skipped(unit, words, at + 1)
    if not number or after == at + 1 or number > 12 // _MONTHS[unit]:
        return _NONE
    size, year = _spelt_year(words, after)
    return (after + size - at, _part(year, unit, number)) if size else _NONE


def _quarter(words: Sequence[Token], at: int) -> Found:
    found = _coded_part(words, at, "q", "quarter")
    return found if found[0] else _named_part(words, at, "quarter")


def _half_of_year(words: Sequence[Token], at: int) -> Found:
    found = _coded_part(words, at, "h", "half")
    return found if found[0] else _named_part(words, at, "half")


def _month_of_year(words: Sequence[Token], at: int) -> Found:
    month = known().months.get(words[at].folded) if at < len(words) else None
    if month is None:
        return _NONE
    size, year = _spelt_year(words, at + 1)
    return (1 + size, _part(year, "month", month)) if size else _NONE


def _whole_year(words: Sequence[Token], at: int) -> Found:
    named = _skipped("year", words, at)
    year = _year(words, named)
    if year is None:
        return _NONE
    end = named + 1
    if named == at and not _plural(words, end):
        end = _skipped("year", words, end)
    return end - at, _part(year, "year", 1)


def _open(words: Sequence[Token], at: int, today: date) -> Found:
    """`since 2024`, `before March 2025`, `after 2025-01-31`; `until` only with a day, which belongs to it."""
    for name in ("since", "before", "after", "until"):
        after = _skipped(name, words, at)
        size, found = _plain(words, after, today) if after > at else _NONE
        if found and not (name == "until" and words[after].kind != "date"):
            ends = {
                "since": Period(found.start, None),
                "before": Period(None, found.start),
                "after": Period(found.end, None),
                "until": Period(None, found.end),
            }
            return after - at + size, ends[name]
    return _NONE


def _between(words: Sequence[Token], at: int, today: date) -> Found:
    """`from January to March 2025`, `between 2025-01-01 and 2025-03-31`: both ends belong to it."""
    start = _skipped("from", words, at)
    size, first = _plain(words, start, today) if start > at else _NONE
    lone = known().months.get(words[start].folded) if start > at and start < len(words) else None
    if not first and not lone:
        return _NONE
    middle = start + (size or 1)
    second_at = _skipped("to", words, middle)
    second_size, second = _plain(words, second_at, today) if second_at > middle else _NONE
    if second is None or second.start is None:
        return _NONE
    begin = first.start if first else date(second.start.year, lone or 1, 1)
    if begin is None or second.end is None or begin >= second.end:
        return _NONE
    return second_at + second_size - at, Period(begin, second.end)


_RULES: tuple[Callable[[Sequence[Token], int, date], Found], ...] = (_between, _open, _end_of, _in_period, _plain)
