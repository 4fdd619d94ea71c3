"""Expressions in words. What has no words of its own stays as it was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.explain.phrases import Phrases
from services.copilot.sql.reading import TRAITS
from services.copilot.sql.references import tables_used
from services.copilot.sql.spans import place
from services.sql_dialects import DIALECT_NAMES

MOST_CHARACTERS = 160
_DEEPEST = 12
_UNITS_FIRST = TRAITS["mssql"].units_first
_COMPARED: Mapping[type, str] = {
    exp.EQ: "eq",
    exp.NEQ: "neq",
    exp.GT: "gt",
    exp.GTE: "gte",
    exp.LT: "lt",
    exp.LTE: "lte",
    exp.NullSafeEQ: "nullsafeeq",
    exp.NullSafeNEQ: "nullsafeneq",
}


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """On one line, and cut where it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[:most].rstrip()}…"


class Words:
    """Words for the expressions of one text."""

    def __init__(self, sql: str, dialect: str, phrases: Phrases) -> None:
        self._sql = sql
        self._dialect = dialect
        self.phrases = phrases
        self._depth = 0

    def of(self, node: exp.Expr | None) -> str:
        """`node` in words."""
        if node is None:
            return ""
        self._depth += 1
        try:
            maker = next((_MAKERS[kind] for kind in type(node).__mro__ if kind in _MAKERS), None)
            said = maker(self, node) if maker is not None and self._depth <= _DEEPEST else None
            return said if said is not None else self.written(node)
        finally:
            self._depth -= 1

    def key(self, node: exp.Expr) -> str:
        """A key of GROUP BY or ORDER BY in words; a position is what stands there."""
        if not isinstance(node, exp.Literal) or node.is_string:
            return self.of(node)
        meant = _at_position(node)
        return self.phrases.say("position", node.name) if meant is None else self.of(meant)

    def written(self, node: exp.Expr) -> str:
        span = place(node)
        text = span.of(self._sql) if span else node.sql(dialect=DIALECT_NAMES[self._dialect])
        return shortened(text)

    def all(self, nodes: Any) -> str:
        return self.phrases.listed(self.of(each) for each in nodes)

    def keys(self, node: Any) -> str:
        """Of `(a, b)` or `a`."""
        return self.phrases.listed(map(self.key, node.expressions if isinstance(node, exp.Tuple) else [node]))

    def ties(self, limit: Any) -> str:
        """What WITH TIES adds to a limit."""
        options = limit.args.get("limit_options")
        return self.phrases.say("with_ties") if options is not None and options.args.get("with_ties") else ""

    def tables(self, node: exp.Expr) -> str:
        return self.phrases.listed(tables_used(node)) or self.phrases.say("subquery")

    def source(self, node: Any) -> str:
        """What stands in FROM, with the alias by which the rest speaks of it."""
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            return ".".join(part.name for part in node.parts)
        if isinstance(node, exp.Lateral):
            return self.source(node.this)
        if isinstance(node, exp.Subquery | exp.Query):
            return self.phrases.say("named_query", node.alias) if node.alias else self.phrases.say("subquery")
        return self.written(node)


def _comparison(words: Words, node: Any) -> str:
    return words.phrases.say(_COMPARED[type(node)], words.of(node.this), words.of(node.expression))


def _and(words: Words, node: Any) -> str:
    parts = [f"({words.of(each)})" if isinstance(each, exp.Or) else words.of(each) for each in _flat(node, exp.And)]
    return words.phrases.listed(parts)


def _or(words: Words, node: Any) -> str:
    text, parts = "", [words.of(each) for each in _flat(node, exp.Or)]
    for part in parts[:8]:
        text = words.phrases.say("or", text, part) if text else part
    return text + (" …" if len(parts) > 8 else "")


def _flat(node: Any, kind: type[exp.Expr]) -> list[exp.Expr]:
    """The parts of `a AND b AND c`, in the order of the text, without recursion."""
    parts: list[exp.Expr] = []
    stack: list[Any] = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, kind):
            stack += [each.expression, each.this]
        else:
            parts.append(each)
    return parts


def _not(words: Words, node: Any) -> str:
    inner = node.this.unnest() if isinstance(node.this, exp.Paren) else node.this
    if isinstance(inner, exp.In):
        return _in(words, inner, "not_")
    if isinstance(inner, exp.Between):
        return _between(words, inner, "not_")
    if isinstance(inner, exp.Exists):
        return words.phrases.say("not_exists", words.tables(inner))
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null) and not inner.args.get("negate"):
        return words.phrases.say("not_null", words.of(inner.this))
    return words.phrases.say("not", words.of(inner))


def _in(words: Words, node: Any, prefix: str = "") -> str:
    query = node.args.get("query")
    if query is not None:
        return words.phrases.say(f"{prefix}in_query", words.of(node.this), words.tables(query))
    return words.phrases.say(f"{prefix}in", words.of(node.this), words.all(node.expressions))


def _between(words: Words, node: Any, prefix: str = "") -> str:
    low, high = node.args.get("low"), node.args.get("high")
    return words.phrases.say(f"{prefix}between", words.of(node.this), words.of(low), words.of(high))


def _is(words: Words, node: Any) -> str:
    if isinstance(node.expression, exp.Null):
        return words.phrases.say("not_null" if node.args.get("negate") else "is_null", words.of(node.this))
    return words.phrases.say("is", words.of(node.this), words.written(node.expression))


def _like(words: Words, node: Any) -> str:
    pattern = node.expression
    key, shown = "like", words.of(pattern)
    if isinstance(pattern, exp.Literal):
        inner = pattern.name.strip("%")
        plain = inner and not set(inner) & set("%_\\[")
        found = (pattern.name.startswith("%"), pattern.name.endswith("%"))
        kinds = {(True, True): "contains", (False, True): "starts", (True, False): "ends"}
        if plain and found in kinds:
            key, shown = kinds[found], f"'{inner}'"
    said = words.phrases.say(key, words.of(node.this), shown)
    return words.phrases.say("any_case", said) if isinstance(node, exp.ILike) else said


def _call(words: Words, node: Any) -> str:
    name, arguments = call_name(node), node.expressions
    if name in ("count", "count_big") and (not arguments or isinstance(arguments[0], exp.Star | exp.Literal)):
        return words.phrases.say("rows")
    if arguments and isinstance(arguments[0], exp.Distinct):
        inner = words.all(arguments[0].expressions)
        if name == "count":
            return words.phrases.say("distinct", inner)
        said = words.phrases.call(name, [words.phrases.say("of_different", inner)])
    else:
        said = words.phrases.call(name, _arguments(words, name, arguments))
    return said if said is not None else words.phrases.say("call", words.written(node))


def _function(words: Words, node: Any) -> str | None:
    """A function that the grammar reads by a rule of its own."""
    arguments = [words.of(each) for each in node.iter_expressions()]
    return words.phrases.call(node.sql_name(), arguments)


def _arguments(words: Words, name: str, nodes: Any) -> list[str]:
    said = [words.of(each) for each in nodes]
    if said and name in _UNITS_FIRST:
        said[0] = words.phrases.unit(said[0].strip("'"))
    return said


def _window(words: Words, node: Any) -> str:
    if node.alias:
        return words.phrases.say("window_named", words.of(node.this), node.alias)
    by, order = node.args.get("partition_by") or (), node.args.get("order")
    over = words.phrases.say("each", words.all(by)) if by else words.phrases.say("all_rows")
    if order is not None:
        over = words.phrases.say("in_order", over, words.all(order.expressions))
    spec = node.args.get("spec")
    if spec is not None:
        sides = [_frame(words, spec, side) for side in ("start", "end")]
        over = words.phrases.say("frame", over, *sides)
    return words.phrases.say("window", words.of(node.this), over)


def _frame(words: Words, spec: Any, side: str) -> str:
    """One end of ROWS BETWEEN … AND …, which is the current row where it is not said."""
    bound, towards = spec.args.get(side), str(spec.args.get(f"{side}_side") or "").lower()
    if not isinstance(bound, exp.Expr):
        whole = str(bound or "CURRENT ROW").upper() == "UNBOUNDED"
        return words.phrases.say(f"frame_{towards}_all" if whole and towards else "frame_current")
    return words.phrases.say(f"frame_{towards}", words.of(bound)) if towards else words.written(bound)


def _case(words: Words, node: Any) -> str:
    subject, otherwise = node.this, node.args.get("default")
    parts = []
    for branch in node.args.get("ifs") or ():
        condition = words.of(branch.this)
        if subject is not None:
            condition = words.phrases.say("eq", words.of(subject), condition)
        parts.append(words.phrases.say("when", condition, words.of(branch.args.get("true"))))
    last = words.phrases.say("otherwise", words.of(otherwise)) if otherwise else words.phrases.say("otherwise_null")
    return words.phrases.say("case", "; ".join([*parts[:5], *(["…"] if len(parts) > 5 else []), last]))


def _at_position(number: exp.Literal) -> exp.Expr | None:
    """The output that a position means; None where a star before it hides the place, or there is none."""
    query: Any = number.find_ancestor(exp.Query, exp.Window)
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    if not isinstance(query, exp.Select) or not number.name.isdigit():
        return None
    outputs = query.expressions[: int(number.name)]
    if len(outputs) != int(number.name) or any(each.is_star for each in outputs) or not outputs:
        return None
    meant: exp.Expr = outputs[-1]
    return meant


def _ordered(words: Words, node: Any) -> str:
    said = words.key(node.this)
    said = words.phrases.say("descending" if node.args.get("desc") else "ascending", said)
    written = words.written(node).upper()
    key = "nulls_first" if "NULLS FIRST" in written else "nulls_last" if "NULLS LAST" in written else ""
    return words.phrases.say(key, said) if key else said


def _column(words: Words, node: Any) -> str:
    if isinstance(node.this, exp.Star):
        return words.phrases.say("all_columns_of", node.table)
    return ".".join(part.name for part in node.parts)


def _filter(words: Words, node: Any) -> str:
    return words.phrases.say("filtered", words.of(node.this), words.of(node.expression.this))


def _unit(words: Words, node: Any) -> str:
    return words.phrases.say("part", words.phrases.unit(words.written(node.this)), words.of(node.expression))


def _sign(words: Words, node: Any) -> str:
    return f"{words.of(node.this)} {_SIGNS[type(node)]} {words.of(node.expression)}"


_SIGNS: Mapping[type, str] = {exp.Add: "+", exp.Sub: "−", exp.Mul: "×", exp.Div: "/", exp.DPipe: "||"}
_MAKERS: Mapping[type, Callable[[Words, Any], str | None]] = {
    **dict.fromkeys(_COMPARED, _comparison),
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.In: _in,
    exp.Between: _between,
    exp.Is: _is,
    exp.Like: _like,
    exp.ILike: _like,
    exp.Anonymous: _call,
    exp.Func: _function,
    exp.Window: _window,
    exp.Case: _case,
    exp.Ordered: _ordered,
    exp.Column: _column,
    exp.Filter: _filter,
    exp.Extract: _unit,
    exp.Alias: lambda words, node: f"{words.of(node.this)} ({node.alias})",
    exp.Star: lambda words, _node: words.phrases.say("all_columns"),
    exp.Paren: lambda words, node: f"({words.of(node.this)})",
    exp.Cast: lambda words, node: words.phrases.say("cast", words.of(node.this), words.written(node.to)),
    exp.Exists: lambda words, node: words.phrases.say("exists", words.tables(node)),
    exp.Subquery: lambda words, node: words.phrases.say("scalar", words.tables(node)),
    exp.IgnoreNulls: lambda words, node: words.of(node.this),
    exp.RespectNulls: lambda words, node: words.of(node.this),
    exp.WithinGroup: lambda words, node: words.of(node.this),
    **dict.fromkeys(_SIGNS, _sign),
}
