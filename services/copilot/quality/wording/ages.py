"""Ages: numbers of years that a sentence says of people are told by a column of years, or by a date of birth."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.copilot.quality.compiling.types import family
from services.copilot.quality.wording.mentions import Described
from services.copilot.quality.wording.predicate import Draft, N, predicate, simply
from services.copilot.quality.wording.values import number
from services.copilot.quality.wording.words import split_name

_YEARS_OLD = re.compile(r"(?<![0-9a-z])(?:years? old|years? of age|lat)(?![0-9a-z])")
_BORN, _YEARS = ("birth", "born", "dob", "urodz", "ur"), ("age", "wiek")
_HOURS_A_YEAR = 8766  # 365.25 days
_GUESSED = ("part", "unknown", "ambiguous")  # ways a column is found that leave room for another

PREDICATES = (
    predicate(
        "of_age",
        rf"(?:ukonczon\w+|ukonczyl\w*|skonczon\w+|turned|completed) (?P<value>{N}) (?:lat|rok\w*|years?(?: of age)?)",
        lambda found: [Draft("AGE", {"min": number(found["value"])})],
    ),
    predicate("adult", r"(?:pelnoletni\w*|adults?|of legal age)", simply("AGE", min=18)),
)


def as_age(draft: Draft, words: str) -> Draft:
    """A bound that is said in years of age, as one."""
    limits = draft.parameters or {}
    numeric = any(isinstance(limits.get(key), int | float) for key in ("min", "max"))
    if draft.type == "RANGE" and numeric and "measure" not in limits and _YEARS_OLD.search(words):
        return replace(draft, type="AGE")
    return draft


def aged(
    columns: Mapping[str, Described], targets: Sequence[tuple[str, str]], limits: Mapping[str, Any]
) -> tuple[str, str, dict[str, Any]] | None:
    """The column that tells the age, how it was found, and its bounds; None where no column does. `targets`: the
    columns named, and how."""
    named = [(name, how) for name, how in targets if how not in _GUESSED and family(_type(columns, name)) != "text"]
    for name, how in named or _telling(columns):
        if family(_type(columns, name)) not in ("date", "timestamp"):
            return name, how, dict(limits)
        return name, how, _dates(limits)
    return None


def _type(columns: Mapping[str, Described], name: str) -> str:
    return columns[name].type if name in columns else ""


def _telling(columns: Mapping[str, Described]) -> list[tuple[str, str]]:
    """The one column of ages, or of dates of birth."""
    ages = [each.name for each in columns.values() if set(split_name(each.name)) & set(_YEARS)]
    births = [
        each.name
        for each in columns.values()
        if any(part.startswith(_BORN[:-1]) or part in _BORN for part in split_name(each.name))
        and family(each.type) in ("date", "timestamp")
    ]
    return next(([(found[0], "part")] for found in (ages, births) if len(found) == 1), [])


def _dates(limits: Mapping[str, Any]) -> dict[str, Any]:
    """Bounds of the date of birth: the older, the earlier."""
    turned = {"min": "max", "max": "min", "strict_min": "strict_max", "strict_max": "strict_min"}
    return {
        turned.get(key, key): {"now_minus_hours": value * _HOURS_A_YEAR} if key in ("min", "max") else value
        for key, value in limits.items()
    }
