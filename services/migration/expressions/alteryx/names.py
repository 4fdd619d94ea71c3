"""Names of the text that are no fields of the row at hand, and how they are spelled for a caller.

`[User.Year]`, `[Engine.WorkflowDirectory]`, `[Question.Path]`, `%User.Year%` → the parameter `User_Year`.
`[#1]` → the parameter `Input_1`. `[Row-1:Amount]` → the field name `Row-1:Amount`. `[_CurrentField_]` → itself.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SPACES = ("User", "Engine", "Question", "Global", "Interface")
PLACEHOLDER = re.compile(rf"%((?:{'|'.join(SPACES)})\.[^%\r\n]+)%", re.IGNORECASE)
"""A constant written into a text; the tool puts its value there before it reads the expression."""
_CONSTANT = re.compile(rf"({'|'.join(SPACES)})\.(.+)\Z", re.IGNORECASE)
_CONNECTION = re.compile(r"#(\d+)\Z")
_ROW = re.compile(r"row\s*([+-])\s*(\d+)\s*:\s*(.+)\Z", re.IGNORECASE | re.DOTALL)


class RowOffset(NamedTuple):
    """A field of another row: `offset` rows on, negative for rows before."""

    offset: int
    field: str


def row_offset(name: str) -> RowOffset | None:
    """What `Row-1:Amount` means; None for the name of a field."""
    match = _ROW.match(name)
    return RowOffset(int(match[1] + match[2]), match[3].strip()) if match else None


def field_name(text: str) -> str:
    """The name in brackets; a row offset in its one spelling, `Row-1:Amount`."""
    offset = row_offset(text)
    return f"Row{offset.offset:+d}:{offset.field}" if offset and offset.offset else text


def parameter_name(text: str) -> str | None:
    """The parameter of a constant (`User.Year` → `User_Year`) or a connection (`#1` → `Input_1`); None for a field."""
    connection = _CONNECTION.match(text)
    if connection:
        return f"Input_{connection[1]}"
    constant = _CONSTANT.match(text)
    if constant is None:
        return None
    space = next(name for name in SPACES if name.lower() == constant[1].lower())
    plain = re.sub(r"\W+", "_", constant[2], flags=re.ASCII).strip("_")
    return f"{space}_{plain}" if plain else space
