"""A compiled pipeline: statements in the order in which they run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Purpose(StrEnum):
    """What a statement is for."""

    TEMPORARY = "temporary"  # keeps the rows of a node that is read more than once
    GUARD = "guard"  # gives some of the rows that may not be; the run stops where there are any
    WRITE = "write"  # writes a sink


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, and the node it belongs to. `reason` says of a guard what is wrong with its rows."""

    node: str
    purpose: Purpose
    sql: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """Statements in one dialect.

    `targets` names the table that each sink writes, `rows` the query that gives its rows, `shapes` one with every
    column that the table must have, where that is more, `watched` the queries that were asked for by node or port; the
    queries read the temporary tables that stand before the sink's own statements.
    """

    dialect: str
    statements: tuple[Statement, ...]
    targets: dict[str, str] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, str] = field(default_factory=dict)
    watched: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole script, with a comment before each statement."""
        return "\n\n".join(f"-- {item.node} ({_said(item)})\n{item.sql};" for item in self.statements) + "\n"


def _said(item: Statement) -> str:
    return f"{item.purpose}: {item.reason}" if item.reason else str(item.purpose)
