"""Statements that OLE DB Command runs for each row, read as what they write: which columns, of rows of which key.

`?` marks are numbered as they stand in the text. What one row's statement takes from the table that it changes, and
what depends on more than equal columns, can't be said of all rows together: it is refused with its own reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.rules.context import NotConvertible
from services.migration.rules.ssis import batches
from services.migration.rules.ssis.batches import Batch
from services.migration.rules.ssis.merges import merge, together
from services.migration.rules.ssis.row_values import (
    TODO,
    Statement,
    assign,
    conditions,
    constant,
    equal,
    marked,
    names_of,
    null,
    place,
    selected,
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


_QUERY = frozenset({"expressions", "from_", "where", "limit", "distinct", "kind"})
_CLAUSES = {"returning": "OUTPUT", "with_": "WITH", "limit": "TOP"}


def read(text: str, alike: Mapping[int, int] | None = None) -> list[Statement]:
    """The statements in their order. Raises NotConvertible with the reason why they can't be a load of all rows.

    `alike`: the place of a `?` → the first one that has the same column.
    """
    _refuse_procedure(text)
    numbered = marked(text, alike)
    batch = batches.split(without_comments(numbered))
    found = [_of_batch(batch)] if batch else [_statements(tree) for tree in _trees(numbered)]
    if not any(found):
        raise NotConvertible("its statement for each row is empty", "Write the statement in the component.")
    if len({some[0].target.lower() for some in found}) < len(found):
        raise NotConvertible("its statements change one table several times for each row", TODO)
    return [one for some in found for one in some]


def _trees(text: str) -> list[exp.Expr]:
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect="tsql") if tree is not None]
    except (SqlglotError, RecursionError):
        raise _unreadable(text) from None
    read_trees = [_plain(tree) for tree in trees if not isinstance(tree, exp.Semicolon)]
    return [tree for tree in read_trees if not _OPTION.match(tree.sql("tsql"))]


def _plain(tree: exp.Expr) -> exp.Expr:
    """The statement with `N'…'` as any other text."""
    return tree.transform(lambda node: exp.Literal.string(node.name) if isinstance(node, exp.National) else node)


def _of_batch(batch: Batch) -> list[Statement]:
    """A batch that looks for the row: what it does with one that is there, and what it adds where there is none."""
    looked_for = _looked_for(batch.query)
    there = _trees(batch.there) if batch.there else []
    missing = _trees(batch.missing) if batch.missing else []
    changes = [one for tree in there for one in _statements(tree)]
    adds = [one for tree in missing for one in _statements(tree)]
    target = looked_for.target.lower()
    same = {name.lower(): value for name, value in looked_for.values.items()}
    fits = all(
        one.target.lower() == target and not one.unless and _keys(one) == same and _only(one, looked_for)
        for one in changes
    )
    if len(changes) > 1 or len(adds) > 1 or not fits or any(one.mode != "append" or one.unless for one in adds):
        raise NotConvertible("it runs a batch for each row, whose statements depend on each other", TODO)
    if adds and adds[0].target.lower() != target:
        raise NotConvertible("it looks for the row in another table than it changes", TODO)
    return together(changes, adds, looked_for)


def _looked_for(query: str) -> Statement:
    """The row that a query looks for, as its table, the values that it has, and what is null in it."""
    trees = _trees(query)
    tree = trees[0] if len(trees) == 1 else exp.Null()
    read_from = tree.args.get("from_") if isinstance(tree, exp.Select) else None
    source = read_from.this if read_from is not None else None
    others = [name for name, given in tree.args.items() if given and name not in _QUERY]
    is_one = isinstance(source, exp.Table) and not source.args.get("joins") and not others
    if not isinstance(source, exp.Table) or not is_one or tree.find(exp.AggFunc):  # an aggregate always gives a row
        raise NotConvertible("it looks for more than a row of one table", TODO)
    found = Statement("select", source)
    _where(tree, found)
    return found


def _keys(one: Statement) -> dict[str, exp.Expr]:
    return {name.lower(): one.values[name] for name in one.keys}


def _only(one: Statement, other: Statement) -> bool:
    """True where both say the same of columns that are no keys."""
    return {name.lower(): value for name, value in one.only.items()} == {
        name.lower(): value for name, value in other.only.items()
    }


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


def _statements(tree: exp.Expr) -> list[Statement]:
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
    table = found[0].table
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        raise NotConvertible("its statement changes a table of another server, or what is no table", TODO)
    return found


def _update(tree: exp.Expr) -> list[Statement]:
    found = Statement("update", _changed(tree, tree.args.get("from_")))
    for assignment in tree.expressions:
        assign(found, assignment, names_of(tree, found.table))
    _where(tree, found)
    return [found]


def _delete(tree: exp.Expr) -> list[Statement]:
    tables = tree.args.get("tables") or [tree.this]
    found = Statement("delete", tree.this if tree.this else tables[0])
    if len(tables) != 1 or found.table.args.get("joins"):
        raise NotConvertible("its statement reads other tables", TODO)
    _where(tree, found)
    return [found]


def _insert(tree: exp.Expr) -> list[Statement]:
    schema, given = tree.this, tree.expression
    rows = [row.expressions for row in given.expressions] if isinstance(given, exp.Values) else [selected(given)]
    if not isinstance(schema, exp.Schema) or len(rows) != 1 or len(rows[0]) != len(schema.expressions):
        raise NotConvertible("it does not insert one row of named columns", TODO)
    found = Statement("append", schema.this)
    for column, value in zip(schema.expressions, rows[0], strict=True):
        found.put(column.name, value_of(value))
    return [found]


_READERS: Mapping[type[exp.Expr], Callable[[exp.Expr], list[Statement]]] = {
    exp.Update: _update,
    exp.Delete: _delete,
    exp.Insert: _insert,
    exp.Merge: merge,
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


def _where(tree: exp.Expr, found: Statement) -> None:
    """Equal columns are the keys; one that equals a constant is a key with that value in every row."""
    where = tree.args.get("where")
    names = names_of(tree, found.table)
    changed = {name.lower() for name in found.values}
    found_parameter = False
    for condition in [] if where is None else conditions(where.this):
        empty = null(condition, names)
        if empty:
            found.hold(empty, None)
            continue
        column, value = equal(condition, names)
        given = constant(value)
        if given is not None and column.lower() in changed:
            found.hold(column, given)
            continue
        found.put(column, value_of(value), key=True)
        found_parameter |= any(place(one) is not None for one in found.values[column].find_all(exp.Parameter))
    if not found_parameter:
        raise NotConvertible("its statement changes the same rows of the table for every row", TODO)
