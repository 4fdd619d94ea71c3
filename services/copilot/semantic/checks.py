"""What must hold between the entries of a glossary: names exist, joins lead to keys, expressions name known columns."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from sqlglot import exp

from services.copilot.semantic.expressions import ExpressionError, formula, names, row_expression
from services.copilot.semantic.model import Dimension, Filter, Glossary, Join, Measure, Metric, Table
from services.copilot.semantic.ways import Ways
from services.copilot.sql.nearest import nearest


def problems(glossary: Glossary) -> list[str]:
    """All of them, each with its place and remedy; empty: the glossary can be used."""
    found = [*_doubles(glossary)]
    rows: tuple[tuple[str, Iterable[object], Callable[..., Iterator[str]]], ...] = (
        ("tables", glossary.tables, _table),
        ("joins", glossary.joins, _join),
        ("measures", glossary.measures, _measure),
        ("metrics", glossary.metrics, _metric),
        ("dimensions", glossary.dimensions, _dimension),
        ("filters", glossary.filters, _filter),
    )
    for section, entries, check in rows:
        for number, entry in enumerate(entries):
            place = f"{section}[{number}] ({entry.name})"  # type: ignore[attr-defined]  # every entry has a name
            found.extend(f"{place}{problem}" for problem in check(entry, glossary))
    return found


def _doubles(glossary: Glossary) -> Iterator[str]:
    terms = (*glossary.metrics, *glossary.dimensions, *glossary.filters)
    for section, entries in (
        ("tables", glossary.tables),
        ("joins", glossary.joins),
        ("measures", glossary.measures),
        ("metrics, dimensions and filters", terms),
    ):
        for name, times in Counter(entry.name for entry in entries).items():
            if times > 1:
                yield f"{section}: {name} is there {times} times; rename all but one"


def _like(name: str, known: Iterable[str]) -> str:
    found = nearest(name, list(known))
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _column(table: Table, name: str) -> Iterator[str]:
    if name not in table.by_name:
        yield f": {table.name} has no column {name}{_like(name, table.by_name) or '; add it to the table'}"


def _known_table(name: str, glossary: Glossary, field: str) -> Iterator[str]:
    if name not in glossary.table:
        yield f".{field}: there is no table {name}{_like(name, glossary.table) or '; add it to tables'}"


def _table(table: Table, glossary: Glossary) -> Iterator[str]:
    for name, times in Counter(column.name for column in table.columns).items():
        if times > 1:
            yield f": the column {name} is there {times} times; remove all but one"
    for key in (table.primary_key, *table.unique_keys):
        for name in key:
            yield from _column(table, name)
    if table.time:
        home, _, name = table.time.column.rpartition(".")
        if home and home not in glossary.table:
            yield from _known_table(home, glossary, "time")
        else:
            yield from _column(glossary.table[home] if home else table, name)


def _join(join: Join, glossary: Glossary) -> Iterator[str]:
    missing = [*_known_table(join.source, glossary, "from"), *_known_table(join.target, glossary, "to")]
    if missing:
        yield from missing
        return
    if len(join.columns) != len(join.to_columns):
        yield ": columns and to_columns differ in number; name them in pairs"
    source, target = glossary.table[join.source], glossary.table[join.target]
    for name in join.columns:
        yield from _column(source, name)
    for name in join.to_columns:
        yield from _column(target, name)
    keys = [set(key) for key in (target.primary_key, *target.unique_keys) if key]
    if not any(key <= set(join.to_columns) for key in keys):
        yield (
            f": to_columns ({', '.join(join.to_columns)}) are no key of {target.name}, so rows could multiply; join to"
            " its primary_key, or name them in its unique_keys"
        )


def _over(text: str, table: Table, field: str, glossary: Glossary) -> Iterator[str]:
    """An expression over the columns of a table, written bare, or of one that it leads to, as table.column."""
    try:
        used = list(names(row_expression(text)))
    except ExpressionError as error:
        yield f".{field}: {error}; write SQL as PostgreSQL has it"
        return
    for home, name in used:
        if home and home not in glossary.table:
            yield from _known_table(home, glossary, field)
        elif home and not Ways(glossary).every(table.name, home):
            yield f".{field}: no joins lead from {table.name} to {home}; add them, or give the measure another table"
        else:
            yield from (f".{field}{problem}" for problem in _column(glossary.table[home] if home else table, name))


def _measure(measure: Measure, glossary: Glossary) -> Iterator[str]:
    if measure.table not in glossary.table:
        yield from _known_table(measure.table, glossary, "table")
        return
    table = glossary.table[measure.table]
    if not measure.value and measure.aggregate != "count":
        yield f": {measure.aggregate} of what? give value"
    for field, text in (("value", measure.value), ("where", measure.where)):
        if text:
            yield from _over(text, table, field, glossary)
    if measure.take and table.time is None:
        yield f".take: {table.name} has no time; give it one, or drop take"


def _metric(metric: Metric, glossary: Glossary) -> Iterator[str]:
    try:
        used = [name for _, name in names(formula(metric.formula))]
    except ExpressionError as error:
        yield f".formula: {error}; move the rest into a measure"
        return
    if not used:
        yield ".formula: names no measure; name at least one"
    for name in used:
        if name not in glossary.measure:
            yield f".formula: there is no measure {name}{_like(name, glossary.measure) or '; add it to measures'}"


def _via(via: tuple[str, ...], glossary: Glossary) -> Iterator[str]:
    joins = {join.name for join in glossary.joins}
    for name in via:
        if name not in joins:
            yield f".via: there is no join {name}{_like(name, joins) or '; name joins'}"


def _dimension(dimension: Dimension, glossary: Glossary) -> Iterator[str]:
    ways = [bool(dimension.column), bool(dimension.expression), bool(dimension.time_grain)]
    if sum(ways) != 1:
        yield ": give exactly one of column, expression and time_grain"
        return
    yield from _via(dimension.via, glossary)
    if dimension.time_grain:
        return
    if dimension.home not in glossary.table:
        yield from _known_table(dimension.home, glossary, "column" if dimension.column else "table")
        return
    table = glossary.table[dimension.home]
    if dimension.column:
        yield from (f".column{problem}" for problem in _column(table, dimension.column.rpartition(".")[2]))
    else:
        yield from _over(dimension.expression, table, "expression", glossary)


def _filter(each: Filter, glossary: Glossary) -> Iterator[str]:
    yield from _via(each.via, glossary)
    known = {parameter.name for parameter in each.parameters}
    for condition in each.conditions:
        yield from _condition(condition, known, glossary)
    for language, phrases in each.phrases.items():
        for phrase in phrases:
            if set(_fields(phrase)) != known:
                yield f".phrases.{language}: {phrase!r} must name each of its parameters once, as {{name}}"
    if known and not each.phrases:
        yield ": has parameters and no phrases; give phrases with {name}"


def _fields(text: str) -> list[str]:
    try:
        return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return ["{"]


def _condition(condition: str, known: set[str], glossary: Glossary) -> Iterator[str]:
    unknown = [name for name in _fields(condition) if name not in known]
    if unknown:
        yield f".conditions: {{{unknown[0]}}} is no parameter; add it to parameters"
        return
    try:
        tree = row_expression(condition.format(**dict.fromkeys(known, "1")))
    except ExpressionError as error:
        yield f".conditions: {error}; write SQL as PostgreSQL has it"
        return
    used = list(names(tree))
    if not used or not isinstance(tree, exp.Predicate | exp.Connector | exp.Not | exp.Paren):
        yield f".conditions: {condition!r} is no condition on table.column; write a comparison"
    if len({home for home, _ in used}) > 1:
        yield f".conditions: {condition!r} is on several tables; write one condition a table"
    for home, name in used:
        if home not in glossary.table:
            yield from _known_table(home or name, glossary, "conditions")
        else:
            yield from (f".conditions{problem}" for problem in _column(glossary.table[home], name))
