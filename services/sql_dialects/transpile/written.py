"""The statement as text of the target, and the check of what came out: it parses, and its functions are known."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib import resources

import sqlglot
from sqlglot import Dialect, ErrorLevel, exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from services.sql_dialects.names import DIALECT_NAMES
from services.sql_dialects.transpile.result import RefusedError
from services.sql_dialects.transpile.work import Work


def _listed(name: str) -> frozenset[str]:
    text = resources.files(__package__).joinpath(f"functions/{name}.txt").read_text(encoding="utf-8")
    return frozenset(text.upper().split())


_WORDS = _listed("no_calls")  # words that stand before a bracket and are no calls
_GRAMMAR = _listed("grammar")  # calls of the grammar, which no catalogue of functions lists
_TYPES = Dialect.get_or_raise("").parser_class.TYPE_TOKENS
_NAMES = (TokenType.VAR, TokenType.IDENTIFIER)
_BEFORE_NAMES = frozenset(("AS", "INTO", "TABLE", "WITH", "RECURSIVE", "REFERENCES", "::"))


@functools.cache
def functions(dialect: str) -> frozenset[str]:
    """Names of a dialect's functions, in capitals: the engine's catalogue, or the manual's list and sqlglot's own."""
    listed = _listed(dialect) | _GRAMMAR
    if dialect in ("postgresql", "duckdb"):
        return listed
    own = Dialect.get_or_raise(DIALECT_NAMES[dialect]).parser_class
    base = Dialect.get_or_raise("").parser_class
    return (
        listed | (set(own.FUNCTIONS) - set(base.FUNCTIONS)) | (set(own.FUNCTION_PARSERS) - set(base.FUNCTION_PARSERS))
    )


def sql(tree: exp.Expr, work: Work, source: str) -> str:
    """The tree as text; `source` is what it was read from.

    Raises RefusedError for what the target's generator cannot write, its parser cannot read, or has no function for.
    """
    name = DIALECT_NAMES[work.write]
    generator = Dialect.get_or_raise(name).generator(unsupported_level=ErrorLevel.IGNORE)
    text = generator.generate(tree, copy=True)
    messages = [each for each in generator.unsupported_messages if not each.startswith(_HARMLESS)]
    if messages:
        raise RefusedError(f"Not written in {work.write}: {messages[0].rstrip('.')}.")
    try:
        again = sqlglot.parse(text, dialect=name)
    except SqlglotError as error:
        raise RefusedError(f"What would be written is not {work.write} SQL: {str(error).splitlines()[0]}") from None
    asked = {call for call, _ in _calls(source, DIALECT_NAMES[work.read])}
    own = {each.name.upper() for node in again if node for each in node.find_all(exp.TableAlias)}
    for call, qualified in _calls(text, name):
        if call in own or (not qualified and call in functions(work.write)):
            continue
        if not qualified and work.read != work.write and call in functions(work.read):
            raise RefusedError(f"{call}(…): no function of {work.write}; rewrite it with functions that both have.")
        if not qualified and call not in asked:
            raise RefusedError(f"It would be written with {call}(…), which is no function of {work.write}.")
        work.caution("unknown_function", f"{call}(…)")
    return text


_HARMLESS = ("INITCAP does not support", "Conversion format is required", "Unsupported query option")


def _calls(text: str, dialect: str) -> Iterator[tuple[str, bool]]:
    """(name, whether a schema stands before it) of each call in the text."""
    tokens = Dialect.get_or_raise(dialect).tokenize(text)
    for at, token in enumerate(tokens[:-1]):
        if (
            tokens[at + 1].token_type != TokenType.L_PAREN
            or not token.text.replace("_", "a").replace("$", "a").isalnum()
        ):
            continue
        if (
            token.token_type in (TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER)
            or token.text.upper() in _WORDS
        ):
            continue
        if not _names_something(tokens, at):
            yield token.text.upper(), at > 0 and tokens[at - 1].token_type == TokenType.DOT


def _names_something(tokens: list[Token], at: int) -> bool:
    """Whether the word before a bracket is a type, a table or an alias with its columns."""
    before = tokens[at - 1] if at else None
    if before is None:
        return False
    if before.token_type == TokenType.STRING:  # INTERVAL '1' DAY(4)
        return True
    if tokens[at].token_type in _TYPES and (before.text.upper() in _BEFORE_NAMES or before.token_type in _NAMES):
        return True
    return before.text.upper() in _BEFORE_NAMES or before.token_type in _NAMES
