"""Enum numbers of a request as their documented names."""

from __future__ import annotations

from typing import Any

from services.migration.server.errors import BadValue


def name_of(enum: Any, number: int, field: str) -> str:
    """The value's name, "" for `unspecified`. Raises BadValue for a number the contract does not know."""
    if number == 0:
        return ""
    value = enum.DESCRIPTOR.values_by_number.get(number)
    if value is None:
        known = ", ".join(v.name for v in enum.DESCRIPTOR.values if v.number)
        raise BadValue(f"{field}: {number} is none of {known}")
    name: str = value.name
    return name


def number_of(enum: Any, name: str, field: str) -> int:
    """The value's number. Raises BadValue for a name the contract does not know."""
    value = enum.DESCRIPTOR.values_by_name.get(name)
    if value is None or value.number == 0:
        known = ", ".join(v.name for v in enum.DESCRIPTOR.values if v.number)
        raise BadValue(f"{field}: {name[:64]!r} is none of {known}")
    number: int = value.number
    return number
