"""What was asked, as one SELECT: each fact aggregated by itself, then put side by side on the groups they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from services.copilot.semantic.asked import Asked
from services.copilot.semantic.expressions import formula, names
from services.copilot.semantic.facts import Fact, Setting, exact
from services.copilot.semantic.model import Measure
from services.copilot.semantic.refusal import RefusedError
from services.copilot.semantic.sql_names import column, identifier
from services.sql_dialects import DIALECT_NAMES

_OPERATORS = {">": exp.GT, "<": exp.LT, ">=": exp.GTE, "<=": exp.LTE}
_ZERO_WHERE_MISSING = frozenset({"sum", "count", "count_distinct"})
_KEYS = "asked_groups"
_LONGEST_NAME = 60  # PostgreSQL cuts names at 63 bytes


@dataclass(frozen=True)
class Compiled:
    """`tables`: as the statement writes them; `facts`: names of the aggregated tables; `columns`: (table, column)
    of all that is read."""

    sql: str
    tables: tuple[str, ...]
    facts: tuple[str, ...]
    columns: frozenset[tuple[str, str]]


def compiled(asked: Asked, setting: Setting) -> Compiled:
    """The statement. Raises RefusedError where it would count rows twice, or could mean several things."""
    facts = _facts(asked, setting)
    select = _single(asked, facts[0], setting) if len(facts) == 1 else _several(asked, facts, setting)
    services = {table.service for fact in facts for table in fact.tables}
    if len(services) > 1:
        raise RefusedError("services", services=", ".join(sorted(services)))
    used = dict.fromkeys(table.name for fact in facts for table in fact.tables)
    written = [setting.written.get(name, setting.glossary.table[name].qualified) for name in used]
    sql = select.sql(DIALECT_NAMES[setting.dialect], pretty=True)
    columns = frozenset[tuple[str, str]]().union(*(fact.columns for fact in facts))
    return Compiled(sql, tuple(written), tuple(dict.fromkeys(fact.table.name for fact in facts)), columns)


def _facts(asked: Asked, setting: Setting) -> list[Fact]:
    glossary = setting.glossary
    found: dict[tuple[str, str], Fact] = {}
    for name in asked.metrics:
        for _, measure_name in names(formula(glossary.metric[name].formula)):
            measure = glossary.measure[measure_name]
            key = (measure.table, measure.take)
            if key not in found:
                found[key] = Fact(setting, glossary.table[measure.table], measure.take, asked)
            if measure not in found[key].measures:
                found[key].measures.append(measure)
    if asked.period and asked.period.end_of and any(fact.take != "last" for fact in found.values()):
        raise RefusedError("end_of", what=_titles(asked, setting))
    if _open(asked, setting) and any(fact.take == "last" for fact in found.values()):
        raise RefusedError("open_stock", what=_titles(asked, setting))
    return list(found.values())


def _titles(asked: Asked, setting: Setting) -> str:
    return ", ".join(setting.glossary.metric[name].display_name for name in asked.metrics)


def _open(asked: Asked, setting: Setting) -> bool:
    """A period without a beginning or end, and no group that cuts it."""
    cut = any(setting.glossary.dimension[name].time_grain for name in asked.groups)
    return asked.period is not None and None in (asked.period.start, asked.period.end) and not cut


def _figure(name: str, setting: Setting, measures: dict[str, exp.Expr]) -> exp.Expr:
    """A metric's formula with its measures put in."""
    tree = exact(formula(setting.glossary.metric[name].formula))
    lone = isinstance(tree, exp.Column)
    if lone:
        return measures[tree.name].copy()
    for node in list(tree.find_all(exp.Column)):
        node.replace(measures[node.name].copy())
    return tree


def _single(asked: Asked, fact: Fact, setting: Setting) -> exp.Select:
    groups = fact.groups()
    measures = fact.aggregates()
    figures = {name: _figure(name, setting, measures) for name in asked.metrics}
    select = fact.source(exp.select(*_outputs(groups, figures)))
    if groups:
        select = select.group_by(*(expression.copy() for _, expression in groups))
    bounds = [*_bounds(asked, figures), *_named_groups(asked, groups)]
    return _ordered(select.having(*bounds) if bounds else select, asked, setting)


def _several(asked: Asked, facts: Sequence[Fact], setting: Setting) -> exp.Select:
    """Facts aggregated apart, as tables of WITH, and joined on the groups: none multiplies the rows of another."""
    parts = [_part(fact) for fact in facts]
    aliases = [_part_name(fact, number) for number, fact in enumerate(facts, 1)]
    measures = {
        measure.name: _there(alias, measure)
        for fact, alias in zip(facts, aliases, strict=True)
        for measure in fact.measures
    }
    figures = {name: _figure(name, setting, measures) for name in asked.metrics}
    groups = [(name, column(_KEYS, name)) for name in asked.groups]
    select = exp.select(*_outputs(groups, figures))
    for alias, part in zip(aliases, parts, strict=True):
        select = select.with_(identifier(alias), as_=part)
    if asked.groups:
        select = select.with_(identifier(_KEYS), as_=_keys(aliases, asked)).from_(identifier(_KEYS).sql())
        for alias in aliases:
            on = exp.and_(*(_alike(_KEYS, alias, name, setting) for name in asked.groups))
            select = select.join(exp.to_table(alias), on=on, join_type="left")
    else:
        select = select.from_(exp.to_table(aliases[0]))
        for alias in aliases[1:]:
            select = select.join(exp.to_table(alias), join_type="cross")
    bounds = [*_bounds(asked, figures), *_named_groups(asked, groups)]
    return _ordered(select.where(*bounds) if bounds else select, asked, setting)


def _part_name(fact: Fact, number: int) -> str:
    name = "_".join(part for part in (fact.table.name, fact.take, "figures") if part)
    return name if len(name) <= _LONGEST_NAME else f"figures_{number}"


def _part(fact: Fact) -> exp.Select:
    groups = fact.groups()
    aggregates = fact.aggregates()
    select = fact.source(exp.select(*_outputs(groups, aggregates)))
    return select.group_by(*(expression.copy() for _, expression in groups)) if groups else select


def _outputs(groups: Iterable[tuple[str, exp.Expr]], figures: dict[str, exp.Expr]) -> list[exp.Expr]:
    rows = [*((name, expression.copy()) for name, expression in groups), *figures.items()]
    return [exp.Alias(this=expression, alias=identifier(name)) for name, expression in rows]


def _there(alias: str, measure: Measure) -> exp.Expr:
    found = column(alias, measure.name)
    if measure.aggregate in _ZERO_WHERE_MISSING:
        return exp.Coalesce(this=found, expressions=[exp.Literal.number(0)])
    return found


def _keys(aliases: Sequence[str], asked: Asked) -> exp.Query:
    """Every combination of groups that any fact has, once; UNION takes nulls for equal."""
    selects = [
        exp.select(*(exp.Column(this=identifier(name)) for name in asked.groups)).from_(exp.to_table(alias))
        for alias in aliases
    ]
    return exp.union(*selects, distinct=True)


def _alike(left: str, right: str, name: str, setting: Setting) -> exp.Expr:
    """Equal, or both null where the group can be."""
    one, other = column(left, name), column(right, name)
    if setting.glossary.dimension[name].time_grain:
        return one.eq(other)
    both = exp.and_(one.copy().is_(exp.null()), other.copy().is_(exp.null()))
    return exp.paren(exp.or_(one.eq(other), both))


def _bounds(asked: Asked, figures: dict[str, exp.Expr]) -> list[exp.Expr]:
    """What figures are compared with; ranked ones must be there."""
    found: list[exp.Expr] = [
        _OPERATORS[each.operator](
            this=figures[each.metric].copy(), expression=exp.Literal.number(f"{each.number:.12g}")
        )
        for each in asked.bounds
    ]
    if asked.limit and asked.order in figures:
        found.append(exp.Not(this=exp.Is(this=exp.paren(figures[asked.order].copy()), expression=exp.null())))
    return found


def _named_groups(asked: Asked, groups: Iterable[tuple[str, exp.Expr]]) -> list[exp.Expr]:
    """The first of a ranking are groups that have a name; rows without one are left out of it."""
    present = (exp.Not(this=exp.Is(this=expression.copy(), expression=exp.null())) for _, expression in groups)
    return list(present) if asked.limit else []


def _number(number: float) -> exp.Expr:
    return exp.Literal.number(f"{number:.12f}".rstrip("0").rstrip("."))


def _ordered(select: exp.Select, asked: Asked, setting: Setting) -> exp.Select:
    """By what was asked, then by the groups; nulls stand where the dialect puts them."""
    terms = [(asked.order, asked.descending)] if asked.order else []
    terms += [(name, False) for name in asked.groups if name != asked.order]
    small = Dialect.get_or_raise(DIALECT_NAMES[setting.dialect]).NULL_ORDERING == "nulls_are_small"
    large = Dialect.get_or_raise(DIALECT_NAMES[setting.dialect]).NULL_ORDERING == "nulls_are_large"
    for name, descending in terms:
        first = large if descending else small
        term = exp.Column(this=identifier(name))
        select = select.order_by(exp.Ordered(this=term, desc=descending, nulls_first=first))
    return select.limit(asked.limit) if asked.limit else select
