"""Credentials that stand in what is converted, expressions and SQL: masked, and told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from services.migration.ast import Origin, Problem, WorkflowAST
from services.migration.parsers import redact


def without_secrets(ast: WorkflowAST) -> WorkflowAST:
    """The same syntax where no text holds a credential; each place that held one is a problem of it."""
    places: dict[Origin, None] = {}
    cleaned: WorkflowAST = _cleaned(ast, Origin(ast.file, 0, ""), places)
    if not places:
        return ast
    return replace(cleaned, problems=(*cleaned.problems, *map(_problem, places)))


def _problem(place: Origin) -> Problem:
    return Problem(
        "warning",
        "SECRET_LEFT_OUT",
        f"{place.element or 'The export'} holds a credential in an expression or SQL, masked here as {redact.MASK}. "
        "Change the credential, which anyone with the export can read, and give it to the pipeline where it runs.",
        place,
    )


def _cleaned(value: Any, place: Origin, places: dict[Origin, None]) -> Any:
    """The value itself where nothing in it is masked."""
    if isinstance(value, str):
        return _text(value, place, places)
    if isinstance(value, tuple):
        items = [_cleaned(each, place, places) for each in value]
        return value if all(map(_same, items, value)) else tuple(items)
    if isinstance(value, Mapping):
        held = {key: _cleaned(each, place, places) for key, each in value.items()}
        return value if all(map(_same, held.values(), value.values())) else held
    if not is_dataclass(value) or isinstance(value, type | Origin):
        return value
    inside = getattr(value, "origin", None) or place
    parts = {each.name: getattr(value, each.name) for each in fields(value)}
    changed = {name: new for name, old in parts.items() if not _same(new := _cleaned(old, inside, places), old)}
    return replace(value, **changed) if changed else value


def _text(value: str, place: Origin, places: dict[Origin, None]) -> str:
    masked = redact.literals(value)
    if masked is not value:
        places[place] = None
    return masked


def _same(one: object, other: object) -> bool:
    return one is other
