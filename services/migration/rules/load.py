"""How a target's rows are written: the session's `Treat source rows as`, the target's own switches, and what an Update
Strategy decided. Source: PowerCenter Transformation Guide, "Setting the Update Strategy for a Session"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from services.migration.ast import MappingAST, SourceDefinition
from services.migration.rules.connectors import is_file
from services.migration.rules.context import Node, NotConvertible
from services.migration.rules.names import NodeIds
from services.migration.rules.nodes import origin
from services.migration.rules.relation import Action, Column, Input, unique

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
    written: Mapping[str, str] = field(default_factory=dict)  # what rows of a flag are written as, where it differs


def decide(item: SourceDefinition, action: Action | None, mapping: MappingAST) -> Load:
    """Raises NotConvertible where the rows cannot be written as the session says."""
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
    written = {strategy: "reject" for strategy in SWITCHES if _is_off(item, strategy)}
    if is_on(item, "Update as Insert"):
        written["update"] = "insert"
    told = [f"{flag} as {done}" if done != "reject" else f"no {flag}" for flag, done in written.items()]
    note = f"The session's properties of {item.name} decide how flagged rows are written: {', '.join(told)}."
    if all(written.get(flag) == "reject" for flag in SWITCHES):
        raise NotConvertible(
            "the session lets no row be written", "Check the session's properties of the target, or remove it."
        )
    if {"update", "delete"} <= written.keys():
        return Load(_insert(item), action.column, note, written=written)
    doubt = ""
    if is_on(item, "Truncate target table option"):
        doubt = "In PowerCenter the target is emptied before rows are inserted and updated row by row."
    mode = "upsert" if is_on(item, "Update else Insert") else "append"
    return Load(mode, action.column, note if told else "", doubt, written)


def as_written(load: Load, item: SourceDefinition, given: Input, ids: NodeIds) -> tuple[Load, Input, list[Node]]:
    """What has to stand before the sink where the session writes rows otherwise than they are flagged.

    Where only inserts are left they are picked, and the sink needs no flag; else a column says what is done.
    """
    if not load.written:
        return load, given, []
    kept = [flag for flag in SWITCHES if load.written.get(flag, flag) == "insert"]
    node: Node = {
        "id": ids.new(f"{item.name}__written"),
        "type": "transformation",
        "transform": "sql_where",
        "depends_on": [given.relation.ref],
        "config": {"condition": f"{load.action_column} IN ({', '.join(repr(flag) for flag in kept)})"},
        "origin": origin(item.name, "Target Definition", item.origin),
    }
    column = Column(unique("dataflow_written", given.relation.names()), "varchar(6)")
    columns = given.relation.columns
    if not {"update", "delete"} <= load.written.keys():
        cases = " ".join(f"WHEN '{flag}' THEN '{done}'" for flag, done in load.written.items())
        text = f"CASE {load.action_column} {cases} ELSE {load.action_column} END"
        node |= {
            "transform": "sql_expression",
            "config": {
                "columns": [{"name": column.name, "expression": text, "type": column.type}],
                "passthrough": ["*"],
            },
        }
        columns, load = (*columns, column), replace(load, action_column=column.name)
    else:
        load = replace(load, action_column="")
    return load, Input(replace(given.relation, ref=node["id"], columns=columns), given.ports), [node]


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
