"""Credentials that stand in what is converted, expressions and SQL: masked, and told of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from operator import attrgetter, methodcaller
from typing import Any

from services.migration.ast import Origin, Problem, WorkflowAST
from services.migration.parsers import redact

_NO_TEXT = frozenset({"int", "bool", "Origin"})
"""Annotations of attributes that hold no text of the design."""
_CLEAN = frozenset({"definition"})
"""Attributes that every parser has cleaned by more rules than these, and whose text is most of an export."""
_PARTS: dict[type, tuple[str, ...]] = {}
_INSIDE: dict[type, Callable[[Any], Iterable[Any]]] = {}


def without_secrets(ast: WorkflowAST) -> WorkflowAST:
    """The same syntax where no text holds a credential; each place that held one is a problem of it."""
    masked = redact.credentials(_texts(ast))
    if not masked:
        return ast
    definitions = {step.definition for mapping in ast.mappings for step in mapping.transformations}
    masked |= redact.credentials(definitions)  # a definition says what its settings say, in the export's spelling
    places: dict[Origin, None] = {}
    cleaned: WorkflowAST = _cleaned(ast, Origin(ast.file, 0, ""), places, masked)
    return replace(cleaned, problems=(*cleaned.problems, *map(_problem, places)))


def _problem(place: Origin) -> Problem:
    where = redact.text(place.element) or "The export"
    return Problem(
        "warning",
        "SECRET_LEFT_OUT",
        f"{where} holds a credential in an expression or SQL, masked here as {redact.MASK}. "
        "Change the credential, which anyone with the export can read, and give it to the pipeline where it runs.",
        place,
    )


def _parts(kind: type) -> tuple[str, ...]:
    """The attributes of a class of the syntax that may hold texts; none for a type that is no such class."""
    found = _PARTS.get(kind)
    if found is None:
        held = fields(kind) if is_dataclass(kind) and kind is not Origin else ()
        found = _PARTS[kind] = tuple(each.name for each in held if each.type not in _NO_TEXT)
    return found


def _texts(ast: WorkflowAST) -> set[str]:
    found = set[str]()
    waiting: list[Any] = [ast]
    while waiting:
        value = waiting.pop()
        if type(value) is dict:  # of texts, whatever holds it
            found.update(value.values())
            continue
        inside = _INSIDE.get(type(value)) or _inside(type(value))
        for held in inside(value):
            if type(held) is str:  # most are, and need not wait
                found.add(held)
            elif held:
                waiting.append(held)
    return found


def _inside(kind: type) -> Callable[[Any], Iterable[Any]]:
    """What gives the values that one of this type holds, kept for the next."""
    names = tuple(name for name in _parts(kind) if name not in _CLEAN)
    found: Callable[[Any], Iterable[Any]]
    if issubclass(kind, tuple):
        found = iter
    elif issubclass(kind, Mapping):
        found = methodcaller("values")
    elif issubclass(kind, str):
        found = _as_text
    elif len(names) > 1:  # of one name it would give the value and no tuple
        found = attrgetter(*names)
    else:
        found = partial(_held, names)
    _INSIDE[kind] = found
    return found


def _as_text(value: str) -> tuple[str, ...]:
    return (str(value),)


def _held(names: tuple[str, ...], value: object) -> list[Any]:
    return [getattr(value, name) for name in names]


def _cleaned(value: Any, place: Origin, places: dict[Origin, None], masked: Mapping[str, str]) -> Any:
    """The value itself where nothing in it is masked."""
    if isinstance(value, str):
        if value in masked:
            places[place] = None
        return masked.get(value, value)
    if isinstance(value, tuple):
        items = [_cleaned(each, place, places, masked) for each in value]
        return value if all(map(_same, items, value)) else tuple(items)
    if isinstance(value, Mapping):
        held = {key: _cleaned(each, place, places, masked) for key, each in value.items()}
        return value if all(map(_same, held.values(), value.values())) else held
    inside = getattr(value, "origin", None) or place
    parts = {name: getattr(value, name) for name in _parts(type(value))}
    changed = {name: new for name, old in parts.items() if not _same(new := _cleaned(old, inside, places, masked), old)}
    return replace(value, **changed) if changed else value


def _same(one: object, other: object) -> bool:
    return one is other
