"""The Alteryx expression language: text to nodes, by precedence climbing.

What is no call in the text becomes one: `IF c THEN a ELSEIF d THEN b ELSE e ENDIF` → `IF(c, a, d, b, e)`.
Precedence as in "Operators", "Order of Precedence", each group left to right: * /, then + -, then relations with IN and
NOT, then = !=, then AND and OR alike. A NOT without parentheses before = or != is spelled `NOT?`, for what it negates
matters where that is no truth value.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

from services.migration.expressions.alteryx.names import PLACEHOLDER, field_name, parameter_name
from services.migration.expressions.nodes import (
    Call,
    Membership,
    Name,
    Node,
    Operation,
    Parameter,
    Text,
    Unary,
)
from services.migration.expressions.parser import Parser
from services.migration.expressions.tokens import Lexicon, Token

_LEXICON = Lexicon(
    (
        ("skip", r"\s+|\ufeff|//[^\r\n]*|/\*(?:[^*]|\*(?!/))*\*/"),
        ("bad_comment", r"/\*"),
        ("text", r'"[^"]*"|\'[^\']*\''),
        ("bad_text", r"[\"']"),
        ("number", r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?!\w)"),
        ("placeholder", PLACEHOLDER.pattern.replace("((?:", "(?:(?:")),
        ("bracketed", r"\[[^\]]+\]"),
        ("bad_bracket", r"\["),
        ("name", r"[^\W\d]\w*"),
        ("operator", r"==|!=|<>|<=|>=|&&|\|\||[=<>+\-*/!]"),
        ("open", r"\("),
        ("close", r"\)"),
        ("comma", r","),
    ),
    {
        "bad_comment": "the comment that starts here has no */",
        "bad_text": "the string that starts here has no closing quote",
        "bad_bracket": "the field name that starts here has no closing bracket",
    },
)
_LEVELS = (("AND", "OR"), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/"))
_PRECEDENCE = {operator: level for level, operators in enumerate(_LEVELS, 1) for operator in operators}
_RELATIONS = _PRECEDENCE["<"]  # the level of IN and NOT too
_MEMBERSHIP = ("IN", "NOT")
NEGATIONS = ("NOT", "NOT?")
"""The spellings of a NOT; see above."""
_SPELLINGS = {"==": "=", "<>": "!=", "&&": "AND", "||": "OR", "!": "NOT"}
_WORDS = frozenset({"AND", "OR", "NOT", "IN"})
_STRUCTURE = frozenset({"IF", "THEN", "ELSE", "ELSEIF", "ENDIF"})


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The syntax of an expression. Raises ExpressionError with the place of the mistake."""
    return _Parser.parsed(text)


class _Parser(Parser):
    LEXICON = _LEXICON
    PRECEDENCE = _PRECEDENCE

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tokens = [_as_keyword(token) for token in self.tokens]

    def expression(self, minimum: int = 0) -> Node:
        self.deeper()
        is_negated = self.operator() == "NOT"
        left = self._unary()
        while True:
            level = _PRECEDENCE.get(self.operator(), 0)
            if level > minimum:
                if is_negated and level == _RELATIONS - 1 and isinstance(left, Unary):
                    left = replace(left, operator="NOT?")
                left = self.run(left, level, self.expression)
            elif minimum < _RELATIONS and self._is_membership():
                left = self._membership(left)
            else:
                break
        self.depth -= 1
        return left

    def _is_membership(self) -> bool:
        token = self.peek()
        if token.kind != "operator" or token.text not in _MEMBERSHIP:
            return False
        if token.text == "NOT" and self.peek(1).text != "IN":
            raise self.error("expected IN after NOT")
        return True

    def _membership(self, operand: Node) -> Node:
        is_negated = self.peek().text == "NOT"
        self.place += 2 if is_negated else 1
        opening = self.expect("open", "the list of values after IN, in parentheses")
        values, end = self.listed(opening)
        if not values:
            raise self.error("expected a value in the list of IN")
        return Membership(operand.start, end, operand, values, is_negated)

    def _unary(self) -> Node:
        """A sign binds tighter than everything, NOT as its group does."""
        token = self.tokens[self.place]
        if token.kind == "operator" and token.text in ("-", "+", "NOT"):
            self.place += 1
            operand = self.expression(_RELATIONS - 1) if token.text == "NOT" else self._signed()
            return Unary(token.start, operand.end, token.text, operand)
        read, first = self.primary()
        return read(self, first)

    def _signed(self) -> Node:
        self.deeper()
        node = self._unary()
        self.depth -= 1
        return node

    def _text_literal(self, token: Token) -> Node:
        """A text; a constant inside it is joined into it."""
        value = token.text[1:-1]
        pieces = PLACEHOLDER.split(value)
        if len(pieces) == 1:
            return Text(token.start, token.end, value)
        nodes: list[Node] = []
        for index, piece in enumerate(pieces):
            if index % 2:
                nodes.append(Parameter(token.start, token.end, parameter_name(piece) or piece))
            elif piece or not index:
                nodes.append(Text(token.start, token.end, piece))
        return Operation(token.start, token.end, ("+",) * (len(nodes) - 1), tuple(nodes))

    def _placeholder(self, token: Token) -> Node:
        return Parameter(token.start, token.end, parameter_name(token.text[1:-1]) or token.text)

    def _bracketed(self, token: Token) -> Node:
        name = token.text[1:-1]
        parameter = parameter_name(name.strip())
        if parameter is not None:
            return Parameter(token.start, token.end, parameter)
        return Name(token.start, token.end, field_name(name))

    def _name(self, token: Token) -> Node:
        opening = self.tokens[self.place]
        if opening.kind != "open":
            return Name(token.start, token.end, token.text)
        self.place += 1
        found, end = self.listed(opening)
        return Call(token.start, end, token.text.upper(), found)

    def _structure(self, token: Token) -> Node:
        if token.text != "IF":
            self.place -= 1
            raise self.error(f"{token.text} without its IF")
        parts: list[Node] = []
        word = "IF"
        while word in ("IF", "ELSEIF"):
            parts.append(self.expression())
            self.expect("structure", "THEN after the condition", "THEN")
            parts.append(self.expression())
            word = self.expect("structure", f"ELSE, ELSEIF or ENDIF of the IF at character {token.start}").text
        if word != "ELSE":
            self.place -= 1
            raise self.error("an IF needs an ELSE before its ENDIF")
        parts.append(self.expression())
        end = self.expect("structure", f"the ENDIF of the IF at character {token.start}", "ENDIF")
        return Call(token.start, end.end, "IF", tuple(parts))

    PRIMARIES: ClassVar = {
        "text": _text_literal,
        "number": Parser.number,
        "placeholder": _placeholder,
        "open": Parser.parenthesis,
        "bracketed": _bracketed,
        "name": _name,
        "structure": _structure,
    }


def _as_keyword(token: Token) -> Token:
    """Words of the language apart from names, and each operator in one spelling."""
    upper = token.text.upper()
    if token.kind == "operator":
        return Token("operator", _SPELLINGS.get(token.text, token.text), token.start, token.end)
    if token.kind == "name" and upper in _WORDS:
        return Token("operator", upper, token.start, token.end)
    if token.kind == "name" and upper in _STRUCTURE:
        return Token("structure", upper, token.start, token.end)
    return token
