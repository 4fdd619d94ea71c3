"""Dates and times out of text and numbers, and parts of them: by the form that all sample values have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

import yaml

from services.copilot.schema_match.column import Column
from services.copilot.schema_match.expression import Made, cast, column_sql, literal
from services.copilot.schema_match.kinds import family
from services.copilot.schema_match.vocabulary import told

_PARTS = ("year", "month", "day")
_ISO = frozenset({"YYYY-MM-DD", "YYYY-MM-DD HH24:MI:SS", "YYYY-MM-DDTHH24:MI:SS"})
_GUESSED = 0.15
_EITHER = 0.1


@cache
def _forms() -> Sequence[Mapping[str, Any]]:
    forms: list[Mapping[str, Any]] = yaml.safe_load(
        resources.files(__package__).joinpath("dates.yaml").read_text("utf-8")
    )["forms"]
    return forms


def form_of(samples: Sequence[str]) -> Mapping[str, Any] | None:
    """The first form that every value has; None where there is none, or no value."""
    values = [each.strip() for each in samples if each.strip()]
    if not values:
        return None
    return next((form for form in _forms() if all(_fits(value, form) for value in values)), None)


def _fits(value: str, form: Mapping[str, Any]) -> bool:
    digits = form.get("digits")
    if digits and (len(value) != digits or not value.isdigit()):
        return False
    try:
        return 1000 <= datetime.strptime(value, form["python"]).year <= 9999
    except ValueError:
        return False


def from_text(source: Column, target: Column) -> Made | None:
    """Text to a date or a time; a cast where the values are ISO, or nothing is known of them."""
    column = column_sql(source)
    if target.type == "time":
        return cast(column, target.type, "text is read as a time of day", _GUESSED)
    form = form_of(source.samples)
    if form is None:
        seen = "no sample value has a form that is known" if source.samples else "without sample values ISO is assumed"
        return cast(column, target.type, f"text becomes {target.type}; {seen}", _GUESSED)
    if form["name"] in _ISO:
        return cast(column, target.type, f"the values are ISO dates ({form['name']})")
    return _read(f"TRIM({column})", form, target, source.samples)


def numbered(source: Column, target: Column, form: Mapping[str, Any]) -> Made:
    """A number whose digits are a date."""
    return _read(f"CAST({column_sql(source)} AS VARCHAR)", form, target, source.samples)


def _read(text: str, form: Mapping[str, Any], target: Column, samples: Sequence[str]) -> Made:
    to_date = target.type == "date" and not form.get("time")
    sql = f"{'TO_DATE' if to_date else 'TO_TIMESTAMP'}({text}, {literal(form['sql'])})"
    if not to_date and target.type != "timestamp_tz":
        sql = cast(sql, target.type, "").sql
    other = next((each for each in _forms() if each["name"] == form.get("or")), None)
    either = other is not None and all(_fits(each.strip(), other) for each in samples if each.strip())
    why = f"the sample values are dates as {form['name']}"
    if either:
        why += f"; {form['or']} would fit them too, so check a day above 12"
    return Made(sql, why, computed=True, doubt=_EITHER if either else 0.0)


def part_of(source: Column, target: Column) -> Made | None:
    """Year, month or day of a date, where the target's name asks for it; else the date as the number YYYYMMDD."""
    part = asked_part(source, target)
    column = column_sql(source)
    if part:
        sql = f"CAST(EXTRACT({part.upper()} FROM {column}) AS {_whole(target)})"
        return Made(sql, f"the {part} of the date", computed=True)
    form = form_of(target.samples)
    if form is not None and form.get("digits"):
        sql = f"CAST(TO_CHAR({column}, {literal(form['sql'])}) AS {_whole(target)})"
        return Made(sql, f"the date's digits as {form['name']}", computed=True)
    sql = f"CAST(EXTRACT(EPOCH FROM {column}) AS BIGINT)"
    return Made(sql, "the time in seconds since 1970; check what number the target keeps", computed=True, doubt=0.2)


def asked_part(source: Column, target: Column) -> str:
    """The one part of a date that the target's name has and the source's has not; "" where there is none."""
    found = [part for part in _PARTS if part in told(target.name) and part not in told(source.name)]
    return found[0] if len(found) == 1 else ""


def parted(source: Column, target: Column) -> Made | None:
    """A date as text: in the form of the target's values, ISO where none are known."""
    form = form_of(target.samples)
    if form is None or family(source.type) != "time":
        return None
    sql = f"TO_CHAR({column_sql(source)}, {literal(form['sql'])})"
    return Made(sql, f"a date as text, written as the target's values are: {form['name']}", computed=True)


def _whole(target: Column) -> str:
    return "BIGINT" if target.type == "bigint" else "INTEGER"
