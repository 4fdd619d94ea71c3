"""Words of questions and names, made comparable."""

from __future__ import annotations

import pytest

from services.copilot.words import Stems, pieces, same, stem, stems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CustomerID_2", ["customer", "id", "2"]),
        ("województwo Łódzkie", ["wojewodztwo", "lodzkie"]),
        ("HTTPServer", ["http", "server"]),
        ("2024-01", ["2024", "01"]),
        ("", []),
    ],
)
def test_a_name_is_split_and_folded(text, words):
    assert pieces(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("customers", "customer"),
        ("policies", "policy"),
        ("klientów", "klient"),
        ("orders", "ordered"),
        ("taryfy", "taryfa"),
    ],
)
def test_forms_of_a_word_are_the_same(one, other):
    left, right = stems(one)[0], stems(other)[0]
    assert same(left, right)
    assert left in Stems([right])


@pytest.mark.parametrize(("one", "other"), [("region", "segment"), ("cat", "category"), ("order", "border")])
def test_other_words_are_not(one, other):
    assert not same(stem(one), stem(other))
    assert stem(one) not in Stems([stem(other)])


def test_words_without_meaning_are_left_out():
    assert stems("Please show me all the customers of the city") == [stem("customers"), stem("city")]
    assert stems("Pokaż wszystkich klientów") == [stem("klientow")]
