"""The tables a statement is checked against, indexed once for all statements that come with the same ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from services.copilot.sql.nearest import Names
from services.copilot.sql.reading import TRAITS, Traits


@dataclass(frozen=True)
class TableInfo:
    """A table as it was described. `columns` are (name, type as text); none: unknown."""

    name: str
    schema: str = ""
    database: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    primary_key: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexedTable:
    info: TableInfo
    columns: dict[str, str]  # folded name → type as text
    key: frozenset[str]


@dataclass
class SchemaIndex:
    """Lookup of tables by folded name. Column dictionaries are made when a table is first looked at."""

    dialect: str
    tables: Sequence[TableInfo]
    _indexed: dict[int, IndexedTable] = field(default_factory=dict)

    @property
    def traits(self) -> Traits:
        return TRAITS[self.dialect]

    def stored(self, name: str) -> str:
        """A described name in the case of comparison.

        Descriptions write the names of databases that fold to upper case in any case, so those are folded.
        """
        return name.upper() if self._folds_up else self.traits.quoted_fold(name)

    @property
    def _folds_up(self) -> bool:
        return self.traits.fold("a") == "A"

    @cached_property
    def mixed_case(self) -> frozenset[str]:
        """Described names in mixed case, of a database that folds to upper case: there a name in quotes that is
        written the same is meant, and one without quotes too, for nobody knows how it was created."""
        if not self._folds_up:
            return frozenset()
        names = (name for table in self.tables for name in (table.name, *(column for column, _ in table.columns)))
        return frozenset(name for name in names if not name.isupper() and not name.islower())

    @cached_property
    def keys_known(self) -> bool:
        """Whether the description says anything of primary keys; one that says nothing leaves them open."""
        return any(table.primary_key for table in self.tables)

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, table in enumerate(self.tables):
            found[self.stored(table.name)].append(number)
        return found

    @cached_property
    def _schemas(self) -> set[str]:
        return {self.stored(table.schema) for table in self.tables}

    @cached_property
    def _names(self) -> Names:
        return Names(table.name for table in self.tables)

    def find(self, name: str, schema: str = "", database: str = "") -> IndexedTable | None:
        """The table of a folded name; without a schema the default one is preferred."""
        numbers = self._by_name.get(name, ())
        default = self.stored(self.traits.default_schema)

        def fits(number: int) -> bool:
            table = self.tables[number]
            own = self.stored(table.schema) or default
            in_database = not database or not table.database or self.stored(table.database) == database
            return in_database and (not schema or own in (schema, ""))

        fitting = [number for number in numbers if fits(number)]
        fitting.sort(key=lambda number: (self.stored(self.tables[number].schema) or default) != default)
        return self._table(fitting[0]) if fitting else None

    def _table(self, number: int) -> IndexedTable:
        if number not in self._indexed:
            info = self.tables[number]
            columns = {self.stored(name): kind for name, kind in info.columns}
            self._indexed[number] = IndexedTable(info, columns, frozenset(map(self.stored, info.primary_key)))
        return self._indexed[number]

    def nearest(self, name: str) -> list[str]:
        return self._names.nearest(name)
