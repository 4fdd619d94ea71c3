"""Polish questions are embedded with English words before them, and English ones as they are."""

from __future__ import annotations

import pytest

from services.retrieval.polish import _words, with_english
from tests.retrieval import relevance_set
from tests.retrieval.conftest import entity, ids


@pytest.mark.parametrize(
    ("asked", "embedded"),
    [
        ("Niezapłacone faktury klientów", "unpaid invoice customer. Niezapłacone faktury klientów"),
        ("faktury klienta", "invoice customer. faktury klienta"),
        ("ILE WYSYŁEK W MAGAZYNIE?", "shipment warehouse. ILE WYSYŁEK W MAGAZYNIE?"),
        ("co z tym jest", "co z tym jest"),  # Polish, but nothing in it is known
        ("Zażółć gęślą jaźń", "Zażółć gęślą jaźń"),
        ("customers in Łódź with a late invoice", "customers in Łódź with a late invoice"),
        ("numerical data of the region", "numerical data of the region"),
        ("", ""),
        ("???", "???"),
    ],
)
def test_what_is_embedded(asked, embedded):
    assert with_english(asked) == embedded


def test_english_questions_of_the_labelled_set_are_left_as_they_are():
    english = [question.text for question in relevance_set.load().questions if question.language == "en"]
    assert len(english) > 200
    assert [text for text in english if with_english(text) != text] == []


def test_the_list_holds_words():
    """YAML reads a bare `on` as true."""
    known = _words()
    entries = [*known.polish, *known.english, *known.stems, *known.stems.values()]
    assert [entry for entry in entries if not isinstance(entry, str) or not entry.strip()] == []
    assert not known.polish & known.english


async def test_a_question_in_polish_finds_a_table_described_in_english(client):
    await client.index(
        entity("sales.invoice", "invoice. Monthly bills of customers, with due date and whether each is paid"),
        entity("stock.parcel", "parcel. Shipments that left the warehouse, by carrier"),
    )
    found = await client.search("niezapłacone faktury klientów")
    assert ids(found)[0] == "sales.invoice"
