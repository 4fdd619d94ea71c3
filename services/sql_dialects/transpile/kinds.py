"""Types of a tree's expressions: columns from the tables known, the rest by sqlglot's inference.

A column without a table is given one for the inference where only one source has it; the tree itself stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from services.sql_dialects.names import DIALECT_NAMES
from services.sql_dialects.transpile.result import KnownTable

TEXT = exp.DataType.TEXT_TYPES
INTEGER = exp.DataType.INTEGER_TYPES - {exp.DType.BIT}
REAL = exp.DataType.REAL_TYPES
TEMPORAL = exp.DataType.TEMPORAL_TYPES
BOOLEAN = {exp.DType.BOOLEAN, exp.DType.BIT}


class Types(MappingSchema):
    """The tables known, as sqlglot asks for them; names are compared without regard to case."""

    def __init__(self, tables: Sequence[KnownTable], dialects: Sequence[str]) -> None:
        super().__init__(dialect=dialects[0])
        self._known: dict[tuple[str, str], dict[str, exp.DataType]] = {}
        self.spelled: dict[str, str] = {}
        for table in tables:
            columns = {name.lower(): _type(kind, dialects) for name, kind in table.columns}
            self._known[(table.schema.lower(), table.name.lower())] = columns
            self._known.setdefault(("", table.name.lower()), columns)
            self.spelled.update({each.lower(): each for each in (table.name, *(name for name, _ in table.columns))})

    def of(self, table: exp.Table) -> dict[str, exp.DataType]:
        key = (table.db.lower(), table.name.lower())
        return self._known.get(key) or (self._known.get(("", key[1]), {}) if not key[0] else {})

    def get_column_type(self, table: Any, column: Any, *_: Any, **__: Any) -> exp.DataType:
        name = column if isinstance(column, str) else column.name
        known = self.of(table) if isinstance(table, exp.Table) else {}
        found = known.get(name.lower())
        return found.copy() if found else exp.DataType.build("unknown")

    def column_names(self, table: Any, *_: Any, **__: Any) -> list[str]:
        return list(self.of(table)) if isinstance(table, exp.Table) else []


def _type(text: str, dialects: Sequence[str]) -> exp.DataType:
    if text.lower().startswith("timestamp"):  # T-SQL's type of that name is no time; nobody means it
        dialects = ["postgres"]
    for dialect in dialects:
        try:
            found = exp.DataType.build(text, dialect=dialect)
        except SqlglotError:
            continue
        if not found.is_type(exp.DType.USERDEFINED):
            return found
    return exp.DataType.build("unknown")


def known(tables: Sequence[KnownTable], read: str, write: str) -> Types:
    return Types(tables, [DIALECT_NAMES[read], DIALECT_NAMES[write]])


def annotated(tree: exp.Expr, types: Types) -> None:
    """Sets `type` on the expressions of the tree."""
    changed = []
    try:
        scopes = traverse_scope(tree)
    except SqlglotError:  # a shape that has no scopes: nothing is known of it
        scopes = []
    for scope in scopes:
        for column in scope.columns:
            source = _source(column, scope, types)
            if source and source != column.table:
                changed.append((column, column.args.get("table")))
                column.set("table", exp.to_identifier(source))
    annotate_types(tree, schema=types, dialect=types.dialect)
    for column, table in changed:
        column.set("table", table)
    if not isinstance(tree, exp.Query):
        _of_a_change(tree, types)


def _source(column: exp.Column, scope: Scope, types: Types) -> str:
    names = list(scope.sources)
    if column.table:
        return next((name for name in names if name.lower() == column.table.lower()), "")
    if len(scope.selected_sources) == 1 and not scope.is_correlated_subquery:
        return next(iter(scope.selected_sources))
    holding = [
        name for name, (_, source) in scope.selected_sources.items() if column.name.lower() in _names(source, types)
    ]
    return holding[0] if len(holding) == 1 else ""


def _names(source: Any, types: Types) -> set[str]:
    if isinstance(source, exp.Table):
        return set(types.of(source))
    expression = source.expression
    return {name.lower() for name in expression.named_selects} if isinstance(expression, exp.Query) else set()


def _of_a_change(tree: exp.Expr, types: Types) -> None:
    """Columns of an UPDATE, DELETE or MERGE: the one table of the statement that has the name, or is named."""
    tables = list(tree.find_all(exp.Table))
    for column in tree.find_all(exp.Column):
        if column.type is not None and not column.is_type(exp.DType.UNKNOWN):
            continue
        sources = [each for each in tables if not column.table or each.alias_or_name.lower() == column.table.lower()]
        found = [types.get_column_type(each, column) for each in sources if column.name.lower() in types.of(each)]
        if len(found) == 1:
            column.type = found[0]


def is_a(node: Any, kinds: set[exp.DType]) -> bool:
    """Whether the type of an expression is known and one of these."""
    return isinstance(node, exp.Expr) and bool(node.type) and node.is_type(*kinds)


def unknown(node: exp.Expr) -> bool:
    return not node.type or node.is_type(exp.DType.UNKNOWN, exp.DType.NULL, exp.DType.USERDEFINED)


def whole(node: exp.Expr) -> bool:
    """Known to have no fraction."""
    return is_a(node, INTEGER) or (isinstance(node, exp.Literal) and node.is_int)


def output(tree: exp.Expr) -> Iterator[exp.Expr]:
    """What the statement's result shows."""
    if isinstance(tree, exp.Query):
        yield from (each.unalias() for each in tree.selects)
