"""One fact aggregated to the groups asked for: joins from many to one only, so that no row counts twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from services.copilot.semantic import dates
from services.copilot.semantic.asked import Applied, Asked, Chosen
from services.copilot.semantic.expressions import names, row_expression
from services.copilot.semantic.model import Dimension, Filter, Glossary, Measure, Table
from services.copilot.semantic.refusal import RefusedError
from services.copilot.semantic.sql_names import column, identifier, table_of
from services.copilot.semantic.ways import NoWayError, SeveralWaysError, Way, Ways

_STEPS = {
    "day": ("day", "week", "month", "quarter", "year"),
    "month": ("month", "quarter", "year"),
    "quarter": ("quarter", "year"),
    "year": ("year",),
}
_NARROW = ("smallint", "int", "integer", "int2", "int4", "tinyint")
_WIDENED = frozenset({"mssql", "teradata", "sap_hana"})  # where a sum of integers is an integer


@dataclass(frozen=True, slots=True)
class Setting:
    """What all facts of a statement share. `written`: how tables are qualified, by name, where it is not as the
    glossary has it."""

    glossary: Glossary
    ways: Ways
    dialect: str
    written: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Fact:
    """The measures of one table that look at the same rows. `take`: as in Measure."""

    setting: Setting
    table: Table
    take: str
    asked: Asked
    measures: list[Measure] = field(default_factory=list)
    _aliases: dict[Way, str] = field(default_factory=dict)
    _read: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._aliases[()] = self.table.name

    @property
    def columns(self) -> frozenset[tuple[str, str]]:
        """(table, column) of all that the statement of this fact reads, as the glossary names them."""
        return frozenset(self._read)

    @property
    def tables(self) -> list[Table]:
        names_of = [self.table.name, *(way[-1].target for way in self._aliases if way)]
        return [self.setting.glossary.table[name] for name in dict.fromkeys(names_of)]

    def groups(self) -> list[tuple[str, exp.Expr]]:
        """(name, expression) of each group."""
        return [(name, self._group(self.setting.glossary.dimension[name])) for name in self.asked.groups]

    def aggregates(self) -> dict[str, exp.Expr]:
        return {measure.name: self._aggregate(measure) for measure in self.measures}

    def source(self, select: exp.Select) -> exp.Select:
        """`select` with FROM, WHERE and every join that what was asked of this fact before needs."""
        conditions = [*self._conditions(), *self._period()]
        if self.take:
            conditions.append(self._taken())
        select = select.from_(table_of(self.table, self.table.name, self.setting.written))
        for way, alias in self._aliases.items():
            if way:
                select = self._joined(select, way, alias)
        return select.where(*conditions) if conditions else select

    def _joined(self, select: exp.Select, way: Way, alias: str) -> exp.Select:
        join, before = way[-1], self._aliases[way[:-1]]
        self._read.update((join.source, name) for name in join.columns)
        self._read.update((join.target, name) for name in join.to_columns)
        pairs = zip(join.columns, join.to_columns, strict=True)
        on = exp.and_(*(column(before, left).eq(column(alias, right)) for left, right in pairs))
        target = table_of(self.setting.glossary.table[join.target], alias, self.setting.written)
        return select.join(target, on=on, join_type="left")

    def alias(self, home: str, via: Sequence[str], what: str) -> str:
        """The alias under which a table is joined. Raises RefusedError where it cannot be, or in several ways."""
        try:
            way = self.setting.ways.one(self.table.name, home, via)
        except NoWayError:
            raise RefusedError("no_way", what=what, fact=self.table.name, table=home) from None
        except SeveralWaysError as error:
            raise RefusedError("several_ways", what=what, fact=self.table.name, ways="; ".join(error.ways)) from None
        for size in range(1, len(way) + 1):
            self._name(way[:size])
        return self._aliases[way]

    def _name(self, way: Way) -> None:
        if way not in self._aliases:
            taken = set(self._aliases.values())
            name = way[-1].target
            self._aliases[way] = name if name not in taken else f"{name}_{way[-1].name}"

    def _column(self, home: str, name: str, via: Sequence[str], what: str) -> exp.Column:
        self._read.add((home, name))
        return column(self.alias(home, via, what), name)

    def _over(self, tree: exp.Expr, via: Sequence[str], what: str) -> exp.Expr:
        """An expression with its columns under the aliases of this statement."""

        def placed(node: exp.Expr) -> exp.Expr:
            if not isinstance(node, exp.Column):
                return node
            return self._column(node.table or self.table.name, node.name, via, what)

        return tree.transform(placed)

    @property
    def _moment(self) -> exp.Expr:
        """The date that periods are asked of. Raises RefusedError where the table has none."""
        if self.table.time is None:
            raise RefusedError("no_time", fact=self.table.name)
        home, _, name = self.table.time.column.rpartition(".")
        found = self._column(home or self.table.name, name, (), self.table.time.column)
        kind = self.setting.glossary.table[home or self.table.name].by_name[name].type
        return found if kind.lower() == "date" else exp.cast(found, "date")

    def _group(self, dimension: Dimension) -> exp.Expr:
        if not dimension.time_grain:
            return self._dimension(dimension)
        moment = self._moment
        grain = self.table.time.grain if self.table.time else ""
        if dimension.time_grain not in _STEPS[grain]:
            raise RefusedError("too_fine", fact=self.table.name, grain=grain, what=dimension.display_name.lower())
        return dates.unit_of(moment, dimension.time_grain, self.setting.dialect)

    def _dimension(self, dimension: Dimension) -> exp.Expr:
        if dimension.column:
            name = dimension.column.rpartition(".")[2]
            return self._column(dimension.home, name, dimension.via, dimension.display_name)
        tree = row_expression(dimension.expression)
        for node in list(tree.find_all(exp.Column)):
            node.set("table", identifier(node.table or dimension.home))
        return self._over(exp.paren(tree), dimension.via, dimension.display_name)

    def _aggregate(self, measure: Measure) -> exp.Expr:
        value = self._over(row_expression(measure.value), (), measure.name) if measure.value else None
        where = self._over(row_expression(measure.where), (), measure.name) if measure.where else None
        if measure.aggregate == "count" and value is None and where is None:
            return exp.Count(this=exp.Star())
        value = self._wide(value, measure) if value is not None else exp.Literal.number(1)
        if where is not None:
            value = exp.Case().when(where, value)
            value = value.else_("0") if measure.aggregate == "sum" else value
        match measure.aggregate:
            case "count_distinct":
                return exp.Count(this=exp.Distinct(expressions=[value]))
            case "avg":
                return exp.Avg(this=exp.cast(value, "double"))
            case simple:
                return {"sum": exp.Sum, "count": exp.Count, "min": exp.Min, "max": exp.Max}[simple](this=value)

    def _wide(self, value: exp.Expr, measure: Measure) -> exp.Expr:
        """Divisions in floating point; sums of integers in 64 bits where the dialect would not."""
        value = exact(value)
        own = isinstance(value, exp.Column) and value.table == self.table.name
        known = self.table.by_name.get(value.name) if own else None
        narrow = known is not None and known.type.lower() in _NARROW
        if narrow and measure.aggregate == "sum" and self.setting.dialect in _WIDENED:
            return exp.cast(value, "bigint")
        return value

    def _conditions(self) -> Iterator[exp.Expr]:
        glossary = self.setting.glossary
        for each in self.asked.conditions:
            if isinstance(each, Chosen):
                values = [exp.Literal.string(value) for value in each.values]
                target = self._dimension(glossary.dimension[each.dimension])
                yield target.eq(values[0]) if len(values) == 1 else target.isin(*values)
            else:
                yield self._applied(each)

    def _applied(self, applied: Applied) -> exp.Expr:
        trees = [
            self._template(self.setting.glossary.filter[name], dict(arguments)) for name, arguments in applied.filters
        ]
        return trees[0] if len(trees) == 1 else exp.paren(exp.or_(*trees))

    def _template(self, template: Filter, arguments: Mapping[str, str]) -> exp.Expr:
        """The first condition whose table this fact reaches."""
        kinds = {parameter.name: parameter.type for parameter in template.parameters}
        values = {
            name: value if kinds[name] == "number" else exp.Literal.string(value).sql("postgres")
            for name, value in arguments.items()
        }
        trees = [row_expression(condition.format(**values)) for condition in template.conditions]
        reached = [tree for tree in trees if self._reaches(tree)]
        return self._over((reached or trees)[0], template.via, template.display_name)

    def _reaches(self, tree: exp.Expr) -> bool:
        return all(self.setting.ways.every(self.table.name, home) for home, _ in names(tree))

    def _period(self) -> Iterator[exp.Expr]:
        """Conditions that leave the days asked for. Raises RefusedError where the table's time is too coarse."""
        period = self.asked.period
        if period is None:
            return
        moment = self._moment
        grain = self.table.time.grain if self.table.time else ""
        if not all(_starts(day, grain) for day in (period.start, period.end)):
            raise RefusedError("not_whole", fact=self.table.name, grain=grain)
        if period.start:
            yield exp.GTE(this=moment.copy(), expression=dates.literal(period.start, self.setting.dialect))
        if period.end:
            yield exp.LT(this=moment.copy(), expression=dates.literal(period.end, self.setting.dialect))

    def _taken(self) -> exp.Expr:
        """Only the first or last step of time on record in the period, in each group of time."""
        inner = Fact(self.setting, self.table, "", Asked(period=self.asked.period))
        moment = inner._moment
        edge = (exp.Max if self.take == "last" else exp.Min)(this=moment.copy())
        select = inner.source(exp.select(edge))
        grains = [self.setting.glossary.dimension[name].time_grain for name in self.asked.groups]
        units = [dates.unit_of(moment, grain, self.setting.dialect) for grain in grains if grain]
        return self._moment.isin(query=select.group_by(*units) if units else select)


def _starts(day: date | None, grain: str) -> bool:
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain)
    return day is None or months is None or (day.day == 1 and (day.month - 1) % months == 0)


def exact(tree: exp.Expr) -> exp.Expr:
    """The tree with every division in floating point, and null where the divisor is 0."""
    holder = exp.Paren(this=tree)
    for node in reversed(list(holder.find_all(exp.Div))):
        dividend, divisor = node.this.unnest(), node.expression
        if not isinstance(divisor, exp.Literal):
            divisor = exp.Nullif(this=divisor.unnest(), expression=exp.Literal.number(0))
        node.replace(exp.Div(this=exp.cast(dividend, "double"), expression=divisor, typed=False, safe=False))
    made: exp.Expr = holder.this
    return made
