"""Whether a text is Polish or English: by its letters and its commonest words."""

from __future__ import annotations

import re

LANGUAGES = {"en": "English", "pl": "Polish"}
_POLISH_LETTERS = frozenset("ąćęłńóśźż")
_WORD = re.compile(r"[^\W\d_]+")
# Commonest words of each; those without diacritics are what tells bare Polish apart. What both have tells nothing.
_POLISH_WORDS = """
ale bo byl byla bylo byly czy czym dla dlaczego dane danych do gdzie i ich ile ilu jak jaka jaki jakie jakich jest
jestem kiedy kto ktora ktore ktory ktorzy ktorych lub ma mam mamy mi mnie moge moja moj na nad nie od oraz pod podaj
pokaz po przez przy sa sie ta tabela tabeli tak te tego tej ten to tym u w wedlug we wszystkie wypisz z za ze
zapytanie znajdz zrob napisz chce co dlaczego czesc dziekuje prosze napraw popraw zmien dodaj usun utworz stworz uruchom
wyjasnij opisz sprawdz policz teraz
"""
_ENGLISH_WORDS = """
the is are was were what which who how many much of and or for from with by in on at this that my me we you your it
show list find give please can does did have has not why when where all each per write create fix explain hello
hi i do to should would could will if be been there so no but or an as into about
"""
_POLISH, _ENGLISH = frozenset(_POLISH_WORDS.split()), frozenset(_ENGLISH_WORDS.split())


def detect(text: str) -> str:
    """`pl` or `en`; `en` where it cannot be told."""
    words = [word.lower() for word in _WORD.findall(text[:4000])]
    polish = sum(2 if _POLISH_LETTERS & set(word) else word in _POLISH for word in words)
    english = sum(word in _ENGLISH for word in words)
    return "pl" if polish > english else "en"


def chosen(asked: str, text: str) -> str:
    """The language asked for where it is one of LANGUAGES, else that of the text."""
    return asked if asked in LANGUAGES else detect(text)
