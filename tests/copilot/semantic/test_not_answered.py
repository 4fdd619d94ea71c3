"""Questions that must not get a number from the glossary: words that change the meaning, things it does not hold,
groupings that would count rows twice. `refused`: it knows why nobody should answer; `beyond`: a model may try."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from services.copilot.semantic.answer import from_glossary
from tests.copilot.semantic.sample import TODAY


def cases() -> list[list[str]]:
    with Path(__file__).with_name("not_answered.tsv").open(encoding="utf-8") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def _words() -> list[str]:
    return Path(__file__).with_name("meaning_words.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("question", "verdict"), cases())
def test_no_statement_is_written(question, verdict):
    answer = from_glossary(question, "postgresql", today=TODAY)
    assert (answer.covered, answer.sql, answer.metrics_used) == (False, "", ())
    assert bool(answer.refused_reason) == (verdict == "refused")
    assert answer.explanation
    assert answer.factors == ()


@pytest.mark.parametrize("word", _words())
@pytest.mark.parametrize(
    "template", ["revenue {} roaming in 2025", "{} revenue by region in 2025", "revenue by region {} in 2025"]
)
def test_a_word_that_is_not_understood_is_never_passed_over(word, template):
    answer = from_glossary(template.format(word), "postgresql", today=TODAY)
    assert not answer.covered
    assert not answer.sql


def test_the_unknown_words_are_named():
    answer = from_glossary("Profit by region without roaming", "postgresql", today=TODAY)
    assert answer.unresolved == ("Profit", "without")
    assert [term.name for term in answer.terms] == ["region", "roaming"]
    assert "Profit, without" in answer.explanation


def test_an_ambiguous_word_is_refused_with_its_choices_in_the_language_of_the_question():
    english = from_glossary("Sales by month in 2025", "postgresql", today=TODAY)
    polish = from_glossary("Sprzedaż według miesiąca w 2025", "postgresql", today=TODAY)
    for answer in (english, polish):
        assert "revenue" in answer.refused_reason
        assert "gross_adds" in answer.refused_reason
        assert {term.name for term in answer.terms} >= {"revenue", "gross_adds"}
    assert "may mean" in english.refused_reason
    assert "może znaczyć" in polish.refused_reason


def test_text_in_a_value_stays_text(sample_duckdb):
    answer = from_glossary("Revenue in the city of \"O'Brien' OR 1=1 --\"", "duckdb", today=TODAY)
    assert answer.covered
    assert "O''Brien'' OR 1=1 --" in answer.sql
    assert sample_duckdb.execute(answer.sql).fetchall() == [(None,)]
    assert "VALUE_NOT_CHECKED" in dict(answer.warnings)


@pytest.mark.parametrize(
    ("question", "unknown", "said"),
    [
        ("top 10 customers by revenue in 2025", ("customers",), "no grouping by single customers; it groups by region"),
        ("revenue per customer in 2025", ("customer",), "no grouping by single customer"),
        ("Pokaż 10 klientów o najwyższym przychodzie w 2025", ("klientów",), "ma podziały: województwo, miasto"),
        ("How is the weather and what about it", ("weather",), "does not know: weather."),
        ("Revenue by planet and the 10 moons", ("planet", "moons"), "does not know: planet, moons."),
        ("Stopa churnu według taryfy w Q1 2026, 5 największych", (), "nie wiadomo, jak się łączą"),
        ("Revenue without roaming", ("without",), "does not know: without."),
    ],
)
def test_only_words_that_mean_something_are_unknown(question, unknown, said):
    answer = from_glossary(question, "postgresql", today=TODAY)
    assert (answer.covered, answer.unresolved, answer.refused_reason) == (False, unknown, "")
    assert said in answer.explanation


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Ilu aktywnych abonentów było w styczniu 2026?", "Aktywni abonenci: stan na koniec"),
        ("Ilu aktywnych abonentów było w styczniu 2026?", "(miesiąc) w okresie"),
        ("Przychód według taryfy w 2025", "Przychód – podział: taryfa, od"),
        ("ARPU w segmencie Premium według miasta", "ARPU – podział: miasto, tylko segment klienta = Premium"),
        ("Przychody klientów na kartę w 2025", "Przychód, tylko na kartę, od"),
        ("Aktywni abonenci dziennie w 2025", "podziale: dzień"),
    ],
)
def test_a_polish_answer_is_polish(question, said):
    assert said in from_glossary(question, "postgresql", today=TODAY).explanation
