"""How a connector or a server stage writes: what its codes and names of write modes become.

Source: IBM InfoSphere DataStage connectivity guides, "Write mode"; Server Job Developer's Guide, "ODBC stages".
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RUN_BY_MODE", "SERVER_ACTIONS", "TABLE_ACTIONS", "WriteMode", "write_mode"]

RUN_BY_MODE = {
    "append": ("InsertStatement",),
    "update": ("UpdateStatement",),
    "delete": ("DeleteStatement",),
    "upsert": ("InsertStatement", "UpdateStatement"),
}
"""Mode of a sink → the statements that run where none is generated."""
TABLE_ACTIONS = frozenset({"2", "3"})  # replace, truncate


@dataclass(frozen=True, slots=True)
class WriteMode:
    mode: str
    note: str = ""


MODES: dict[str, WriteMode] = {
    "0": WriteMode("append"),
    "1": WriteMode("update"),
    "2": WriteMode("delete"),
    "3": WriteMode("upsert"),
    "4": WriteMode("upsert"),
    "5": WriteMode(
        "upsert", "The stage deletes the row of the same key and inserts the new one; other columns are lost."
    ),
    "6": WriteMode("append", "Write mode 6 is read as a bulk load, as most connectors have it."),
    "insert": WriteMode("append"),
    "update": WriteMode("update"),
    "delete": WriteMode("delete"),
    "insert then update": WriteMode("upsert"),
    "update then insert": WriteMode("upsert"),
    "delete then insert": WriteMode("upsert", "The stage deletes the row of the same key and inserts the new one."),
    "bulk load": WriteMode("append", "The stage loads in bulk."),
    "insert new rows only": WriteMode("upsert", "The stage keeps rows that are there; here they are updated."),
}
OF_ORACLE = {"9": MODES["insert new rows only"]}
SERVER_ACTIONS = {
    "0": "overwrite",
    "1": "append",
    "2": "delete",
    "3": "update",
    "4": "update",
    "5": "upsert",
    "6": "upsert",
}
"""UpdateAction of a server job's ODBC stage: clear and insert, insert, delete, replace, update, update or insert, …"""


def write_mode(kind: str, text: str) -> WriteMode | None:
    """The mode of a connector of a kind by its code or name, insert where none is stated; None: it is not known."""
    stated = text.lower() or "0"
    return MODES.get(stated) or (OF_ORACLE.get(stated) if "oracle" in kind.lower() else None)
