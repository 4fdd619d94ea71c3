"""Statements that OLE DB Command runs for each row, read as what they write: which columns, of rows of which key.

`?` marks are numbered as they stand in the text. What one row's statement takes from the table that it changes, and
what depends on more than equal columns, can't be said of all rows together: it is refused with its own reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.rules.context import NotConvertible
from services.migration.rules.ssis.row_values import (
    TODO,
    Statement,
    conditions,
    equal,
    marked,
    place,
    value_of,
    without_comments,
)

__all__ = ["Statement", "place", "read"]

TODO_PROCEDURE = "Write what the procedure does as a load of the rows, or call it from a task of the orchestration."
_PROCEDURE = re.compile(
    r"\s*(?:exec(?:ute)?\s+(?:@\w+\s*=\s*)?|\{?\s*(?:\?\s*=\s*)?call\s+)([^\s(;,}]+)", re.IGNORECASE
)
_BATCH = re.compile(r"\s*(?:if|begin|declare|while|with)\b", re.IGNORECASE)
_OPTION = re.compile(r"SET (?:NOCOUNT|XACT_ABORT|ANSI_\w+|DATEFORMAT|LOCK_TIMEOUT)\b", re.IGNORECASE)
_ADDS = re.compile(r"[+\-*/%]=")
_KNOWN: Mapping[type[exp.Expr], frozenset[str]] = {
    exp.Update: frozenset({"this", "expressions", "from_", "where"}),
    exp.Delete: frozenset({"this", "tables", "where"}),
    exp.Insert: frozenset({"this", "expression"}),
    exp.Merge: frozenset({"this", "using", "on", "whens"}),
}
"""Clauses that are read; another, such as OUTPUT, refuses the statement."""


_CLAUSES = {"returning": "OUTPUT", "with_": "WITH", "limit": "TOP"}


def read(text: str) -> list[Statement]:
    """The statements in their order. Raises NotConvertible with the reason why they can't be a load of all rows."""
    _refuse_procedure(text)
    try:
        trees = [tree for tree in sqlglot.parse(marked(text), dialect="tsql") if tree is not None]
    except (SqlglotError, RecursionError):
        raise _unreadable(text) from None
    written = [tree for tree in trees if not isinstance(tree, exp.Semicolon) and not _OPTION.match(tree.sql("tsql"))]
    if not written:
        raise NotConvertible("its statement for each row is empty", "Write the statement in the component.")
    found = [_statement(tree) for tree in written]
    if len({one.target.lower() for one in found}) < len(found):
        raise NotConvertible("its statements change one table several times for each row", TODO)
    return found


def _refuse_procedure(text: str) -> None:
    called = _PROCEDURE.match(without_comments(text))
    if called:
        raise NotConvertible(
            f"it calls the procedure {called[1]} for each row; what that does stands in the database", TODO_PROCEDURE
        )


def _unreadable(text: str) -> NotConvertible:
    bare = without_comments(text)
    if _BATCH.match(bare) or ";" in bare.rstrip().rstrip(";"):
        return NotConvertible("it runs a batch for each row, whose statements depend on each other", TODO)
    if _ADDS.search(bare):
        return NotConvertible("its statement computes a value from the row that it changes", TODO)
    return NotConvertible("its statement for each row could not be read", TODO)


def _statement(tree: exp.Expr) -> Statement:
    reader = _READERS.get(type(tree))
    if reader is None:
        is_batch = isinstance(tree, exp.Set | exp.Command) or _BATCH.match(tree.sql("tsql"))
        what = "runs a batch for each row" if is_batch else "runs no INSERT, UPDATE, DELETE or MERGE for each row"
        raise NotConvertible(f"it {what}", TODO)
    others = [name for name, given in tree.args.items() if given and name not in _KNOWN[type(tree)]]
    if others:
        clause = _CLAUSES.get(others[0], others[0].strip("_"))
        raise NotConvertible(f"its statement has a clause that a load does not have ({clause})", TODO)
    found = reader(tree)
    if not isinstance(found.table, exp.Table) or not isinstance(found.table.this, exp.Identifier):
        raise NotConvertible("its statement changes a table of another server, or what is no table", TODO)
    return found


def _update(tree: exp.Expr) -> Statement:
    found = Statement("update", _changed(tree, tree.args.get("from_")))
    for assignment in tree.expressions:
        _assign(found, assignment, _names(tree, found.table))
    _where(tree, found)
    return found


def _delete(tree: exp.Expr) -> Statement:
    tables = tree.args.get("tables") or [tree.this]
    found = Statement("delete", tree.this if tree.this else tables[0])
    if len(tables) != 1 or found.table.args.get("joins"):
        raise NotConvertible("its statement reads other tables", TODO)
    _where(tree, found)
    return found


def _insert(tree: exp.Expr) -> Statement:
    schema, given = tree.this, tree.expression
    rows = [row.expressions for row in given.expressions] if isinstance(given, exp.Values) else [_selected(given)]
    if not isinstance(schema, exp.Schema) or len(rows) != 1 or len(rows[0]) != len(schema.expressions):
        raise NotConvertible("it does not insert one row of named columns", TODO)
    found = Statement("append", schema.this)
    for column, value in zip(schema.expressions, rows[0], strict=True):
        found.put(column.name, value_of(value))
    return found


def _selected(query: exp.Expr) -> list[exp.Expr]:
    """The values of a SELECT without tables."""
    if not isinstance(query, exp.Select) or any(given for name, given in query.args.items() if name != "expressions"):
        raise NotConvertible("its statement reads other tables", TODO)
    return [value.unalias() for value in query.expressions]


def _merge(tree: exp.Expr) -> Statement:
    """A MERGE of one row: what it updates and adds must be the same values."""
    given = {name.lower(): value for name, value in _merged_row(tree.args["using"])}
    found = Statement("update", tree.this)
    names = _names(tree, found.table)
    for condition in conditions(tree.args["on"]):
        column, value = equal(condition, names)
        found.put(column, _given(value, given), key=True)
    for when in tree.args["whens"].expressions:
        then = when.args.get("then")
        if when.args.get("condition") is not None or when.args.get("source"):
            raise NotConvertible("its MERGE has more conditions than whether the row is there", TODO)
        _then(found, then, given, names, matched=bool(when.args.get("matched")))
    if not found.values.keys() - set(found.keys) or len(tree.args["whens"].expressions) > 2:
        raise NotConvertible("its MERGE does not update the row", TODO)
    return found


def _then(
    found: Statement, then: exp.Expr, given: Mapping[str, exp.Expr], names: frozenset[str], *, matched: bool
) -> None:
    if matched and isinstance(then, exp.Update):
        for assignment in then.expressions:
            _assign(found, assignment, names, given)
        return
    if matched or not isinstance(then, exp.Insert) or not then.this or not then.expression:
        raise NotConvertible("its MERGE does more than update the row or add it", TODO)
    added = {
        column.name.lower(): _given(value, given)
        for column, value in zip(then.this.expressions, then.expression.expressions, strict=True)
    }
    if not found.values.keys() - set(found.keys):
        raise NotConvertible("its MERGE adds rows that are missing and leaves the others as they are", TODO)
    if added != {name.lower(): value for name, value in found.values.items()}:
        raise NotConvertible("its MERGE adds other values than those that it updates", TODO)
    found.mode = "upsert"


def _merged_row(using: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    """Names and values of the one row that a MERGE takes."""
    if isinstance(using, exp.Values) and len(using.expressions) == 1:
        columns = using.args["alias"].columns if using.args.get("alias") else []
        yield from zip([column.name for column in columns], using.expressions[0].expressions, strict=False)
        return
    query = using.this if isinstance(using, exp.Subquery) else using
    values = _selected(query)
    columns = using.args["alias"].columns if using.args.get("alias") else []
    named = [column.name for column in columns] or [one.alias for one in query.expressions]
    yield from zip(named, values, strict=False)


def _given(node: exp.Expr, row: Mapping[str, exp.Expr]) -> exp.Expr:
    """A value of a MERGE: a column of the merged row, or a value of its own."""
    node = node.unnest()
    if isinstance(node, exp.Column):
        if node.name.lower() not in row:
            raise NotConvertible("its statement computes a value from the row that it changes", TODO)
        return value_of(row[node.name.lower()])
    return value_of(node)


_READERS: Mapping[type[exp.Expr], Callable[[exp.Expr], Statement]] = {
    exp.Update: _update,
    exp.Delete: _delete,
    exp.Insert: _insert,
    exp.Merge: _merge,
}


def _changed(tree: exp.Expr, source: exp.Expr | None) -> exp.Table:
    """The table that is changed; `UPDATE d … FROM dbo.Dim AS d` names it by its alias."""
    stated: exp.Table = tree.this
    if source is None:
        return stated
    table = source.this
    names = {name.lower() for name in (table.alias, table.name) if name} if isinstance(table, exp.Table) else set()
    if not isinstance(table, exp.Table) or stated.name.lower() not in names or table.args.get("joins"):
        raise NotConvertible("its statement reads other tables", TODO)
    return table


def _names(tree: exp.Expr, table: exp.Table) -> frozenset[str]:
    """What a column of the changed table may be qualified by."""
    stated = tree.this.name if isinstance(tree.this, exp.Table) else ""
    return frozenset(name.lower() for name in ("", table.name, table.alias, stated))


def _assign(
    found: Statement, assignment: exp.Expr, names: frozenset[str], row: Mapping[str, exp.Expr] | None = None
) -> None:
    column = assignment.this
    if not isinstance(assignment, exp.EQ) or not isinstance(column, exp.Column) or column.table.lower() not in names:
        raise NotConvertible("it sets a column in a way that is not known", TODO)
    value = assignment.expression
    found.put(column.name, value_of(value) if row is None else _given(value, row))


def _where(tree: exp.Expr, found: Statement) -> None:
    """Equal columns are the keys; one that equals a constant is a key with that value in every row."""
    where = tree.args.get("where")
    names = _names(tree, found.table)
    found_parameter = False
    for condition in [] if where is None else conditions(where.this):
        column, value = equal(condition, names)
        found.put(column, value_of(value), key=True)
        found_parameter |= any(place(one) is not None for one in found.values[column].find_all(exp.Parameter))
    if not found_parameter:
        raise NotConvertible("its statement changes the same rows of the table for every row", TODO)
