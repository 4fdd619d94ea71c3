"""Whether a question asks for a change of data or tables, rather than about one. English and Polish."""

from __future__ import annotations

import re

from services.copilot.words import folded

_VERBS = (
    "delete|remove|purge|erase|update|modify|insert|upsert|merge|drop|truncate|create|alter|rename|grant|revoke|archive|"
    "set|add|usun|skasuj|wyczysc|zaktualizuj|zmien|wstaw|dodaj|utworz|stworz|zaloz|scal|ustaw|nadaj|odbierz"
)
# A verb of change counts where it commands: at the start, after a word that leads to one, or as what the SQL shall do.
_COMMAND = re.compile(
    rf"(?:^|[.!?;:]\s*|\b(?:please|and|then|also|now|prosze|oraz|i|nastepnie|potem|teraz)\s+)(?:{_VERBS})\b"
    rf"|\b(?:query|statement|sql|command|script|zapytanie|polecenie|skrypt)\s+(?:to|that|which|for|ktore|ktory|do)\s+"
    rf"(?:will\s+)?(?:(?:{_VERBS})s?|deleting|updating|inserting|dropping|usun\w+|aktualiz\w+|wstaw\w+)\b"
    rf"|\b(?:i want|i need|we need|we have|help me|how do i|how to|chce|musze|trzeba|jak)\s+(?:to\s+)?"
    rf"(?:{_VERBS}|usunac|skasowac|zaktualizowac|zmienic|wstawic|dodac|utworzyc|stworzyc)\b"
    r"|\b(?:delete|update|insert|merge|drop|truncate|create table|alter table)\s+(?:statement|query|command)\b"
)


def asks_for_change(question: str) -> bool:
    """True for `delete the orders of 2019`, false for `how many orders were deleted`."""
    return bool(_COMMAND.search(" ".join(folded(question).lower().split())))
