"""The text of a table or column that is embedded.

Chosen on tests/retrieval/relevance (`python -m benchmarks.retrieval_calibration --compare`): descriptions of table and
columns help most, and the column's table name before its own. Types, owners and tags say nothing a question asks for
and stay in the metadata.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

TABLE_CHARS = 900
"""About 220 of the model's 256 tokens; a wider table lists its columns by name only, as far as they fit."""
DESCRIPTION_CHARS = 400
COLUMN_DESCRIPTION_CHARS = 240

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[\W_]+")
_MARKUP = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ORNAMENT = re.compile(r"[*`#>|~]+|(?<!\w)_+|_+(?!\w)")


def words(name: str) -> str:
    """An identifier as words: `CustomerAddress`, `customer_address`, `CUSTOMER-ADDRESS` → `customer address`."""
    return _SEPARATORS.sub(" ", _CAMEL.sub(" ", name)).strip().lower() or name.strip()


def plain(description: str, limit: int = DESCRIPTION_CHARS) -> str:
    """A description without markup, on one line, at most `limit` characters, cut between words."""
    text = _ORNAMENT.sub(" ", _LINK.sub(r"\1", _MARKUP.sub(" ", description)))
    return shortened(" ".join(text.split()), limit)


def shortened(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit + 1].rsplit(" ", 1)[0][:limit].rstrip(" ,;:")


def table_text(name: str, description: str, columns: Sequence[tuple[str, str]]) -> str:
    """Text of a table; `columns` are (name, description), in the table's order."""
    head = ". ".join(filter(None, (words(name), plain(description).rstrip("."))))
    described = ", ".join(_column(*column) for column in columns)
    if len(head) + len(described) > TABLE_CHARS:
        described = ", ".join(words(column) for column, _ in columns)
    return shortened(f"{head}. {described}" if described else head, TABLE_CHARS)


def _column(name: str, description: str) -> str:
    about = plain(description, COLUMN_DESCRIPTION_CHARS)
    return f"{words(name)} ({about})" if about else words(name)


def column_text(table: str, name: str, description: str) -> str:
    """Text of a column, which is found by its table's name too."""
    return " ".join(filter(None, (words(table), words(name), plain(description, COLUMN_DESCRIPTION_CHARS))))
