"""How a target's rows are written: the session's `Treat source rows as`, the target's own switches, and what an Update
Strategy decided. Source: PowerCenter Transformation Guide, "Setting the Update Strategy for a Session"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.migration.ast import MappingAST, SourceDefinition
from services.migration.rules.connectors import is_file
from services.migration.rules.context import NotConvertible
from services.migration.rules.relation import Action

TREATED_AS = {"insert": "insert", "update": "update", "delete": "delete"}
SWITCHES = {
    "insert": ("Insert",),
    "update": ("Update as Update", "Update as Insert", "Update else Insert"),
    "delete": ("Delete",),
}
"""The target's session properties that let rows of a kind be written; where none is stated, they are."""


@dataclass(frozen=True, slots=True)
class Load:
    """How a target is written; `doubt` names what a person has to check, "" where nothing."""

    mode: str
    action_column: str = ""
    note: str = ""
    doubt: str = ""


def decide(item: SourceDefinition, action: Action | None, mapping: MappingAST) -> Load:
    """Raises NotConvertible where the rows cannot be written as the session says."""
    if item.attributes.get("Update Override", "").strip():
        raise NotConvertible("it has an update statement of its own (Update Override)", "Write the update by hand.")
    treated = mapping.session_attributes.get("Treat source rows as", "").strip().lower()
    ignored = ""
    if action and treated in TREATED_AS:
        ignored = f"The session treats all rows as {treated}, so the Update Strategy before {item.name} has no effect."
        action = None
    if action and not action.strategy:
        return _by_row(item, action)
    strategy = action.strategy if action else TREATED_AS.get(treated, "insert")
    if strategy == "reject":
        raise NotConvertible("every row that reaches it is rejected", "Remove the target or correct the strategy.")
    if _is_off(item, strategy):
        raise NotConvertible(
            f"the session does not let rows be written as {strategy} ({' / '.join(SWITCHES[strategy])})",
            "Check the session's properties of the target.",
        )
    return Load(_MODES[strategy](item), note=ignored)


def _by_row(item: SourceDefinition, action: Action) -> Load:
    off = [strategy for strategy in SWITCHES if _is_off(item, strategy)]
    doubts = [f"rows flagged {strategy} are not written, as its session property is off" for strategy in off]
    if is_on(item, "Truncate target table option"):
        doubts.append("the target is emptied before rows are inserted and updated row by row")
    if is_on(item, "Update as Insert"):
        doubts.append("rows flagged update are inserted (Update as Insert)")
    mode = "upsert" if is_on(item, "Update else Insert") else "append"
    return Load(mode, action.column, doubt=f"In PowerCenter {'; '.join(doubts)}." if doubts else "")


def _is_off(item: SourceDefinition, strategy: str) -> bool:
    stated = [name for name in SWITCHES[strategy] if item.attributes.get(name, "").strip()]
    return bool(stated) and not any(is_on(item, name) for name in stated)


def is_on(item: SourceDefinition, name: str) -> bool:
    return item.attributes.get(name, "").strip().upper() == "YES"


def _insert(item: SourceDefinition) -> str:
    """A file is written anew unless it is told to be added to; a table keeps its rows unless it is emptied first."""
    if is_file(item):
        return "append" if is_on(item, "Append if Exists") else "overwrite"
    return "overwrite" if is_on(item, "Truncate target table option") else "append"


def _update(item: SourceDefinition) -> str:
    if is_on(item, "Update else Insert"):
        return "upsert"
    return "append" if is_on(item, "Update as Insert") else "update"


def _delete(_item: SourceDefinition) -> str:
    return "delete"


_MODES: dict[str, Callable[[SourceDefinition], str]] = {"insert": _insert, "update": _update, "delete": _delete}
