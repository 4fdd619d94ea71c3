"""A macro's questions with the answers of one caller, and the wires by which tools of the macro ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.migration.parsers import redact
from services.migration.parsers.alteryx.macros import Macro, every
from services.migration.parsers.alteryx.raw import child
from services.migration.parsers.elements import Element

QUESTION = "Question"
MAP = "Input."
MOST_PUT = 4_000_000  # characters that answers may put into the configurations of one macro


class NotApplied(Exception):  # noqa: N818 - a decision, not an error
    """The macro asks for what is not known here; the message says what."""


@dataclass(slots=True)
class Answers:
    """What a caller says. `of_tool`: ToolID of a question → answer; `named`: every name it goes by, in lower case."""

    of_tool: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    constants: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    """(space, name) in lower case → value, whether it is a number."""
    maps: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Anchor → (field of the macro, field of the caller)."""
    put: int = 0  # characters put into configurations

    def take(self, count: int) -> None:
        """Counts what is put in: answers that are replaced by answers grow without end. Raises NotApplied."""
        self.put += count
        if self.put > MOST_PUT:
            raise NotApplied(f"its answers put more than {MOST_PUT} characters into its tools")


def answers(macro: Macro, caller: Element | None) -> Answers:
    """The answers in a caller's configuration, else the macro's own defaults."""
    given = {each.get("name"): each.text for each in (caller.each("Value") if caller else ())}
    found = Answers()
    for question in every(macro.runtime, QUESTION):
        name = _text(question, "Name")
        value = given.get(name, _default(question))
        if value and (_value(question, "Password").lower() == "true" or redact.names_secret(name)):
            value = redact.MASK
        tool = _value(question, "ToolId")
        if tool:
            found.of_tool[tool] = value
        for key in (name, _text(question, "Description")):
            if key:
                found.named.setdefault(key.lower(), value)
    _constants(macro, found, given)
    for name, text in given.items():
        if name.startswith(MAP):
            pairs = [line.partition("=") for line in text.splitlines() if "=" in line]
            found.maps[name.removeprefix(MAP)] = [(own.strip(), theirs.strip()) for own, _, theirs in pairs]
    return found


def asked_by(macro: Macro, tool: str, known: Answers) -> dict[str, str]:
    """The answers on the wires into a tool, by the wires' names in lower case: `#1`."""
    return {
        wire.name.lower() or "#1": known.of_tool[wire.source]
        for wire in macro.document.wires
        if wire.target == tool and wire.out == QUESTION and wire.source in known.of_tool
    }


def _constants(macro: Macro, found: Answers, given: Mapping[str, str]) -> None:
    held = child(macro.document.properties, "Constants")
    for constant in held.each("Constant") if held else ():
        space, name = _text(constant, "Namespace"), _text(constant, "Name")
        held_value = child(constant, "Value")
        value = held_value.text if held_value else ""
        if space == QUESTION:
            value = found.named.get(name.lower(), given.get(name, value))
        if space in (QUESTION, "User"):
            found.constants[space.lower(), name.lower()] = value, _value(constant, "IsNumeric").lower() == "true"


def _default(question: Element) -> str:
    default = child(question, "Default")
    return (default.text if default.text.strip() else default.get("value")) if default else ""


def _text(element: Element, tag: str) -> str:
    found = child(element, tag)
    return found.text.strip() if found else ""


def _value(element: Element, tag: str) -> str:
    found = child(element, tag)
    return found.get("value") if found else ""
