"""Rows made up for the tables of a statement, always the same for the same seed.

Values come from the literals that the statement compares a column with, and from next to them, so that its conditions
are met and just missed; joined columns meet because all draw from small pools; keys are unique and never null.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.sql_dialects import DIALECT_NAMES

_DTYPE = exp.DType
_FAMILIES: Mapping[str, tuple[Any, ...]] = {
    "whole": (_DTYPE.INT, _DTYPE.BIGINT, _DTYPE.SMALLINT, _DTYPE.TINYINT, _DTYPE.UTINYINT, _DTYPE.MEDIUMINT),
    "decimal": (_DTYPE.DECIMAL, _DTYPE.MONEY, _DTYPE.SMALLMONEY, _DTYPE.BIGDECIMAL),
    "float": (_DTYPE.DOUBLE, _DTYPE.FLOAT),
    "text": (_DTYPE.VARCHAR, _DTYPE.NVARCHAR, _DTYPE.TEXT, _DTYPE.CHAR, _DTYPE.NCHAR, _DTYPE.NAME),
    "date": (_DTYPE.DATE,),
    "timestamp": (_DTYPE.TIMESTAMP, _DTYPE.DATETIME, _DTYPE.DATETIME2, _DTYPE.SMALLDATETIME, _DTYPE.TIMESTAMP_S),
    "timestamp_ntz": (_DTYPE.TIMESTAMPNTZ,),
    "timestamp_tz": (_DTYPE.TIMESTAMPTZ, _DTYPE.TIMESTAMPLTZ),
    "boolean": (_DTYPE.BOOLEAN, _DTYPE.BIT),
    "time": (_DTYPE.TIME,),
}
_STORED = {
    "whole": "BIGINT",
    "decimal": "DECIMAL(18, 4)",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamp_ntz": "TIMESTAMP",
    "timestamp_tz": "TIMESTAMPTZ",
    "boolean": "BOOLEAN",
    "time": "TIME",
}
_YEARS = range(1800, 9001)
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d")
_MIDNIGHT = time(0)


@dataclass(frozen=True)
class MadeTable:
    """A table to fill: columns are (name, family); `key` are names."""

    name: str
    columns: Sequence[tuple[str, str]]
    key: frozenset[str]

    def ddl(self, schema: str) -> str:
        listed = ", ".join(f"{_quoted(name)} {_STORED[family]}" for name, family in self.columns)
        return f"CREATE TABLE {self.quoted(schema)} ({listed})"

    def quoted(self, schema: str) -> str:
        return f"{schema}.{_quoted(self.name)}"


@dataclass(frozen=True)
class RowSet:
    """How rows are made: at most `count` a table, a share of nulls, a share of rows that repeat others.

    `empty`: the number of the one table that has none; None where all have.
    """

    seed: int
    count: int
    nulls: float = 0.0
    repeats: float = 0.0
    empty: int | None = None


ROW_SETS = (
    RowSet(1, 8),
    RowSet(2, 14, nulls=0.12),
    RowSet(3, 14, nulls=0.4, repeats=0.2),
    RowSet(4, 12, repeats=0.6),
    RowSet(5, 40, nulls=0.08, repeats=0.2),
    RowSet(6, 36, nulls=0.2),
    RowSet(7, 1),
    RowSet(8, 0),
)
MOST_EMPTIED = 4
"""Tables that are emptied one by one, with rows in the others."""


def row_sets(tables: int) -> list[RowSet]:
    emptied = [RowSet(20 + number, 10, nulls=0.3, empty=number) for number in range(min(tables, MOST_EMPTIED))]
    return [*ROW_SETS, *(emptied if tables > 1 else [])]


def family_of(type_text: str, dialect: str) -> str:
    """The kind of values of a described type; "" where none are made for it."""
    try:
        kind = exp.DataType.build(type_text, dialect=DIALECT_NAMES[dialect])
    except (SqlglotError, ValueError):
        return ""
    return next((family for family, kinds in _FAMILIES.items() if kind.this in kinds), "")


@dataclass
class Literals:
    """The literals of statements, by the folded name of the column they stand beside; "" for all others."""

    by_column: dict[str, list[exp.Literal]] = field(default_factory=dict)

    def add(self, tree: exp.Expr) -> None:
        for literal in tree.find_all(exp.Literal):
            above = literal.parent
            while above is not None and not isinstance(above, exp.Predicate | exp.In | exp.Between | exp.Query):
                above = above.parent
            beside = [] if above is None or isinstance(above, exp.Query) else list(above.find_all(exp.Column))
            for name in {column.name.lower() for column in beside} or {""}:
                self.by_column.setdefault(name, []).append(literal)

    def of(self, column: str) -> list[exp.Literal]:
        return self.by_column.get(column.lower(), [])


def rows(tables: Sequence[MadeTable], literals: Literals, how: RowSet) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by table name."""
    made = {}
    for number, table in enumerate(tables):
        chance = random.Random(f"{how.seed} {table.name}")  # noqa: S311 - the same rows each time, nothing secret
        made[table.name] = [] if how.empty == number else list(_rows(table, literals, how, chance))
    return made


def _rows(table: MadeTable, literals: Literals, how: RowSet, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    pools = [_pool(family, literals.of(name), literals.of("")) for name, family in table.columns]
    keys: set[tuple[Any, ...]] = set()
    previous: list[tuple[Any, ...]] = []
    for number in range(how.count):
        row = list(chance.choice(previous)) if previous and chance.random() < how.repeats else []
        row = row or [_drawn(pool, how.nulls, chance) for pool in pools]
        for at, (name, family) in enumerate(table.columns):
            if name in table.key and (row[at] is None or chance.random() < 0.8):
                row[at] = _key(family, number, pools[at])
        key = tuple(row[at] for at, (name, _) in enumerate(table.columns) if name in table.key)
        if table.key and key in keys:
            continue
        keys.add(key)
        previous.append(tuple(row))
        yield tuple(row)


@dataclass(frozen=True)
class _Pool:
    own: Sequence[Any]
    others: Sequence[Any]


def _drawn(pool: _Pool, nulls: float, chance: random.Random) -> Any:
    if chance.random() < nulls:
        return None
    return chance.choice(pool.own if pool.own and chance.random() < 0.7 else pool.others)


def _key(family: str, number: int, pool: _Pool) -> Any:
    values = [*dict.fromkeys([*pool.own, *pool.others])]
    if family == "whole":
        return number
    if family == "text":
        return values[number] if number < len(values) else f"k{number}"
    return values[number % len(values)]


def _pool(family: str, own: Sequence[exp.Literal], others: Sequence[exp.Literal]) -> _Pool:
    maker, base = _POOLS[family]
    near = [value for literal in own for value in maker(literal)]
    return _Pool(near, [*base, *(value for literal in others[:6] for value in maker(literal))])


def _whole(literal: exp.Literal) -> Iterable[Any]:
    number = _number(literal)
    if number is None or abs(number) >= 2**62:
        return []
    whole = int(number)
    return [whole, whole, whole - 1, whole + 1]


def _decimals(literal: exp.Literal) -> Iterable[Any]:
    number = _number(literal)
    if number is None or abs(number) >= 10**13:
        return []
    return [number, number, number - Decimal("0.01"), number + Decimal("0.01")]


def _floats(literal: exp.Literal) -> Iterable[Any]:
    return [float(value) for value in _decimals(literal)]


def _number(literal: exp.Literal) -> Decimal | None:
    try:
        number = Decimal(literal.name)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _texts(literal: exp.Literal) -> Iterable[Any]:
    text = literal.name
    if not literal.is_string:
        return [text]
    bare = text.replace("%", "").replace("_", "x")
    found = [text, text, text, bare, bare.upper(), bare.lower(), f"{bare}x", f"x{bare}", f"{bare} ", f" {bare}"]
    return [*found, f"x{bare}x"] if "%" in text else found


def _dates(literal: exp.Literal) -> Iterable[Any]:
    number = _number(literal)
    if not literal.is_string and number is not None and int(number) in _YEARS:
        year = int(number)
        return [date(year, 1, 1), date(year, 6, 15), date(year, 12, 31), date(year - 1, 12, 31), date(year + 1, 1, 1)]
    moment = _moment(literal)
    if moment is None:
        return []
    day = moment.date()
    return [day, day, day - timedelta(days=1), day + timedelta(days=1), day.replace(day=1), day + timedelta(days=31)]


def _moments(literal: exp.Literal) -> Iterable[Any]:
    ends = [moment for day in _dates(literal) for moment in (_at(day), _at(day, time(23, 59, 59, 999000)))]
    exact = _moment(literal)
    return [*ends, *([exact, exact + timedelta(seconds=1), exact - timedelta(seconds=1)] if exact else [])]


def _zoned(literal: exp.Literal) -> Iterable[Any]:
    return [moment.replace(tzinfo=UTC) for moment in _moments(literal)]


def _moment(literal: exp.Literal) -> datetime | None:
    if not literal.is_string or not _ISO.match(literal.name):
        return None
    try:
        moment = datetime.fromisoformat(literal.name).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if moment.year in _YEARS else None


def _at(day: date, clock: time = _MIDNIGHT) -> datetime:
    return datetime.combine(day, clock)


def _times(literal: exp.Literal) -> Iterable[Any]:
    try:
        return [time.fromisoformat(literal.name)]
    except ValueError:
        return []


_DAYS = [
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2024, 2, 29),
    date(2024, 5, 31),
    date(2024, 12, 31),
    date(2025, 1, 1),
]
_MOMENTS = [_at(day, clock) for day in _DAYS for clock in (_MIDNIGHT, time(13, 30), time(23, 59, 59, 999000))]
_POOLS: Mapping[str, tuple[Any, Sequence[Any]]] = {
    "whole": (_whole, [0, 1, 2, 3, 4, 5, -1, 7]),
    "decimal": (_decimals, [Decimal(text) for text in ("0", "1", "2", "2.5", "-1", "10", "0.01")]),
    "float": (_floats, [0.0, 1.0, 2.0, 2.5, -1.0, 10.0]),
    "text": (_texts, ["a", "b", "A", "B", "", "ab", "a ", "1", "2"]),
    "date": (_dates, _DAYS),
    "timestamp": (_moments, _MOMENTS),
    "timestamp_ntz": (_moments, _MOMENTS),
    "timestamp_tz": (_zoned, [moment.replace(tzinfo=UTC) for moment in _MOMENTS]),
    "boolean": (lambda _literal: [], [True, False]),
    "time": (_times, [_MIDNIGHT, time(12), time(23, 59, 59)]),
}


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("duckdb")
