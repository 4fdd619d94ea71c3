"""The rules: for each way from a dialect to another, which rewrite applies to which node.

A rewrite gives the new expression, or none where the old one stays. Stages run one after another, and types are
inferred anew before each; within a stage the innermost expressions come first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from services.sql_dialects.transpile import (
    booleans,
    changes,
    concatenated,
    dates,
    definitions,
    formats,
    kinds,
    names,
    numbers,
    outward,
    outward_dates,
    pivot,
    projection,
    qualified,
    semistructured,
    shape,
    text,
    unnested,
)
from services.sql_dialects.transpile.reading import ANY, calls
from services.sql_dialects.transpile.templates import filled, put
from services.sql_dialects.transpile.work import Work, called

ENGINES = ("postgresql", "duckdb")
ALL = ("postgresql", "mssql", "snowflake", "teradata", "sap_hana", "duckdb")
CUTTING = numbers.CUTTING
WAREHOUSES = ("mssql", "snowflake", "teradata", "sap_hana")


def by_template(node: exp.Expr, work: Work) -> exp.Expr | None:
    """A call of calls.tsv."""
    name = called(node)
    arguments = node.expressions if name else []
    row = calls().get((work.read, name, len(arguments))) or calls().get((work.read, name, ANY))
    if row is None:
        return None
    if row.caution:
        work.caution(row.caution, node)
    template = row.templates[work.write]
    if template.isidentifier() and arguments:
        return exp.Anonymous(this=template, expressions=[each.copy() for each in arguments])
    return filled(template, arguments)


@dataclass(frozen=True)
class Rule:
    rewrite: Any  # work.Rewrite, or one that only adds cautions
    read: tuple[str, ...]
    write: tuple[str, ...] = ENGINES


STAGES: tuple[tuple[Rule, ...], ...] = (
    (  # as the source means it: names, options, what is a table
        Rule(shape.options, ALL, ALL),
        Rule(shape.implicit_where, ("mssql",), ALL),
        Rule(names.temporary, ("mssql",), ALL),
        Rule(shape.numbers_table, ("mssql",)),
        Rule(names.place, ALL, ALL),
        Rule(shape.split, ("mssql",)),
        Rule(shape.apply, ("mssql",)),
        Rule(shape.series, ("sap_hana",)),
        Rule(projection.star, ("snowflake", "duckdb"), ("postgresql",)),
        Rule(projection.group_all, ("snowflake", "duckdb"), tuple(each for each in ALL if each != "duckdb")),
        Rule(projection.aliases, ("snowflake", "teradata"), ("postgresql", "mssql", "sap_hana")),
        Rule(shape.dummy, ("sap_hana",), ALL),
        Rule(shape.bare_word, ("sap_hana", "snowflake")),
        Rule(shape.volatile, ("teradata",)),
        Rule(shape.sample, ALL, ("postgresql",)),
        Rule(unnested.flatten, ("snowflake",), tuple(each for each in ALL if each != "snowflake")),
        Rule(unnested.split_to_table, ("snowflake",), ("postgresql",)),
        Rule(unnested.generator, ("snowflake",)),
        Rule(unnested.open_json, ("mssql",), ("postgresql",)),
        Rule(concatenated.for_xml, ("mssql",)),
        Rule(concatenated.array, ("snowflake",)),
        Rule(unnested.values, ("snowflake",)),
        Rule(shape.recursive, ALL, ENGINES),
        Rule(names.case, ALL, ALL),
    ),
    (  # calls
        Rule(formats.convert, ("mssql",)),
        Rule(formats.dotnet_format, ("mssql",)),
        Rule(formats.format_phrase, ("teradata",)),
        Rule(formats.oracle_format, ("snowflake", "teradata", "sap_hana")),
        Rule(dates.date_add, ("mssql", "snowflake")),
        Rule(dates.add_units, ("sap_hana", "teradata")),
        Rule(dates.units_between, ("sap_hana",)),
        Rule(dates.date_diff, ("mssql", "snowflake")),
        Rule(dates.date_part, ("mssql",)),
        Rule(dates.date_trunc, ("mssql",)),
        Rule(dates.oracle_trunc, ("teradata",)),
        Rule(numbers.to_decimal, ("snowflake", "sap_hana")),
        Rule(numbers.to_timestamp, ("snowflake",)),
        Rule(dates.field, ("snowflake", "teradata", "sap_hana"), ("postgresql",)),
        Rule(numbers.ratio_to_report, ("snowflake",)),
        Rule(text.choose, ("mssql",)),
        Rule(text.pattern_index, ("mssql",)),
        Rule(semistructured.extracted, ("snowflake",)),
        Rule(semistructured.field, ("snowflake",)),
        Rule(semistructured.size, ("snowflake",)),
        Rule(shape.current, ("mssql", "sap_hana", "teradata")),
        Rule(by_template, ("mssql", "snowflake", "teradata", "sap_hana")),
    ),
    (  # by type
        Rule(text.plus, ("mssql",), ALL),
        Rule(dates.plus_days, ("mssql",)),
        Rule(text.text_of, ("mssql",)),
        Rule(booleans.compared, ("mssql",), ENGINES),
        Rule(booleans.listed, ("mssql",), ENGINES),
        Rule(booleans.alternatives, ("mssql",), ENGINES),
        Rule(booleans.counted, ("mssql",), ENGINES),
        Rule(booleans.changed, ("mssql",), ENGINES),
        Rule(booleans.cast_to, ("mssql",), ENGINES),
        Rule(booleans.bare, ("mssql",), ENGINES),
        Rule(numbers.average, ("mssql",), tuple(each for each in ALL if each != "mssql")),
        Rule(dates.trunc_of_day, ("snowflake",), ("postgresql",)),
        Rule(numbers.try_cast, ALL, ("postgresql",)),
        Rule(numbers.cast_to_integer, CUTTING),
        Rule(numbers.rounded, ALL, ENGINES),
        Rule(numbers.division, ("mssql", "teradata", "postgresql"), ("snowflake", "sap_hana", "duckdb")),
        Rule(numbers.by_zero, ALL, ("duckdb",)),
        Rule(numbers.extreme, ("snowflake", "teradata", "sap_hana")),
        Rule(text.any_of, ("snowflake", "teradata")),
        Rule(text.collated, ("mssql",), tuple(each for each in ALL if each != "mssql")),
        Rule(text.comparison, text.CASELESS, ("postgresql", "duckdb", "snowflake", "sap_hana")),
        Rule(text.like, text.CASELESS),
        Rule(text.full_match, ("snowflake", "sap_hana")),
        Rule(text.substring, ALL, ENGINES),
        Rule(shape.date_difference, ("teradata",)),
    ),
    (  # types, and the shape of the statement
        Rule(text.length_default, ("mssql",), tuple(each for each in ALL if each != "mssql")),
        Rule(definitions.column, ("snowflake",), ("postgresql",)),
        Rule(numbers.precision, WAREHOUSES),
        Rule(text.cut, ("mssql", "teradata", "sap_hana", "postgresql"), ("duckdb",)),
        Rule(booleans.default, ("mssql",)),
        Rule(booleans.column_type, ("mssql",)),
        Rule(pivot.pivoted, ("mssql", "snowflake", "teradata")),
        Rule(changes.update, ("mssql",)),
        Rule(changes.delete, ("mssql",)),
        Rule(changes.returned, ("mssql",), tuple(each for each in ALL if each != "mssql")),
        Rule(changes.merge, ALL, ENGINES),
        Rule(shape.percentile, ("mssql", "snowflake", "sap_hana"), ("postgresql",)),
        Rule(shape.top, ("mssql", "teradata")),
        Rule(shape.unordered, ALL, ALL),
        Rule(qualified.qualify, ("snowflake", "teradata", "duckdb"), ("postgresql", "mssql", "sap_hana")),
    ),
    (  # into the warehouses
        Rule(outward.interval, ("postgresql", "duckdb", "snowflake"), ("mssql", "snowflake", "sap_hana")),
        Rule(outward.difference, ("postgresql", "duckdb"), ("mssql", "snowflake", "sap_hana")),
        Rule(outward.plain_date, ("mssql",), ("teradata", "sap_hana", "snowflake")),
        Rule(outward_dates.added, ("mssql", "snowflake"), ("teradata",)),
        Rule(outward_dates.between, ("mssql", "snowflake"), ("teradata",)),
        Rule(outward.counted, ("mssql", "snowflake"), ("sap_hana",)),
        Rule(outward.counted, ("sap_hana",), ("mssql", "snowflake", "teradata")),
        Rule(outward.counted, ("mssql",), ("snowflake",)),
        Rule(outward.filtered, ENGINES, WAREHOUSES),
        Rule(outward.grouped, ("postgresql", "duckdb", "snowflake", "teradata"), ("mssql", "sap_hana")),
        Rule(outward.average, tuple(each for each in ALL if each != "mssql"), ("mssql",)),
        Rule(outward.cast_to_integer, ("postgresql", "duckdb", "snowflake"), CUTTING),
        Rule(outward.comparison, ("postgresql", "duckdb", "snowflake", "sap_hana"), text.CASELESS),
        Rule(outward.length, ALL, ("mssql",)),
        Rule(text.joined, tuple(each for each in ALL if each != "mssql"), ("mssql",)),
        Rule(outward.regular_expression, ALL, WAREHOUSES),
        Rule(outward.caseless, ALL, ("mssql", "teradata", "sap_hana")),
        Rule(outward.today, ALL, ("mssql",)),
        Rule(outward.lateral, ("postgresql", "duckdb", "snowflake", "sap_hana"), ("mssql", "teradata")),
        Rule(outward.rows, ALL, ("teradata", "sap_hana", "snowflake")),
        Rule(outward.truncated, ALL, ("teradata", "sap_hana")),
        Rule(outward.singular, ALL, ("teradata",)),
        Rule(outward.week, ALL, ("mssql",)),
        Rule(outward.part, ("postgresql", "duckdb", "snowflake"), ("mssql", "teradata", "sap_hana")),
        Rule(outward.bare_truth, ALL, ("teradata", "mssql")),
        Rule(outward.truth, ALL, ("teradata",)),
    ),
)


def applied(tree: exp.Expr, work: Work) -> exp.Expr:
    """The statement after all the rules of its way."""
    holder = exp.Block(expressions=[tree])
    if work.write in ENGINES and work.read == "mssql":
        dates.truncations(holder, work)
    for stage in STAGES:
        rules = [rule for rule in stage if work.read in rule.read and work.write in rule.write]
        kinds.annotated(holder.expressions[0], work.types)
        for node in _innermost_first(holder.expressions[0]):
            _rewritten(node, rules, work)
    made: exp.Expr = holder.expressions[0]
    made.pop()
    return made


def _innermost_first(tree: exp.Expr) -> Iterator[exp.Expr]:
    yield from reversed(list(tree.walk(bfs=True)))


def _rewritten(node: exp.Expr, rules: list[Rule], work: Work) -> None:
    if node.meta.get("written"):
        return
    for rule in rules:
        made = rule.rewrite(node, work)
        if made is None or made is node:
            continue
        kind = node.type
        made = put(node, made)
        if made.type is None and kind is not None:
            made.type = kind
        node.replace(made)
        return
