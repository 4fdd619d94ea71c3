"""Connections by name, from one setting: `legacy=postgresql://reader@host/db new@team-a=duckdb:///data/new.duckdb`.

Entries are separated by blanks. Behind the name, after @ and with commas between, the workspaces that may use it;
without them every workspace may. Messages name entries, never addresses.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Literal

from services.parity.errors import ParityError
from services.parity.sources import Connection

VARIABLE = "COMPARE_CONNECTIONS"
_ENTRY = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)(@(?P<workspaces>[^=]+))?=(?P<address>\S+)")
SCHEMES: dict[str, Literal["postgresql", "duckdb"]] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "duckdb": "duckdb",
}


def parse_connections(text: str) -> dict[str, Connection]:
    """Connections by name. Raises ParityError for an entry that is none."""
    found: dict[str, Connection] = {}
    for number, entry in enumerate(text.split(), 1):
        match = _ENTRY.fullmatch(entry)
        scheme, _, rest = match["address"].partition("://") if match else ("", "", "")
        kind = SCHEMES.get(scheme)
        if match is None or kind is None or not rest:
            raise ParityError(
                f"{VARIABLE}: entry {number} has to be written name=postgresql://… or name=duckdb:///path."
            )
        if match["name"] in found:
            raise ParityError(f"{VARIABLE}: {match['name']} is there twice.")
        address = rest if kind == "duckdb" else match["address"]
        allowed = frozenset(filter(None, (match["workspaces"] or "").split(",")))
        found[match["name"]] = Connection(match["name"], kind, address, allowed)
    return found


def connection_named(known: Mapping[str, Connection], name: str, workspace: str | None = None) -> Connection:
    """The connection that a workspace may use; None stands for someone who reads the configuration anyway. Raises
    ParityError, the same whether there is no such connection or it is another workspace's."""
    usable = {
        each.name: each
        for each in known.values()
        if workspace is None or not each.workspaces or workspace in each.workspaces
    }
    if name in usable:
        return usable[name]
    near = difflib.get_close_matches(name, usable, 3, 0.5)
    hint = f" Near to it: {', '.join(near)}." if near else ""
    raise ParityError(f"connection {name[:64]!r}: {VARIABLE} names none such for you.{hint}")
