"""Statements read with the place of every clause and expression in the text.

sqlglot keeps the places of names and literals only, so the parser's methods are wrapped: what a method returns was read
from the token it began at up to the last one it took.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import Token, TokenType

from services.copilot.sql.reading import grammar

_SPAN, _SELECT = "span", "select_span"
_STATEMENTS = ("_parse_insert", "_parse_update", "_parse_delete", "_parse_merge", "_parse_create", "_parse_drop")
_CLAUSES = (
    "_parse_with",
    "_parse_cte",
    "_parse_from",
    "_parse_join",
    "_parse_lateral",
    "_parse_where",
    "_parse_group",
    "_parse_having",
    "_parse_qualify",
    "_parse_named_window",
    "_parse_order",
    "_parse_limit",
    "_parse_offset",
    "_parse_pivot",
    "_parse_when_matched",
    "_parse_on_conflict",
    "_parse_returning",
    "_parse_into",
    "_parse_table",
    "_parse_table_sample",
    "_parse_connect",
)
_EXPRESSIONS = (
    "_parse_expression",
    "_parse_disjunction",
    "_parse_conjunction",
    "_parse_equality",
    "_parse_comparison",
    "_parse_range",
    "_parse_bitwise",
    "_parse_term",
    "_parse_factor",
    "_parse_unary",
    "_parse_type",
    "_parse_primary",
    "_parse_atom",
    "_parse_ordered",
)


class Span(NamedTuple):
    """Offsets in characters, `end` behind the last."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


class Spanned(NamedTuple):
    """What was read: statements, without empty ones, and all tokens of the text."""

    statements: Sequence[exp.Expr]
    tokens: Sequence[Token]

    def groups(self) -> list[Sequence[Token]]:
        """The tokens of each statement; of the whole text where they cannot be told apart."""
        groups: list[list[Token]] = [[]]
        for token in self.tokens:
            if token.token_type == TokenType.SEMICOLON:
                groups.append([])
            else:
                groups[-1].append(token)
        found: list[Sequence[Token]] = [group for group in groups if group]
        return found if len(found) == len(self.statements) else [self.tokens for _ in self.statements]


def read(sql: str, dialect: str) -> Spanned:
    """Raises what sqlglot raises: ParseError, TokenError; RecursionError where it nests too deeply."""
    reader = _reader(dialect)
    tokens = reader.tokenize(sql)
    found = reader.parser().parse(list(tokens), sql)
    return Spanned([each for each in found if each is not None and not isinstance(each, exp.Semicolon)], tokens)


def place(node: exp.Expr) -> Span | None:
    """Where a node stands; None where it cannot be told exactly."""
    own = node.meta.get(_SPAN)
    if own is not None:
        return Span(*own)
    if isinstance(node, exp.Binary | exp.Alias | exp.Column):
        ends = [place(part) for part in node.iter_expressions()]
        known = [each for each in ends if each is not None]
        if known and len(known) == len(ends):
            return Span(min(each.start for each in known), max(each.end for each in known))
    if "start" in node.meta and not list(node.iter_expressions()):
        return Span(int(node.meta["start"]), int(node.meta["end"]) + 1)
    return None


def selected(select: exp.Select) -> Span | None:
    """Where `SELECT …` stands, up to its last output."""
    first = next(iter(select.expressions), None)
    span = first.meta.get(_SELECT) if first is not None else None
    return Span(*span) if span else None


@cache
def _reader(dialect: str) -> Dialect:
    base = type(grammar(dialect))
    parser: Any = base.parser_class
    methods = {name: _wrapped(getattr(parser, name), False) for name in (*_CLAUSES, *_EXPRESSIONS)}
    methods |= {name: _wrapped(getattr(parser, name), True) for name in _STATEMENTS}
    methods["_parse_select_query"] = _query(parser._parse_select_query)
    methods["_parse_projections"] = _projections(parser._parse_projections)
    methods["_parse_query_modifiers"] = _modified(parser._parse_query_modifiers)
    made: Dialect = type(f"Spanned{base.__name__}", (base,), {"Parser": type("Parser", (parser,), methods)})()
    return made


def _widen(node: Any, start: int, end: int) -> None:
    if isinstance(node, exp.Expr) and start < end:
        before, behind = node.meta.get(_SPAN, (start, end))
        node.meta[_SPAN] = (min(before, start), max(behind, end))


def _wrapped(original: Callable[..., Any], is_begun: bool) -> Callable[..., Any]:
    """`is_begun`: the first word was taken before the method is called."""

    def parse(self: Any, *args: Any, **options: Any) -> Any:
        first = self._prev if is_begun else self._curr
        given = args[0] if args else options.get("this")
        node = original(self, *args, **options)
        if node is not None and node is not given and first and self._prev:
            _widen(node, first.start, self._prev.end + 1)
        return node

    return parse


def _query(original: Callable[..., Any]) -> Callable[..., Any]:
    def parse(self: Any, *args: Any, **options: Any) -> Any:
        first = self._curr
        begun = self.__dict__.setdefault("_begun", [])
        begun.append(first)
        try:
            node = original(self, *args, **options)
        finally:
            begun.pop()
        if node is not None and first and self._prev:
            _widen(node, first.start, self._prev.end + 1)
        return node

    return parse


def _projections(original: Callable[..., Any]) -> Callable[..., Any]:
    def parse(self: Any) -> Any:
        begun = self.__dict__.get("_begun") or [self._curr]
        projections, exclude = original(self)
        if projections and begun[-1] and self._prev:
            projections[0].meta[_SELECT] = (begun[-1].start, self._prev.end + 1)
        return projections, exclude

    return parse


def _modified(original: Callable[..., Any]) -> Callable[..., Any]:
    """A SELECT on one side of a set operation ends behind its own modifiers."""

    def parse(self: Any, this: Any) -> Any:
        first = (self.__dict__.get("_begun") or [None])[-1]
        node = original(self, this)
        if isinstance(node, exp.Select) and _SPAN not in node.meta and first and self._prev:
            _widen(node, first.start, self._prev.end + 1)
        return node

    return parse
