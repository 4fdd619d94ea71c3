"""The clauses of a statement, each with its place in the text and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from services.copilot.sql.explain import changes
from services.copilot.sql.explain.notes import notes
from services.copilot.sql.explain.words import Words, shortened
from services.copilot.sql.spans import Span, place, selected

MOST_TEXT = 1_500


@dataclass(frozen=True, slots=True)
class Clause:
    """`sql` is the text between `start` and `end`, offsets in characters, `end` behind the last."""

    kind: str
    sql: str
    text: str
    start: int
    end: int


class Clauses:
    """Collects the clauses of one statement; `tokens` are its own, of the text `sql`."""

    def __init__(self, sql: str, dialect: str, tokens: Sequence[Token], words: Words) -> None:
        self.sql = sql
        self.dialect = dialect
        self.tokens = tokens
        self.words = words
        self._found: dict[tuple[str, int, int], Clause] = {}

    def collect(self, statement: exp.Expr) -> None:
        for node in statement.walk():
            maker = next((_MAKERS[kind] for kind in type(node).__mro__ if kind in _MAKERS), None)
            if maker is not None:
                maker(self, node)
        if not self._found and self.tokens:
            word = self.tokens[0].text.split()[0].upper()
            self.add("command", self.all(), self.words.phrases.say("command", word))

    def all(self) -> Span | None:
        """The whole statement."""
        return Span(self.tokens[0].start, self.tokens[-1].end + 1) if self.tokens else None

    def found(self) -> list[Clause]:
        """In the order of the text, the outer before the inner."""
        return sorted(self._found.values(), key=lambda clause: (clause.start, -clause.end))

    def add(self, kind: str, span: Span | None, *texts: str) -> None:
        if span is None or span.start >= span.end:
            return
        text = shortened(" ".join(filter(None, texts)), MOST_TEXT)
        clause = Clause(kind, span.of(self.sql), text, span.start, span.end)
        self._found.setdefault((kind, span.start, span.end), clause)

    def word_before(self, position: int, words: Sequence[str]) -> Token | None:
        """The last token before `position` that is one of `words`."""
        return next(
            (each for each in reversed(self.tokens) if each.start < position and each.text.upper() in words), None
        )


def _select(to: Clauses, node: Any) -> None:
    say = to.words.phrases.say
    distinct, outputs = node.args.get("distinct"), to.words.all(node.expressions)
    on = distinct.args.get("on") if distinct is not None else None
    text = say("select_distinct" if distinct else "select", outputs)
    if on is not None:
        text = say("select_distinct_on", outputs, to.words.keys(on))
    limit = node.args.get("limit")
    span = selected(node)
    top = place(limit) if limit is not None else None
    within = span is not None and top is not None and span.start <= top.start < span.end
    more = to.words.phrases.count("select_top", to.words.of(limit.expression)) if within and limit.expression else ""
    ties = to.words.ties(limit) if within else ""
    remarks = [each for item in node.expressions for each in notes(item, to.words, to.dialect)]
    to.add("select", span, text, more, ties, *remarks)
    if limit is not None and not within:
        _limit(to, limit, node)


def _from(to: Clauses, node: Any) -> None:
    span = place(node)
    joins = [place(join) for join in (node.parent.args.get("joins") or () if node.parent else ())]
    first = min((each.start for each in joins if each), default=None)
    if span and first is not None and span.start < first < span.end:
        span = Span(span.start, span.start + len(to.sql[span.start : first].rstrip()))
    to.add("from", span, to.words.phrases.say("from", to.words.source(node.this)))


def _join(to: Clauses, node: Any) -> None:
    say, words = to.words.phrases.say, to.words
    side, kind = node.side.upper(), node.kind.upper()
    using = [each.name for each in node.args.get("using") or ()]
    condition = node.args.get("on")
    key = kind.lower() if kind in ("SEMI", "ANTI") else side.lower()
    if condition is not None:
        said = words.of(condition)
    elif using or node.method == "NATURAL":
        said = say("same_columns", words.phrases.listed(using)) if using else say("natural")
    else:
        key, said = key or "cross", say("any_pair")
    if isinstance(node.this, exp.Lateral) and condition is None:
        key = "lateral_outer" if side else "lateral"
    extra = notes(condition, words, to.dialect) if condition is not None else []
    to.add("join", place(node), say(key or "inner", words.source(node.this), said), *extra)


def _condition(kind: str, phrase: str) -> Callable[[Clauses, Any], None]:
    def add(to: Clauses, node: Any) -> None:
        if isinstance(node.parent, exp.Filter | exp.OnConflict):
            return  # told with what it belongs to
        text = to.words.phrases.say(phrase, to.words.of(node.this))
        to.add(kind, place(node), text, *notes(node, to.words, to.dialect))

    return add


def _group(to: Clauses, node: Any) -> None:
    say = to.words.phrases.say
    keys = list(node.expressions)
    totals = any(node.args.get(each) for each in ("rollup", "cube", "grouping_sets", "totals"))
    if totals:
        keys += [part for each in ("rollup", "cube", "grouping_sets") for part in node.args.get(each) or ()]
        text = say("group_totals", to.words.all(keys))
    elif keys:
        text = say("group_several" if len(keys) > 1 else "group", to.words.phrases.listed(map(to.words.key, keys)))
    else:
        text = say("group_all")
    to.add("group_by", place(node), text)


def _order(to: Clauses, node: Any) -> None:
    if isinstance(node.parent, exp.Query):
        to.add("order_by", place(node), to.words.phrases.say("order", to.words.all(node.expressions)))


def _limit(to: Clauses, node: Any, select: Any = None) -> None:
    if isinstance(node.parent, exp.Select) and select is None:
        return
    count = node.args.get("count") or node.args.get("expression")
    options = node.args.get("limit_options")
    say = to.words.phrases.say if options is not None and options.args.get("percent") else to.words.phrases.count
    key = "limit_percent" if options is not None and options.args.get("percent") else "limit"
    query = node.parent
    unordered = isinstance(query, exp.Query) and query.args.get("order") is None
    note = to.words.phrases.say("note_ties") if unordered else ""
    to.add("limit", place(node), say(key, to.words.of(count) or "1"), to.words.ties(node), note)


def _cte(to: Clauses, node: Any) -> None:
    say = to.words.phrases.say
    clause = node.parent
    recursive = isinstance(clause, exp.With) and clause.args.get("recursive") and _recurs(node)
    text = say("with_recursive", node.alias) if recursive else say("with", node.alias, to.words.tables(node.this))
    span, whole = place(node), place(clause) if clause is not None else None
    if span and whole and clause.expressions[0] is node:
        span = Span(whole.start, span.end)
    to.add("with", span, text)


def _recurs(node: Any) -> bool:
    return any(table.name.lower() == node.alias.lower() for table in node.this.find_all(exp.Table))


def _set_operation(to: Clauses, node: Any) -> None:
    right = place(node.expression)
    kind = node.key
    word = to.word_before(right.start, ("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "MINUS")) if right else None
    if right is None or word is None:
        return
    every = kind == "union" and not node.args.get("distinct")
    end = word.start + len(to.sql[word.start : right.start].rstrip("( \t\r\n"))
    to.add(kind, Span(word.start, end), to.words.phrases.say("union_all" if every else kind))


def _pivot(to: Clauses, node: Any) -> None:
    key = "unpivot" if node.args.get("unpivot") else "pivot"
    to.add(key, place(node), to.words.phrases.say(key))


def _lateral(to: Clauses, node: Any) -> None:
    if not isinstance(node.parent, exp.Join):
        to.add("lateral", place(node), to.words.phrases.say("lateral", to.words.source(node)))


def _named_window(to: Clauses, node: Any) -> None:
    if isinstance(node.parent, exp.Select) and node.arg_key == "windows":
        by, order = node.args.get("partition_by") or (), node.args.get("order")
        say = to.words.phrases.say
        over = say("each", to.words.all(by)) if by else say("all_rows")
        over = say("in_order", over, to.words.all(order.expressions)) if order is not None else over
        to.add("window", place(node), say("named_window", node.name, over))


def _plain(kind: str, phrase: str, told: Callable[[Words, Any], str] = lambda _words, _node: "") -> Any:
    def add(to: Clauses, node: Any) -> None:
        to.add(kind, place(node), to.words.phrases.say(phrase, told(to.words, node)))

    return add


_MAKERS: Mapping[type, Callable[[Clauses, Any], None]] = {
    exp.Select: _select,
    exp.From: _from,
    exp.Join: _join,
    exp.Where: _condition("where", "where"),
    exp.Having: _condition("having", "having"),
    exp.Qualify: _condition("qualify", "qualify"),
    exp.Group: _group,
    exp.Order: _order,
    exp.Limit: _limit,
    exp.Fetch: _limit,
    exp.Offset: _plain("offset", "offset", lambda words, node: words.of(node.expression)),
    exp.CTE: _cte,
    exp.SetOperation: _set_operation,
    exp.Pivot: _pivot,
    exp.Lateral: _lateral,
    exp.Window: _named_window,
    exp.TableSample: _plain("sample", "sample"),
    exp.Connect: _plain("connect_by", "connect"),
    exp.Into: _plain("into", "into", lambda words, node: words.source(node.this)),
    exp.Returning: _plain("returning", "returning", lambda words, node: words.all(node.expressions)),
    **changes.MAKERS,
}
