"""What is said where there is no statement, in the language of the question."""

from __future__ import annotations

from collections.abc import Mapping

from services.copilot.language import detect

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "nothing_linked": {
        "en": "Nothing in the catalog speaks of what the question asks about.",
        "pl": "Żadna tabela katalogu nie dotyczy tego, o co pyta pytanie.",
    },
    "not_searched": {
        "en": "No word of the question occurs in the catalog, and its search by meaning is not available now. Name "
        "the tables, or send them with the question.",
        "pl": "Żadne słowo pytania nie występuje w katalogu, a wyszukiwanie po znaczeniu jest teraz niedostępne. Podaj "
        "nazwy tabel albo wyślij tabele razem z pytaniem.",
    },
    "no_sql": {
        "en": "The model's answer holds no SQL.",
        "pl": "Odpowiedź modelu nie zawiera SQL.",
    },
    "withheld": {
        "en": "The model wrote a statement that does more than read, which the question does not ask for.",
        "pl": "Model napisał instrukcję, która nie tylko czyta dane, a pytanie o zmianę nie prosi.",
    },
}


def text(name: str, question: str) -> str:
    return _TEXTS[name][detect(question)]
