"""Characters to tokens, driven by a table of patterns: each language brings its own `Lexicon`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.migration.expressions.errors import ExpressionError

MAX_LENGTH = 1_000_000  # characters; real expressions stay below 100,000


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


class Lexicon:
    """An ordered table of (kind, pattern); the first that matches at a place wins. Kind `skip` is dropped.

    Kinds starting with `bad_` are recognisable mistakes; `mistakes` maps them to the message.
    """

    def __init__(self, patterns: tuple[tuple[str, str], ...], mistakes: dict[str, str]) -> None:
        self._pattern = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in patterns))
        self._mistakes = mistakes

    def scan(self, text: str) -> list[Token]:
        """All tokens, ended by one of kind `end`. Raises ExpressionError where nothing of the language stands."""
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"an expression may have {MAX_LENGTH} characters, this has {len(text)}", text, 0)
        tokens: list[Token] = []
        place = 0
        while place < len(text):
            match = self._pattern.match(text, place)
            if match is None:
                raise ExpressionError("unexpected character", text, place)
            kind = match.lastgroup or ""
            if kind in self._mistakes:
                raise ExpressionError(self._mistakes[kind], text, place)
            if kind != "skip":
                tokens.append(Token(kind, match.group(), place, match.end()))
            place = match.end()
        tokens.append(Token("end", "", len(text), len(text)))
        return tokens
