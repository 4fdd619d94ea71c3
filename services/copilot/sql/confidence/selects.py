"""What each SELECT of a statement reads, joins, groups and aggregates, its columns traced to tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from services.copilot.sql.confidence.known import Columns

AGGREGATES: Mapping[type[exp.Expr], str] = {
    exp.Count: "count",
    exp.CountIf: "count",
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Max: "max",
    exp.Min: "min",
    exp.Median: "avg",
    exp.ApproxDistinct: "count",
    exp.ArrayAgg: "list",
    exp.GroupConcat: "list",
}
_SEVERAL = (exp.Tuple, exp.Paren, exp.Cube, exp.Rollup, exp.GroupingSets)


@dataclass
class Relation:
    """One item of FROM. `table` is the lower-case name of a base table, "" for a query; `key` makes its rows unique."""

    alias: str
    table: str
    columns: frozenset[str]
    key: frozenset[str]


@dataclass
class Select:
    """One SELECT. `edges`: equalities between columns of two relations, (alias, column, alias, column)."""

    node: exp.Select
    relations: dict[str, Relation] = field(default_factory=dict)
    edges: list[tuple[str, str, str, str]] = field(default_factory=list)

    def owner(self, column: exp.Column) -> Relation | None:
        """The relation a column is of; None where it can't be told."""
        if column.table:
            return self.relations.get(column.table.lower())
        holders = [each for each in self.relations.values() if column.name.lower() in each.columns]
        if len(holders) == 1:
            return holders[0]
        return next(iter(self.relations.values())) if len(self.relations) == 1 else None

    @property
    def group(self) -> list[exp.Expr]:
        """What it groups by, positions and output names replaced by what they stand for."""
        clause = self.node.args.get("group")
        if clause is None:
            return []
        named = {each.alias.lower(): each.this for each in self.node.expressions if isinstance(each, exp.Alias)}
        return [self._meant(each, named) for each in _flat(list(clause.iter_expressions()))]

    def _meant(self, key: exp.Expr, named: Mapping[str, exp.Expr]) -> exp.Expr:
        outputs: list[exp.Expr] = self.node.expressions
        if isinstance(key, exp.Literal) and key.is_int and 1 <= int(key.name) <= len(outputs):
            chosen = outputs[int(key.name) - 1]
            return chosen.unalias()
        if isinstance(key, exp.Column) and not key.table and self.owner(key) is None:
            return named.get(key.name.lower(), key)
        return key

    @property
    def aggregates(self) -> list[exp.Expr]:
        """Aggregates of this SELECT itself, window functions left out."""
        return [
            each
            for each in self.node.find_all(*AGGREGATES)
            if each.find_ancestor(exp.Select) is self.node and not isinstance(each.parent, exp.Window)
        ]


def _flat(expressions: list[exp.Expr]) -> Iterator[exp.Expr]:
    for each in expressions:
        if isinstance(each, _SEVERAL):
            yield from _flat(list(each.iter_expressions()))
        else:
            yield each


def selects(statement: exp.Expr, schema: Mapping[str, Columns]) -> list[Select]:
    """Every SELECT of the statement, the outermost first."""
    queries: dict[str, exp.Expr] = {cte.alias.lower(): cte.this for cte in statement.find_all(exp.CTE)}
    return [_read(node, queries, schema) for node in statement.find_all(exp.Select, bfs=True)]


def outermost(statement: exp.Expr) -> exp.Select | None:
    """The SELECT whose columns the statement returns; of a set operation the first."""
    node: exp.Expr | None = statement
    while isinstance(node, exp.SetOperation | exp.Subquery | exp.Paren):
        node = node.this
    return node if isinstance(node, exp.Select) else None


def _read(node: exp.Select, queries: Mapping[str, exp.Expr], schema: Mapping[str, Columns]) -> Select:
    found = Select(node)
    clause = node.args.get("from_")
    items = [clause.this] if clause is not None else []
    joins = node.args.get("joins") or []
    for item in [*items, *(join.this for join in joins)]:
        relation = _relation(item, queries, schema)
        found.relations[relation.alias] = relation
    conditions = [each.args["on"] for each in joins if each.args.get("on") is not None]
    where = node.args.get("where")
    for condition in [*conditions, *([where.this] if where is not None else [])]:
        _equalities(condition, found)
    for join in joins:
        _using(join, found)
    return found


def _equalities(condition: exp.Expr, found: Select) -> None:
    for each in condition.flatten() if isinstance(condition, exp.And) else [condition]:
        inner = each.unnest()
        if isinstance(inner, exp.And):
            _equalities(inner, found)
        elif isinstance(inner, exp.EQ):
            _equality(inner.this, inner.expression, found)


def _equality(one: exp.Expr, other: exp.Expr, found: Select) -> None:
    if isinstance(one, exp.Column) and isinstance(other, exp.Column):
        left, right = found.owner(one), found.owner(other)
        if left is not None and right is not None and left is not right:
            found.edges.append((left.alias, one.name.lower(), right.alias, other.name.lower()))


def _using(join: exp.Join, found: Select) -> None:
    right = join.this.alias_or_name.lower()
    for column in join.args.get("using") or ():
        name = column.name.lower()
        holders = (each.alias for each in found.relations.values() if name in each.columns)
        left = next((alias for alias in holders if alias != right), "")
        if left:
            found.edges.append((left, name, right, name))


def _relation(item: exp.Expr, queries: Mapping[str, exp.Expr], schema: Mapping[str, Columns]) -> Relation:
    alias = item.alias_or_name.lower()
    if isinstance(item, exp.Table):
        name = item.name.lower()
        if not item.db and name in queries:
            return _of_query(alias, queries[name])
        known = schema.get(name, Columns(frozenset()))
        return Relation(alias, name, known.names, known.key)
    return _of_query(alias, item.this if isinstance(item, exp.Subquery) else item)


def _of_query(alias: str, query: exp.Expr) -> Relation:
    """A derived table; its rows are unique by what it groups by, by all columns of DISTINCT, or it has one row."""
    node = outermost(query)
    if node is None:
        return Relation(alias, "", frozenset(), frozenset())
    names = [each.alias_or_name.lower() for each in node.expressions]
    group = node.args.get("group")
    if group is not None and isinstance(query, exp.Select):
        shown = {_text(each): each.alias_or_name.lower() for each in node.expressions}
        keys = [shown.get(_text(each), _text(each)) for each in group.expressions]
        positions = {str(at): name for at, name in enumerate(names, 1)}
        return Relation(alias, "", frozenset(names), frozenset(positions.get(each, each) for each in keys))
    unique = frozenset(names) if node.args.get("distinct") is not None else frozenset()
    return Relation(alias, "", frozenset(names), unique)


def _text(node: exp.Expr) -> str:
    inner = node.this if isinstance(node, exp.Alias) else node
    return inner.sql().lower()
