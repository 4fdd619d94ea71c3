"""Binds the statements that change data: their target columns, and the queries in them."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from services.copilot.sql.binder import Binder
from services.copilot.sql.nearest import nearest
from services.copilot.sql.reading import name_of
from services.copilot.sql.scopes import Output, Relation, Scope

# What RETURNING and OUTPUT call a row before and after the change.
_ROW_VERSIONS = ("old", "new", "inserted", "deleted")


class Changes:
    def __init__(self, binder: Binder) -> None:
        self._binder = binder

    def bind(self, node: Any, scope: Scope) -> Output:
        """Bind a statement of any kind; what it returns by RETURNING or OUTPUT."""
        handler = {
            exp.Insert: self._insert,
            exp.Update: self._update,
            exp.Delete: self._delete,
            exp.Merge: self._merge,
            exp.Create: self._create,
            exp.Alter: self._alter,
            exp.Drop: self._drop,
            exp.TruncateTable: self._drop,
        }.get(type(node), self._insert if isinstance(node, exp.Insert) else None)
        if handler is None:
            return Output(is_open=True)
        self._binder.grouping.enter(node, scope)
        handler(node, scope)
        output = self._returning(node, scope)
        self._binder.grouping.leave_change(node, scope)
        return output

    def _returning(self, node: Any, scope: Scope) -> Output:
        clause = node.args.get("returning")
        if clause is None:
            return Output()
        target = scope.relations[-1].output if scope.relations else Output(is_open=True)
        versions = [
            Relation(self._binder.traits.fold(name), target, merged={n for n, _ in target.columns})
            for name in _ROW_VERSIONS
        ]
        inner = Scope(parent=scope, relations=[] if target.is_open else versions)
        output = Output()
        for each in clause.expressions:
            self._binder.expression(each, inner)
            name = name_of(each.args["alias"], self._binder.traits) if isinstance(each, exp.Alias) else each.name
            output.columns.append((self._binder.traits.fold(name), self._binder.types.infer(each)))
        output.is_open = any(each.is_star for each in clause.expressions)
        return output

    def _insert(self, node: Any, scope: Scope) -> None:
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        if not isinstance(target, exp.Table):
            return
        self._binder.sources.add(target, scope)
        relation = scope.relations[-1]
        listed = node.this.expressions if isinstance(node.this, exp.Schema) else []
        if self._binder.dialect == "teradata" and any(isinstance(each, exp.Literal) for each in listed):
            return  # INSERT INTO t (1, 'a'): Teradata's way to write VALUES
        for each in listed:
            self._target(each, relation)
        self._twice(listed)
        source = node.args.get("expression")
        if source is not None:
            given = self._binder.query(source, Scope(parent=scope.parent, ctes=scope.ctes))
            names = [name_of(each, self._binder.traits) for each in listed]
            self._arity(names or [name for name, _ in relation.output.columns], bool(listed), given, source, relation)
        conflict = node.args.get("conflict")
        if conflict is not None:
            self._conflict(conflict, relation, scope)

    def _conflict(self, conflict: Any, relation: Relation, scope: Scope) -> None:
        for each in conflict.args.get("conflict_keys") or ():
            if isinstance(each, exp.Identifier | exp.Column):
                self._target(each, relation)
        excluded = Relation(self._binder.traits.fold("excluded"), relation.output, merged=set(relation.types))
        scope.relations.append(excluded)
        for each in conflict.expressions:
            self._set(each, relation, scope)
        self._binder.expression(conflict.args.get("where"), scope)
        scope.relations.remove(excluded)

    def _arity(self, names: list[str], is_list: bool, given: Output, source: Any, relation: Relation) -> None:
        if given.is_open or (relation.output.is_open and not is_list):
            return
        count = len(given.columns)
        short = count < len(names) and not is_list  # PostgreSQL fills the rest with defaults
        if count != len(names) and not (short and self._binder.dialect == "postgresql"):
            self._binder.findings.add(
                "INSERT_ARITY",
                f"{len(names)} target columns and {count} values.",
                source,
                fix="Give as many values as there are columns.",
            )
            return
        if isinstance(source, exp.Values):
            self._values(names, source, relation)
            return
        for name, (_, kind) in zip(names, given.columns, strict=False):
            self._binder.types.assign(source, kind, relation.types.get(name), name)

    def _values(self, names: list[str], source: Any, relation: Relation) -> None:
        for row in source.expressions:
            for name, value in zip(names, row.expressions if isinstance(row, exp.Tuple) else [row], strict=False):
                self._binder.types.assign(value, self._binder.types.infer(value), relation.types.get(name), name)

    def _twice(self, nodes: list[Any]) -> None:
        """A column may be given one value."""
        seen: set[str] = set()
        for node in nodes:
            name = name_of(node.this if isinstance(node, exp.Column) else node, self._binder.traits)
            if name in seen:
                message = f"Column {node.name} is given a value twice."
                self._binder.findings.add("DUPLICATE_COLUMN", message, node, fix="Name it once.")
            seen.add(name)

    def _target(self, node: Any, relation: Relation) -> None:
        name = name_of(node.this if isinstance(node, exp.Column) else node, self._binder.traits)
        if relation.output.is_open or name in relation.types:
            return
        self._binder.findings.add(
            "UNKNOWN_COLUMN",
            f"{relation.shown or relation.name} has no column {node.name}.",
            node,
            nearest=nearest(name, relation.types),
        )

    def _set(self, node: Any, relation: Relation, scope: Scope) -> None:
        if not isinstance(node, exp.EQ):
            self._binder.expression(node, scope)
            return
        if isinstance(node.this, exp.Tuple):
            self._several(node, relation, scope)
            return
        if isinstance(node.this, exp.Column):
            self._unqualified(node.this)
            self._target(node.this, relation)
        self._binder.expression(node.expression, scope)
        if isinstance(node.this, exp.Column):
            name = name_of(node.this.this, self._binder.traits)
            kind = self._binder.types.infer(node.expression)
            self._binder.types.assign(node.expression, kind, relation.types.get(name), name)

    def _unqualified(self, column: exp.Column) -> None:
        if column.table and self._binder.dialect == "postgresql":
            message = f"SET takes the column without its table: {column.name}."
            self._binder.findings.add("UNKNOWN_COLUMN", message, column, nearest=[column.name])

    def _several(self, node: Any, relation: Relation, scope: Scope) -> None:
        """SET (a, b) = (1, 2), or of a query with two columns."""
        for each in node.this.expressions:
            self._target(each, relation)
        given = node.expression
        if isinstance(given, exp.Query):
            output = self._binder.query(given, scope)
            count = None if output.is_open else len(output.columns)
        else:
            self._binder.expression(given, scope)
            count = len(given.expressions) if isinstance(given, exp.Tuple) else None
        if count is not None and count != len(node.this.expressions):
            message = f"{len(node.this.expressions)} target columns and {count} values."
            self._binder.findings.add("INSERT_ARITY", message, node, fix="Give as many values as there are columns.")

    def _update(self, node: Any, scope: Scope) -> None:
        clause = node.args.get("from_")
        named = name_of(node.this.this, self._binder.traits)
        self._binder.sources.from_(node, scope)
        by_alias = clause is not None and scope.relation(named) is not None and self._binder.dialect != "postgresql"
        if not by_alias:
            self._binder.sources.add(node.this, scope)
        relation = scope.relation(named) if by_alias else scope.relations[-1]
        for each in node.expressions:
            self._set(each, relation or scope.relations[-1], scope)
        self._twice([e.this for e in node.expressions if isinstance(e, exp.EQ) and isinstance(e.this, exp.Column)])
        self._where(node, scope)

    def _delete(self, node: Any, scope: Scope) -> None:
        for each in node.args.get("using") or ():
            self._binder.sources.add(each, scope)
        self._binder.sources.from_(node, scope)
        named = node.args.get("tables") or ()
        for each in [node.this] if isinstance(node.this, exp.Expr) else [] if scope.relations else named:
            self._binder.sources.add(each, scope)
        if named and self._binder.dialect == "postgresql":
            self._binder.findings.add("SYNTAX_ERROR", "DELETE needs FROM.", named[0], fix="Write DELETE FROM.")
        self._where(node, scope)

    def _where(self, node: Any, scope: Scope) -> None:
        where = node.args.get("where")
        if where is not None:
            self._binder.expression(where.this, scope)
            self._binder.types.condition(where.this, "WHERE")

    def _merge(self, node: Any, scope: Scope) -> None:
        self._binder.sources.add(node.this, scope)
        target = scope.relations[-1]
        self._binder.sources.add(node.args["using"], scope)
        self._binder.expression(node.args.get("on"), scope)
        for when in node.args["whens"].expressions:
            action = when.args.get("then")
            # a row that matches nothing has no target
            relations, unmatched = scope.relations, isinstance(action, exp.Insert) and not when.args.get("source")
            scope.relations = [each for each in relations if not (unmatched and each is target)]
            self._binder.expression(when.args.get("condition"), scope)
            if isinstance(action, exp.Update):
                for each in action.expressions:
                    self._set(each, target, scope)
            elif isinstance(action, exp.Insert):
                columns = action.this.expressions if isinstance(action.this, exp.Tuple) else []
                for each in columns:
                    self._target(each, target)
                self._binder.expression(action.args.get("expression"), scope)
            scope.relations = relations

    def _create(self, node: Any, scope: Scope) -> None:
        query = node.args.get("expression")
        if isinstance(query, exp.Query):
            named = node.this.expressions if isinstance(node.this, exp.Schema) else []
            self._named(self._binder.query(query, scope), named, query)
        elif isinstance(node.this, exp.Index) and isinstance(node.this.args.get("table"), exp.Table):
            self._binder.sources.add(node.this.args["table"], scope)
            self._binder.expression(node.this.args.get("params"), scope)

    def _named(self, output: Output, named: list[Any], query: Any) -> None:
        """The columns of what CREATE … AS makes: each name once, and not more names than columns."""
        if output.is_open:
            return
        if len(named) > len(output.columns):
            message = f"{len(named)} names and {len(output.columns)} columns."
            self._binder.findings.add("ALIAS_ARITY", message, query, fix="Name at most as many columns as there are.")
        names = [*(name_of(each, self._binder.traits) for each in named)]
        names += [name for name, _ in output.columns[len(names) :]]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            message = f"Column {twice[0]} is made twice."
            self._binder.findings.add("DUPLICATE_COLUMN", message, query, fix="Give one of them another name.")

    def _alter(self, node: Any, scope: Scope) -> None:
        if node.args.get("kind") != "TABLE" or node.args.get("exists"):
            return
        self._binder.sources.add(node.this, scope)
        relation = scope.relations[-1]
        for action in node.args.get("actions") or ():
            if isinstance(action, exp.Drop) and action.args.get("kind") == "COLUMN" and not action.args.get("exists"):
                for column in action.find_all(exp.Column):
                    self._target(column, relation)
            elif isinstance(action, exp.AlterColumn | exp.RenameColumn) and not action.args.get("exists"):
                self._target(action.this, relation)

    def _drop(self, node: Any, scope: Scope) -> None:
        if node.args.get("exists") or node.args.get("kind") not in (None, "TABLE", "VIEW"):
            return
        for table in node.find_all(exp.Table):
            self._binder.sources.add(table, Scope(parent=scope))
