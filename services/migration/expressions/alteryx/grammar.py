"""The Alteryx expression language: text to nodes, by precedence climbing.

What is no call in the text becomes one: `IF c THEN a ELSEIF d THEN b ELSE e ENDIF` → `IF(c, a, d, b, e)`.
Precedence as in "Operators", "Order of Precedence", each group left to right: * /, then + -, then relations with IN and
NOT, then = !=, then AND and OR alike.
"""

from __future__ import annotations

from functools import lru_cache

from services.migration.expressions.alteryx.names import PLACEHOLDER, field_name, parameter_name
from services.migration.expressions.errors import ExpressionError
from services.migration.expressions.nodes import (
    Call,
    Membership,
    Name,
    Node,
    Number,
    Operation,
    Parameter,
    Text,
    Unary,
)
from services.migration.expressions.tokens import Lexicon, Token

MAX_DEPTH = 150

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
_LEVELS = (("AND", "OR"), ("=", "!="), ("<", "<=", ">", ">=", "IN", "NOT"), ("+", "-"), ("*", "/"))
_PRECEDENCE = {operator: level for level, operators in enumerate(_LEVELS, 1) for operator in operators}
_RELATIONS = _PRECEDENCE["IN"]
_SPELLINGS = {"==": "=", "<>": "!=", "&&": "AND", "||": "OR", "!": "NOT"}
_WORDS = frozenset({"AND", "OR", "NOT", "IN"})
_STRUCTURE = frozenset({"IF", "THEN", "ELSE", "ELSEIF", "ENDIF"})


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The syntax of an expression. Raises ExpressionError with the place of the mistake."""
    parser = _Parser(text)
    try:
        node = parser.expression()
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply", text, 0) from None
    parser.expect("end", "an operator or the end of the expression")
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [_as_keyword(token) for token in _LEXICON.scan(text)]
        self._place = 0
        self._depth = 0

    def expression(self) -> Node:
        return self._binary(0)

    def expect(self, kind: str, meaning: str, text: str = "") -> Token:
        token = self._tokens[self._place]
        if token.kind != kind or (text and token.text != text):
            raise self._error(f"expected {meaning}")
        self._place += 1
        return token

    def _binary(self, minimum: int) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} levels of nesting")
        left = self._unary()
        while (level := _PRECEDENCE.get(self._operator(), 0)) > minimum:
            operators: list[str] = []
            operands = [left]
            while _PRECEDENCE.get(self._operator(), 0) == level and self._is_binary():
                operators.append(self._operator())
                self._place += 1
                operands.append(self._binary(level))
            if operators:
                left = Operation(operands[0].start, operands[-1].end, tuple(operators), tuple(operands))
            if level == _RELATIONS and self._is_membership():
                left = self._membership(left)
            elif not operators:
                raise self._error("expected IN after NOT")
        self._depth -= 1
        return left

    def _is_binary(self) -> bool:
        return self._operator() not in ("IN", "NOT")

    def _is_membership(self) -> bool:
        following = self._tokens[min(self._place + 1, len(self._tokens) - 1)]
        return self._operator() == "IN" or (self._operator() == "NOT" and following.text == "IN")

    def _membership(self, operand: Node) -> Node:
        is_negated = self._operator() == "NOT"
        self._place += 2 if is_negated else 1
        opening = self.expect("open", "the list of values after IN, in parentheses")
        values = self._arguments(opening)
        if not values:
            raise self._error("expected a value in the list of IN")
        return Membership(operand.start, self._tokens[self._place - 1].end, operand, values, is_negated)

    def _unary(self) -> Node:
        """A sign binds tighter than everything, NOT as its group does."""
        token = self._tokens[self._place]
        if token.kind == "operator" and token.text in ("-", "+", "NOT"):
            self._place += 1
            operand = self._binary(_RELATIONS - 1) if token.text == "NOT" else self._signed()
            return Unary(token.start, operand.end, token.text, operand)
        build = self._PRIMARIES.get(token.kind)
        if build is None:
            raise self._error("expected a value")
        self._place += 1
        return build(self, token)

    def _signed(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} levels of nesting")
        node = self._unary()
        self._depth -= 1
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

    def _number(self, token: Token) -> Node:
        return Number(token.start, token.end, token.text)

    def _placeholder(self, token: Token) -> Node:
        return Parameter(token.start, token.end, parameter_name(token.text[1:-1]) or token.text)

    def _parenthesis(self, token: Token) -> Node:
        inner = self.expression()
        self.expect("close", f"a closing parenthesis for the one at character {token.start}")
        return inner

    def _bracketed(self, token: Token) -> Node:
        name = token.text[1:-1]
        parameter = parameter_name(name.strip())
        if parameter is not None:
            return Parameter(token.start, token.end, parameter)
        return Name(token.start, token.end, field_name(name))

    def _name(self, token: Token) -> Node:
        opening = self._tokens[self._place]
        if opening.kind != "open":
            return Name(token.start, token.end, token.text)
        self._place += 1
        found = self._arguments(opening)
        return Call(token.start, self._tokens[self._place - 1].end, token.text.upper(), found)

    def _arguments(self, opening: Token) -> tuple[Node, ...]:
        found: list[Node] = []
        while self._tokens[self._place].kind != "close":
            if found:
                self.expect("comma", f"a comma or the parenthesis closing the one at character {opening.start}")
            found.append(self.expression())
        self._place += 1
        return tuple(found)

    def _structure(self, token: Token) -> Node:
        if token.text != "IF":
            self._place -= 1
            raise self._error(f"{token.text} without its IF")
        parts: list[Node] = []
        word = "IF"
        while word in ("IF", "ELSEIF"):
            parts.append(self.expression())
            self.expect("structure", "THEN after the condition", "THEN")
            parts.append(self.expression())
            word = self.expect("structure", f"ELSE, ELSEIF or ENDIF of the IF at character {token.start}").text
        if word != "ELSE":
            self._place -= 1
            raise self._error("an IF needs an ELSE before its ENDIF")
        parts.append(self.expression())
        end = self.expect("structure", f"the ENDIF of the IF at character {token.start}", "ENDIF")
        return Call(token.start, end.end, "IF", tuple(parts))

    def _operator(self) -> str:
        token = self._tokens[self._place]
        return token.text if token.kind == "operator" else ""

    def _error(self, reason: str) -> ExpressionError:
        return ExpressionError(reason, self._text, self._tokens[self._place].start)

    _PRIMARIES = {  # noqa: RUF012 - a class-level table of methods, never changed
        "text": _text_literal,
        "number": _number,
        "placeholder": _placeholder,
        "open": _parenthesis,
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
