"""The clauses of statements that change data or definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from services.copilot.sql.spans import Span, place

if TYPE_CHECKING:
    from services.copilot.sql.explain.clauses import Clauses

_MOST_COLUMNS = 12


def _target(node: Any) -> Any:
    """The table behind `t (a, b)`."""
    return node.this if isinstance(node, exp.Schema) else node


def _head(to: Clauses, node: Any, *inner: exp.Expr | None) -> Span | None:
    """From the statement's first word to its first inner clause."""
    span = place(node)
    starts = [own.start for each in inner if each is not None and (own := place(each)) is not None]
    if span is None:
        return None
    end = min((start for start in starts if start > span.start), default=span.end)
    return Span(span.start, span.start + len(to.sql[span.start : end].rstrip()))


def _insert(to: Clauses, node: Any) -> None:
    if node.find_ancestor(exp.When):
        return
    key = "upsert" if node.key == "upsert" else "insert"
    values = node.expression if isinstance(node.expression, exp.Values) else None
    text = to.words.phrases.say(key, to.words.source(_target(node.this)))
    more = to.words.phrases.say("values", str(len(values.expressions))) if values is not None else ""
    to.add(
        "insert", _head(to, node, node.expression, node.args.get("returning"), node.args.get("conflict")), text, more
    )


def _update(to: Clauses, node: Any) -> None:
    say = to.words.phrases.say
    if node.find_ancestor(exp.When):
        return
    sets = [place(each) for each in node.expressions]
    first = min((each.start for each in sets if each), default=0)
    word = to.word_before(first, ("SET",))
    warning = say("note_no_where") if node.args.get("where") is None else ""
    head = _head(to, node)
    if head is not None and word is not None:
        head = Span(head.start, head.start + len(to.sql[head.start : word.start].rstrip()))
        end = max(each.end for each in sets if each)
        pairs = [_assigned(to, each) for each in node.expressions]
        to.add("set", Span(word.start, end), say("set", to.words.phrases.listed(pairs)))
    to.add("update", head, say("update", to.words.source(node.this)), warning)


def _assigned(to: Clauses, node: Any) -> str:
    if isinstance(node, exp.EQ):
        return to.words.phrases.say("assign", to.words.of(node.this), to.words.of(node.expression))
    return to.words.written(node)


def _delete(to: Clauses, node: Any) -> None:
    if node.find_ancestor(exp.When):
        return
    where = node.args.get("where")
    warning = to.words.phrases.say("note_no_where") if where is None else ""
    target = node.this or next(iter(node.args.get("tables") or ()), None)
    shown = to.words.source(target) if target is not None else ""
    to.add("delete", _head(to, node, where, node.args.get("from_")), to.words.phrases.say("delete", shown), warning)


def _merge(to: Clauses, node: Any) -> None:
    say, words = to.words.phrases.say, to.words
    whens = node.args.get("whens")
    text = say("merge", words.source(node.this), words.source(node.args.get("using")), words.of(node.args.get("on")))
    to.add("merge", _head(to, node, whens), text)
    span = place(whens) if whens is not None else None
    if span is None:
        return
    starts = _whens(to, span)
    for when, start, end in zip(whens.expressions, starts, [*starts[1:], span.end], strict=False):
        condition = when.args.get("condition")
        only = say("when_only", words.of(condition)) if condition is not None else ""
        to.add("when", Span(start, start + len(to.sql[start:end].rstrip())), say(_branch(when)), only)


def _whens(to: Clauses, span: Span) -> list[int]:
    """Where each WHEN of a MERGE begins; those of CASE are passed over."""
    starts, depth = [], 0
    for token in to.tokens:
        if span.start <= token.start < span.end:
            word = token.text.upper()
            depth += (word == "CASE") - (word == "END" and depth > 0)
            if word == "WHEN" and not depth:
                starts.append(token.start)
    return starts


def _branch(when: Any) -> str:
    action = when.args.get("then")
    word = action.name.lower() if isinstance(action, exp.Var) else getattr(action, "key", "")
    if when.args.get("source"):
        return {"update": "when_source_update", "delete": "when_source_delete"}.get(word, "when_nothing")
    kinds = {"update": "when_update", "insert": "when_insert", "delete": "when_delete"}
    return kinds.get(word, "when_nothing")


def _conflict(to: Clauses, node: Any) -> None:
    say, words, condition = to.words.phrases.say, to.words, node.args.get("where")
    keys = words.phrases.listed(words.written(each) for each in node.args.get("conflict_keys") or ()) or say("its_key")
    if node.expressions:
        pairs = words.phrases.listed(_assigned(to, each) for each in node.expressions)
        only = say("when_only", words.of(condition.this)) if condition is not None else ""
        to.add("on_conflict", place(node), say("conflict_update", keys, pairs), only)
    else:
        to.add("on_conflict", place(node), say("conflict_nothing", keys))


def _create(to: Clauses, node: Any) -> None:
    say = to.words.phrases.say
    target, query = _target(node.this), node.expression
    kind = to.words.phrases.kind(str(node.args.get("kind") or ""))
    name = to.words.source(target) if isinstance(target, exp.Table) else to.words.written(target)
    columns = [each.name for each in node.this.expressions] if isinstance(node.this, exp.Schema) else []
    if isinstance(query, exp.Query):
        to.add("create", _head(to, node, query, query.args.get("with_")), say("create_as", kind, name))
    elif columns:
        to.add(
            "create", place(node), say("create_columns", kind, name, to.words.phrases.listed(columns, _MOST_COLUMNS))
        )
    else:
        to.add("create", place(node), say("create", kind, name))


def whole(kind: str) -> Callable[[Clauses, Any], None]:
    """A statement that is one clause."""

    def add(to: Clauses, node: Any) -> None:
        if node.parent is not None:
            return
        span = to.all()
        name = to.words.source(node.this) if isinstance(node.this, exp.Table) else to.words.tables(node)
        values = (to.words.phrases.kind(str(node.args.get("kind") or "")), name) if kind != "truncate" else (name,)
        to.add(kind, span, to.words.phrases.say(kind, *values))

    return add


MAKERS: Mapping[type, Callable[[Clauses, Any], None]] = {
    exp.Insert: _insert,
    exp.Update: _update,
    exp.Delete: _delete,
    exp.Merge: _merge,
    exp.OnConflict: _conflict,
    exp.Create: _create,
    exp.Drop: whole("drop"),
    exp.Alter: whole("alter"),
    exp.TruncateTable: whole("truncate"),
}
