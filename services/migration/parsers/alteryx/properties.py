"""What a workflow says of itself as a whole: its constants, its description, and what runs before or after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.migration.ast import InventoryItem, Origin, Parameter
from services.migration.parsers import redact
from services.migration.parsers.alteryx import secrets
from services.migration.parsers.alteryx.raw import child
from services.migration.parsers.elements import Element

QUESTIONS = ("Question", "User")
"""Namespaces of constants that a run may be given; those of Engine are the tool's own."""


def parameters(properties: Element | None) -> Iterator[Parameter]:
    """Every constant that a person or an app may set."""
    found = child(properties, "Constants")
    for constant in found.each("Constant") if found else ():
        space, name, value = _text(constant, "Namespace"), _text(constant, "Name"), child(constant, "Value")
        if space not in QUESTIONS or not name:
            continue
        numeric = child(constant, "IsNumeric")
        number = bool(numeric and numeric.get("value").lower() == "true")
        held = value.text if value and not secrets.is_credential(name, value.text) else ""
        default = redact.text(secrets.address(held)) if held.strip() else None
        yield Parameter(spelled(space, name), "double" if number else "string", default=default)


def spelled(space: str, name: str) -> str:
    """A constant as a parameter: `[User.Base Year]` → `User_Base_Year`, as expressions have it."""
    plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")
    return f"{space}_{plain}" if plain else space


def description(properties: Element | None) -> str:
    return redact.text(_text(child(properties, "MetaInfo"), "Description"))


def events(properties: Element | None, file: str) -> Iterator[InventoryItem]:
    """Commands and mails that the tool sends before or after a run."""
    found = child(properties, "Events")
    for event in found.each("Event") if found else ():
        when = _text(event, "When") or _text(event, "EventType") or "run"
        kind = _text(event, "Type") or _text(event, "Action") or "event"
        origin = Origin(file, event.line, "Event")
        yield InventoryItem("event", f"{kind} on {when}"[:200], "", origin, "runs beside the flow; make it a task")


def _text(element: Element | None, tag: str) -> str:
    found = child(element, tag)
    return found.text.strip() if found else ""
