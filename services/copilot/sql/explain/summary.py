"""The whole statement in two to four sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import is_aggregate
from services.copilot.sql.explain.clauses import Clause
from services.copilot.sql.explain.notes import own
from services.copilot.sql.explain.words import Words
from services.copilot.sql.references import tables_used

_HEADS = ("create", "insert", "update", "set", "delete", "merge", "drop", "alter", "truncate", "command")


def summary(statement: exp.Expr, clauses: Sequence[Clause], words: Words, dialect: str) -> str:
    """Sentences about one statement; `clauses` are its own."""
    sentences = [clause.text for clause in clauses if clause.kind in _HEADS]
    query = statement if isinstance(statement, exp.Query) else statement.args.get("expression")
    if isinstance(query, exp.Query):
        sentences += _query(query, words, dialect)
    elif not isinstance(statement, exp.Query):
        sentences += [clause.text for clause in clauses if clause.kind in ("where", "when")]
    return " ".join(list(dict.fromkeys(sentences))[:4])


def _query(query: Any, words: Words, dialect: str) -> Iterator[str]:
    say = words.phrases.say
    while isinstance(query, exp.Subquery):
        query = query.this
    tables = words.phrases.listed(tables_used(query))
    if isinstance(query, exp.SetOperation):
        yield say("whole_set", str(_branches(query)), tables or say("subquery"))
    elif isinstance(query, exp.Select):
        yield from _select(query, tables, words, dialect)
    yield from _end(query, words)


def _select(query: Any, tables: str, words: Words, dialect: str) -> Iterator[str]:
    say = words.phrases.say
    outputs = words.phrases.listed((words.of(each) for each in query.expressions), most=6)
    yield say("whole_select", outputs, tables) if tables else say("whole_values", outputs)
    where, group = query.args.get("where"), query.args.get("group")
    if where is not None:
        yield say("whole_where", words.of(where.this))
    qualify = query.args.get("qualify")
    if qualify is not None:
        yield say("whole_qualify", words.of(qualify.this))
    if group is not None and group.expressions:
        yield say("whole_group", words.phrases.listed(_keys(query, group, words)))
    elif group is None and any(is_aggregate(node, dialect) for item in query.expressions for node in own(item)):
        yield say("whole_one")


def _keys(query: Any, group: Any, words: Words) -> Iterator[str]:
    """Groups in words; a position is what stands there."""
    for key in group.expressions:
        position = int(key.name) if isinstance(key, exp.Literal) and key.name.isdigit() else 0
        yield words.of(query.expressions[position - 1] if 0 < position <= len(query.expressions) else key)


def _end(query: Any, words: Words) -> Iterator[str]:
    order, limit = query.args.get("order"), query.args.get("limit")
    count = words.of(limit.args.get("count") or limit.args.get("expression")) if limit is not None else ""
    by = words.all(order.expressions) if order is not None else ""
    if order is not None and limit is not None:
        yield words.phrases.count("whole_order_limit", by, count or "1")
    elif order is not None:
        yield words.phrases.say("whole_order", by)
    elif limit is not None:
        yield words.phrases.count("whole_limit", count or "1")


def _branches(query: Any) -> int:
    count, stack = 0, [query]
    while stack:
        each = stack.pop()
        while isinstance(each, exp.Subquery):
            each = each.this
        if isinstance(each, exp.SetOperation):
            stack += [each.this, each.expression]
        else:
            count += 1
    return count
