"""Tokens to nodes by precedence climbing: what the four grammars share. A language says what its operators and its
primaries are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from services.migration.expressions.errors import ExpressionError
from services.migration.expressions.nodes import Node, Number, Operation
from services.migration.expressions.tokens import Lexicon, Token


class Parser:
    """One text being read. A subclass gives the tables and `expression`, the loosest thing that can be read."""

    LEXICON: ClassVar[Lexicon]
    PRECEDENCE: ClassVar[Mapping[str, int]]
    """Of binary operators as `operator` spells them, from 1, the loosest."""
    PRIMARIES: ClassVar[Mapping[str, Callable[[Any, Token], Node]]]
    """Token kind → what reads a value that begins with such a token; the token is then behind."""
    MAX_DEPTH: ClassVar[int] = 150
    """Nested parentheses and calls; beyond it the text is refused rather than the stack exhausted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self.LEXICON.scan(text)
        self.place = 0
        self.depth = 0

    @classmethod
    def parsed(cls, text: str) -> Node:
        """The syntax of a whole text. Raises ExpressionError with the place of the mistake."""
        parser = cls(text)
        try:
            node = parser.expression()
        except RecursionError:
            raise ExpressionError("the expression is nested too deeply", text, 0) from None
        parser.expect("end", "an operator or the end of the expression")
        return node

    def expression(self, minimum: int = 0) -> Node:
        """An expression whose operators all bind more tightly than `minimum`."""
        raise NotImplementedError

    def operator(self) -> str:
        """The operator at this place as PRECEDENCE spells it; "" where none stands."""
        token = self.tokens[self.place]
        return token.text if token.kind == "operator" else ""

    def peek(self, ahead: int = 0) -> Token:
        """The token `ahead` of this place; the end's where there is none."""
        return self.tokens[min(self.place + ahead, len(self.tokens) - 1)]

    def expect(self, kind: str, meaning: str, text: str = "") -> Token:
        """The token at this place, which must be of a kind (and text); it is then behind."""
        token = self.tokens[self.place]
        if token.kind != kind or (text and token.text != text):
            raise self.error(f"expected {meaning}")
        self.place += 1
        return token

    def error(self, reason: str) -> ExpressionError:
        return ExpressionError(reason, self.text, self.tokens[self.place].start)

    def deeper(self) -> None:
        """One level down; whoever calls it takes it off `depth` when done. No frame of its own stays on the stack."""
        self.depth += 1
        if self.depth > self.MAX_DEPTH:
            raise self.error(f"more than {self.MAX_DEPTH} levels of nesting")

    def run(self, first: Node, level: int, operand: Callable[[int], Node]) -> Operation:
        """`first` with every operand that operators of one level join to it."""
        operators: list[str] = []
        operands = [first]
        while self.PRECEDENCE.get(word := self.operator(), 0) == level:
            operators.append(word)
            self.place += 1
            operands.append(operand(level))
        return Operation(first.start, operands[-1].end, tuple(operators), tuple(operands))

    def primary(self) -> tuple[Callable[[Any, Token], Node], Token]:
        """What reads the value at this place, and the value's first token, which is then behind."""
        token = self.tokens[self.place]
        read = self.PRIMARIES.get(token.kind)
        if read is None:
            raise self.error("expected a value")
        self.place += 1
        return read, token

    def parenthesis(self, token: Token) -> Node:
        inner = self.expression()
        self.expect("close", f"a closing parenthesis for the one at character {token.start}")
        return inner

    def number(self, token: Token) -> Node:
        return Number(token.start, token.end, token.text)

    def listed(
        self, opening: Token, read: Callable[[], Node] | None = None, closing: str = "close", what: str = "parenthesis"
    ) -> tuple[tuple[Node, ...], int]:
        """What stands between `opening`, which is behind, and its `closing`, parted by commas; and where it ends."""
        found: list[Node] = []
        while self.tokens[self.place].kind != closing:
            if found:
                self.expect("comma", f"a comma or the {what} closing the one at character {opening.start}")
            found.append((read or self.expression)())
        self.place += 1
        return tuple(found), self.tokens[self.place - 1].end
