"""A function around a date column becomes a range that an index can serve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.optimize.facts import Reading
from services.copilot.sql.optimize.rewrite import Candidate, replaced

FIRST_YEAR, LAST_YEAR = 1800, 9000
"""Years within the range of every date type of the five dialects."""
_ZONED = re.compile(r"timestamp_?l?tz|with (local )?time zone|datetimeoffset")
# The beginning of a type's name → how its midnights are written.
_MARKS = (
    ("timestamp", "TIMESTAMP '{} 00:00:00'"),
    ("datetime", "TIMESTAMP '{} 00:00:00'"),
    ("seconddate", "TIMESTAMP '{} 00:00:00'"),
    ("date", "DATE '{}'"),
)
# SQL Server reads '2024-01-02' as a datetime by the session's language, but not with a T behind it.
_MSSQL_MARKS = (
    ("datetime2", "'{}'"),
    ("datetime", "'{}T00:00:00'"),
    ("smalldatetime", "'{}T00:00:00'"),
    ("date", "'{}'"),
)
_TITLE = "A function on a date column becomes a range of the column itself"
_IMPACT = "The condition can use an index or a partition on the column, which the function hides."
_YEAR_CALLS = frozenset({"year"})
_PART_CALLS = frozenset({"date_part", "datepart"})
_CUT_CALLS = frozenset({"date_trunc", "datetrunc"})
_MIRRORED = {"EQ": "EQ", "GT": "LT", "GTE": "LTE", "LT": "GT", "LTE": "GTE"}


@dataclass(frozen=True)
class Period:
    """From `first` up to, not including, `behind`."""

    first: date
    behind: date


def sargable_date(reading: Reading) -> Iterator[Candidate]:
    """YEAR(d) = 2024 → d >= … AND d < …, for columns whose type is known to be a date or a timestamp."""
    for node in reading.tree.find_all(exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
        kind, call, value = type(node).__name__, node.this, node.expression
        if isinstance(call, exp.Literal):
            kind, call, value = _MIRRORED[kind], node.expression, node.this
        found = _column_and_period(call, value)
        if found is None:
            continue
        column, period = found
        mark = _literal_maker(reading, column)
        if mark is None:
            continue
        text = _range(reading.text(column), kind, mark(period.first), mark(period.behind))
        if isinstance(node.parent, exp.Not):
            text = f"({text})"
        yield Candidate(
            "SARGABLE_DATE",
            _TITLE,
            _IMPACT,
            [replaced(reading, node, text)],
        )


def sargable_years(reading: Reading) -> Iterator[Candidate]:
    """YEAR(d) BETWEEN 2022 AND 2023 → d >= … AND d < …, on the same terms."""
    for node in reading.tree.find_all(exp.Between):
        unit, column = _unit_and_column(node.this)
        low, high = _year(node.args.get("low")), _year(node.args.get("high"))
        if unit != "year_number" or not isinstance(column, exp.Column) or low is None or high is None:
            continue
        mark = _literal_maker(reading, column)
        if mark is None or isinstance(node.parent, exp.Not):
            continue
        name = reading.text(column)
        text = f"{name} >= {mark(low.first)} AND {name} < {mark(high.behind)}"
        yield Candidate("SARGABLE_DATE", _TITLE, _IMPACT, [replaced(reading, node, text)])


def _range(column: str, kind: str, first: str, behind: str) -> str:
    texts = {
        "EQ": f"{column} >= {first} AND {column} < {behind}",
        "GT": f"{column} >= {behind}",
        "GTE": f"{column} >= {first}",
        "LT": f"{column} < {first}",
        "LTE": f"{column} < {behind}",
    }
    return texts[kind]


def _column_and_period(call: Any, value: Any) -> tuple[exp.Column, Period] | None:
    unit, column = _unit_and_column(call)
    if not isinstance(column, exp.Column) or not unit:
        return None
    period = _year(value) if unit == "year_number" else _period(unit, value)
    return (column, period) if period is not None else None


def _unit_and_column(call: Any) -> tuple[str, Any]:
    """What of which column: `year_number`, or a unit that the column is cut down to."""
    name = call_name(call)
    arguments: list[Any] = list(call.expressions)
    if isinstance(call, exp.Extract):
        return ("year_number" if call.this.name.lower() == "year" else ""), call.expression
    if isinstance(call, exp.Cast) and not isinstance(call, exp.TryCast):
        return ("day" if call.to.this == exp.DType.DATE else ""), call.this
    if name == "date" and len(arguments) == 1:
        return "day", arguments[0]
    if name in _YEAR_CALLS and len(arguments) == 1:
        return "year_number", arguments[0]
    if name in _PART_CALLS and len(arguments) == 2:
        return ("year_number" if _word(arguments[0]) in ("year", "yyyy", "yy") else ""), arguments[1]
    if name in _CUT_CALLS and len(arguments) == 2:
        unit = _word(arguments[0])
        return (unit if unit in ("year", "quarter", "month", "day") else ""), arguments[1]
    return "", None


def _word(node: Any) -> str:
    return str(node.name).lower()


def _year(value: Any) -> Period | None:
    if not isinstance(value, exp.Literal) or value.is_string or not value.name.isdigit():
        return None
    year = int(value.name)
    return Period(date(year, 1, 1), date(year + 1, 1, 1)) if FIRST_YEAR <= year <= LAST_YEAR else None


def _period(unit: str, value: Any) -> Period | None:
    """The period that begins at a date literal; None where none does."""
    first = _date(value)
    if first is None or not FIRST_YEAR <= first.year <= LAST_YEAR:
        return None
    if unit == "day":
        return Period(first, first + timedelta(days=1))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    if first.day != 1 or (first.month - 1) % months:
        return None
    month = first.month - 1 + months
    return Period(first, date(first.year + month // 12, month % 12 + 1, 1))


def _date(value: Any) -> date | None:
    """`'2024-05-01'`, `DATE '2024-05-01'`, `'2024-05-01'::date`, also with midnight behind it."""
    if isinstance(value, exp.Cast) and value.to.this in (exp.DType.DATE, exp.DType.TIMESTAMP):
        value = value.this
    if not isinstance(value, exp.Literal) or not value.is_string:
        return None
    text = value.name.removesuffix(" 00:00:00")
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _literal_maker(reading: Reading, column: exp.Column) -> Any:
    """How the dialect writes a midnight that compares with the column; None where that is not certain.

    A value with a time zone has another day in another session, but in PostgreSQL both sides take the session's.
    """
    kind = reading.type_of(column)
    if _ZONED.search(kind) and reading.dialect != "postgresql":
        return None
    marks = _MSSQL_MARKS if reading.dialect == "mssql" else _MARKS
    text = next((text for start, text in marks if kind.startswith(start)), "")
    return text.format if text else None
