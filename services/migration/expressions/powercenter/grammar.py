"""The PowerCenter transformation language: text to nodes, by precedence climbing.

Precedence as in the Transformation Language Reference, "Operator Precedence": unary + - NOT bind tightest, then
* / %, + -, ||, the relations, equality, AND, OR.
"""

from __future__ import annotations

from functools import lru_cache

from services.migration.expressions.errors import ExpressionError
from services.migration.expressions.nodes import (
    Call,
    Membership,
    Name,
    Node,
    Number,
    Operation,
    Parameter,
    Star,
    Text,
    Unary,
)
from services.migration.expressions.tokens import Lexicon, Token

MAX_DEPTH = 150  # nested parentheses and calls; beyond it the text is refused rather than the stack exhausted

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
    "<>": _EQUALITY,
    "^=": _EQUALITY,
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
    parser = _Parser(text)
    try:
        node = parser.expression(0)
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply", text, 0) from None
    parser.expect("end", "an operator or the end of the expression")
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _LEXICON.scan(text)
        self._place = 0
        self._depth = 0

    def expression(self, minimum: int) -> Node:
        """One expression whose operators all bind at least as tightly as `minimum`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} levels of nesting")
        left = self._membership(self._primary())
        while (precedence := _PRECEDENCE.get(self._word(), 0)) > minimum:
            left = self._run(left, precedence)
        self._depth -= 1
        return left

    def expect(self, kind: str, meaning: str) -> Token:
        token = self._tokens[self._place]
        if token.kind != kind:
            raise self._error(f"expected {meaning}")
        self._place += 1
        return token

    def _run(self, first: Node, precedence: int) -> Operation:
        operators: list[str] = []
        operands = [first]
        while _PRECEDENCE.get(self._word(), 0) == precedence:
            word = self._word()
            operators.append(_SPELLINGS.get(word, word))
            self._place += 1
            operands.append(self.expression(precedence))
        return Operation(first.start, operands[-1].end, tuple(operators), tuple(operands))

    def _membership(self, operand: Node) -> Node:
        negated = self._word() == "NOT" and self._word(1) == "IN"
        if not negated and self._word() != "IN":
            return operand
        self._place += 1 + negated
        values, end = self._arguments()
        return Membership(operand.start, end, operand, values, negated)

    def _primary(self) -> Node:
        token = self._tokens[self._place]
        if token.text in ("-", "+") or token.text.upper() == "NOT":
            self._place += 1
            operand = self.expression(_UNARY)
            return Unary(token.start, operand.end, token.text.upper(), operand)
        build = self._PRIMARIES.get(token.kind)
        if build is None:
            raise self._error("expected a value")
        self._place += 1
        return build(self, token)

    def _text_literal(self, token: Token) -> Node:
        return Text(token.start, token.end, token.text[1:-1].replace("''", "'"))

    def _number(self, token: Token) -> Node:
        return Number(token.start, token.end, token.text)

    def _parameter(self, token: Token) -> Node:
        return Parameter(token.start, token.end, token.text)

    def _parenthesis(self, token: Token) -> Node:
        inner = self.expression(0)
        self.expect("close", f"a closing parenthesis for the one at character {token.start}")
        return inner

    def _name(self, token: Token) -> Node:
        is_call = self._tokens[self._place].kind == "open"
        if token.text.upper() in _OPERATOR_WORDS and not (is_call and token.text.upper() == "IN"):
            self._place -= 1
            raise self._error("expected a value")
        if not is_call:
            return Name(token.start, token.end, token.text)
        arguments, end = self._arguments()
        return Call(token.start, end, token.text.upper(), arguments)

    def _prefixed(self, token: Token) -> Node:
        prefix, _, name = token.text[1:].partition(".")
        arguments: tuple[Node, ...] = ()
        end = token.end
        if self._tokens[self._place].kind == "open":
            arguments, end = self._arguments()
        return Call(token.start, end, name.strip(), arguments, prefix.strip().upper())

    def _arguments(self) -> tuple[tuple[Node, ...], int]:
        opening = self.expect("open", "an opening parenthesis")
        found: list[Node] = []
        while self._tokens[self._place].kind != "close":
            if found:
                self.expect("comma", f"a comma or the parenthesis closing the one at character {opening.start}")
            found.append(self._argument())
        return tuple(found), self.expect("close", "a closing parenthesis").end

    def _argument(self) -> Node:
        token = self._tokens[self._place]
        if token.text == "*" and self._tokens[self._place + 1].kind in ("close", "comma"):
            self._place += 1
            return Star(token.start, token.end)
        return self.expression(0)

    def _word(self, ahead: int = 0) -> str:
        """The operator at this place, upper case, or "" where none stands."""
        token = self._tokens[min(self._place + ahead, len(self._tokens) - 1)]
        return token.text.upper() if token.kind in ("operator", "name") else ""

    def _error(self, reason: str) -> ExpressionError:
        return ExpressionError(reason, self._text, self._tokens[self._place].start)

    _PRIMARIES = {  # noqa: RUF012 - a class-level table of methods, never changed
        "text": _text_literal,
        "number": _number,
        "parameter": _parameter,
        "prefixed": _prefixed,
        "open": _parenthesis,
        "name": _name,
    }
