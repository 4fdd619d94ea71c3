"""What checks need to know of a piece of SQL, found in one walk over its trees and kept: texts recur a lot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from services.pipelines.dsl.danger import changes, dangers, opaque
from services.pipelines.dsl.sqlread import read
from services.pipelines.dsl.texts import Form

STATEMENTS = (Form.QUERY, Form.SCRIPT)
MADE_UP = (exp.GenerateSeries, exp.ExplodingGenerateSeries, exp.Unnest)
"""What a subquery may read that is no table: rows made of its own arguments."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One statement or expression. Names are as written; each is listed once, in the order of a breadth-first walk."""

    dangers: tuple[str, ...]
    opaque: str  # the command that can't be looked into; only of statements
    changes: str  # what a query changes
    is_star: bool
    is_call: bool  # one function call
    reads_table: bool  # by a subquery, which an expression may have over numbers and arrays only
    has_window: bool
    aggregate: str  # the first aggregate function outside a window and a subquery
    parameters: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]  # qualifier, name


@lru_cache(maxsize=16384)
def facts(text: str, form: Form, dialect: str) -> tuple[Facts, ...]:
    """The facts of each tree that `sqlread.read` gives. Raises UnreadableSqlError."""
    return tuple(_facts(tree, form) for tree in read(text, form, dialect))


def _facts(tree: exp.Expr, form: Form) -> Facts:
    nodes = list(tree.walk())
    aggregates = (n for n in nodes if isinstance(n, exp.AggFunc) and n.find_ancestor(exp.Window, exp.Query) is None)
    first = next(aggregates, None)
    columns = [n for n in nodes if isinstance(n, exp.Column) and (form in STATEMENTS or not is_inner(n))]
    return Facts(
        dangers=tuple(dict.fromkeys(dangers(tree))),
        opaque=opaque(tree) if form in STATEMENTS else "",
        changes=changes(tree) if form == Form.QUERY else "",
        is_star=isinstance(tree, exp.Star),
        is_call=isinstance(tree, exp.Func | exp.IgnoreNulls | exp.Filter),
        reads_table=any(map(_is_read, nodes)),
        has_window=any(isinstance(node, exp.Window) for node in nodes),
        aggregate="" if first is None else first.sql_name(),
        parameters=tuple(dict.fromkeys(node.name for node in nodes if isinstance(node, exp.Placeholder))),
        columns=tuple(dict.fromkeys((column.table, column.name) for column in columns)),
    )


def _is_read(node: exp.Expr) -> bool:
    """Whether it is what a query reads, unless that is made up of its own arguments."""
    return isinstance(node, exp.Lateral) or (isinstance(node, exp.Table) and not isinstance(node.this, MADE_UP))


def is_inner(column: exp.Column) -> bool:
    """Whether a subquery around it names it, as `n` in `(SELECT MAX(n) FROM GENERATE_SERIES(1, x) AS g(n))`."""
    if column.table:
        return False
    query = column.find_ancestor(exp.Query)
    while query is not None:
        for alias in query.find_all(exp.TableAlias):
            if any(name.name.casefold() == column.name.casefold() for name in alias.columns):
                return True
        query = query.find_ancestor(exp.Query)
    return False
