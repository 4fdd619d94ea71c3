"""The rows that a check looks at, as a view of the run's own, and the counts it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.relation import Column, Relation
from services.pipelines.dsl.sqlread import GRAMMARS
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.engine import Engine, Values
from services.pipelines.runner.quality.outcome import CannotCheckError

FAMILIES: dict[str, tuple[str, ...]] = {
    "text": ("text", "varchar", "char", "bpchar", "name", "string", "xml"),
    "whole": ("tinyint", "smallint", "integer", "bigint", "hugeint", "int2", "int4", "int8"),
    "decimal": ("decimal", "numeric"),
    "float": ("float", "double", "real", "float4", "float8"),
    "boolean": ("boolean", "bool"),
    "date": ("date",),
    "time": ("time",),
    "timestamp": ("timestamp", "timestamp with time zone", "timestamptz", "timestamp_tz"),
    "interval": ("interval",),
    "binary": ("binary", "blob", "bytea"),
    "json": ("json", "jsonb"),
    "uuid": ("uuid",),
}
"""Families of types by the names that the language, DuckDB and PostgreSQL have for them."""
_FAMILY = {name: family for family, names in FAMILIES.items() for name in names}
NUMBERS = frozenset({"whole", "decimal", "float"})


def family(kind: str) -> str:
    """The family of a type; "" where it is in none."""
    return _FAMILY.get(kind.partition("(")[0].strip().lower(), "")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a node: a view's name, and its columns with the engine's types."""

    engine: Engine
    node: str
    view: str
    columns: Mapping[str, str]

    def named(self, wanted: Iterable[str]) -> list[str]:
        """The columns as the rows spell them. Raises CannotCheckError where there is none."""
        known = Relation(tuple(Column(name) for name in self.columns))
        found = []
        for text in wanted:
            column = known.find(text)
            if column is None:
                raise CannotCheckError(f"there is no column '{text}'; there are {', '.join(self.columns)}")
            found.append(column.name)
        return found

    def numbers(self) -> list[str]:
        return [name for name, kind in self.columns.items() if family(kind) in NUMBERS]

    def one(self, *values: exp.Expr) -> Values:
        """Aggregates over all rows."""
        return self.ask(exp.select(*values).from_(sql.table(self.view)))[0]

    def ask(self, query: exp.Query) -> Sequence[Values]:
        return list(self.engine.stream(self.node, query.sql(dialect=GRAMMARS[self.engine.dialect])))

    def count(self, *conditions: exp.Expr) -> list[int]:
        """The number of rows, then for each condition how many meet it."""
        met = (exp.Sum(this=exp.Case().when(each, sql.literal(1)).else_(sql.literal(0))) for each in conditions)
        return [int(value or 0) for value in self.one(exp.Count(this=exp.Star()), *met)]


def viewed(engine: Engine, node: str, query: str, prefix: str = "rows") -> Rows:
    """The rows that a query gives."""
    view = f"{prefix}.{node}"
    quoted = sql.table(view).sql(dialect=GRAMMARS[engine.dialect])
    engine.execute(node, f"CREATE TEMPORARY VIEW {quoted} AS {query}")
    return Rows(engine, node, view, dict(engine.columns(node, f"SELECT * FROM {quoted}")))  # noqa: S608  # the name is quoted


def is_null(name: str) -> exp.Expr:
    return exp.Is(this=sql.column(name), expression=exp.null())


def shown(value: Any) -> Any:
    """A measured value as plain data."""
    return value if value is None or isinstance(value, int | float | str) else str(value)
