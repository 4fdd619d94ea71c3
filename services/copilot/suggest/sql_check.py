"""Whether SQL parses with a text at the cursor.

A short statement is parsed whole. Of a long one only the query block that the cursor stands in, its closed subqueries
put shortly: SQL nests, so the rest parses or not whatever is written here, and takes too long to parse every time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType  # type: ignore[attr-defined]  # it is there, compiled

from services.copilot.sql.reading import grammar
from services.copilot.suggest.place import Place

SHORT = 600
"""Characters of a statement that is parsed whole."""
_OPERANDS = ("x", "x = 1", "t ON a = b", "t")
_QUERY = frozenset({TokenType.SELECT, TokenType.WITH})
_SETS = frozenset({TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT})


def checker(place: Place) -> Callable[[str], bool]:
    """Whether the statement parses with a text at the cursor; one that nothing follows may still be open there."""
    before, after = around(place)
    last_good = ""

    def stands(text: str) -> bool:
        nonlocal last_good
        whole = before + text
        closing = ")" * _open(whole)
        tails = [after, closing + after] if after.strip() else [closing, ""]
        if text.endswith(" "):  # a keyword that wants an operand
            tails += [f"{operand} {tail}" for operand in _OPERANDS for tail in (tails[0], tails[1])]
        for tail in dict.fromkeys([last_good, *tails] if last_good in tails else tails):
            if _parses(whole + tail, place.dialect):
                last_good = tail
                return True
        return False

    return stands


def statement(place: Place, begun: str = "") -> tuple[str, list[Any]] | None:
    """The statement's text before the cursor, and its tokens without the word that is `begun`; None in a string."""
    text = place.prefix
    tokens = tokens_of(text[: len(text) - len(begun)], place.dialect)
    if tokens is None:
        return None
    ends = [number for number, token in enumerate(tokens) if token.token_type is TokenType.SEMICOLON]
    if not ends:
        return text, list(tokens)
    start = tokens[ends[-1]].end + 1
    return text[start:], list(tokens_of(text[start : len(text) - len(begun)], place.dialect) or ())


@lru_cache(maxsize=16)
def tokens_of(text: str, dialect: str) -> Sequence[Any] | None:
    """None where the text ends inside a string or a comment."""
    try:
        return tuple(grammar(dialect).tokenize(text))
    except (SqlglotError, RecursionError):
        return None


def following(place: Place) -> str:
    """The rest of the statement behind the cursor."""
    tokens = tokens_of(place.suffix, place.dialect)
    ends = [token.start for token in tokens or () if token.token_type is TokenType.SEMICOLON]
    if tokens is None:
        return place.suffix.split(";", 1)[0]
    return place.suffix[: ends[0]] if ends else place.suffix


def around(place: Place) -> tuple[str, str]:
    """What is parsed before and after the cursor."""
    read = statement(place)
    after = following(place)
    if read is None:
        return place.prefix.rsplit(";", 1)[-1], after
    text, tokens = read
    if len(text) + len(after) <= SHORT:
        return text, after
    start, closed, crossed = _block(tokens)
    for first, last in closed:  # from the end of the text to its beginning
        text = f"{text[:first]}(SELECT 1){text[last + 1 :]}"
    return text[start:], after[: _end_of_block(after, place.dialect, crossed)]


def _block(tokens: Sequence[Any]) -> tuple[int, list[tuple[int, int]], int]:
    """Where the innermost query before the cursor begins, the closed subqueries in it from the last to the first, and
    how many parentheses that are not the query's own are open."""
    closed: list[tuple[int, int]] = []
    stack: list[int] = []
    crossed = 0
    for number in range(len(tokens) - 1, -1, -1):
        kind = tokens[number].token_type
        if kind is TokenType.R_PAREN:
            stack.append(tokens[number].end)
        elif kind is TokenType.L_PAREN and stack:
            end = stack.pop()
            if not stack and tokens[number + 1].token_type in _QUERY:
                closed.append((tokens[number].start, end))
        elif kind is TokenType.L_PAREN:
            crossed += 1
        elif kind is TokenType.SELECT and not stack:
            return tokens[number].start, closed, crossed
    return 0, closed, crossed


def _end_of_block(after: str, dialect: str, crossed: int) -> int:
    """Where the query block that the cursor stands in ends behind it."""
    depth = crossed
    for token in tokens_of(after, dialect) or ():
        if token.token_type is TokenType.L_PAREN:
            depth += 1
        elif token.token_type is TokenType.R_PAREN:
            depth -= 1
            if depth < 0:
                return int(token.start)
        elif token.token_type in _SETS and depth <= 0:
            return int(token.start)
    return len(after)


def _parses(sql: str, dialect: str) -> bool:
    try:
        return bool(grammar(dialect).parse(sql))
    except (SqlglotError, RecursionError):
        return False


def _open(text: str) -> int:
    quiet = re.sub(r"'(?:[^']|'')*'", "", text)
    return max(0, quiet.count("(") - quiet.count(")"))
