"""What each type of check measures in the rows of one node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlglot import exp

from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.quality.outcome import CannotCheckError, Found
from services.pipelines.runner.quality.rows import Rows, family, is_null, shown

Check = Mapping[str, Any]
DEVIATIONS = 3.0
"""Standard deviations of `statistical` where no threshold is given: the usual mark of an outlier."""
NAMED = 5
"""Columns that a message names."""


def row_count(check: Check, rows: Rows, _keys: list[str]) -> Found:
    (count,) = rows.count()
    limits = {key: check[key] for key in ("min", "max") if key in check}
    return Found(check.get("min", 0) <= count <= check.get("max", count), {"rows": count}, limits)


def null_percentage(check: Check, rows: Rows, _keys: list[str]) -> Found:
    """The share of nulls in the column that has the most."""
    names = rows.named(check.get("columns") or rows.columns)
    total, *nulls = rows.count(*map(is_null, names))
    shares = {name: count / total if total else 0.0 for name, count in zip(names, nulls, strict=True)}
    limit = check.get("threshold", 0)
    over = {name: share for name, share in shares.items() if share > limit}
    worst = round(max(shares.values(), default=0.0), 6)
    return Found(not over, {"rows": total, "share": worst}, {"threshold": limit}, _listed(over, "{:.0%}"))


def completeness(check: Check, rows: Rows, _keys: list[str]) -> Found:
    """The share of rows in which one of the columns is null."""
    names = rows.named(check.get("columns") or rows.columns)
    total, lacking = rows.count(exp.or_(*map(is_null, names)))
    share, limit = lacking / total if total else 0.0, check.get("threshold", 0)
    return Found(share <= limit, {"rows": total, "share": round(share, 6)}, {"threshold": limit})


def not_null(check: Check, rows: Rows, _keys: list[str]) -> Found:
    names = rows.named(check.get("columns") or rows.columns)
    total, *nulls = rows.count(*map(is_null, names))
    over = {name: count for name, count in zip(names, nulls, strict=True) if count}
    return Found(not over, {"rows": total, "nulls": sum(nulls)}, {"nulls": 0}, _listed(over, "{}"))


def duplicate(check: Check, rows: Rows, keys: list[str]) -> Found:
    """The share of rows that repeat an earlier one: in the columns, or else the keys, or else everywhere."""
    total, surplus, names = _repeated(check, rows, keys)
    share, limit = surplus / total if total else 0.0, check.get("threshold", 0)
    measures = {"rows": total, "repeated": surplus, "share": round(share, 6)}
    return Found(share <= limit, measures, {"threshold": limit}, ", ".join(names))


def unique(check: Check, rows: Rows, keys: list[str]) -> Found:
    total, surplus, names = _repeated(check, rows, keys)
    return Found(not surplus, {"rows": total, "repeated": surplus}, {"repeated": 0}, ", ".join(names))


def _repeated(check: Check, rows: Rows, keys: list[str]) -> tuple[int, int, list[str]]:
    names = rows.named(check.get("columns") or keys or rows.columns)
    groups = [_comparable(rows, name) for name in names]
    each = exp.select(sql.alias(exp.Count(this=exp.Star()), "n")).from_(sql.table(rows.view)).group_by(*groups)
    found = exp.select(exp.Sum(this=sql.column("n")), exp.Count(this=exp.Star())).from_(sql.subquery(each, "g"))
    ((total, different),) = rows.ask(found)
    return int(total or 0), int(total or 0) - different, names


def _comparable(rows: Rows, name: str) -> exp.Expr:
    """A column; as text where its type knows no equality."""
    column = sql.column(name)
    return sql.cast(column, "text") if family(rows.columns[name]) == "json" else column


def range_(check: Check, rows: Rows, _keys: list[str]) -> Found:
    names = rows.named(check.get("columns") or rows.numbers())
    limits = {key: check[key] for key in ("min", "max") if key in check}
    if not names or not limits:
        raise CannotCheckError("it names no `columns` that hold numbers, or neither `min` nor `max`")
    sides = [(exp.LT, "min"), (exp.GT, "max")]
    outside = [
        exp.or_(
            *(side(this=sql.column(name), expression=sql.literal(limits[key])) for side, key in sides if key in limits)
        )
        for name in names
    ]
    total, *beyond = rows.count(*outside)
    over = {name: count for name, count in zip(names, beyond, strict=True) if count}
    return Found(not over, {"rows": total, "outside": sum(beyond)}, limits, _listed(over, "{}"))


def regex(check: Check, rows: Rows, _keys: list[str]) -> Found:
    """Texts without a match; nulls are not looked at."""
    if "pattern" not in check or not check.get("columns"):
        raise CannotCheckError("it needs `pattern` and `columns`")
    names = rows.named(check["columns"])
    pattern = sql.literal(check["pattern"])
    other = [
        exp.Not(this=exp.RegexpLike(this=sql.cast(sql.column(name), "text"), expression=pattern)) for name in names
    ]
    total, *unlike = rows.count(*other)
    over = {name: count for name, count in zip(names, unlike, strict=True) if count}
    return Found(not over, {"rows": total, "unlike": sum(unlike)}, {"unlike": 0}, _listed(over, "{}"))


def freshness(check: Check, rows: Rows, _keys: list[str]) -> Found:
    """The age of the youngest row in hours; a moment without a time zone is read as UTC."""
    dated = [name for name, kind in rows.columns.items() if family(kind) in ("date", "timestamp")]
    names = rows.named(check.get("columns") or dated[:1])
    if not names or "threshold" not in check:
        raise CannotCheckError("it needs a `threshold` in hours, and a column that holds dates")
    (newest,) = rows.one(exp.Max(this=sql.column(names[0])))
    if newest is None:
        return Found(False, {"hours": None}, {"threshold": check["threshold"]}, f"{names[0]} holds no date")
    hours = round((datetime.now(UTC) - _moment(newest)).total_seconds() / 3600, 2)
    return Found(hours <= check["threshold"], {"hours": hours}, {"threshold": check["threshold"]}, names[0])


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise CannotCheckError(f"its column holds no dates, but {str(value)[:40]}")


def statistical(check: Check, rows: Rows, _keys: list[str]) -> Found:
    """Values further from their column's mean than some standard deviations (of the population)."""
    names = rows.named(check.get("columns") or rows.numbers())
    if not names:
        raise CannotCheckError("there is no column that holds numbers")
    limit = check.get("threshold", DEVIATIONS)
    values = [sql.cast(sql.column(name), "double") for name in names]
    spread = rows.one(*(each for value in values for each in (exp.Avg(this=value), exp.StddevPop(this=value.copy()))))
    far = [
        exp.GT(
            this=exp.Abs(this=exp.paren(exp.Sub(this=value.copy(), expression=sql.literal(float(mean or 0))))),
            expression=sql.literal(float(deviation or 0) * limit),
        )
        for value, mean, deviation in zip(values, spread[::2], spread[1::2], strict=True)
    ]
    total, *outliers = rows.count(*far)
    over = {name: count for name, count in zip(names, outliers, strict=True) if count}
    return Found(not over, {"rows": total, "outliers": sum(outliers)}, {"threshold": limit}, _listed(over, "{}"))


def _listed(over: Mapping[str, Any], form: str) -> str:
    named = [f"{name} {form.format(shown(value))}" for name, value in list(over.items())[:NAMED]]
    return ", ".join(named) + (f", and {len(over) - NAMED} more" if len(over) > NAMED else "")


Measure = Callable[[Check, Rows, list[str]], Found]
MEASURES: dict[str, Measure] = {
    "row_count": row_count,
    "null_percentage": null_percentage,
    "completeness": completeness,
    "not_null": not_null,
    "duplicate": duplicate,
    "unique": unique,
    "range": range_,
    "regex": regex,
    "freshness": freshness,
    "statistical": statistical,
}
