"""What a database has to do for a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from services.pipelines.dsl.relation import Relation

Values = Sequence[Any]


class Engine(Protocol):
    """An open database. Every method raises RunFailedError, naming the node, where the database refuses."""

    dialect: str

    def create(self, node_id: str, table: str, relation: Relation) -> None:
        """Makes the table of a source, with the columns that it declares."""
        ...

    def create_as(self, node_id: str, table: str, query: str) -> None:
        """Makes an empty table with the columns that a query gives."""
        ...

    def load(self, node_id: str, table: str, names: Sequence[str], rows: Iterable[Values]) -> int:
        """Adds rows, read as they are taken; gives their number."""
        ...

    def execute(self, node_id: str, statement: str) -> None:
        """Runs a statement that gives no rows."""
        ...

    def columns(self, node_id: str, query: str) -> list[tuple[str, str]]:
        """Name and type, in the database's words, of the columns that a query gives."""
        ...

    def stream(self, node_id: str, query: str) -> Iterator[Values]:
        """The rows of a query, a part of them held at a time; to be read before the next statement is run."""
        ...

    def attempt(self) -> AbstractContextManager[None]:
        """What is run inside may fail, and the run go on afterwards."""
        ...
