"""Fully qualified names: service.database.schema.table.column; a part that holds a dot is quoted: `s.d."a.b".c`."""

from __future__ import annotations

import re

SEPARATOR = "."

_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')


def parts(name: str) -> tuple[str, ...]:
    """The parts of a name, without quotes: `s."a.b".c` → ("s", "a.b", "c")."""
    return tuple(quoted.replace('""', '"') or plain for quoted, plain in _PART.findall(name))


def split_column(name: str) -> tuple[str, str]:
    """A column's qualified name as (table, column); the table keeps its quotes, the column loses them."""
    at = name.rfind('."') if name.endswith('"') else name.rfind(SEPARATOR)
    return (name[:at], name[at + 1 :].strip('"')) if at > 0 else ("", name)
