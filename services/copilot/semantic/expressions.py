"""The SQL expressions inside a glossary: read once, in PostgreSQL's grammar, and held to what they may contain."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

READ = "postgres"
_ARITHMETIC = (exp.Column, exp.Identifier, exp.Literal, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Paren)
_NOT_A_ROW = (exp.Query, exp.AggFunc, exp.Window, exp.Command, exp.Placeholder, exp.Parameter, exp.Star)


class ExpressionError(ValueError):
    """What is the matter with an expression, for people."""


@lru_cache(maxsize=2048)
def _parsed(text: str) -> exp.Expr:
    try:
        found = sqlglot.parse(text, read=READ)
    except (SqlglotError, RecursionError) as error:
        raise ExpressionError(f"{text!r} is not an SQL expression") from error
    if len(found) != 1 or found[0] is None:
        raise ExpressionError(f"{text!r} is not one SQL expression")
    return found[0]


def formula(text: str) -> exp.Expr:
    """Arithmetic over names: + - * / and parentheses. ExpressionError otherwise."""
    tree = _parsed(text)
    alien = next((node for node in tree.walk() if not isinstance(node, _ARITHMETIC)), None)
    if alien is not None:
        raise ExpressionError(f"{text!r}: {alien.sql(READ)} is more than + - * / over measures")
    if any(column.table for column in tree.find_all(exp.Column)):
        raise ExpressionError(f"{text!r}: names measures, not table.column")
    return tree.copy()


def row_expression(text: str) -> exp.Expr:
    """An expression over the columns of a row: no aggregate, no subquery. ExpressionError otherwise."""
    tree = _parsed(text)
    alien = next((node for node in tree.walk() if isinstance(node, _NOT_A_ROW)), None)
    if alien is not None or not isinstance(tree, exp.Condition | exp.Predicate | exp.Binary | exp.Unary | exp.Func):
        shown = (alien or tree).sql(READ)
        raise ExpressionError(f"{text!r}: {shown} is no expression over the columns of one row")
    return tree.copy()


def names(tree: exp.Expr) -> Iterator[tuple[str, str]]:
    """(table, column) of every column it names; table is "" where none is written."""
    for column in tree.find_all(exp.Column):
        yield column.table, column.name
