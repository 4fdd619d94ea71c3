"""SQL templates to sqlglot trees: `CASE WHEN {n} < 0 THEN 0 ELSE {n} END` with values put in by name.

A template is written and read in one dialect, so a dialect's table looks like that dialect's SQL. Values keep
their meaning wherever they are put: an operator inside an operator gets parentheses.
"""

from __future__ import annotations

import re
from functools import lru_cache

import sqlglot
from sqlglot import Dialect, Parser, exp
from sqlglot.errors import SqlglotError

_HOLE = "_hole_"
_OPERATORS = (exp.Binary, exp.Unary, exp.Between, exp.In)


_SPECIAL_SYNTAX = ("CAST", "TRY_CAST", "EXTRACT")


@lru_cache(maxsize=16)
def _verbatim_parser(dialect: str) -> type[Parser]:
    """The dialect's parser, knowing no function by name: what a template calls is called, never a synonym of it."""
    base = Dialect.get_or_raise(dialect).parser_class
    kept = {name: parse for name, parse in base.FUNCTION_PARSERS.items() if name in _SPECIAL_SYNTAX}
    return type("VerbatimParser", (base,), {"FUNCTIONS": {}, "FUNCTION_PARSERS": kept})


@lru_cache(maxsize=4096)
def _parsed(template: str, dialect: str) -> exp.Expr:
    text = re.sub(r"\{([a-z])\}", rf"{_HOLE}\1", template)
    language = Dialect.get_or_raise(dialect)
    query = f"SELECT {text}"
    tree = _verbatim_parser(dialect)(dialect=language).parse(language.tokenize(query), query)[0]
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        raise ValueError(f"the template {template!r} is not one expression")
    expression: exp.Expr = tree.expressions[0].pop()
    return expression


@lru_cache(maxsize=8192)
def parse_sql(text: str, dialect: str) -> exp.Expr:
    """SQL of the caller, parsed once; copy before use."""
    query = sqlglot.parse_one(f"SELECT {text}", read=dialect)
    if not isinstance(query, exp.Select) or len(query.expressions) != 1:
        raise ValueError(f"not one SQL expression: {text[:80]}")
    tree: exp.Expr = query.expressions[0].pop()
    return tree


@lru_cache(maxsize=1024)
def is_placeholder(name: str, dialect: str) -> bool:
    """Whether `:name` stands for a value in SQL of the dialect; words such as FROM do not everywhere."""
    try:
        tree = sqlglot.parse_one(f"SELECT :{name} + 1", read=dialect)
    except SqlglotError:
        return False
    return tree.find(exp.Placeholder) is not None


def fill(template: str, dialect: str, values: dict[str, exp.Expr]) -> exp.Expr:
    """The template's tree with a value in every hole; each use after a value's first is a copy."""
    return _filled(_parsed(template, dialect), values, set())


def _filled(node: exp.Expr, values: dict[str, exp.Expr], used: set[str]) -> exp.Expr:
    """A new tree, in the order of the text: sqlglot's own copy keeps more than a template's nodes have."""
    if type(node) is exp.Column and node.name.startswith(_HOLE):
        name = node.name.removeprefix(_HOLE)
        value = values[name].copy() if name in used else values[name]
        used.add(name)
        return parenthesised(value) if isinstance(node.parent, _OPERATORS) else value
    made = type(node)(
        **{
            key: [_filled(each, values, used) if isinstance(each, exp.Expr) else each for each in held]
            if isinstance(held, list)
            else _filled(held, values, used)
            if isinstance(held, exp.Expr)
            else held
            for key, held in node.args.items()
        }
    )
    made._type = node._type  # found where the template was read; where a list's items begin depends on it
    return made


def parenthesised(node: exp.Expr) -> exp.Expr:
    """The node, in parentheses where an operator beside it could tear it apart."""
    if (isinstance(node, _OPERATORS) and not isinstance(node, exp.Paren)) or isinstance(node, exp.Interval):
        return exp.Paren(this=node)
    return node


@lru_cache(maxsize=4096)
def holes(template: str) -> tuple[str, ...]:
    """The names in a template, once per use."""
    return tuple(re.findall(r"\{([a-z])\}", template))
