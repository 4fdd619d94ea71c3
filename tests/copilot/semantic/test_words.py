"""Words of both languages: forms of one word share their stem, other words do not."""

from __future__ import annotations

import pytest

from services.copilot.semantic.lexicon import lexicon
from services.copilot.semantic.reading import load
from services.copilot.semantic.words import fold, language_of, stem, tokens

FORMS = [
    "przychód przychodu przychody przychodów przychodami przychodach przychodem przychodzie",
    "klient klienta klienci klientów klientom klientami klientach",
    "abonent abonenta abonenci abonentów abonentami",
    "region regionu regiony regionów regionie regionach regionami regions",
    "segment segmentu segmenty segmentów segmencie segmentach segments",
    "taryfa taryfy taryf taryfie taryfach taryfami",
    "województwo województwa województw województwie województwach",
    "rezygnacja rezygnacji rezygnacje rezygnacjami",
    "technologia technologii technologie technology technologies",
    "aktywny aktywni aktywnych aktywnymi aktywnego",
    "city cities",
    "starsi starszych starszy",
]


@pytest.mark.parametrize("line", FORMS)
def test_forms_of_a_word_share_their_stem(line):
    assert len({stem(fold(word)) for word in line.split()}) == 1


def test_only_words_that_are_meant_to_be_ambiguous_are():
    """A word may also be a named filter and the value it stands for."""
    ambiguous = set()
    for key, meanings in lexicon(load()).stems.items():
        found = {(each.kind, each.name) for each in meanings if each.kind != "keyword"}
        if len(found) > 1 and {kind for kind, _ in found} != {"filter", "value"}:
            ambiguous.add(" ".join(key))
    assert ambiguous == {"usag", "zuzyt", "sal", "sprzedaz", "typ"}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,000", 1000), ("1 000 000", 1000000), ("2.5", 2.5), ("2,5", 2.5), ("1,234.5", 1234.5), ("60", 60)],
)
def test_numbers_are_read_as_they_are_written(text, number):
    (token,) = tokens(text)
    assert token.number == number


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Revenue by region", "en"),
        ("Revenue in Śląskie and Łódzkie", "en"),
        ("Przychód wg regionu", "pl"),
        ("churn wg segmentu w 2025", "pl"),
        ("ARPU", "en"),
        ("Średni przychód", "pl"),
    ],
)
def test_the_language_of_a_question_is_told(question, language):
    assert language_of(question) == language
