"""Derivations, constraints and the BASIC of server jobs: text to nodes, by precedence climbing.

What is no call in the text becomes one: `If c Then a Else b` → `IF(c, a, b)`, `s[2,3]` → `[](s, 2, 3)`. Precedence, the
tightest first: substring, ^, signs and NOT, * /, + -, `:` (concatenation), comparison, AND, OR. Where AND stands beside
OR without parentheses the operator is spelled `OR?`, for server jobs read both from left to right.
"""

from __future__ import annotations

from functools import lru_cache

from services.migration.expressions.datastage.names import MACROS, parameter_name
from services.migration.expressions.errors import ExpressionError
from services.migration.expressions.nodes import Call, Name, Node, Number, Operation, Parameter, Text, Unary
from services.migration.expressions.tokens import Lexicon, Token

MAX_DEPTH = 120

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
        self._tokens = _LEXICON.scan(text)
        self._place = 0
        self._depth = 0

    def expression(self, minimum: int = 0) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} levels of nesting")
        node = self._binary(minimum)
        self._depth -= 1
        return node

    def expect(self, kind: str, meaning: str) -> Token:
        token = self._tokens[self._place]
        if token.kind != kind:
            raise self._error(f"expected {meaning}")
        self._place += 1
        return token

    def _binary(self, minimum: int) -> Node:
        left, is_bare_and = self._prefixed(), False
        while (level := _PRECEDENCE.get(self._operator(), 0)) > minimum:
            operators: list[str] = []
            operands = [left]
            while _PRECEDENCE.get(self._operator(), 0) == level:
                operators.append(self._operator())
                self._place += 1
                first = self._place
                operands.append(self._binary(level))
                is_bare_and |= level == 1 and self._has_bare_and(operands[-1], first)
            if level == 1 and is_bare_and:
                operators = ["OR?"] * len(operators)
            left = Operation(operands[0].start, operands[-1].end, tuple(operators), tuple(operands))
            is_bare_and = is_bare_and or level == 2
        return left

    def _has_bare_and(self, operand: Node, first: int) -> bool:
        is_and = isinstance(operand, Operation) and operand.operators[0] == "AND"
        return is_and and not (self._tokens[first].kind == "open" and self._tokens[self._place - 1].kind == "close")

    def _prefixed(self) -> Node:
        token = self._tokens[self._place]
        is_not = token.text == "!" or (token.text.upper() == "NOT" and token.kind == "name")
        if is_not and self._tokens[self._place + 1].kind != "open":
            return self._unary(token, "NOT", _NOT_LEVEL)
        if token.kind == "operator" and token.text in ("-", "+", "!"):
            return self._unary(token, "NOT" if token.text == "!" else token.text, _SIGN_LEVEL)
        return self._substring(self._primary())

    def _unary(self, token: Token, operator: str, level: int) -> Node:
        self._place += 1
        operand = self.expression(level)
        return Unary(token.start, operand.end, operator, operand)

    def _substring(self, node: Node) -> Node:
        while self._tokens[self._place].kind == "left":
            opening = self._tokens[self._place]
            self._place += 1
            arguments = self._arguments("right", f"a comma or the bracket closing the one at character {opening.start}")
            node = Call(node.start, self._tokens[self._place - 1].end, "[]", (node, *arguments))
        return node

    def _primary(self) -> Node:
        token = self._tokens[self._place]
        build = self._PRIMARIES.get(token.kind)
        if build is None or (token.kind == "name" and token.text.upper() in _WORDS | _CLAUSES):
            raise self._error("expected a value")
        self._place += 1
        return build(self, token)

    def _name(self, token: Token) -> Node:
        upper = token.text.upper()
        if upper == "IF":
            return self._conditional(token)
        if self._tokens[self._place].kind == "open":
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
        token = self._tokens[self._place]
        if token.kind != "name" or token.text.upper() != word:
            raise self._error(f"expected the {word.title()} of a conditional")
        self._place += 1

    def _call(self, token: Token, name: str) -> Node:
        opening = self.expect("open", "an opening parenthesis")
        what = f"a comma or the parenthesis closing the one at character {opening.start}"
        arguments = self._arguments("close", what)
        place = _LETTERS.get(name, len(arguments))
        if place < len(arguments) and isinstance(letter := arguments[place], Name) and len(letter.value) == 1:
            arguments[place] = Text(letter.start, letter.end, letter.value.upper())
        return Call(token.start, self._tokens[self._place - 1].end, name, tuple(arguments))

    def _arguments(self, closing: str, what: str) -> list[Node]:
        found: list[Node] = []
        while self._tokens[self._place].kind != closing:
            if found:
                self.expect("comma", what)
            found.append(self.expression())
        self._place += 1
        return found

    def _operator(self) -> str:
        token = self._tokens[self._place]
        upper = token.text.upper()
        if token.kind == "operator" or (token.kind == "name" and upper in _WORDS):
            return _SPELLINGS.get(upper, upper)
        return ""

    def _parenthesis(self, token: Token) -> Node:
        inner = self.expression()
        self.expect("close", f"a closing parenthesis for the one at character {token.start}")
        return inner

    def _error(self, reason: str) -> ExpressionError:
        return ExpressionError(reason, self._text, self._tokens[self._place].start)

    _PRIMARIES = {  # noqa: RUF012 - a class-level table of methods, never changed
        "text": lambda self, token: Text(token.start, token.end, token.text[1:-1]),
        "number": lambda self, token: Number(token.start, token.end, token.text),
        "parameter": lambda self, token: Parameter(token.start, token.end, parameter_name(token.text)),
        "variable": lambda self, token: Name(token.start, token.end, token.text.upper()),
        "open": _parenthesis,
        "name": _name,
    }
