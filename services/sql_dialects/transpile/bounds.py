"""What is too large to be read: checked on the tokens, before a parser recurses into them."""

from __future__ import annotations

from sqlglot import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from services.sql_dialects.transpile.result import RefusedError

LENGTH = 100_000  # characters; a hand-written statement has some thousands
TOKENS = 20_000
DEPTH = 40  # of brackets and CASE; sqlglot takes about 20 frames for each
CHAIN = 500  # operators of one kind in a row nest as deep as they are many

_OPENS = {TokenType.L_PAREN, TokenType.CASE, TokenType.L_BRACKET}
_CLOSES = {TokenType.R_PAREN, TokenType.END, TokenType.R_BRACKET}
_PREFIX = {TokenType.NOT, TokenType.DASH, TokenType.TILDE, TokenType.PLUS}
_CHAINED = {
    *(TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH, TokenType.DPIPE, TokenType.AND),
    *(TokenType.OR, TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.MOD),
}


def check(sql: str, dialect: str) -> None:
    """Raises RefusedError for a text that is too long, too deep, or not even tokens."""
    if len(sql) > LENGTH:
        raise RefusedError(f"The statement has {len(sql):,} characters; at most {LENGTH:,} are read.")
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    except SqlglotError as error:
        raise RefusedError(f"Not {dialect} SQL: {str(error).splitlines()[0]}") from None
    if len(tokens) > TOKENS:
        raise RefusedError(f"The statement has {len(tokens):,} words; at most {TOKENS:,} are read.")
    _nesting(tokens)


def _nesting(tokens: list[Token]) -> None:
    prefixes = 0
    chains = [0]  # operators in a row, for each bracket that is open
    for token in tokens:
        kind = token.token_type
        prefixes = prefixes + 1 if kind in _PREFIX else 0
        if kind in _OPENS:
            chains.append(0)
        elif kind in _CLOSES and len(chains) > 1:
            chains.pop()
        elif kind in _CHAINED:
            chains[-1] += 1
        elif kind in (TokenType.SEMICOLON, TokenType.COMMA):
            chains[-1] = 0
        if len(chains) - 1 > DEPTH or prefixes > DEPTH:
            raise RefusedError(f"Nested more than {DEPTH} deep at line {token.line}, column {token.col}.")
        if chains[-1] > CHAIN:
            raise RefusedError(f"More than {CHAIN} operators in a row at line {token.line}, column {token.col}.")
