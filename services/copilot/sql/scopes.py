"""What a name can mean at a place of a query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

Type = str | None


@dataclass
class Output:
    """Columns a query or table gives: (folded name, type). `is_open`: there may be more, nobody knows which."""

    columns: list[tuple[str, Type]] = field(default_factory=list)
    is_open: bool = False


@dataclass(eq=False)
class Relation:
    """One item of FROM. `merged`: columns that USING or NATURAL has taken over from one further left."""

    name: str
    output: Output
    shown: str = ""
    schema: str = ""
    key: frozenset[str] = frozenset()
    merged: set[str] = field(default_factory=set)
    table: str = ""  # folded name of the table behind an alias
    hidden: frozenset[str] = frozenset()  # system columns, not part of `*`

    def __post_init__(self) -> None:
        self.types: dict[str, Type] = {}
        for name, kind in self.output.columns:
            self.types.setdefault(name, kind)

    def has(self, column: str) -> bool:
        return column in self.types or column in self.hidden


@dataclass(eq=False)
class Scope:
    """The relations of one SELECT, and the scope around it."""

    parent: Scope | None = None
    ctes: dict[str, Output] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    aliases: dict[str, exp.Expr] = field(default_factory=dict)  # outputs that other clauses may name
    windows: set[str] = field(default_factory=set)

    def upwards(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def cte(self, name: str) -> Output | None:
        return next((scope.ctes[name] for scope in self.upwards() if name in scope.ctes), None)

    def relation(self, name: str, schema: str = "") -> Relation | None:
        for scope in self.upwards():
            for relation in scope.relations:
                if relation.name == name and (not schema or relation.schema in (schema, "")):
                    return relation
        return None

    def owner(self, relation: Relation) -> Scope:
        return next(scope for scope in self.upwards() if relation in scope.relations)

    def holders(self, column: str) -> list[Relation]:
        """Relations of this level that have the column, those whose column is merged away left out."""
        return [each for each in self.relations if each.has(column) and column not in each.merged]

    def is_open(self) -> bool:
        return any(relation.output.is_open for relation in self.relations)


@dataclass(frozen=True)
class Bound:
    """What a column of the statement was found to be."""

    scope: Scope
    relation: Relation
    name: str
    type: Type
