"""Numbers out of text, numbers that are dates or truth values, and numbers in another unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.copilot.schema_match.codes import truth, unit_of
from services.copilot.schema_match.column import Column
from services.copilot.schema_match.datetimes import form_of, numbered
from services.copilot.schema_match.expression import Made, case_of, cast, column_sql
from services.copilot.schema_match.kinds import family

_PLAIN = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*\Z")
_COMMA = re.compile(r"\s*[+-]?\d{1,3}(?:[ \u00a0.]?\d{3})*,\d+\s*\Z")
_SPACED = re.compile(r"\s*[+-]?\d{1,3}(?:[ \u00a0]\d{3})+(?:\.\d+)?\s*\Z")
_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s*\Z")
_SECONDS, _MILLIS = re.compile(r"1\d{9}\Z"), re.compile(r"1\d{12}\Z")


def number_from_text(source: Column, target: Column) -> Made | None:
    """Text to a number, by how the sample values write it."""
    column, values = column_sql(source), [each for each in source.samples if each.strip()]
    unit = _ratio(source, target)
    made = _number_text(column, values, target.type)
    if unit and made is not None:
        return Made(f"{made.sql} {unit[0]}", f"{made.why}; {unit[1]}", computed=True, doubt=made.doubt)
    return made


def _number_text(column: str, values: Sequence[str], type_: str) -> Made | None:
    if not values:
        return cast(column, type_, f"text becomes {type_}; there are no sample values to check", 0.1)
    if _all(_PLAIN, values):
        return cast(column, type_, f"the sample values are numbers; text becomes {type_}")
    text = f"REPLACE(REPLACE({column}, ' ', ''), CHR(160), '')"
    for pattern, change, why in (
        (_SPACED, "{}", "the digits are grouped by spaces"),
        (_THOUSANDS, "REPLACE({}, ',', '')", "the digits are grouped by commas"),
        (_COMMA, "REPLACE(REPLACE({}, '.', ''), ',', '.')", "the sample values have a decimal comma"),
    ):
        if all(pattern.match(value) or _PLAIN.match(value) for value in values) and not _dotted(pattern, values):
            return Made(cast(change.format(text), type_, "").sql, why, computed=True)
    bad = next(value for value in values if not _PLAIN.match(value))
    return cast(column, type_, f"not every sample value is a number ({bad[:20]!r})", 0.3)


def _dotted(pattern: re.Pattern[str], values: Sequence[str]) -> bool:
    """Whether values with a decimal point stand beside ones with a decimal comma: then neither reading is right."""
    return pattern is _COMMA and any("." in value and "," not in value for value in values)


def _all(pattern: re.Pattern[str], values: Sequence[str]) -> bool:
    return all(pattern.match(value) for value in values)


def from_number(source: Column, target: Column) -> Made | None:
    """A number that is a date: its digits (YYYYMMDD), or seconds or milliseconds since 1970."""
    column, values = column_sql(source), [each.strip() for each in source.samples if each.strip()]
    form = form_of(values)
    if form is not None and form.get("digits"):
        return numbered(source, target, form)
    for pattern, sql, why in (
        (_SECONDS, f"TO_TIMESTAMP({column})", "seconds since 1970"),
        (_MILLIS, f"TO_TIMESTAMP({column} / 1000.0)", "milliseconds since 1970"),
    ):
        if values and _all(pattern, values):
            return _instant(sql, target, why, 0.0)
    return _instant(f"TO_TIMESTAMP({column})", target, "taken for seconds since 1970; no sample value tells", 0.3)


def _instant(sql: str, target: Column, why: str, doubt: float) -> Made:
    done = sql if target.type == "timestamp_tz" else cast(sql, target.type, "").sql
    return Made(done, why, computed=True, doubt=doubt)


def converted(source: Column, target: Column) -> Made | None:
    """A number in another unit, by what the names say; None where they do not."""
    unit = _ratio(source, target)
    if not unit:
        return None
    return Made(cast(f"{column_sql(source)} {unit[0]}", target.type, "").sql, unit[1], computed=True)


def _ratio(source: Column, target: Column) -> tuple[str, str] | None:
    mine, theirs = unit_of(source), unit_of(target)
    if mine is None or theirs is None or mine.dimension != theirs.dimension or mine.size == theirs.size:
        return None
    ratio = mine.size / theirs.size
    sign = f"* {ratio:.10g}" if ratio > 1 else f"/ {1 / ratio:.10g}.0"
    note = " (1024 to the next; check whether 1000 is meant)" if mine.dimension == "bytes" else ""
    return sign, f"{mine.word} become {theirs.word}{note}"


def truth_from(source: Column, target: Column) -> Made | None:
    """Yes and no out of text or numbers."""
    column = column_sql(source)
    if family(source.type) == "number":
        return Made(f"{column} <> 0", "a number other than 0 is true", computed=True)
    arms = truth()
    why = "words for yes and no" if source.samples else "words for yes and no; there are no sample values to check"
    sql = case_of(column, [(arms[0], "TRUE"), (arms[1], "FALSE")])
    unknown = [each for each in source.samples if each.strip() and each.strip().upper() not in {*arms[0], *arms[1]}]
    if unknown:
        why += f"; {unknown[0][:20]!r} is neither and becomes null"
    return Made(sql, why, computed=True, doubt=0.2 if unknown else 0.0)
