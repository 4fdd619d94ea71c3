"""How the functions of an add-on stand in the function table.

Source: the public definitions of the Alteryx Formula Add-Ons ("Abacus"), by their author J. Dunkerley.
"""

from __future__ import annotations

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import Value

CATEGORY = "add-on"
CORNERS_OPEN = 0.84
"""Confidence of a function whose releases differ in a corner, such as what becomes of NULL or of a bad date."""


def added(name: str, least: int, most: int, build: Build, *, confidence: float = CORNERS_OPEN) -> Function:
    """A row for a function that the tool has only with the add-on; every use of it is told."""

    def told(b: SqlBuilder, arguments: list[Value]) -> Value:
        b.caution("ADD_ON", function=name)
        return build(b, arguments)

    return Function(name, CATEGORY, least, most, told, confidence=confidence)


def built_in(functions: tuple[Function, ...], name: str) -> Build:
    """How a function of the tool itself is built."""
    return next(row.build for row in functions if row.name == name and row.build is not None)
