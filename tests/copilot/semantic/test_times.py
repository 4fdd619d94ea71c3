"""Phrases of time, in both languages, counted from 22 November 2026, a Sunday."""

from __future__ import annotations

from datetime import date

import pytest

from services.copilot.semantic.times import period
from services.copilot.semantic.words import tokens

TODAY = date(2026, 11, 22)

PERIODS = [
    ("today", "2026-11-22", "2026-11-23"),
    ("wczoraj", "2026-11-21", "2026-11-22"),
    ("this week", "2026-11-16", "2026-11-23"),
    ("last week", "2026-11-09", "2026-11-16"),
    ("last month", "2026-10-01", "2026-11-01"),
    ("w zeszłym miesiącu", "2026-10-01", "2026-11-01"),
    ("za ubiegły miesiąc", "2026-10-01", "2026-11-01"),
    ("in the previous quarter", "2026-07-01", "2026-10-01"),
    ("w poprzednim kwartale", "2026-07-01", "2026-10-01"),
    ("this year", "2026-01-01", "2027-01-01"),
    ("w bieżącym roku", "2026-01-01", "2027-01-01"),
    ("last 30 days", "2026-10-23", "2026-11-22"),
    ("w ciągu ostatnich 30 dni", "2026-10-23", "2026-11-22"),
    ("over the past 3 months", "2026-08-01", "2026-11-01"),
    ("ostatnie 2 lata", "2024-01-01", "2026-01-01"),
    ("2025", "2025-01-01", "2026-01-01"),
    ("in 2025", "2025-01-01", "2026-01-01"),
    ("w 2025 roku", "2025-01-01", "2026-01-01"),
    ("w roku 2025", "2025-01-01", "2026-01-01"),
    ("Q1 2025", "2025-01-01", "2025-04-01"),
    ("2025 Q4", "2025-10-01", "2026-01-01"),
    ("2025Q2", "2025-04-01", "2025-07-01"),
    ("third quarter of 2025", "2025-07-01", "2025-10-01"),
    ("w III kwartale 2025 r.", "2025-07-01", "2025-10-01"),
    ("H2 2025", "2025-07-01", "2026-01-01"),
    ("w pierwszym półroczu 2025", "2025-01-01", "2025-07-01"),
    ("January 2025", "2025-01-01", "2025-02-01"),
    ("in Dec 2025", "2025-12-01", "2026-01-01"),
    ("w grudniu 2025", "2025-12-01", "2026-01-01"),
    ("2025-02", "2025-02-01", "2025-03-01"),
    ("2024-02-29", "2024-02-29", "2024-03-01"),
    ("from January to March 2025", "2025-01-01", "2025-04-01"),
    ("od stycznia 2025 do lutego 2026", "2025-01-01", "2026-03-01"),
    ("between 2025-01-10 and 2025-01-20", "2025-01-10", "2025-01-21"),
    ("since 2024", "2024-01-01", None),
    ("od marca 2025", "2025-03-01", None),
    ("before 2025", None, "2025-01-01"),
    ("after 2025-03-31", "2025-04-01", None),
    ("until 2025-03-31", None, "2025-04-01"),
    ("year to date", "2026-01-01", "2026-11-23"),
    ("od początku roku", "2026-01-01", "2026-11-23"),
    ("at the end of March 2025", "2025-03-01", "2025-04-01"),
]


@pytest.mark.parametrize(("phrase", "start", "end"), PERIODS, ids=[phrase for phrase, *_ in PERIODS])
def test_a_phrase_is_whole_days(phrase, start, end):
    words = tokens(phrase)
    size, found = period(words, 0, TODAY)
    assert size == len(words)
    assert found is not None
    assert [each and each.isoformat() for each in (found.start, found.end)] == [start, end]
    assert found.end_of == phrase.startswith("at the end")


@pytest.mark.parametrize(
    "phrase",
    [
        "January",
        "in May",
        "Q5 2025",
        "Q1",
        "2025-13",
        "2025-02-30",
        "last",
        "last 30",
        "last 0 days",
        "last 5000 days",
        "5 days",
        "half",
        "until 2025",
        "from 2025",
        "1234",
        "3025",
        "2,025",
        "year",
        "the quarter",
        "III",
        "stycznia",
    ],
)
def test_what_is_no_whole_phrase_is_none(phrase):
    words = tokens(phrase)
    assert period(words, 0, TODAY)[0] < len(words)


def test_a_range_that_ends_before_it_begins_is_none():
    words = tokens("from 2025-03-31 to 2025-01-01")
    assert period(words, 0, TODAY) == (0, None)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 1), date(2026, 3, 31)])
def test_units_are_whole_whatever_the_day(today):
    _, found = period(tokens("last month"), 0, today)
    assert found is not None
    assert (found.start.day, found.end) == (1, today.replace(day=1))
    _, found = period(tokens("last 12 months"), 0, today)
    assert (found.end.year * 12 + found.end.month) - (found.start.year * 12 + found.start.month) == 12
