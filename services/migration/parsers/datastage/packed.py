r"""Packed property values: `\(1)` begins an entry, as many `\(3)` as it is deep, `\(2)` parts name, value and flag.

`\(2)\(2)0\(1)\(3)key\(2)ID\(2)0\(1)\(3)\(3)asc\\desc\(2)desc\(2)0` is the key ID with its option `asc\desc` = `desc`.
"""

from __future__ import annotations

from dataclasses import replace

from services.migration.ast import Setting

ENTRY, PART, DEEPER = "\x01", "\x02", "\x03"


def settings(name: str, value: str, line: int = 0) -> list[Setting]:
    """A property as settings: one where its value is plain, one for each entry where it is packed."""
    if ENTRY not in value and PART not in value:
        return [Setting(name.strip(), value, line=line)]
    found: list[Setting] = []
    for entry in value.split(ENTRY)[1:]:
        body = entry.lstrip(DEEPER)
        depth = len(entry) - len(body)
        parts = body.split(PART)
        made = Setting(parts[0].strip(), parts[1] if len(parts) > 1 else "", line=line)
        if depth > 1 and found:
            last = found[-1]
            found[-1] = replace(last, children=(*last.children, made))
        else:
            found.append(made)
    return found
