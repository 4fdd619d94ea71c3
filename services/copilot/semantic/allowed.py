"""The tables that a caller lets a statement use, against those the glossary stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.copilot.semantic.model import Glossary


class NotGivenError(Exception):
    """A table (or `table.column`) that is not among those given."""


class Allowed:
    """`tables`: TableSchema messages; none: every table of the glossary, as the glossary writes it."""

    def __init__(self, tables: Sequence[Any]) -> None:
        self._tables = tables
        self._chosen: dict[str, Any] = {}

    def written(self, glossary: Glossary) -> Mapping[str, str]:
        """How tables are qualified that were given under another schema than the glossary's, by name."""
        found = {}
        for table in glossary.tables:
            name = (table.physical or table.name).lower()
            same = [each for each in self._tables if each.name.lower() == name]
            exact = [each for each in same if (each.schema or table.schema_name).lower() == table.schema_name.lower()]
            if exact:
                self._chosen[table.name] = exact[0]
            elif len(same) == 1:
                self._chosen[table.name] = same[0]
                found[table.name] = f"{same[0].schema}.{same[0].name}"
        return found

    def check(self, columns: Iterable[tuple[str, str]]) -> None:
        """Raises NotGivenError for what is read and was not given. A table without columns has any."""
        if not self._tables:
            return
        for table, name in sorted(columns):
            given = self._chosen.get(table)
            if given is None:
                raise NotGivenError(table)
            names = {each.name.lower() for each in given.columns}
            if names and name.lower() not in names:
                raise NotGivenError(f"{table}.{name}")
