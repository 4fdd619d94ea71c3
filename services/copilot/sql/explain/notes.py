"""What surprises in a clause: nulls, outer joins that act like inner ones, division of whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.explain.words import Words

# Dialects in which 1 / 2 is 0.
_WHOLE_DIVISION = {"postgresql": "PostgreSQL", "mssql": "SQL Server", "teradata": "Teradata"}
_REJECTS_NULL = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Like, exp.ILike)


def notes(node: exp.Expr, words: Words, dialect: str) -> list[str]:
    """Sentences for the condition or outputs `node` of a SELECT, each once."""
    found = [*_not_in(node, words), *_comparisons(node, words), *_division(node, words, dialect)]
    if isinstance(node, exp.Where) and isinstance(node.parent, exp.Select):
        found += _turned_inner(node, words)
    return list(dict.fromkeys(found))


def own(node: exp.Expr) -> Iterator[Any]:
    """The nodes of an expression without those of the queries in it."""
    stack: list[exp.Expr] = [node]
    while stack:
        each = stack.pop()
        yield each
        if not isinstance(each, exp.Query) or each is node:
            stack.extend(each.iter_expressions())


def _not_in(node: exp.Expr, words: Words) -> Iterator[str]:
    for each in own(node):
        if isinstance(each, exp.Not) and isinstance(each.this, exp.In) and each.this.args.get("query") is not None:
            yield words.phrases.say("note_not_in")


def _comparisons(node: exp.Expr, words: Words) -> Iterator[str]:
    for each in own(node):
        if isinstance(each, exp.EQ | exp.NEQ) and isinstance(each.expression, exp.Null) and _is_condition(each):
            yield words.phrases.say("note_null_compare")
        elif isinstance(node, exp.Where) and isinstance(each, exp.NEQ) and isinstance(each.this, exp.Column):
            yield words.phrases.say("note_neq_null", words.of(each.this))


def _is_condition(node: exp.Expr) -> bool:
    return node.find_ancestor(exp.Where, exp.Having, exp.Join, exp.Qualify, exp.Case) is not None


def _division(node: exp.Expr, words: Words, dialect: str) -> Iterator[str]:
    """Where nothing on either side is certainly a fraction."""
    if dialect not in _WHOLE_DIVISION:
        return
    for each in own(node):
        if isinstance(each, exp.Div) and _may_be_whole(each.this) and _may_be_whole(each.expression):
            yield words.phrases.say("note_division", _WHOLE_DIVISION[dialect])


def _may_be_whole(node: Any) -> bool:
    if isinstance(node, exp.Literal):
        return not node.is_string and node.name.isdigit()
    if isinstance(node, exp.Paren | exp.Neg):
        return _may_be_whole(node.this)
    if isinstance(node, exp.Binary):
        return _may_be_whole(node.this) and _may_be_whole(node.expression)
    return isinstance(node, exp.Column) or call_name(node) in ("count", "sum", "length", "abs")


def _turned_inner(where: Any, words: Words) -> Iterator[str]:
    optional = {
        join.this.alias_or_name.lower(): words.source(join.this)
        for join in where.parent.args.get("joins") or ()
        if join.side == "LEFT"
    }
    condition = where.this
    for part in condition.flatten() if isinstance(condition, exp.And) else [condition]:
        if isinstance(part, _REJECTS_NULL):
            for column in part.find_all(exp.Column):
                if column.table.lower() in optional and column.parent is part:
                    yield words.phrases.say("note_left_inner", optional[column.table.lower()])
