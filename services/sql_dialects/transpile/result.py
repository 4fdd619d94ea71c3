"""What transpiling takes and gives back: tables known, cautions, and a statement in another dialect or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Caution(NamedTuple):
    """A corner in which the statement may mean something else in the target; `code` is one of `cautions.TEXTS`."""

    code: str
    message: str


@dataclass(frozen=True)
class Transpiled:
    """The statement in the target dialect, or why there is none.

    `sql` is empty exactly where `refused` says why, naming the construct.
    """

    sql: str
    warnings: tuple[Caution, ...] = ()
    refused: str = ""


class KnownTable(Protocol):
    """A table of the statement: columns as (name, type), the type as either dialect spells it."""

    @property
    def name(self) -> str: ...

    @property
    def schema(self) -> str: ...

    @property
    def columns(self) -> Sequence[tuple[str, str]]: ...


@dataclass(frozen=True)
class Table:
    """The plainest `KnownTable`."""

    name: str
    columns: Sequence[tuple[str, str]] = field(default=())
    schema: str = ""


class RefusedError(Exception):
    """A construct that has no equivalent in the target; the text names it and says what to do."""
