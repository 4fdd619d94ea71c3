"""A statement explained from its tree: never executed, no model asked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from services.copilot.confidence import Factor
from services.copilot.sql.deep import deeply
from services.copilot.sql.explain.clauses import Clause, Clauses
from services.copilot.sql.explain.columns import Columns
from services.copilot.sql.explain.phrases import Phrases, phrases
from services.copilot.sql.explain.summary import summary
from services.copilot.sql.explain.words import Words, shortened
from services.copilot.sql.references import tables_used
from services.copilot.sql.spans import Spanned, read

MOST_CHARACTERS = 1_000_000
"""Characters of all clauses of a reply together."""
MOST_STATEMENTS = 20
"""Statements of one text that are explained; the others are counted."""

_ONE_WORD = frozenset({"BT", "ET", "GO"})
"""Statements that the parser takes for a column."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`understood`: it parsed and was taken apart to the end. `names`: all that the statement names, for checking."""

    text: str
    clauses: Sequence[Clause] = ()
    tables: Sequence[str] = ()
    columns: Sequence[str] = ()
    output: Sequence[str] = ()
    factors: Sequence[Factor] = ()
    understood: bool = False
    left_out: int = 0
    """Clauses beyond what one reply can hold."""


def explain(sql: str, dialect: str, language: str = "en") -> Explanation:
    """`language` is `en` or `pl`; any other is answered in English. Text that does not parse is told so, with the
    place."""
    said = phrases(language)
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of every command it keeps as text
    try:
        return _read(sql, dialect, said)
    except RecursionError:
        pass  # once more, with more room
    try:
        return deeply(lambda: _read(sql, dialect, said))
    except RecursionError:
        return _unread(said.say("unread", dialect, said.say("unread_deep")), said, "it nests too deeply")


def _read(sql: str, dialect: str, said: Phrases) -> Explanation:
    try:
        spanned = read(sql, dialect)
    except ParseError as error:
        return _unread(_where(error, dialect, said), said, "the parser rejects it")
    except TokenError:
        return _unread(said.say("unread", dialect, said.say("unread_why")), said, "it cannot be read")
    if all(map(_is_loose, spanned.statements)):
        return _unread(said.say("unread", dialect, said.say("unread_empty")), said, "there is no statement")
    return _explained(spanned, sql, dialect, said)


def _is_loose(statement: exp.Expr) -> bool:
    """An expression by itself (a word, a number, signs), which is no statement, though the parser takes it."""
    named = isinstance(statement, exp.Column) and statement.name.upper() in _ONE_WORD
    return isinstance(statement, exp.Condition | exp.Alias | exp.Tuple) and not named


def _explained(spanned: Spanned, sql: str, dialect: str, said: Phrases) -> Explanation:
    words = Words(sql, dialect, said)
    texts, clauses, tables, columns = [], [], [], []
    for statement, tokens in list(zip(spanned.statements, spanned.groups(), strict=False))[:MOST_STATEMENTS]:
        own = Clauses(sql, dialect, tokens, words)
        own.collect(statement)
        clauses += own.found()
        texts.append(summary(statement, own.found(), words, dialect))
        tables += tables_used(statement)
        named = Columns(statement, sql, dialect)
        columns += named.referenced()
    ordered = sorted(set(clauses), key=lambda clause: (clause.start, -clause.end))
    kept = _that_fit(ordered)
    several = len(spanned.statements) > 1
    text = " ".join([said.say("whole_several", str(len(spanned.statements))), *texts] if several else texts)
    return Explanation(
        text,
        kept,
        list(dict.fromkeys(tables)),
        list(dict.fromkeys(columns)),
        named.output(),
        _factors(spanned, clauses, dialect),
        understood=True,
        left_out=len(ordered) - len(kept),
    )


def _that_fit(clauses: Sequence[Clause]) -> list[Clause]:
    """The first clauses whose texts together stay within MOST_CHARACTERS: nested ones repeat what is in them."""
    sizes = accumulate(len(each.sql) + len(each.text) for each in clauses)
    return [each for each, size in zip(clauses, sizes, strict=True) if size <= MOST_CHARACTERS]


def _factors(spanned: Spanned, clauses: Sequence[Clause], dialect: str) -> list[Factor]:
    """The project's own weights: what was read, not how often it was right."""
    factors = [Factor("syntax", 0.5, f"it parses as {dialect}")]
    opaque = any(clause.kind == "command" for clause in clauses)
    if opaque:
        factors.append(Factor("opaque", -0.2, "a command is kept as text"))
    elif clauses:
        factors.append(Factor("clauses", 0.4, "every clause is read from the syntax tree"))
    return factors


def _unread(text: str, said: Phrases, reason: str) -> Explanation:
    return Explanation(f"{text} {said.say('unread_fix')}", factors=(Factor("syntax", 0.05, reason),))


def _where(error: ParseError, dialect: str, said: Phrases) -> str:
    first = error.errors[0] if error.errors else {}
    line, column, near = first.get("line"), first.get("col"), str(first.get("highlight") or "")
    if line is None or column is None:
        return said.say("unread", dialect, str(first.get("description") or "").rstrip(".").lower())
    return said.say("unread_at", dialect, str(line), str(max(1, int(column) - len(near) + 1)), shortened(near, 40))
