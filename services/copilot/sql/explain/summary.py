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

_HEADS = ("create", "insert", "update", "set", "delete", "merge", "on_conflict", "drop", "alter", "truncate", "command")


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
    outputs = words.phrases.listed((words.of(each) for each in _outputs(query)), most=6)
    read = words.phrases.listed(_read_from(query, words))
    if not read:
        yield say("whole_values", outputs)
    else:
        through = tables and read != tables
        yield say("whole_through", outputs, read, tables) if through else say("whole_select", outputs, read)
    distinct = query.args.get("distinct")
    if distinct is not None:
        on = distinct.args.get("on")
        yield say("whole_distinct") if on is None else say("whole_distinct_on", words.keys(on))
    where, group = query.args.get("where"), query.args.get("group")
    if where is not None:
        yield say("whole_where", words.of(where.this))
    qualify = query.args.get("qualify")
    if qualify is not None:
        yield say("whole_qualify", words.of(qualify.this))
    if group is not None and group.expressions:
        yield say("whole_group", words.phrases.listed(map(words.key, group.expressions)))
    elif group is None and any(is_aggregate(node, dialect) for item in query.expressions for node in own(item)):
        yield say("whole_one")


def _read_from(query: Any, words: Words) -> Iterator[str]:
    """What FROM and its joins name: tables, and queries by their names."""
    for source in _sources(query):
        if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
            yield ".".join(part.name for part in source.parts)
        else:
            yield source.alias or words.phrases.say("subquery")


def _sources(query: Any) -> list[Any]:
    clause = query.args.get("from_")
    return [each.this for each in (*([clause] if clause else []), *(query.args.get("joins") or ()))]


def _outputs(query: Any) -> Sequence[Any]:
    """The columns; the star over one query with a list of its own is that list, by name."""
    sources = _sources(query)
    if len(sources) != 1 or len(query.expressions) != 1 or not query.expressions[0].is_star:
        return list(query.expressions)
    below: Any = sources[0].this if isinstance(sources[0], exp.Subquery) else _defined(query, sources[0])
    columns = list(_outputs(below)) if isinstance(below, exp.Select) else []
    if not columns or any(each.is_star or not each.alias_or_name for each in columns):
        return list(query.expressions)
    return [exp.column(each.alias_or_name) for each in columns]


def _defined(query: Any, source: Any) -> Any:
    """The query that the statement's own WITH gives the name of `source`; None where it has none."""
    clause = query.args.get("with_")
    if clause is None or clause.args.get("recursive") or not isinstance(source, exp.Table) or source.db:
        return None
    return next((each.this for each in clause.expressions if each.alias.lower() == source.name.lower()), None)


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
    if limit is not None and words.ties(limit):
        yield words.ties(limit)


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
