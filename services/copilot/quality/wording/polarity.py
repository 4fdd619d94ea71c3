"""Words that turn a clause round: what is left of `not`, and what says that something may be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.copilot.quality.wording.predicate import Draft

_NOT = (
    r"(?:not|never|cannot|can't|mustn't|shouldn't|isn't|aren't|don't|doesn't|no|neither|nor|nie|"
    r"nigdy|zaden|zadne|zadna|without|bez)"
)
_LEFT = re.compile(rf"(?<![0-9a-z]){_NOT}(?![0-9a-z])")
_MAY = re.compile(
    r"(?:need not|needn't|(?:not|n't) (?:have|need) to|(?:not|n't) (?:required|mandatory|"
    r"necessar\w+|need)|nie (?:musi|musza|trzeba|jest wymagan\w+)|optional\w*|opcjonaln\w+)"
)
_ALLOWS = re.compile(r"(?<![0-9a-z])(?:can|may|might|moze|moga)(?![0-9a-z])")
_RESTRICTS = re.compile(rf"(?<![0-9a-z])(?:{_NOT}|only|tylko|wylacznie|jedynie)(?![0-9a-z])")
_JUST_BEFORE = re.compile(rf"(?<![0-9a-z]){_NOT}(?: (?:be|byc|have|miec|moze|moga|powin\w+|ever|any|a|an|the|sie))* ?$")
_STATES = frozenset({"negative", "positive", "null", "unique", "date_future", "required", "not_zero"})
_OPPOSITE = {"min": "max", "max": "min"}


def allows(clause: str, names: Sequence[str]) -> bool:
    """True where a clause says what may be: `need not be unique`, `can be null`."""
    if _MAY.search(clause):
        return True
    return bool(names) and set(names) <= _STATES and bool(_ALLOWS.search(clause)) and not _RESTRICTS.search(clause)


def turned(
    drafts: Sequence[tuple[Draft, re.Match[str]]], clause: str, rest: str
) -> list[tuple[Draft, re.Match[str]]] | None:
    """The drafts with a `not` that nothing read taken into account; None where it is not known how."""
    if not _LEFT.search(rest):
        return list(drafts)
    found = []
    for draft, match in drafts:
        opposite = _opposite(draft.type, draft.parameters or {})
        if opposite is None or not _JUST_BEFORE.search(clause[: match.start()]):
            return None
        found.append((replace(draft, parameters=opposite), match))
    return found


def without_negation(rest: str) -> str:
    """The words that are left, without the `not` that was read."""
    return _LEFT.sub(" ", rest)


def _opposite(kind: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    if kind == "REGEX" and not {"checksum", "format", "json"} & set(parameters):
        return {**parameters, "negate": not parameters.get("negate", False)}
    if kind != "RANGE" or "measure" in parameters:
        return None
    if set(parameters) == {"values"}:
        return {"not_values": parameters["values"]}
    bounds = [key for key in _OPPOSITE if key in parameters]
    if len(bounds) != 1:
        return None
    side, other = bounds[0], _OPPOSITE[bounds[0]]
    strict = {} if parameters.get(f"strict_{side}") else {f"strict_{other}": True}
    return {other: parameters[side], **strict}
