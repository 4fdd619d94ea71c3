"""SQL text to syntax trees. Nothing here runs SQL."""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.dialects import Dialect
from sqlglot.errors import SqlglotError

from services.pipelines.dsl.texts import Form
from services.sql_dialects import DIALECT_NAMES

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of each statement it keeps as opaque; so do we

GRAMMARS: dict[str, str] = {
    **DIALECT_NAMES,
    "oracle": "oracle",
    "mysql": "mysql",
    "databricks": "databricks",
    "spark": "spark",
    "hive": "hive",
    "redshift": "redshift",
    "bigquery": "bigquery",
    "sqlite": "sqlite",
    "sybase": "tsql",
}
"""Dialects with a grammar of their own; the others (db2, other) are read by the generic SQL grammar."""

_ROOTS: dict[Form, str] = {
    Form.EXPRESSION: "condition",
    Form.AGGREGATE: "condition",
    Form.WINDOW: "condition",
    Form.ORDERING: "ordered",
}
_TYPES: dict[str, type[exp.Expr]] = {"condition": exp.Condition, "ordered": exp.Ordered}
_TOOL_PARAMETER = re.compile(r"\${1,3}(?=[A-Za-z_])")


class UnreadableSqlError(Exception):
    """The text does not follow the grammar; the message says where."""


def has_grammar(dialect: str) -> bool:
    """False where a dialect is read by the generic grammar: its own functions and syntax are then not checked."""
    return dialect in GRAMMARS


def read(text: str, form: Form, dialect: str) -> tuple[exp.Expr, ...]:
    """The trees of a text: one for an expression, one for each statement of a query or script. Do not change them.

    Raises UnreadableSqlError. A tool's `$$NAME` in its verbatim SQL reads as a name.
    """
    return _parsed(text, _ROOTS.get(form, ""), GRAMMARS.get(dialect, ""))


@cache
def _grammar(name: str) -> Dialect:
    return Dialect.get_or_raise(name)


@lru_cache(maxsize=16384)
def _parsed(text: str, root: str, grammar_name: str) -> tuple[exp.Expr, ...]:
    """`root` is one of _TYPES, or "" for statements; forms of one root share their trees."""
    grammar = _grammar(grammar_name)
    try:
        if root:
            return tuple(tree for tree in grammar.parse_into(_TYPES[root], text) if tree is not None)
        return _statements(text, grammar)
    except SqlglotError as error:
        raise UnreadableSqlError(_reason(error)) from None
    except RecursionError:
        raise UnreadableSqlError("it is nested too deeply") from None


def _statements(text: str, grammar: Dialect) -> tuple[exp.Expr, ...]:
    try:
        trees = sqlglot.parse(text, dialect=grammar)
    except SqlglotError:
        plain = _TOOL_PARAMETER.sub("", text)
        if plain == text:
            raise
        trees = sqlglot.parse(plain, dialect=grammar)
    return tuple(tree for tree in trees if tree is not None and not isinstance(tree, exp.Semicolon))


def _reason(error: SqlglotError) -> str:
    details = getattr(error, "errors", None) or [{}]
    detail = details[0]
    cause = error.__cause__
    if not detail.get("description") and isinstance(cause, SqlglotError):
        return _reason(cause)
    if detail.get("description"):
        near = f" near '{detail['highlight']}'" if detail.get("highlight") else ""
        return f"{detail['description'].rstrip('.')}{near} (line {detail.get('line')}, column {detail.get('col')})"
    return str(error).splitlines()[0]
