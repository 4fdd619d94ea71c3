"""The SSIS expression language: text to nodes, by precedence climbing.

What is no call in the text becomes one: `c ? a : b` → `?:(c, a, b)`, `(DT_STR,10,1252)x` → `(DT_STR)(x, 10, 1252)`,
`NULL(DT_STR,10,1252)` → `NULL(DT_STR)(10, 1252)`. Precedence as in "Operator Precedence and Associativity": casts and
unary - ! ~, then * / %, + -, relations, equality, & ^ |, &&, ||, ?:.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar

from services.migration.expressions.nodes import Call, Name, Node, Number, Parameter, Text, Unary
from services.migration.expressions.parser import Parser
from services.migration.expressions.ssis.names import parameter_name
from services.migration.expressions.tokens import Lexicon, Token

_LEXICON = Lexicon(
    (
        ("skip", r"\s+|\ufeff"),
        ("text", r'"(?:[^"\\]|\\.)*"'),
        ("bad_text", r'"'),
        (
            "number",
            r"0[xX][0-9A-Fa-f]+(?:[uU]?[lL]?)(?!\w)|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?:[uU]?[lL]|[uUfF])?(?!\w)",
        ),
        ("parameter", r"@\[[^\]]+\]|@[^\W\d]\w*"),
        ("bracketed", r"\[[^\]]+\](?:\s*\.\s*(?:\[[^\]]+\]|[^\W\d]\w*))*"),
        ("lineage", r"#(?:\{[^}]*\}|\d+)"),
        ("name", r"[^\W\d]\w*(?:\s*\.\s*(?:\[[^\]]+\]|[^\W\d]\w*))*"),
        ("operator", r"==|!=|<=|>=|&&|\|\||[<>+\-*/%!~&^|?:]"),
        ("open", r"\("),
        ("close", r"\)"),
        ("comma", r","),
        ("bad_equals", r"="),
        ("bad_quote", r"'"),
    ),
    {
        "bad_text": "the string that starts here has no closing quote",
        "bad_equals": "= is no operator of the language; equality is ==",
        "bad_quote": "single quotes do not belong to the language; strings stand in double quotes",
    },
)
_LEVELS = (("OR",), ("AND",), ("|",), ("^",), ("&",), ("=", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
_PRECEDENCE = {operator: level for level, operators in enumerate(_LEVELS, 1) for operator in operators}
_SPELLINGS = {"==": "=", "&&": "AND", "||": "OR"}
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:[xX]([0-9A-Fa-f]{1,4})|(.))", re.DOTALL)
_TYPE = re.compile(r"DT_\w+\Z", re.IGNORECASE)


def unescaped(text: str) -> str:
    """A string's characters: C-style escapes resolved; an unknown one gives its own character."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _ESCAPES.get(m[2], m[2]), text)


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The syntax of an expression. Raises ExpressionError with the place of the mistake."""
    return _Parser.parsed(text)


class _Parser(Parser):
    LEXICON = _LEXICON
    PRECEDENCE = _PRECEDENCE

    def expression(self, minimum: int = 0) -> Node:
        """`c ? a : b`, which binds to the right; anything that binds tighter."""
        self.deeper()
        node = self._binary(minimum)
        if self.operator() == "?":
            self.place += 1
            first = self.expression()
            if self.operator() != ":":
                raise self.error("expected the : of a conditional")
            self.place += 1
            second = self.expression()
            node = Call(node.start, second.end, "?:", (node, first, second))
        self.depth -= 1
        return node

    def _binary(self, minimum: int) -> Node:
        left = self._unary()
        while (level := _PRECEDENCE.get(self.operator(), 0)) > minimum:
            left = self.run(left, level, self._binary)
        return left

    def _operand(self) -> Node:
        """What a sign, a negation or a cast is applied to."""
        self.deeper()
        node = self._unary()
        self.depth -= 1
        return node

    def _unary(self) -> Node:
        token = self.tokens[self.place]
        if token.kind == "operator" and token.text in ("-", "!", "~", "+"):
            self.place += 1
            operand = self._operand()
            return Unary(token.start, operand.end, "NOT" if token.text == "!" else token.text, operand)
        if token.kind == "open" and _TYPE.match(self.peek(1).text):
            return self._cast(token)
        read, first = self.primary()
        return read(self, first)

    def _cast(self, opening: Token) -> Node:
        self.place += 1
        name, options = self._type()
        operand = self._operand()
        return Call(opening.start, operand.end, f"({name})", (operand, *options))

    def _type(self) -> tuple[str, tuple[Node, ...]]:
        """A type with its options, up to the closing parenthesis: `DT_STR,10,1252)`."""
        name = self.expect("name", "a data type").text.upper()
        options: list[Node] = []
        while self.tokens[self.place].kind == "comma":
            self.place += 1
            options.append(self.number(self.expect("number", "a number: length, precision, scale or code page")))
        self.expect("close", "the parenthesis closing the type")
        return name, tuple(options)

    def _text_literal(self, token: Token) -> Node:
        return Text(token.start, token.end, unescaped(token.text[1:-1]))

    def number(self, token: Token) -> Node:
        if token.text[:2].lower() == "0x":
            return Number(token.start, token.end, str(int(token.text.rstrip("uUlL"), 16)))
        return Number(token.start, token.end, token.text.rstrip("uUlLfF"))

    def _parameter(self, token: Token) -> Node:
        return Parameter(token.start, token.end, parameter_name(token.text))

    def _bracketed(self, token: Token) -> Node:
        if self.tokens[self.place].kind == "open" and "." not in token.text:
            return self._call(token, token.text.strip("[]"))
        return Name(token.start, token.end, _column(token.text))

    def _name(self, token: Token) -> Node:
        if self.tokens[self.place].kind == "open":
            return self._call(token, token.text)
        return Name(token.start, token.end, _column(token.text))

    def _lineage(self, token: Token) -> Node:
        return Name(token.start, token.end, token.text)

    def _call(self, token: Token, name: str) -> Node:
        opening = self.expect("open", "an opening parenthesis")
        upper = name.upper()
        if upper == "NULL" and _TYPE.match(self.tokens[self.place].text):
            kind, options = self._type()
            return Call(token.start, self.tokens[self.place - 1].end, f"NULL({kind})", options)
        found, end = self.listed(opening)
        return Call(token.start, end, upper, found)

    def operator(self) -> str:
        word = super().operator()
        return _SPELLINGS.get(word, word)

    PRIMARIES: ClassVar = {
        "text": _text_literal,
        "number": number,
        "parameter": _parameter,
        "open": Parser.parenthesis,
        "bracketed": _bracketed,
        "lineage": _lineage,
        "name": _name,
    }


def _column(text: str) -> str:
    """`[Col Name]` → `Col Name`; `[Source].[Id]` → `Source.Id`, which a caller resolves."""
    return ".".join(part.strip().removeprefix("[").removesuffix("]") for part in _PARTS.findall(text))


_PARTS = re.compile(r"\[[^\]]+\]|[^.\s\[\]]+")
