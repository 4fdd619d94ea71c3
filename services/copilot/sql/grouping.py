"""Where aggregates and window functions may stand, and which columns a grouped query may show."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from services.copilot.sql import calls
from services.copilot.sql.findings import Findings
from services.copilot.sql.scopes import Bound, Scope

# Clause of a SELECT → (code, its name) for an aggregate that stands there.
_NO_AGGREGATES = {
    "where": ("AGGREGATE_IN_WHERE", "WHERE", "Put the condition into HAVING, or compute it in a subquery."),
    "joins": ("AGGREGATE_IN_JOIN", "JOIN … ON", "Compute it in a subquery and join that."),
    "group": ("AGGREGATE_IN_GROUP_BY", "GROUP BY", "Group by columns; compute aggregates over the groups."),
    "from_": ("AGGREGATE_IN_FROM", "FROM", "Compute it in a subquery."),
}
_NO_WINDOWS = {"where": "WHERE", "joins": "JOIN … ON", "group": "GROUP BY", "having": "HAVING"}
_NO_DISTINCT_WINDOWS = frozenset({"postgresql", "mssql"})
_MAY_AGGREGATE = (exp.Anonymous, exp.AggFunc, *calls.WRAPPERS)
_LIKE_A_KEY = re.compile(r"id$|(?:^|_)(?:key|code|pk)$", re.IGNORECASE)
Shape = tuple[Any, ...]


class Grouping:
    """Notes aggregates and windows while a statement is bound, and judges each SELECT when it is left."""

    def __init__(self, bound: dict[int, Bound], findings: Findings, dialect: str, keys_known: bool) -> None:
        self._bound = bound
        self._findings = findings
        self._dialect = dialect
        self._keys_unknown = dialect == "postgresql" and not keys_known
        self._selects: dict[int, Any] = {}  # id of a scope → its SELECT
        self._noted: list[tuple[exp.Expr, Scope]] = []
        self._by_alias: dict[int, exp.Expr] = {}

    def enter(self, node: Any, scope: Scope) -> None:
        self._selects[id(scope)] = node

    def by_alias(self, column: exp.Expr, meant: exp.Expr) -> None:
        """A name in GROUP BY that stands for an output."""
        self._by_alias[id(column)] = meant

    def note(self, node: exp.Expr, scope: Scope) -> None:
        if isinstance(node, exp.Window) and not isinstance(node.this, exp.Identifier):
            self._window(node, scope)
        elif isinstance(node, _MAY_AGGREGATE) and calls.is_aggregate(node, self._dialect):
            self._noted.append((node, scope))
        elif calls.lacks_window(node, self._dialect):
            name = calls.call_name(node)
            fix = f"Write {name}(…) OVER (ORDER BY …)."
            self._findings.add("WINDOW_FUNCTION_MISPLACED", f"{name} needs OVER.", node, fix=fix)

    def _clause(self, node: exp.Expr, select: Any) -> str:
        """Clause of `select` that a node lies in."""
        while node.parent is not None and node.parent is not select:
            node = node.parent
        return node.arg_key or ""

    def _window(self, node: exp.Window, scope: Scope) -> None:
        if calls.takes_no_window(node.this, self._dialect):
            name = calls.call_name(node.this)
            fix = f"Take OVER away; {name} is neither a window function nor an aggregate."
            self._findings.add("WINDOW_FUNCTION_MISPLACED", f"{name} takes no OVER.", node, fix=fix)
        select = self._selects.get(id(scope))
        self._distinct(node)
        place = _NO_WINDOWS.get(self._clause(node, select)) if select is not None else None
        above = node.parent
        while above is not None and above is not select and not isinstance(above, exp.Query):
            if isinstance(above, exp.Window) or calls.is_aggregate(above, self._dialect):
                place = "another window function" if isinstance(above, exp.Window) else "an aggregate"
            above = above.parent
        if place:
            fix = "Compute it in a subquery and use its result there."
            self._findings.add("WINDOW_FUNCTION_MISPLACED", f"A window function in {place}.", node, fix=fix)

    def _distinct(self, node: exp.Window) -> None:
        """SUM(DISTINCT a) OVER (…)."""
        if self._dialect in _NO_DISTINCT_WINDOWS and any(
            isinstance(each, exp.Distinct) for each in node.this.expressions
        ):
            fix = "Take DISTINCT away, or aggregate in a subquery and join its result."
            self._findings.add("WINDOW_FUNCTION_MISPLACED", "DISTINCT in a window function.", node.this, fix=fix)

    def _owner(self, node: exp.Expr, scope: Scope) -> Scope:
        """The query an aggregate belongs to: the innermost that its columns come from."""
        owners = {id(b.scope) for c in node.find_all(exp.Column) if (b := self._bound.get(id(c))) is not None}
        return next((each for each in scope.upwards() if id(each) in owners), self._nearest_select(scope))

    def _nearest_select(self, scope: Scope) -> Scope:
        return next((each for each in scope.upwards() if id(each) in self._selects), scope)

    def leave(self, node: Any, scope: Scope) -> None:
        own = [each for each, at in self._noted if self._owner(each, at) is scope]
        for each in own:
            self._place(each, node, own)
        having = node.args.get("having")
        group = node.args.get("group")
        if group is not None or having is not None or any(self._counts(each, node) for each in own):
            self._shown(node, scope)

    def leave_change(self, node: Any, scope: Scope) -> None:
        """A statement that changes data has no place for aggregates of its own."""
        for each in [each for each, at in self._noted if self._owner(each, at) is scope]:
            code = "AGGREGATE_IN_WHERE" if self._clause(each, node) == "where" else "AGGREGATE_MISPLACED"
            message = f"An aggregate in {node.key.upper()}."
            self._findings.add(code, message, each, fix="Compute it in a subquery.")

    def _counts(self, aggregate: exp.Expr, node: Any) -> bool:
        return self._clause(aggregate, node) in ("expressions", "order", "having", "qualify", "windows")

    def _place(self, aggregate: exp.Expr, select: Any, own: list[exp.Expr]) -> None:
        inner = aggregate
        while isinstance(inner, calls.WRAPPERS):
            inner = inner.this
        name = calls.call_name(inner) or inner.key
        wrong = _NO_AGGREGATES.get(self._clause(aggregate, select))
        if wrong:
            code, place, fix = wrong
            self._findings.add(code, f"Aggregate {name} in {place}.", aggregate, fix=fix)
        above = aggregate.parent
        while above is not None and above is not select:
            if any(above is each for each in own):
                fix = "Compute the inner one in a subquery."
                self._findings.add("NESTED_AGGREGATE", f"Aggregate {name} inside an aggregate.", aggregate, fix=fix)
                return
            above = above.parent

    def _shown(self, node: Any, scope: Scope) -> None:
        group = node.args.get("group")
        if group is not None and (group.args.get("all") or not self._understood(group)):
            return
        by = self._group_expressions(node, group)
        if by is None:
            return
        columns: set[tuple[int, str]] = set()
        shapes: set[Shape] = set()
        for each in by:
            bound = self._bound.get(id(_bare(each)))
            if bound is not None:
                columns.add((id(bound.relation), bound.name))
            else:
                shapes.add(self.shape(each))
        keyed = {id(each) for each in scope.relations if self._by_key(each, columns)}
        for place in self._places(node):
            self._check(place, scope, columns, shapes, keyed)

    def _by_key(self, relation: Any, columns: set[tuple[int, str]]) -> bool:
        if self._dialect != "postgresql" or not relation.key:
            return False
        return all((id(relation), name) in columns for name in relation.key)

    def _understood(self, group: Any) -> bool:
        return not (self._dialect == "mssql" and group.args.get("totals"))

    def _group_expressions(self, node: Any, group: Any) -> list[exp.Expr] | None:
        """What is grouped by; None where that cannot be told."""
        if group is None:
            return []
        found: list[exp.Expr] = []
        stack = list(group.iter_expressions())
        while stack:
            each = stack.pop()
            if isinstance(each, exp.Tuple | exp.Cube | exp.Rollup | exp.GroupingSets):
                stack.extend(each.iter_expressions())
            elif isinstance(each, exp.Paren):
                stack.append(each.this)
            elif isinstance(each, exp.Literal) and not each.is_string:
                meant = self._by_position(each, node)
                if meant is None:
                    return None
                found.append(meant)
            else:
                found.append(self._by_alias.get(id(each), each))
        return found

    def _by_position(self, literal: exp.Literal, node: Any) -> exp.Expr | None:
        position = int(literal.this) if literal.this.isdigit() else 0
        if self._dialect == "mssql":
            fix = "Write the expression of that column."
            self._findings.add("POSITION_OUT_OF_RANGE", "GROUP BY takes no position in mssql.", literal, fix=fix)
            return None
        if any(each.is_star for each in node.expressions):
            return None
        if not 1 <= position <= len(node.expressions):
            count = len(node.expressions)
            message = f"GROUP BY {literal.this}: there are {count} output columns."
            self._findings.add("POSITION_OUT_OF_RANGE", message, literal, fix=f"Use 1 to {count}, or a name.")
            return None
        meant: exp.Expr = node.expressions[position - 1].unalias()
        return meant

    def _places(self, node: Any) -> list[exp.Expr]:
        aliases = {each.alias for each in node.expressions if isinstance(each, exp.Alias)}
        places = list(node.expressions)
        places += [clause.this for clause in (node.args.get("having"), node.args.get("qualify")) if clause is not None]
        order = node.args.get("order")
        for each in order.expressions if order is not None else ():
            what = each.this if isinstance(each, exp.Ordered) else each
            if not (isinstance(what, exp.Column) and not what.table and what.name in aliases):
                places.append(what)
        return places

    def _check(
        self, place: exp.Expr, scope: Scope, columns: set[tuple[int, str]], shapes: set[Shape], keyed: set[int]
    ) -> None:
        stack = [place]
        while stack:
            each = stack.pop()
            if isinstance(each, exp.Column):
                bound = self._bound.get(id(each))
                if bound is not None and bound.scope is scope:
                    known = (id(bound.relation), bound.name) in columns or id(bound.relation) in keyed
                    if not known:
                        self._ungrouped(each, self._may_be_keyed(id(bound.relation), columns))
                continue
            if isinstance(each, exp.Star) and isinstance(each.parent, exp.Select) and each.parent is place.parent:
                self._ungrouped(each)
                continue
            if isinstance(each, _MAY_AGGREGATE) and calls.is_aggregate(each, self._dialect):
                continue
            if shapes and not isinstance(each, exp.Identifier) and self.shape(each) in shapes:
                continue
            stack.extend(each.iter_expressions())

    def _may_be_keyed(self, relation: int, columns: set[tuple[int, str]]) -> bool:
        """Whether a grouped column could be the key of its table, which would cover the others: the schema says
        nothing of keys, and the name looks like one."""
        return self._keys_unknown and any(of == relation and _LIKE_A_KEY.search(name) for of, name in columns)

    def _ungrouped(self, node: exp.Expr, may_be_keyed: bool = False) -> None:
        name = node.sql() if isinstance(node, exp.Column) else "*"
        self._findings.add(
            "MISSING_GROUP_BY",
            f"{name} is neither in GROUP BY nor inside an aggregate.",
            node,
            severity="warning" if may_be_keyed else "error",
            fix=f"Add {name} to GROUP BY, or aggregate it, MAX({name}) for example."
            if name != "*"
            else "Name columns.",
        )

    def shape(self, node: exp.Expr) -> Shape:
        """What is equal for expressions that mean the same, columns by what they are bound to."""
        node = _bare(node)
        bound = self._bound.get(id(node))
        if bound is not None:
            return ("column", id(bound.relation), bound.name)
        parts: list[Any] = [type(node).__name__]
        for key, value in node.args.items():
            if value is None or value is False or value == []:
                continue
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, exp.Expr):
                    parts.append((key, self.shape(each)))
                else:
                    is_name = isinstance(node, exp.Anonymous | exp.Var)
                    parts.append((key, str(each).lower() if is_name else each))
        return tuple(parts)


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren | exp.Alias):
        node = node.this
    return node
