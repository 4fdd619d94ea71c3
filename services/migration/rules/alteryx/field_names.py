"""What the tool calls a field whose name is taken: `Name2`, `Name3`. Source: saved results of real workflows."""

from __future__ import annotations

from services.migration.rules import relation


def unique(name: str, taken: set[str]) -> str:
    """`name`, or with the first number that makes it another (compared without case); adds the result to `taken`."""
    return relation.unique(name, taken, between="")
