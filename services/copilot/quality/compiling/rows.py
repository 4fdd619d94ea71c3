"""Rules about rows: for each, which rows are looked at and which of these fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlglot import exp

from services.copilot.quality.compiling.building import (
    Builder,
    bounds,
    counted,
    filled,
    number,
    untrue,
)
from services.copilot.quality.compiling.formats import DATE_SHAPES, format_pattern
from services.copilot.quality.compiling.regexes import matches
from services.copilot.quality.rule import RefusedRuleError, Rule


@dataclass(frozen=True)
class RowCheck:
    """`considered`: None is every row; `failing` is tested on these alone; `source` is read instead of the table."""

    failing: exp.Expr
    considered: exp.Expr | None = None
    source: exp.Expr | None = None


def not_null(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    names = [rule.column] if rule.column else list(rule.parameters.get("columns") or ())
    if not names:
        raise RefusedRuleError("NOT_NULL: name a column")
    return RowCheck(exp.or_(*(_missing(build, name, rule) for name in names)))


def _missing(build: Builder, name: str, rule: Rule) -> exp.Expr:
    column = build.column(name)
    missing: exp.Expr = exp.Is(this=column, expression=exp.Null())
    if rule.parameters.get("blank") and build.family(name) in ("text", ""):
        blank = exp.EQ(this=exp.Trim(this=build.text(name)), expression=exp.Literal.string(""))
        missing = exp.or_(missing, blank)
    return missing


def unique(rule: Rule, build: Builder, source: exp.Expr) -> RowCheck:
    """Rows whose values stand in another row too; `within_row`: columns of one row that are equal."""
    names = list(rule.parameters.get("columns") or ([rule.column] if rule.column else ()))
    if not names:
        raise RefusedRuleError("UNIQUE: name a column, or several that together don't repeat")
    columns = [build.column(name) for name in names]
    considered = considered_rows(columns, rule.parameters.get("ignore_nulls", "all" if len(names) > 1 else "any"))
    if rule.parameters.get("within_row"):
        if len(columns) < 2:
            raise RefusedRuleError("UNIQUE: within_row needs at least two columns")
        return RowCheck(exp.or_(*(_same(left, right) for left, right in combinations(columns, 2))), considered)
    listed = ", ".join(build.sql(each) for each in columns)
    inner = windowed(build, source, f"COUNT(*) OVER (PARTITION BY {listed})", "dq_repeated")
    failing = exp.GT(this=exp.column("dq_repeated"), expression=number(1))
    return RowCheck(failing, considered, inner.subquery("q"))


def windowed(build: Builder, source: exp.Expr, window: str, name: str) -> exp.Select:
    """Everything of a source, with a window function's value under a name."""
    read = exp.alias_(source, "r", table=True) if isinstance(source, exp.Table) else source
    everything = exp.Column(this=exp.Star(), table=exp.to_identifier(read.alias))
    return exp.select(everything, exp.alias_(build.read(window), name)).from_(read)


def _same(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    empty = exp.and_(*(exp.Is(this=each.copy(), expression=exp.Null()) for each in (left, right)))
    return exp.or_(exp.EQ(this=left.copy(), expression=right.copy()), empty)


def considered_rows(columns: Sequence[exp.Expr], ignore: object) -> exp.Expr | None:
    """Rows that are looked at: `any` leaves out those with a null in any of the columns, `all` those with nothing."""
    joins: Mapping[object, Callable[..., exp.Expr]] = {"any": exp.and_, "all": exp.or_}
    if ignore == "none":
        return None
    if ignore not in joins:
        raise RefusedRuleError(f"ignore_nulls: {ignore!r} is none of any, all, none")
    return joins[ignore](*filled(columns))


def range_(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """Values outside of bounds, or outside of a set, or lengths outside of bounds."""
    given, name = rule.parameters, its_column(rule)
    column = build.column(name)
    considered = exp.and_(*filled([column]))
    if "values" in given or "not_values" in given:
        return RowCheck(_outside_of_set(rule, build), considered)
    low, high = given.get("min"), given.get("max")
    if low is None and high is None:
        raise RefusedRuleError("RANGE: give `min`, `max` or both, or `values`")
    if given.get("measure") == "length":
        value = build.length(name)
        low, high = (_whole(each, "RANGE of a length") for each in (low, high))
        return RowCheck(exp.or_(*bounds(value, dict(given), _number(low), _number(high))), considered)
    value, literals = _compared(rule, build, low, high)
    failing = exp.or_(*bounds(value, dict(given), *literals))
    return RowCheck(untrue(exp.not_(exp.paren(failing))) if given.get("as") == "number" else failing, considered)


def _compared(
    rule: Rule, build: Builder, low: object, high: object
) -> tuple[exp.Expr, tuple[exp.Expr | None, exp.Expr | None]]:
    name, kind = rule.column, build.family(rule.column)
    given = [each for each in (low, high) if each is not None]
    if all(_is_number(each) for each in given) and given:
        if len(given) == 2 and low > high:  # type: ignore[operator]  # numbers, as just tested
            raise RefusedRuleError(f"min: {low} is greater than max, {high}")
        if kind == "text" and rule.parameters.get("as") != "number":
            raise RefusedRuleError(f"{name} is text, its bounds are numbers; say `as: number` to read it as a number")
        if kind in ("date", "timestamp", "boolean"):
            raise RefusedRuleError(f"{name} is {kind}, its bounds are numbers")
        value = build.number(name) if rule.parameters.get("as") == "number" and kind == "text" else build.column(name)
        return value, (_number(low), _number(high))
    if any(_is_number(each) for each in given) or kind in ("number", "integer", "boolean"):
        raise RefusedRuleError(f"{name}: bounds {given} and column differ in type")
    return build.column(name), (moment(build, low, kind), moment(build, high, kind))


def moment(build: Builder, value: object, kind: Any) -> exp.Expr | None:
    """A bound: a date, a text, or `{"now_minus_hours": 24}`. Raises RefusedRuleError."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        hours = value.get("now_minus_hours")
        if set(value) != {"now_minus_hours"} or not _is_number(hours):
            raise RefusedRuleError(f"{dict(value)!r} is no bound; give a value or {{'now_minus_hours': 24}}")
        return build.fill(build.syntax.now) if not hours else build.ago(float(hours))
    return build.value(value, kind)


def _outside_of_set(rule: Rule, build: Builder) -> exp.Expr:
    negated = "not_values" in rule.parameters
    values = rule.parameters["not_values" if negated else "values"]
    if not isinstance(values, list | tuple):
        raise RefusedRuleError("values: give a list")
    kind = build.family(rule.column)
    literals = [build.value(each, kind) for each in values if each is not None]
    column = build.column(rule.column)
    if kind == "text" and any(_is_number(each) for each in values):
        literals = [exp.Literal.string(str(each)) for each in values if each is not None]
    if kind in ("number", "integer") and any(isinstance(each, str) for each in values):
        raise RefusedRuleError(f"{rule.column} holds numbers, the values {list(values)[:5]} are texts")
    if not literals:
        return exp.EQ(this=number(1), expression=number(0 if negated else 1))
    member = exp.In(this=column, expressions=literals)
    return member if negated else exp.Not(this=member)


def regex(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """Texts that don't match; `patterns` with `match: any` or `all`, `like` patterns, `format`, `json`."""
    given, name = rule.parameters, its_column(rule)
    column = build.column(name)
    considered = exp.and_(*filled([column]))
    if (given.get("format") or given.get("json")) and build.family(name) not in ("text", ""):
        raise RefusedRuleError(f"{name} is {build.family(name)}: a format is one of text")
    good = _good(rule, build, name)
    if given.get("checksum"):
        from services.copilot.quality.compiling.checksums import wrong_checksum

        return RowCheck(wrong_checksum(build, build.text(name), good, given["checksum"]), considered)
    return RowCheck(good if given.get("negate") else exp.Not(this=exp.paren(good)), considered)


def _good(rule: Rule, build: Builder, name: str) -> exp.Expr:
    given, text = rule.parameters, build.text(name)
    joined = exp.or_ if given.get("match", "any") == "any" else exp.and_
    if given.get("json"):
        if not build.syntax.is_json:
            raise RefusedRuleError(f"{build.dialect} has no test for whether a text is JSON")
        return build.fill(build.syntax.is_json, text=text)
    if given.get("like") is not None:
        likes = [given["like"]] if isinstance(given["like"], str) else list(given["like"])
        if not likes:
            raise RefusedRuleError("like: give at least one pattern")
        return joined(*(exp.Like(this=text.copy(), expression=exp.Literal.string(str(each))) for each in likes))
    patterns = _patterns(given)
    return joined(*(matches(build, text.copy(), pattern) for pattern in patterns))


def _patterns(given: Mapping[str, Any]) -> list[str]:
    if given.get("format") == "any_date":
        return list(DATE_SHAPES)
    if given.get("format"):
        return [format_pattern(given["format"])]
    patterns = given.get("patterns")
    found = list(patterns) if isinstance(patterns, list | tuple) else []
    found += [given["pattern"]] if given.get("pattern") is not None else []
    if not found:
        raise RefusedRuleError("REGEX: give `pattern`, `patterns`, `like` or `format`")
    return found


def completeness_of_columns(build: Builder, rule: Rule) -> exp.Expr:
    """How many rows have the column filled."""
    return counted(exp.not_(exp.paren(_missing(build, rule.column, rule))))


def its_column(rule: Rule) -> str:
    if not rule.column:
        raise RefusedRuleError(f"{rule.type}: name a column")
    return rule.column


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> exp.Expr | None:
    return None if value is None else number(value)


def finite(value: Any, name: str) -> float:
    if not _is_number(value):
        raise RefusedRuleError(f"{name}: {value!r} is no number")
    return float(value) if isinstance(value, float) else value


def _whole(value: Any, name: str) -> int | None:
    if value is not None and (not _is_number(value) or value != int(value)):
        raise RefusedRuleError(f"{name}: {value!r} is no whole number")
    return None if value is None else int(value)
