"""What is proposed at a place: by rules, each checked where it would stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import ModuleType

from services.copilot.suggest import connection, python_text, sql, yaml_text
from services.copilot.suggest.place import Place, Proposal

MOST_CHECKED = 60
MOST_REFUSED = 8
"""Of a kind: where as many do not parse, none is likely to."""
_READERS: Mapping[str, ModuleType] = {
    "sql": sql,
    "yaml": yaml_text,
    "python": python_text,
    "connection_config": connection,
}
_SIGNS = (
    ("sql", r"^\s*(?:select|with|insert|update|delete|merge|create)\b"),
    ("python", r"^\s*(?:import|from \S+ import|def |class |print\()|\bpd\."),
    ("connection_config", r"^\s*[\"']?connector[\"']?\s*:"),
)


def told_by_text(text: str) -> str:
    """The language that a text is in; yaml where nothing tells another."""
    for language, sign in _SIGNS:
        if re.search(sign, text, re.IGNORECASE | re.MULTILINE):
            return language
    return "yaml"


def suggest(place: Place, most: int) -> list[Proposal]:
    """The best `most` proposals by rules, each of which parses in its place."""
    module = _READERS[place.language]
    proposed: list[Proposal] = module.propose(place)
    return kept(place, proposed, most)


def kept(place: Place, proposed: Iterable[Proposal], most: int) -> list[Proposal]:
    """The best of them that parse in their place, no text twice.

    Where the text does not parse to begin with, for what stands behind the cursor, only what stands before counts.
    """
    order = sorted(proposed, key=lambda each: (-each.confidence, each.rank))
    checker: Callable[[Place], Callable[[str], bool]] = _READERS[place.language].checker
    stands = checker(place)
    found = _standing(stands, order, most)
    if not found and order and place.suffix.strip() and not stands(""):
        found = _standing(checker(replace(place, suffix="")), order, most)
    return found


def _standing(stands: Callable[[str], bool], order: Sequence[Proposal], most: int) -> list[Proposal]:
    found: dict[str, Proposal] = {}
    refused: Counter[str] = Counter()
    for proposal in order[:MOST_CHECKED]:
        if len(found) == most:
            break
        if proposal.text in found or refused[proposal.kind] >= MOST_REFUSED:
            continue
        if stands(proposal.text):
            found[proposal.text] = proposal
        else:
            refused[proposal.kind] += 1
    return list(found.values())
