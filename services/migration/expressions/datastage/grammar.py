"""Derivations, constraints and the BASIC of server jobs: text to nodes, by precedence climbing.

What is no call in the text becomes one: `If c Then a Else b` → `IF(c, a, b)`, `s[2,3]` → `[](s, 2, 3)`. Precedence, the
tightest first: substring, ^, signs and NOT, * /, + -, `:` (concatenation), comparison, AND, OR. Where AND stands beside
OR without parentheses the operator is spelled `OR?`, for server jobs read both from left to right.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

from services.migration.expressions.datastage.names import MACROS, parameter_name
from services.migration.expressions.nodes import Call, Name, Node, Operation, Parameter, Text, Unary
from services.migration.expressions.parser import Parser
from services.migration.expressions.tokens import Lexicon, Token

_LEXICON = Lexicon(
    (
        ("skip", r"\s+|\ufeff|/\*(?:[^*]|\*(?!/))*\*/"),
        ("text", r'"[^"]*"|\'[^\']*\'|\\[^\\]*\\'),
        ("bad_text", r'"|\'|\\'),
        ("number", r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![^\W_])"),
        ("parameter", r"#[A-Za-z_$][\w.$]*#"),
        ("variable", r"@[A-Za-z][\w.]*"),
        ("name", r"\$?[^\W\d][\w$]*(?:\.[\w$]+)*"),
        ("operator", r"\*\*|<>|><|<=|=<|>=|=>|!=|==|&&|\|\||[<>=#+\-*/^:&!|]"),
        ("open", r"\("),
        ("close", r"\)"),
        ("left", r"\["),
        ("right", r"\]"),
        ("comma", r","),
    ),
    {"bad_text": "the string that starts here has no closing quote"},
)
_LEVELS = (
    ("OR",), ("AND",), ("=", "!=", "<", "<=", ">", ">=", "MATCHES", "LIKE"), (":",), ("+", "-"), ("*", "/"), ("^",),
)  # fmt: skip
_PRECEDENCE = {operator: level for level, operators in enumerate(_LEVELS, 1) for operator in operators}
_SIGN_LEVEL = _PRECEDENCE["*"]
_NOT_LEVEL = _PRECEDENCE[":"]
_SPELLINGS = {
    "<>": "!=", "><": "!=", "#": "!=", "NE": "!=", "==": "=", "EQ": "=", "=<": "<=", "LE": "<=", "=>": ">=", "GE": ">=",
    "LT": "<", "GT": ">", "&": "AND", "&&": "AND", "!": "OR", "||": "OR", "|": "OR", "CATS": ":", "MATCH": "MATCHES",
    "**": "^",
}  # fmt: skip
_WORDS = frozenset({"AND", "OR", "EQ", "NE", "LT", "GT", "LE", "GE", "CATS", "MATCH", "MATCHES", "LIKE"})
_CLAUSES = frozenset({"THEN", "ELSE"})
_LETTERS = {"COMPARE": 2, "COMPARENOCASE": 2, "TRIM": 2, "ALIGN": 2}  # arguments that may be a bare letter


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The syntax of an expression. Raises ExpressionError with the place of the mistake."""
    return _Parser.parsed(text)


class _Parser(Parser):
    LEXICON = _LEXICON
    PRECEDENCE = _PRECEDENCE
    MAX_DEPTH = 120

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._bare: dict[int, Node] = {}  # operands that are an AND without parentheses, by identity

    def expression(self, minimum: int = 0) -> Node:
        self.deeper()
        node = self._binary(minimum)
        self.depth -= 1
        return node

    def _binary(self, minimum: int) -> Node:
        left: Node = self._prefixed()
        is_bare_and = False
        while (level := _PRECEDENCE.get(self.operator(), 0)) > minimum:
            left = joined = self.run(left, level, self._operand)
            if level == _PRECEDENCE["OR"] and (is_bare_and or any(id(each) in self._bare for each in joined.operands)):
                left = replace(joined, operators=("OR?",) * len(joined.operators))
            is_bare_and = is_bare_and or level == _PRECEDENCE["AND"]
        return left

    def _operand(self, level: int) -> Node:
        first = self.place
        operand = self._binary(level)
        if self._has_bare_and(operand, first):
            self._bare[id(operand)] = operand
        return operand

    def _has_bare_and(self, operand: Node, first: int) -> bool:
        is_and = isinstance(operand, Operation) and operand.operators[0] == "AND"
        return is_and and not (self.tokens[first].kind == "open" and self.tokens[self.place - 1].kind == "close")

    def _prefixed(self) -> Node:
        token = self.tokens[self.place]
        is_not = token.text == "!" or (token.text.upper() == "NOT" and token.kind == "name")
        if is_not and self.tokens[self.place + 1].kind != "open":
            return self._unary(token, "NOT", _NOT_LEVEL)
        if token.kind == "operator" and token.text in ("-", "+", "!"):
            return self._unary(token, "NOT" if token.text == "!" else token.text, _SIGN_LEVEL)
        return self._substring(self._primary())

    def _unary(self, token: Token, operator: str, level: int) -> Node:
        self.place += 1
        operand = self.expression(level)
        return Unary(token.start, operand.end, operator, operand)

    def _substring(self, node: Node) -> Node:
        while self.tokens[self.place].kind == "left":
            opening = self.tokens[self.place]
            self.place += 1
            arguments, end = self.listed(opening, closing="right", what="bracket")
            node = Call(node.start, end, "[]", (node, *arguments))
        return node

    def _primary(self) -> Node:
        token = self.tokens[self.place]
        is_call = token.text.upper() == "CATS" and self.peek(1).kind == "open"  # the operator has a value before it
        if token.kind == "name" and token.text.upper() in _WORDS | _CLAUSES and not is_call:
            raise self.error("expected a value")
        read, first = self.primary()
        return read(self, first)

    def _name(self, token: Token) -> Node:
        upper = token.text.upper()
        if upper == "IF":
            return self._conditional(token)
        if self.tokens[self.place].kind == "open":
            return self._call(token, upper)
        if upper in MACROS or upper.startswith("$"):
            return Parameter(token.start, token.end, parameter_name(token.text))
        return Name(token.start, token.end, token.text)

    def _conditional(self, token: Token) -> Node:
        condition = self.expression()
        self._clause("THEN")
        first = self.expression()
        self._clause("ELSE")
        second = self.expression()
        return Call(token.start, second.end, "IF", (condition, first, second))

    def _clause(self, word: str) -> None:
        token = self.tokens[self.place]
        if token.kind != "name" or token.text.upper() != word:
            raise self.error(f"expected the {word.title()} of a conditional")
        self.place += 1

    def _call(self, token: Token, name: str) -> Node:
        opening = self.expect("open", "an opening parenthesis")
        arguments, end = self.listed(opening)
        place = _LETTERS.get(name, len(arguments))
        if place < len(arguments) and isinstance(letter := arguments[place], Name) and len(letter.value) == 1:
            text = Text(letter.start, letter.end, letter.value.upper())
            arguments = (*arguments[:place], text, *arguments[place + 1 :])
        return Call(token.start, end, name, arguments)

    def operator(self) -> str:
        token = self.tokens[self.place]
        upper = token.text.upper()
        if token.kind == "operator" or (token.kind == "name" and upper in _WORDS):
            return _SPELLINGS.get(upper, upper)
        return ""

    PRIMARIES: ClassVar = {
        "text": lambda self, token: Text(token.start, token.end, token.text[1:-1]),
        "number": Parser.number,
        "parameter": lambda self, token: Parameter(token.start, token.end, parameter_name(token.text)),
        "variable": lambda self, token: Name(token.start, token.end, token.text.upper()),
        "open": Parser.parenthesis,
        "name": _name,
    }
