"""The PowerCenter transformation language: text to nodes, by precedence climbing.

Precedence as in the Transformation Language Reference, "Operator Precedence": unary + - NOT bind tightest, then
* / %, + -, ||, the relations, equality, AND, OR.
"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from services.migration.expressions.nodes import (
    Call,
    Membership,
    Name,
    Node,
    Parameter,
    Star,
    Text,
    Unary,
)
from services.migration.expressions.parser import Parser
from services.migration.expressions.tokens import Lexicon, Token

_LEXICON = Lexicon(
    (
        ("skip", r"\s+|--[^\r\n]*|//[^\r\n]*|\ufeff"),
        ("text", r"'(?:[^']|'')*'"),
        ("bad_text", r"'"),
        ("number", r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?!\w)"),
        ("name", r"[^\W\d][\w$#@]*(?:\.[^\W\d][\w$#@]*)*|\d+[^\W\d][\w$#@]*"),
        ("parameter", r"\${1,3}[^\W\d]\w*"),
        ("prefixed", r":\s*[A-Za-z]+\s*\.\s*[\w$#@.]+"),
        ("operator", r"\|\||!=|<>|\^=|<=|>=|[=<>+\-*/%]"),
        ("open", r"\("),
        ("close", r"\)"),
        ("comma", r","),
        ("bad_quote", r'"'),
    ),
    {
        "bad_text": "the string that starts here has no closing quote",
        "bad_quote": "double quotes do not belong to the language; strings stand in single quotes",
    },
)

_EQUALITY, _RELATION, _UNARY, _MEMBERSHIP = 3, 4, 8, 9
_PRECEDENCE = {
    "OR": 1,
    "AND": 2,
    "=": _EQUALITY,
    "!=": _EQUALITY,
    "<": _RELATION,
    "<=": _RELATION,
    ">": _RELATION,
    ">=": _RELATION,
    "||": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "%": 7,
}
_SPELLINGS = {"<>": "!=", "^=": "!="}
_OPERATOR_WORDS = frozenset({"AND", "OR", "NOT", "IN"})


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The syntax of an expression. Raises ExpressionError with the place of the mistake."""
    return _Parser.parsed(text)


class _Parser(Parser):
    LEXICON = _LEXICON
    PRECEDENCE = _PRECEDENCE

    def expression(self, minimum: int = 0) -> Node:
        self.deeper()
        left = self._membership(self._primary())
        while (level := _PRECEDENCE.get(self.operator(), 0)) > minimum:
            left = self.run(left, level, self.expression)
        self.depth -= 1
        return left

    def _membership(self, operand: Node) -> Node:
        negated = self._word() == "NOT" and self._word(1) == "IN"
        if not negated and self._word() != "IN":
            return operand
        self.place += 1 + negated
        values, end = self._arguments()
        return Membership(operand.start, end, operand, values, negated)

    def _primary(self) -> Node:
        token = self.tokens[self.place]
        if token.text in ("-", "+") or token.text.upper() == "NOT":
            self.place += 1
            operand = self.expression(_UNARY)
            return Unary(token.start, operand.end, token.text.upper(), operand)
        read, first = self.primary()
        return read(self, first)

    def _text_literal(self, token: Token) -> Node:
        return Text(token.start, token.end, token.text[1:-1].replace("''", "'"))

    def _parameter(self, token: Token) -> Node:
        return Parameter(token.start, token.end, token.text)

    def _name(self, token: Token) -> Node:
        is_call = self.tokens[self.place].kind == "open"
        if token.text.upper() in _OPERATOR_WORDS and not (is_call and token.text.upper() == "IN"):
            self.place -= 1
            raise self.error("expected a value")
        if not is_call:
            return Name(token.start, token.end, token.text)
        arguments, end = self._arguments()
        return Call(token.start, end, token.text.upper(), arguments)

    def _prefixed(self, token: Token) -> Node:
        prefix, _, name = token.text[1:].partition(".")
        arguments: tuple[Node, ...] = ()
        end = token.end
        if self.tokens[self.place].kind == "open":
            arguments, end = self._arguments()
        return Call(token.start, end, name.strip(), arguments, prefix.strip().upper())

    def _arguments(self) -> tuple[tuple[Node, ...], int]:
        return self.listed(self.expect("open", "an opening parenthesis"), self._argument)

    def _argument(self) -> Node:
        token = self.tokens[self.place]
        if token.text == "*" and self.tokens[self.place + 1].kind in ("close", "comma"):
            self.place += 1
            return Star(token.start, token.end)
        return self.expression()

    def operator(self) -> str:
        return self._word()

    def _word(self, ahead: int = 0) -> str:
        """The operator or word at a place, in its one spelling; "" where none stands."""
        token = self.peek(ahead)
        if token.kind not in ("operator", "name"):
            return ""
        word = token.text.upper()
        return _SPELLINGS.get(word, word)

    PRIMARIES: ClassVar = {
        "text": _text_literal,
        "number": Parser.number,
        "parameter": _parameter,
        "prefixed": _prefixed,
        "open": Parser.parenthesis,
        "name": _name,
    }
