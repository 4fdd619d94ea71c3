"""What codes and words of different systems have in common, and the unit that a name carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from services.copilot.schema_match.column import Column
from services.copilot.words import folded, pieces


@dataclass(frozen=True)
class Unit:
    """`size`: in the smallest unit of the dimension."""

    word: str
    dimension: str
    size: float


@cache
def _known() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(resources.files(__package__).joinpath("values.yaml").read_text("utf-8"))
    return found


def plain(value: str) -> str:
    """As codes are compared: capitals, without diacritics and the spaces around."""
    return folded(value).strip().upper()


def truth() -> tuple[list[str], list[str]]:
    """Words for yes and for no."""
    words = _known()["truth"]
    return words["yes"], words["no"]


def equal_codes(source: Sequence[str], target: Sequence[str]) -> dict[str, str]:
    """Source code (as `plain`) → the target's value of the same meaning, where a list knows all of both; else empty."""
    mine = {plain(each) for each in source if each.strip()}
    theirs = {plain(each): each.strip() for each in target if each.strip()}
    if not mine or not theirs:
        return {}
    for meanings in _known()["codes"]:
        of = {code: number for number, codes in enumerate(meanings) for code in codes}
        if not (mine <= set(of) and set(theirs) <= set(of)):
            continue
        by_meaning = {of[code]: value for code, value in theirs.items()}
        if len(by_meaning) == len(theirs) and {of[code] for code in mine} <= set(by_meaning):
            return {code: by_meaning[of[code]] for code in sorted(mine)}
    return {}


def unit_of(column: Column) -> Unit | None:
    """The unit that the last words of the name are; None where they are none, or the name is nothing else."""
    words = pieces(column.name)
    for word in reversed(words[1:]):
        for dimension, sizes in _known()["units"].items():
            if word in sizes:
                return Unit(word, dimension, float(sizes[word]))
    return None
