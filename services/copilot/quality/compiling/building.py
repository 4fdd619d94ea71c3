"""The words that rules are compiled with: columns, values, conditions, in one dialect over one table."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from importlib import resources
from typing import Any

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from services.copilot.quality.compiling.syntax import SYNTAX, Syntax
from services.copilot.quality.compiling.types import Family, family
from services.copilot.quality.rule import RefusedRuleError
from services.copilot.sql.reading import grammar
from services.copilot.sql.schema_index import TableInfo
from services.sql_dialects import DIALECT_NAMES

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# Words that at least one of the dialects reserves and that columns are often called.
_RESERVED = frozenset(resources.files(__package__).joinpath("reserved.txt").read_text("utf-8").split())
UNITS = (("DAY", 86_400, 9_999), ("HOUR", 3_600, 9_999), ("MINUTE", 60, 9_999), ("SECOND", 1, 9_999))


class Builder:
    """Expressions for one table in one dialect."""

    def __init__(self, table: TableInfo, dialect: str) -> None:
        self.table_info = table
        self.dialect = dialect
        self.syntax: Syntax = SYNTAX[dialect]
        self.name = DIALECT_NAMES[dialect]

    @cached_property
    def _types(self) -> dict[str, str]:
        return dict(self.table_info.columns)

    def family(self, column: str) -> Family:
        """The family of a column's type; "" where it is not known."""
        return family(self._types.get(column, ""))

    # Names and values.

    def identifier(self, name: str) -> exp.Identifier:
        """A name, quoted where it has to be; folded as the database keeps names that are written in one case."""
        plain = _PLAIN.match(name) and name.lower() not in _RESERVED
        mixed = (name != name.lower()) if not self.syntax.upper else (name not in (name.lower(), name.upper()))
        if plain and (not mixed or self.dialect in ("mssql", "teradata", "duckdb")):
            return exp.to_identifier(name)
        return exp.to_identifier(self.stored(name), quoted=True)

    def stored(self, name: str) -> str:
        """The name as the catalog keeps it."""
        return name.upper() if self.syntax.upper and name == name.lower() else name

    def column(self, name: str, of: str = "") -> exp.Column:
        return exp.Column(this=self.identifier(name), table=exp.to_identifier(of) if of else None)

    def table(self, name: str = "", schema: str = "", database: str = "") -> exp.Table:
        """The rule's own table, or another by name."""
        info = self.table_info
        parts = (name, schema, database) if name else (info.name, info.schema, info.database)
        this, db, catalog = (self.identifier(part) if part else None for part in parts)
        return exp.Table(this=this, db=db, catalog=catalog)

    def source(self, where: exp.Expr | None) -> exp.Expr:
        """What a rule reads: the table, or the rows of it that a condition picks."""
        if where is None:
            return self.table()
        return exp.select("*").from_(self.table()).where(where).subquery("picked")

    def value(self, value: object, kind: Family = "") -> exp.Expr:
        """A literal; a text is read as the moment that a column of that family holds. Raises RefusedRuleError."""
        if value is None:
            return exp.null()
        if isinstance(value, bool):
            return self._truth(value)
        if isinstance(value, int | float | Decimal):
            return number(value)
        text = exp.Literal.string(str(value))
        if kind not in ("date", "timestamp"):
            return text
        if not re.match(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?\Z", str(value)):
            raise RefusedRuleError(f"{value!r} is no date; write 2026-01-31 or 2026-01-31T12:00:00")
        with_time = len(str(value)) > len("2026-01-31")
        return exp.cast(exp.Literal.string(str(value).replace("T", " ")), "timestamp" if with_time else "date")

    def _truth(self, value: bool) -> exp.Expr:
        if self.dialect in ("mssql", "teradata"):
            return number(int(value))
        return exp.true() if value else exp.false()

    # Text that only the dialect itself can be asked to read.

    def read(self, text: str) -> exp.Expr:
        """An expression of the dialect. Raises RefusedRuleError where it is none."""
        try:
            found = grammar(self.dialect).parse(text)
        except (ParseError, TokenError, RecursionError) as error:
            first = str(error).split("\n", 1)[0]
            raise RefusedRuleError(f"{text[:200]!r} cannot be read as {self.dialect}: {first}") from None
        if len(found) != 1 or found[0] is None:
            raise RefusedRuleError(f"{text[:200]!r} is not one expression")
        return found[0]

    def sql(self, node: exp.Expr) -> str:
        return node.sql(dialect=self.name)

    def fill(self, template: str, **parts: object) -> exp.Expr:
        texts = {key: self.sql(part) if isinstance(part, exp.Expr) else str(part) for key, part in parts.items()}
        return self.read(template.format(**texts))

    # What columns are turned into.

    def text(self, name: str) -> exp.Expr:
        """A column as text."""
        column = self.column(name)
        if self.family(name) in ("text", ""):
            return column
        return self.fill(f"CAST({{value}} AS {self.syntax.text})", value=column)

    def length(self, name: str) -> exp.Expr:
        """The number of characters. Raises RefusedRuleError for what has none."""
        if self.family(name) not in ("text", ""):
            raise RefusedRuleError(f"{name} is {self._types[name]}: only text has a length")
        return self.fill(self.syntax.length, text=self.column(name))

    def number(self, name: str) -> exp.Expr:
        """A text as a number, null where it is none."""
        return self.fill(self.syntax.number, text=self.column(name))

    def measured(self, name: str) -> exp.Expr:
        """A column as a double, for statistics. Raises RefusedRuleError where it holds no numbers."""
        column, kind = self.column(name), self.family(name)
        if kind == "boolean" and self.dialect != "mssql":
            return exp.case().when(column, number(1.0)).when(exp.not_(column.copy()), number(0.0))
        if kind in ("text", "date", "timestamp", "time", "other"):
            raise RefusedRuleError(f"{name} is {self._types[name]}: this is measured in numbers alone")
        return exp.cast(column, "double")

    def digit(self, text: exp.Expr, position: int) -> exp.Expr:
        """The digit at a position, counted from 1, as a number."""
        return exp.cast(self.fill(self.syntax.substring, text=text, start=position), "int")

    def ago(self, hours: float) -> exp.Expr:
        """The moment so many hours before now."""
        seconds = round(hours * 3600)
        unit, size, most = next((row for row in UNITS if seconds % row[1] == 0), UNITS[-1])
        count = seconds // size
        if self.dialect == "teradata" and count > most:
            raise RefusedRuleError(f"{hours:g} hours do not fit into a Teradata interval; name whole days below 10,000")
        precision = f"{unit}({len(str(count))})" if count > 99 else unit
        return self.fill(self.syntax.ago, seconds=seconds, count=count, unit=precision)


def number(value: float | Decimal) -> exp.Expr:
    """A number without exponent. Raises RefusedRuleError for one that is not finite."""
    if isinstance(value, float) and not math.isfinite(value):
        raise RefusedRuleError(f"{value!r} is no bound; leave it out")
    text = format(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), "f")
    return exp.Neg(this=exp.Literal.number(text[1:])) if text.startswith("-") else exp.Literal.number(text)


def flag(condition: exp.Expr) -> exp.Expr:
    """1 where the condition is true, else 0: also where it is unknown."""
    return exp.case().when(condition, exp.Literal.number(1)).else_(exp.Literal.number(0))


def counted(condition: exp.Expr) -> exp.Expr:
    """How many rows a condition is true for; 0 for no rows."""
    return exp.Coalesce(this=exp.Sum(this=flag(condition)), expressions=[exp.Literal.number(0)])


def untrue(condition: exp.Expr) -> exp.Expr:
    """The condition is false or unknown."""
    return exp.EQ(this=flag(condition), expression=exp.Literal.number(0))


def filled(columns: Iterable[exp.Expr]) -> list[exp.Expr]:
    return [exp.Not(this=exp.Is(this=column.copy(), expression=exp.Null())) for column in columns]


def added(terms: Sequence[exp.Expr]) -> exp.Expr:
    total, *rest = terms
    for term in rest:
        total = exp.Add(this=total, expression=term)
    return total


def bounds(value: exp.Expr, limits: dict[str, Any], low: exp.Expr | None, high: exp.Expr | None) -> list[exp.Expr]:
    """The conditions under which a value lies outside; `strict_min`, `strict_max` leave the bound itself out."""
    outside: list[exp.Expr] = []
    if low is not None:
        below = exp.LTE if limits.get("strict_min") else exp.LT
        outside.append(below(this=value.copy(), expression=low))
    if high is not None:
        above = exp.GTE if limits.get("strict_max") else exp.GT
        outside.append(above(this=value.copy(), expression=high))
    return outside
