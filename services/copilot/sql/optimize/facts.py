"""What is known of the tables of a statement, and a statement read for rewriting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from services.copilot.sql import calls
from services.copilot.sql.binder import Binder
from services.copilot.sql.changes import Changes
from services.copilot.sql.findings import Findings
from services.copilot.sql.optimize import functions
from services.copilot.sql.reading import TRAITS, name_of
from services.copilot.sql.schema_index import IndexedTable, SchemaIndex
from services.copilot.sql.scopes import Bound, Output, Relation, Scope
from services.copilot.sql.spans import Span, place, read

PLAIN = frozenset({"expressions", "from_", "joins", "where"})
_UNCALM = (exp.NextValueFor, exp.Rand, exp.Parameter, exp.Placeholder, exp.SessionParameter, exp.Explode, exp.Unnest)
_KEYS_ON_PAPER = frozenset({"snowflake"})
JOIN_MARK = "join_mark"


class UnplacedError(Exception):
    """A node's text is not known exactly: the rule that wanted it does not apply."""


class _Recorder(Binder):
    """Keeps the scope of every SELECT."""

    def __init__(self, index: SchemaIndex | None, dialect: str, findings: Findings) -> None:
        super().__init__(index, dialect, findings)
        self.scopes: dict[int, Scope] = {}

    def _select(self, node: Any, scope: Scope) -> Output:
        self.scopes[id(node)] = scope
        return super()._select(node, scope)


@dataclass(frozen=True)
class Source:
    """One item of FROM with the relation it makes. `join` is None for the first."""

    node: Any
    relation: Relation
    join: Any


class Reading:
    """One statement: its tree with places, its names bound. `index` is dropped where the statement does not agree with
    it, so that nothing rests on a schema that is not the statement's. Raises what `spans.read` raises."""

    def __init__(self, sql: str, dialect: str, index: SchemaIndex | None) -> None:
        self.sql = sql
        self.dialect = dialect
        self.traits = TRAITS[dialect]
        spanned = read(sql, dialect)
        self.statements = spanned.statements
        self.tokens = spanned.tokens
        self.tree: Any = spanned.statements[0] if spanned.statements else exp.Command(this="")
        self.index = index
        self._binder = self._bound(index)
        if index is not None and self._binder.findings.of("error"):
            self.index = None
            self._binder = self._bound(None)

    def _bound(self, index: SchemaIndex | None) -> _Recorder:
        binder = _Recorder(index, self.dialect, Findings(self.sql))
        if isinstance(self.tree, exp.Query):
            binder.query(self.tree, None)
        elif isinstance(self.tree, exp.Insert | exp.Update | exp.Delete | exp.Create):
            scope = Scope()
            binder.with_(self.tree, scope)
            Changes(binder).bind(self.tree, scope)
        return binder

    def selects(self) -> Iterator[Any]:
        yield from (each for each in self.tree.find_all(exp.Select) if id(each) in self._binder.scopes)

    def scope(self, select: Any) -> Scope:
        return self._binder.scopes[id(select)]

    def bound(self, column: exp.Expr) -> Bound | None:
        return self._binder.names.bound.get(id(column))

    def output(self, query: Any) -> Output | None:
        return self._binder.outputs.get(id(query))

    def fold(self, identifier: Any) -> str:
        return name_of(identifier, self.traits)

    def span(self, node: exp.Expr) -> Span:
        found = place(node)
        if found is None:
            raise UnplacedError
        return found

    def text(self, node: exp.Expr) -> str:
        return self.span(node).of(self.sql)

    def sources(self, select: Any) -> list[Source]:
        """The items of FROM; empty where one of them is more than a table or a subquery with a name."""
        clause = select.args.get("from_")
        nodes = [(clause.this, None)] if clause is not None else []
        nodes += [(join.this, join) for join in select.args.get("joins") or ()]
        relations = self.scope(select).relations
        if select.args.get("laterals") or len(relations) != len(nodes) or not all(_is_plain(n) for n, _ in nodes):
            return []
        return [Source(node, relation, join) for (node, join), relation in zip(nodes, relations, strict=True)]

    def table(self, source: Source) -> IndexedTable | None:
        """The described table behind a source; None for subqueries, CTEs and what nobody described."""
        node = source.node
        if self.index is None or not isinstance(node, exp.Table) or self.cte(node) is not None:
            return None
        schema = self.fold(node.args["db"]) if node.args.get("db") else ""
        found = self.index.find(self.fold(node.this), schema)
        return found if found is not None and found.columns else None

    def cte(self, table: Any) -> Any:
        """The CTE a table's name stands for."""
        if table.args.get("db"):
            return None
        name, above = self.fold(table.this), table.parent
        while above is not None:
            clause = above.args.get("with_")
            for cte in clause.expressions if clause is not None else ():
                if self.fold(cte.args["alias"].this) == name:
                    return cte
            above = above.parent
        return None

    def key(self, source: Source) -> frozenset[str]:
        """The primary key of a source's table, where the database holds it to be one."""
        table = self.table(source)
        return table.key if table is not None and self.holds_keys else frozenset()

    @property
    def holds_keys(self) -> bool:
        """Whether the database refuses rows that break a primary key; Snowflake only writes it down."""
        return self.dialect not in _KEYS_ON_PAPER

    def type_of(self, column: exp.Expr) -> str:
        """The described type in lower case; "" where it is not known."""
        bound = self.bound(column)
        if bound is None or self.index is None or not bound.relation.table:
            return ""
        if not bound.relation.schema and bound.scope.cte(bound.relation.table) is not None:
            return ""
        found = self.index.find(bound.relation.table, bound.relation.schema)
        same = found is not None and {name for name, _ in bound.relation.output.columns} == set(found.columns)
        return found.columns.get(bound.name, "").lower() if found is not None and same else ""

    def is_key(self, column: exp.Expr) -> bool:
        """Whether it belongs to its table's primary key, and so is never null as the table has it."""
        bound = self.bound(column)
        known = bound is not None and self.holds_keys and bool(self.type_of(column))
        return known and bound is not None and bound.name in bound.relation.key

    def same(self, one: exp.Expr, other: exp.Expr) -> bool:
        """Whether two expressions are certainly the same value."""
        if isinstance(one, exp.Column) and isinstance(other, exp.Column):
            a, b = self.bound(one), self.bound(other)
            if a is not None and b is not None:
                return a.relation is b.relation and a.name == b.name
        return one == other and all(self.bound(each) is not None for each in one.find_all(exp.Column))

    def columns(self, node: exp.Expr) -> list[exp.Column]:
        return [each for each in node.find_all(exp.Column)]

    def within(self, node: exp.Expr, relations: Sequence[Relation]) -> bool:
        """Whether all its columns are bound, to these."""
        bounds = [self.bound(each) for each in self.columns(node)]
        return all(each is not None and any(each.relation is r for r in relations) for each in bounds)

    def calm(self, node: exp.Expr) -> bool:
        """Whether it can be moved, left out or computed twice: no call that is volatile, unknown or makes rows."""
        for each in node.walk():
            name = calls.call_name(each)
            if isinstance(each, _UNCALM) or (isinstance(each, exp.Column) and each.args.get(JOIN_MARK)):
                return False
            if isinstance(each, exp.Anonymous) and (
                not name or name in functions.VOLATILE | functions.ROWS or not calls.exists(name, self.dialect)
            ):
                return False
        return True

    def aggregates(self, node: exp.Expr) -> bool:
        """Whether it aggregates rows itself, not a query in it."""
        return any(calls.is_aggregate(each, self.dialect) for each in shallow(node))

    def clear_keys(self, select: Any) -> bool:
        """Whether GROUP BY has plain keys alone, and none that could be an input column as well as another output."""
        group = select.args.get("group")
        if group is None or not group.expressions or not only_keys(group):
            return False
        aliases = self.scope(select).aliases
        for key in group.expressions:
            if isinstance(key, exp.Column) and not key.table:
                named = aliases.get(self.fold(key.this))
                if isinstance(named, exp.Expr) and named is not select and not self.same(named, key):
                    return False
        return True

    def fresh(self, stem: str) -> str:
        """A name that the text does not have."""
        used, number = self.sql.lower(), 1
        while f"{stem}_{number}" in used:
            number += 1
        return f"{stem}_{number}"


def shallow(node: exp.Expr) -> Iterator[Any]:
    """Nodes without those of the queries inside."""
    stack: list[exp.Expr] = [node]
    while stack:
        each = stack.pop()
        yield each
        if each is node or not isinstance(each, exp.Query):
            stack.extend(each.iter_expressions())


def present(node: Any) -> frozenset[str]:
    """The clauses a node has."""
    return frozenset(key for key, value in node.args.items() if value)


def conjuncts(node: exp.Expr | None) -> list[Any]:
    """The parts of a condition that AND puts together."""
    parts: list[Any] = []
    stack: list[Any] = [node] if node is not None else []
    while stack:
        each = stack.pop()
        if isinstance(each, exp.And):
            stack += [each.expression, each.this]
        else:
            parts.append(each)
    return parts


def is_star(node: Any) -> bool:
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))


def inner(node: Any) -> Any:
    """An output without its alias."""
    return node.this if isinstance(node, exp.Alias) else node


def only_keys(group: Any) -> bool:
    """GROUP BY with plain keys alone."""
    kinds = (exp.Cube, exp.Rollup, exp.GroupingSets, exp.Tuple)
    return present(group) == {"expressions"} and not any(isinstance(each, kinds) for each in group.expressions)


def _is_plain(node: Any) -> bool:
    if isinstance(node, exp.Table):
        return isinstance(node.this, exp.Identifier) and present(node) <= {"this", "db", "catalog", "alias"}
    named = isinstance(node, exp.Subquery) and present(node) == {"this", "alias"}
    return named and isinstance(node.this, exp.Query) and not node.args["alias"].args.get("columns")
