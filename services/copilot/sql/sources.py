"""The items of FROM, as relations of a scope."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from services.copilot.sql import calls
from services.copilot.sql.nearest import nearest
from services.copilot.sql.postgresql import catalogue
from services.copilot.sql.reading import Traits, name_of
from services.copilot.sql.scopes import Output, Relation, Scope

if TYPE_CHECKING:
    from services.copilot.sql.binder import Binder

_SYSTEM_DATABASES = frozenset({"master", "msdb", "tempdb", "snowflake"})
_NAMED_SUBQUERIES = frozenset({"mssql", "teradata"})
_NO_USING = frozenset({"mssql", "teradata"})
_JOIN = re.compile(r"\bJOIN\s+$", re.IGNORECASE)
_SYSTEM_PREFIXES = {"postgresql": ("pg_",), "mssql": ("#",), "sap_hana": ("dummy", "#")}
_SYSTEM_COLUMNS = {"postgresql": frozenset(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"])}


# Functions in FROM whose columns have names of their own.
_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "json_each": (("key", "text"), ("value", "json")),
    "jsonb_each": (("key", "text"), ("value", "jsonb")),
    "json_each_text": (("key", "text"), ("value", "text")),
    "jsonb_each_text": (("key", "text"), ("value", "text")),
}
# Those whose one column is called `value`, beside the name of the item.
_ELEMENTS = frozenset(f"{kind}_array_elements{text}" for kind in ("json", "jsonb") for text in ("", "_text"))


def known_as(table: Any, traits: Traits) -> str:
    """What a table is looked up by among those of WITH and of statements before: `name`, or `schema.name`."""
    name = name_of(table.this, traits)
    return f"{name_of(table.args['db'], traits)}.{name}" if table.args.get("db") else name


class Sources:
    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self._traits = binder.traits

    def from_(self, node: Any, scope: Scope) -> None:
        """FROM, JOIN and LATERAL of a statement."""
        clause = node.args.get("from_")
        if clause is not None:
            self.add(clause.this, scope)
        for lateral in node.args.get("laterals") or ():
            self.add(lateral, scope)
        self._joins(node, scope)

    def _joins(self, node: Any, scope: Scope) -> None:
        first = 0  # of the items that a condition of JOIN may name: those since the last comma
        for join in node.args.get("joins") or ():
            before = len(scope.relations)
            self.add(join.this, scope)
            if not (join.side or join.kind or join.method or join.args.get("on") or join.args.get("using")):
                first = before
            self._merge(join, scope, before)
            self._lacks_condition(join)
            hidden = scope.relations[:first] if self._binder.dialect == "postgresql" else []
            scope.relations = scope.relations[len(hidden) :]
            self._binder.expression(join.args.get("on"), scope)
            scope.relations = [*hidden, *scope.relations]

    def _lacks_condition(self, join: Any) -> None:
        """JOIN t without ON."""
        plain = isinstance(join.this, exp.Table | exp.Subquery) and not join.method
        if join.args.get("on") or join.args.get("using") or not plain or self._binder.dialect == "snowflake":
            return
        word = "INNER" if join.kind == "INNER" else join.side
        if word or (not join.kind and self._binder.findings.follows(join.this, _JOIN)):
            clauses = "ON" if self._binder.dialect in _NO_USING else "ON or USING"
            message = f"{word} JOIN needs {clauses}.".lstrip()
            self._binder.findings.add("SYNTAX_ERROR", message, join.this, fix="Say which rows belong together.")

    def _merge(self, join: Any, scope: Scope, before: int) -> None:
        left, right = scope.relations[:before], scope.relations[before:]
        if join.method == "NATURAL":
            for relation in right:
                relation.merged |= {name for name in relation.types if any(each.has(name) for each in left)}
        for column in join.args.get("using") or ():
            name = name_of(column.this if isinstance(column, exp.Column) else column, self._traits)
            for side in (left, right):
                if not any(each.has(name) or each.output.is_open for each in side):
                    known = [known for each in side for known in each.types]
                    self._binder.findings.add(
                        "UNKNOWN_COLUMN",
                        f"USING names {column.name}, which {' and '.join(r.shown or r.name for r in side)} has not.",
                        column,
                        nearest=nearest(name, known),
                    )
            for relation in right:
                relation.merged.add(name)

    def add(self, node: Any, scope: Scope) -> None:
        """Add what one item of FROM brings."""
        if isinstance(node, exp.Table):
            self._table(node, scope)
        elif isinstance(node, exp.Lateral):
            self._lateral(node, scope)
        elif isinstance(node, exp.Subquery | exp.Paren) and isinstance(node.this, exp.Table | exp.Subquery):
            self._parenthesis(node, scope)
        elif isinstance(node, exp.Query):
            self._derived_table(node)
            apart = Scope(parent=scope.parent, ctes=self._visible(scope))
            self._derived(node, self._binder.query(node.unnest(), apart), scope)
        elif isinstance(node, exp.Values):
            self._derived(node, self._binder.values(node, scope), scope)
        else:
            self._function(node, node, scope)
        self._joins(node, scope)

    def _derived_table(self, node: Any) -> None:
        """A subquery in FROM: some dialects ask for its name, and T-SQL for no order that nothing needs."""
        query, dialect = node.unnest(), self._binder.dialect
        if dialect in _NAMED_SUBQUERIES and not node.args.get("alias"):
            message = "A subquery in FROM needs a name."
            self._binder.findings.add("SYNTAX_ERROR", message, query, fix="Write a name behind its bracket.")
        needs_order = any(query.args.get(each) for each in ("limit", "offset", "for_"))
        if dialect == "mssql" and query.args.get("order") is not None and not needs_order:
            message = "A subquery has no ORDER BY in mssql, unless with TOP or OFFSET."
            self._binder.findings.add(
                "ORDER_BY_MISPLACED", message, query.args["order"], fix="Order the query outside."
            )

    def _visible(self, scope: Scope) -> dict[str, Output]:
        found: dict[str, Output] = {}
        for each in reversed(list(scope.upwards())):
            found |= each.ctes
        return found

    def _parenthesis(self, node: Any, scope: Scope) -> None:
        if node.args.get("alias") is None:
            self.add(node.this, scope)
            return
        inner = Scope(parent=scope.parent, ctes=self._visible(scope))
        self.add(node.this, inner)
        output = Output(
            [column for each in inner.relations for column in each.output.columns if column[0] not in each.merged],
            inner.is_open(),
        )
        self._derived(node, output, scope)

    def _lateral(self, node: Any, scope: Scope) -> None:
        inner = node.this
        if isinstance(inner, exp.Query):
            self._derived(node, self._binder.query(inner.unnest(), scope), scope)
        else:
            self._function(node, inner, scope)

    def _derived(self, node: Any, output: Output, scope: Scope) -> None:
        alias = node.args.get("alias")
        name = name_of(alias.this, self._traits) if alias is not None and alias.this is not None else ""
        if node.args.get("pivots"):
            output = Output(is_open=True)
        self._push(node, Relation(name, self.renamed(output, node)), scope)

    def renamed(self, output: Output, node: Any) -> Output:
        """The output under the column names of `AS t(a, b)`."""
        alias = node.args.get("alias")
        given = [name_of(each, self._traits) for each in (alias.args.get("columns") or ())] if alias is not None else []
        if not given:
            return output
        if len(given) > len(output.columns) and not output.is_open:
            self._binder.findings.add(
                "ALIAS_ARITY",
                f"{alias.name} names {len(given)} columns and has {len(output.columns)}.",
                alias,
                fix="Name at most as many columns as there are.",
            )
        kinds = [kind for _, kind in output.columns] + [None] * len(given)
        renamed = list(zip(given, kinds, strict=False)) + output.columns[len(given) :]
        return Output(renamed, output.is_open and len(given) < len(output.columns))

    def _function(self, node: Any, call: Any, scope: Scope) -> None:
        """A function in FROM: its columns by the catalogue where it returns one value, else unknown."""
        self._binder.expression(call, scope)
        alias = node.args.get("alias")
        name = name_of(alias.this, self._traits) if alias is not None and alias.this is not None else ""
        kind = self._binder.types.infer(call)
        columns = (alias.args.get("columns") or ()) if alias is not None else ()
        if columns:
            names = [name_of(each.this if isinstance(each, exp.ColumnDef) else each, self._traits) for each in columns]
            output = Output([(each, kind if len(names) == 1 else None) for each in names])
            if node.args.get("ordinality") or call.args.get("offset"):
                output = Output([(each, None) for each in names], is_open=True)
        elif calls.call_name(call) in _COLUMNS and not node.args.get("ordinality"):
            output = Output(list(_COLUMNS[calls.call_name(call)]))
        elif kind is not None:
            output = Output([(name or calls.call_name(call), kind)])
        else:
            output = Output(is_open=True)
        hidden = frozenset({"value"}) if calls.call_name(call) in _ELEMENTS else frozenset()
        self._push(node, Relation(name or calls.call_name(call), output, hidden=hidden), scope)

    def _rows_from(self, node: Any, scope: Scope) -> None:
        """ROWS FROM (f(…), g(…)): the functions' rows side by side, whose names only an alias tells for certain."""
        for each in node.args["rows_from"]:
            self._binder.expression(each.this if isinstance(each, exp.Table) else each, scope)
        alias = node.args.get("alias")
        given = (alias.args.get("columns") or ()) if alias is not None else ()
        names = [name_of(each, self._traits) for each in given if isinstance(each, exp.Identifier)]
        self._derived(node, Output([(each, None) for each in names], is_open=not names), scope)

    def _table(self, node: Any, scope: Scope) -> None:
        if node.args.get("rows_from"):
            self._rows_from(node, scope)
            return
        if not isinstance(node.this, exp.Identifier):
            self._function(node, node.this, scope)
            return
        name, alias = name_of(node.this, self._traits), node.args.get("alias")
        shown = ".".join(part.name for part in node.parts)
        schema = name_of(node.args["db"], self._traits) if node.args.get("db") else ""
        called = name_of(alias.this, self._traits) if alias is not None and alias.this is not None else name
        cte = scope.cte(known_as(node, self._traits))
        key: frozenset[str] = frozenset()
        hidden: frozenset[str] = frozenset()
        if cte is not None:
            output = cte
        else:
            output, key = self.described(node, name, schema)
            hidden = _SYSTEM_COLUMNS.get(self._binder.dialect, frozenset())
        if node.args.get("pivots"):
            output = Output(is_open=True)
        relation = Relation(called, self.renamed(output, node), shown, schema, key, table=name, hidden=hidden)
        self._push(node, relation, scope)

    def described(self, node: Any, name: str, schema: str) -> tuple[Output, frozenset[str]]:
        """Columns and key of a table of the schema; open where it says nothing of it."""
        index = self._binder.index
        database = name_of(node.args["catalog"], self._traits) if node.args.get("catalog") else ""
        temporary = node.this.args.get("temporary")  # no description has them
        if index is None or temporary or self._is_system(name, schema) or database.lower() in _SYSTEM_DATABASES:
            return Output(is_open=True), frozenset()
        table = index.find(name, schema, database)
        if table is None:
            shown = ".".join(part.name for part in node.parts)
            self._binder.findings.add(
                "UNKNOWN_TABLE",
                f"No table {shown} in the schema.",
                node.this,
                nearest=index.nearest(node.name),
                fix="Use a table of the schema, or give this one with the request.",
            )
            return Output(is_open=True), frozenset()
        columns = [(column, catalogue.type_named(kind)) for column, kind in table.columns.items()]
        return Output(columns, is_open=not columns), table.key

    def _is_system(self, name: str, schema: str) -> bool:
        if schema.lower() in self._traits.system_schemas:
            return True
        prefixes = _SYSTEM_PREFIXES.get(self._binder.dialect, ())
        return not schema and name.lower().startswith(prefixes)

    def _push(self, node: Any, relation: Relation, scope: Scope) -> None:
        same = [each for each in scope.relations if each.name == relation.name and each.name]
        if any(not (each.schema and relation.schema and each.schema != relation.schema) for each in same):
            self._binder.findings.add(
                "DUPLICATE_ALIAS",
                f"{relation.name} stands for two items of this FROM.",
                node.args.get("alias") or node,
                fix="Give one of them another alias.",
            )
        scope.relations.append(relation)
