"""Walks the queries of a statement and binds every name to what it means."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from services.copilot.sql import calls
from services.copilot.sql.constructs import instead_of
from services.copilot.sql.findings import Findings
from services.copilot.sql.grouping import Grouping
from services.copilot.sql.names import Resolver
from services.copilot.sql.nearest import Names
from services.copilot.sql.placement import Placement
from services.copilot.sql.postgresql import catalogue
from services.copilot.sql.postgresql.expressions import ExpressionTypes
from services.copilot.sql.reading import TRAITS, name_of
from services.copilot.sql.schema_index import SchemaIndex
from services.copilot.sql.scopes import Output, Relation, Scope
from services.copilot.sql.sources import Sources

# What GROUP BY puts around what it groups by.
_SEVERAL = (exp.Tuple, exp.Paren, exp.Cube, exp.Rollup, exp.GroupingSets)
_STRICT_RECURSION = frozenset({"postgresql", "mssql"})
_CLAUSES = ("where", "having", "qualify")


class Binder:
    """One statement's. `query` binds a query within the scope around it and returns its columns."""

    def __init__(self, index: SchemaIndex | None, dialect: str, findings: Findings) -> None:
        self.index = index
        self.dialect = dialect
        self.traits = TRAITS[dialect]
        self.findings = findings
        self.names = Resolver(self.traits, findings)
        self.outputs: dict[int, Output] = {}
        self.types = ExpressionTypes(self.names.bound, self.outputs, findings, typed=dialect == "postgresql")
        self.sources = Sources(self)
        self.grouping = Grouping(self.names.bound, findings, dialect, index is None or index.keys_known)
        self.placement = Placement(self.names.bound, findings, dialect, self.grouping.shape)
        self.types.ordered_within = self.placement.within_call

    def query(self, node: Any, around: Scope | None) -> Output:
        scope = Scope(parent=around)
        self.with_(node, scope)
        if isinstance(node, exp.Subquery):
            output = self.query(node.this, scope)
            self._tail(node, scope, output)
        elif isinstance(node, exp.SetOperation):
            output = self._set_operation(node, scope)
        elif isinstance(node, exp.Select):
            output = self._select(node, scope)
        elif isinstance(node, exp.Values):
            output = self.values(node, scope)
        elif isinstance(node, exp.Table):
            self.sources.add(node, scope)
            output = scope.relations[0].output
        else:
            output = self.returning(node, scope)
        self.outputs[id(node)] = output
        return output

    def with_(self, node: Any, scope: Scope) -> None:
        """Bind the queries of WITH; a recursive one is known to itself by the columns of its first branch."""
        clause = node.args.get("with_")
        if clause is None:
            return
        for cte in clause.expressions:
            name = name_of(cte.args["alias"].this, self.traits)
            if name in scope.ctes:
                message = f"WITH names {name} twice."
                self.findings.add("DUPLICATE_ALIAS", message, cte.args["alias"], fix="Give one of them another name.")
            inner = Scope(parent=scope)
            branch = cte.this
            while isinstance(branch, exp.Subquery) and isinstance(branch.this, exp.SetOperation):
                branch = branch.this
            may_recur = clause.args.get("recursive") or self.dialect != "postgresql"
            recursive = may_recur and isinstance(branch, exp.SetOperation) and _mentions(branch, name)
            if recursive:
                quiet = Binder(self.index, self.dialect, Findings(""))
                inner.ctes[name] = self.sources.renamed(quiet.query(_first_branch(branch), scope), cte)
                self._recurs(branch, name)
            scope.ctes[name] = self.sources.renamed(self.query(cte.this, inner), cte)
            if recursive and clause.args.get("search") is not None:
                scope.ctes[name] = self._searched(clause.args["search"], scope.ctes[name])

    def _recurs(self, branch: Any, name: str) -> None:
        """A recursive query names itself once in its last branch, which aggregates nothing."""
        own = branch.expression
        named = [each for each in own.find_all(exp.Table) if each.name.lower() == name.lower() and not each.db]
        if self.dialect not in _STRICT_RECURSION or not named:
            return
        fix = "Aggregate, or join it with itself, in the query that uses the result."
        if len(named) > 1:
            self.findings.add("RECURSION", f"{name} names itself more than once.", named[1], fix=fix)
        if isinstance(own, exp.Select):
            for each in own.find_all(exp.Anonymous, exp.AggFunc):
                if each.find_ancestor(exp.Select) is own and calls.is_aggregate(each, self.dialect):
                    self.findings.add("RECURSION", "An aggregate in the recursive part.", each, fix=fix)

    def _searched(self, search: Any, output: Output) -> Output:
        """SEARCH … SET a and CYCLE … SET a USING b add columns to a recursive query."""
        added = [search.args.get("expression"), search.args.get("using") or None]
        names = [(name_of(each, self.traits), None) for each in added if isinstance(each, exp.Identifier)]
        return Output([*output.columns, *names], output.is_open)

    def returning(self, node: Any, scope: Scope) -> Output:
        """A data-changing statement inside WITH."""
        from services.copilot.sql.changes import Changes

        return Changes(self).bind(node, scope)

    def expression(self, node: exp.Expr | None, scope: Scope) -> None:
        """Bind the columns and calls of an expression, and the queries in it."""
        if not isinstance(node, exp.Expr):  # the parser leaves False as well where there is none
            return
        stack: list[exp.Expr] = [node]
        while stack:
            current = stack.pop()
            if isinstance(current, exp.Query):
                self.query(current, scope)
                continue
            if isinstance(current, exp.Column):
                self.names.column(current, scope)
                continue
            self.grouping.note(current, scope)
            if isinstance(current, exp.Window):
                self.placement.window(current, scope)
            stack.extend(self._parts(current))

    def _parts(self, node: exp.Expr) -> list[exp.Expr]:
        name = calls.call_name(node)
        parts = list(node.iter_expressions())
        if name:
            self._function(node, name)
            if name in self.traits.units_first:
                parts = parts[1:]
        elif isinstance(node, exp.Dot) and isinstance(node.expression, exp.Anonymous):
            parts = list(node.expression.iter_expressions())
        elif isinstance(node, exp.Window) and isinstance(node.this, exp.Identifier):
            parts = [part for part in parts if part is not node.this]
        elif isinstance(node, exp.Lambda):
            parts = []
        elif isinstance(node, exp.Kwarg):
            parts = [node.expression]
        return parts

    def _function(self, node: exp.Expr, name: str) -> None:
        instead = instead_of(name, self.dialect)
        if calls.exists(name, self.dialect) and not (instead and not calls.is_complete(self.dialect)):
            return
        complete = calls.is_complete(self.dialect) or bool(instead)
        near = () if instead else _function_names().nearest(name)
        self.findings.add(
            "UNKNOWN_FUNCTION",
            f"{self.dialect} has no function {name}."
            if complete
            else f"{name} is no function known of {self.dialect}; the list is not complete.",
            node,
            severity="error" if complete else "warning",
            nearest=near,
            fix=f"Write {instead}."
            if instead
            else "Where it is your own or an extension's, call it with its schema in front.",
        )

    def _select(self, node: Any, scope: Scope) -> Output:
        self.grouping.enter(node, scope)
        self.sources.from_(node, scope)
        scope.aliases = {
            name_of(each.args["alias"], self.traits): each.this
            for each in node.expressions
            if isinstance(each, exp.Alias)
        }
        scope.windows = {name_of(each.this, self.traits) for each in node.args.get("windows") or ()}
        for clause in _CLAUSES:
            self.expression(node.args.get(clause), scope)
        for each in node.expressions:
            self.expression(each, scope)
        for each in node.args.get("windows") or ():
            self.expression(each, scope)
        self._group(node, scope)
        distinct = node.args.get("distinct")
        if distinct is not None and distinct.args.get("on") is not None:
            self._ordered(distinct.args["on"].expressions, scope)
        output = self._output(node, scope)
        if distinct is not None and distinct.args.get("on") is None:
            for each in node.expressions:
                self.types.comparable(each, "DISTINCT")
        for name, _ in output.columns:
            scope.aliases.setdefault(name, node)
        self._positions(node, output)
        self._tail(node, scope, None)
        self.placement.distinct(node, scope)
        self.grouping.leave(node, scope)
        self._types(node)
        return output

    def _tail(self, node: Any, scope: Scope, output: Output | None) -> None:
        """ORDER BY, which may name outputs; of a set operation it may name nothing else."""
        self.placement.rows(node)
        order = node.args.get("order")
        if order is None:
            return
        ordered = [each.this if isinstance(each, exp.Ordered) else each for each in order.expressions]
        if output is not None:
            self.placement.set_order(ordered)
        if output is not None and not output.is_open:
            scope = Scope(parent=scope, relations=[Relation("", output, shown="the columns of the result")])
        self._ordered(ordered, scope)

    def _ordered(self, expressions: list[exp.Expr], scope: Scope) -> None:
        for each in expressions:
            bare = isinstance(each, exp.Column) and not each.args.get("table")
            if bare and name_of(each.this, self.traits) in scope.aliases:
                continue
            self.expression(each, scope)
            self.types.comparable(each, "ORDER BY")

    def _positions(self, node: Any, output: Output) -> None:
        """ORDER BY 3 needs a third column."""
        order, count = node.args.get("order"), len(output.columns)
        for each in order.expressions if order is not None and not output.is_open else ():
            position = each.this
            if isinstance(position, exp.Literal) and position.this.isdigit() and not 1 <= int(position.this) <= count:
                message = f"ORDER BY {position.this}: there are {count} output columns."
                self.findings.add("POSITION_OUT_OF_RANGE", message, position, fix=f"Use 1 to {count}, or a name.")

    def _group(self, node: Any, scope: Scope) -> None:
        group = node.args.get("group")
        if group is None:
            return
        stack = list(group.iter_expressions())
        while stack:
            each = stack.pop()
            if isinstance(each, _SEVERAL):
                stack.extend(each.iter_expressions())
            elif not self._names_an_output(each, scope):
                self.expression(each, scope)
        for each in group.expressions:
            self.types.comparable(each, "GROUP BY")

    def _names_an_output(self, node: exp.Expr, scope: Scope) -> bool:
        """A bare name in GROUP BY that is no column, but an output."""
        if not isinstance(node, exp.Column) or node.args.get("table"):
            return False
        name = name_of(node.this, self.traits)
        if not self.traits.group_by_alias or scope.holders(name) or name not in scope.aliases:
            return False
        self.grouping.by_alias(node, scope.aliases[name])
        return True

    def _types(self, node: Any) -> None:
        for clause in _CLAUSES:
            condition = node.args.get(clause)
            if condition is not None:
                self.types.condition(condition.this, clause.upper())
        for join in node.args.get("joins") or ():
            if join.args.get("on") is not None:
                self.types.condition(join.args["on"], "JOIN … ON")

    def _output(self, node: Any, scope: Scope) -> Output:
        output = Output()
        for each in node.expressions:
            if each.is_star and isinstance(each, exp.Star | exp.Column):
                self._star(each, scope, output)
                continue
            name = name_of(each.args["alias"], self.traits) if isinstance(each, exp.Alias) else self._named(each)
            output.columns.append((name, self.types.infer(each)))
        return output

    def _named(self, node: exp.Expr) -> str:
        while isinstance(node, exp.Cast | exp.Paren | exp.Window | exp.Filter | exp.Distinct):
            node = node.this
        if isinstance(node, exp.Column):
            return name_of(node.this, self.traits)
        if isinstance(node, exp.Subquery) and self.outputs.get(id(node)):
            columns = self.outputs[id(node)].columns
            return columns[0][0] if columns else ""
        return self.traits.fold(calls.call_name(node) or node.key)

    def _star(self, node: Any, scope: Scope, output: Output) -> None:
        star = node.this if isinstance(node, exp.Column) else node
        left_out = {name_of(each, self.traits) for each in star.args.get("except_") or ()}
        if isinstance(node, exp.Column):
            self.names.column(node, scope)
            relation = scope.relation(name_of(node.args["table"], self.traits))
            relations = [relation] if relation else []
            output.is_open |= relation is None
        else:
            relations = scope.relations
            if not relations:
                self.findings.add("STAR_WITHOUT_FROM", "SELECT * needs a FROM.", node, fix="Name a table.")
        for relation in relations:
            output.is_open |= relation.output.is_open
            merged = set() if isinstance(node, exp.Column) else relation.merged
            output.columns += [c for c in relation.output.columns if c[0] not in merged | left_out]
        if star.args.get("replace") or star.args.get("rename"):
            output.is_open = True

    def values(self, node: Any, scope: Scope) -> Output:
        rows = [each.expressions if isinstance(each, exp.Tuple) else [each] for each in node.expressions]
        for row in rows:
            for each in row:
                self.expression(each, scope)
        if len({len(row) for row in rows}) > 1:
            self.findings.add(
                "VALUES_ARITY", "The rows of VALUES differ in length.", node, fix="Make them equally long."
            )
            return Output(is_open=True)
        kinds = [
            catalogue.common_type([self.types.infer(each) for each in column])[1] for column in zip(*rows, strict=True)
        ]
        return Output([(f"column{at}", kind) for at, kind in enumerate(kinds, 1)])

    def _set_operation(self, node: Any, scope: Scope) -> Output:
        left, right = self.query(node.this, scope), self.query(node.expression, scope)
        word = {"Union": "UNION", "Except": "EXCEPT", "Intersect": "INTERSECT"}[type(node).__name__]
        output = Output(list(left.columns), left.is_open or right.is_open)
        if not output.is_open and not node.args.get("by_name"):
            if len(left.columns) != len(right.columns):
                self.findings.add(
                    "SET_OPERATION_ARITY",
                    f"The sides of {word} have {len(left.columns)} and {len(right.columns)} columns.",
                    node.expression,
                    fix="Give both sides the same number of columns.",
                )
            else:
                output.columns = [
                    (a[0], self.types.together([a[1], b[1]], node.expression, f"{word}, column {at},"))
                    for at, (a, b) in enumerate(zip(left.columns, right.columns, strict=True), 1)
                ]
        self._tail(node, scope, output)
        return output


def _first_branch(node: Any) -> Any:
    while isinstance(node, exp.SetOperation):
        node = node.this
    return node


def _mentions(node: exp.Expr, name: str) -> bool:
    return any(table.name.lower() == name.lower() and not table.db for table in node.find_all(exp.Table))


def _function_names() -> Names:
    global _NAMES
    _NAMES = _NAMES or Names([*catalogue.functions(), *calls.GRAMMAR])
    return _NAMES


_NAMES: Names | None = None
