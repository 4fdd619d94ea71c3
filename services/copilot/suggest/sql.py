"""SQL: tables after FROM and JOIN, columns in scope, join conditions from keys, the next keyword.

Read from tokens, not from a tree: what is being written does not parse yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot.tokens import TokenType  # type: ignore[attr-defined]  # it is there, compiled

from services.copilot.semantic.sql_names import identifier
from services.copilot.suggest.place import Place, Proposal
from services.copilot.suggest.sql_check import around, checker, statement
from services.copilot.suggest.sql_scope import scope

__all__ = ["checker", "propose"]

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_TABLES = ("FROM", "JOIN", "UPDATE", "INTO", "TABLE")
_OPERANDS = ("SELECT", "DISTINCT", "WHERE", "AND", "OR", "HAVING", "BY", "SET", "CASE", "WHEN", "THEN", "ELSE", "NOT")
_CLAUSES = {
    **dict.fromkeys((*_OPERANDS, "BETWEEN", "USING"), "columns"),
    **dict.fromkeys(_TABLES, "tables"),
    "ON": "condition",
}
_OPERATORS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!=", "+", "-", "*", "/", "||", ","})
_AFTER = {
    "": ("SELECT ", "WITH "),
    "columns": ("FROM ",),
    "tables": ("WHERE ", "JOIN ", "GROUP BY ", "ORDER BY "),
    "condition": ("WHERE ", "JOIN ", "GROUP BY "),
    "half": ("BY ",),
    "WHERE": ("GROUP BY ", "ORDER BY ", "AND "),
    "BY": ("ORDER BY ", "HAVING "),
}
_AFTER_VERB = {("DELETE", "FROM"): ("WHERE ",), ("UPDATE", "UPDATE"): ("SET ",), ("UPDATE", "SET"): ("WHERE ",)}
"""What comes in statements other than queries."""
_HALVES = frozenset({"GROUP", "ORDER", "PARTITION"})
"""Words behind which only BY comes."""
_ORDER = ("WITH", "SELECT", "FROM", "JOIN", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT")
_NEXT = re.compile(r"\s*([^\s)]*)")
_JOINABLE = 0.9


@dataclass
class _Read:
    """What the tokens before the cursor say."""

    state: str = ""
    """What may follow: columns, tables, condition, an alias's dot, or "" at the beginning."""
    clause: str = ""
    begun: str = ""
    """The part of a word that is already there."""
    qualifier: str = ""
    ended: bool = False
    """The cursor stands behind a finished operand."""
    scope: list[tuple[str, str]] = field(default_factory=list)
    """(alias, table) in the order they are joined."""
    made: Sequence[Any] = ()
    """Tables that the statement makes itself."""
    verb: str = ""
    """The statement's first word."""
    words: frozenset[str] = frozenset()
    """What the query block holds already, lower case."""
    after: str = ""
    """The rest of the query block behind the cursor."""


def propose(place: Place) -> list[Proposal]:
    """What may stand at the cursor, best first, unchecked."""
    read = _read(place)
    if read is None:
        return []
    place = replace(place, tables=[*read.made, *place.tables])
    found = list(_PROPOSERS.get(read.state, _keywords)(place, read))
    if read.ended and not read.begun:
        found += _keywords(place, read)
    return [each for each in found if each.text]


def _read(place: Place) -> _Read | None:
    """None where nothing may be proposed: inside a string or a comment."""
    if re.search(r"--[^\n]*\Z", place.prefix):
        return None
    word = _WORD.search(place.prefix)
    begun = word[0] if word else ""
    found = statement(place, begun)
    if found is None:
        return None
    _, tokens = found
    before, after = around(place)
    block = before + after
    words = frozenset(word.lower() for word in re.findall(r"\w+", block))
    in_scope, made = scope(place)
    verb = tokens[0].text.upper() if tokens else ""
    read = _Read(begun=begun, scope=in_scope, made=made, verb=verb, words=words, after=after)
    for token in tokens:
        said = token.text.upper().rsplit(" ", 1)[-1]  # GROUP BY is one token
        if said in _HALVES and token is tokens[-1]:
            read.state, read.clause, read.ended = "half", said, False
        elif said in _CLAUSES and token.token_type is not TokenType.STRING:
            read.state, read.clause, read.ended = _CLAUSES[said], said, False
        elif said in _OPERATORS or token.token_type is TokenType.L_PAREN:
            read.ended = False
            if read.state == "tables" and said != ",":
                read.state = "columns"
        else:
            read.ended = True
    if len(tokens) >= 2 and tokens[-1].token_type is TokenType.DOT:
        read.qualifier, read.ended = tokens[-2].text, False
    return read


def _table(place: Place, name: str) -> Any | None:
    wanted = name.lower().split(".")
    for table in place.tables:
        parts = [part.lower() for part in (table.database, table.schema, table.name) if part]
        if parts[-len(wanted) :] == wanted or parts[-1] == wanted[-1]:
            return table
    return None


def _tables(place: Place, read: _Read) -> Iterator[Proposal]:
    if read.ended:
        return
    used = {table.rsplit(".", 1)[-1].lower() for _, table in read.scope}
    joined = _joinable(place, read) if read.clause == "JOIN" else {}
    for rank, table in enumerate(place.tables):
        text = _rest_of_table(place, read, table)
        if not text:
            continue
        near = table.name.lower() in joined
        used_before = table.name.lower() in used
        sure = _JOINABLE if near else 0.4 if used_before else 0.7
        condition = joined.get(table.name.lower(), "")
        if condition:
            yield Proposal(f"{text} ON {condition}", "join_condition", _JOINABLE, rank=rank)
        yield Proposal(text, "table", sure - 0.05 if condition else sure, rank=rank)


def _rest_of_table(place: Place, read: _Read, table: Any) -> str:
    """What completes a table: behind its schema and a dot, or with its schema, or by its name alone where that is what
    the word at the cursor begins; "" where it is another."""
    name = _quoted(table.name, place)
    if read.qualifier:
        forms = [name] if table.schema.lower() == read.qualifier.lower() else []
    else:
        forms = [_name(place, table), name]
    return next((_rest(form, read.begun) for form in forms if _fits(form, read.begun)), "")


def _joinable(place: Place, read: _Read) -> dict[str, str]:
    """Tables that a key joins to one in scope → the condition, the new table by its own name."""
    found: dict[str, str] = {}
    for alias, name in read.scope:
        here = _table(place, name)
        if here is None:
            continue
        for table in place.tables:
            condition = _condition(place, (alias, here), (table.name, table))
            if condition and table.name != here.name:
                found.setdefault(table.name.lower(), condition)
    return found


def _conditions(place: Place, read: _Read) -> Iterator[Proposal]:
    """After ON: the keys between the last table and those before it; else columns."""
    if not read.ended and read.scope and not read.qualifier:
        alias, name = read.scope[-1]
        last = _table(place, name)
        for other, other_name in reversed(read.scope[:-1]):
            there = _table(place, other_name)
            condition = (
                _condition(place, (other, there), (alias, last)) if last is not None and there is not None else ""
            )
            if condition and _fits(condition, read.begun):
                yield Proposal(_rest(condition, read.begun), "join_condition", 0.95)
    yield from _columns(place, read)


def _condition(place: Place, one: tuple[str, Any], other: tuple[str, Any]) -> str:
    for (alias, table), (far_alias, far) in ((one, other), (other, one)):
        for key in table.foreign_keys:
            if key.references_table.split(".")[-1].lower() != far.name.lower():
                continue
            targets = list(key.references_columns) or list(far.primary_key)
            pairs = zip(key.columns, targets, strict=False)
            parts = [f"{far_alias}.{_quoted(b, place)} = {alias}.{_quoted(a, place)}" for a, b in pairs]
            if parts:
                return " AND ".join(parts)
    return ""


def _columns(place: Place, read: _Read) -> Iterator[Proposal]:
    if read.ended and not read.qualifier:
        return
    scope = read.scope or ([] if read.qualifier else [("", _name(place, table)) for table in place.tables[:3]])
    several = len(scope) > 1 and not read.qualifier
    names: list[tuple[str, str]] = []
    for alias, name in scope:
        if read.qualifier and alias.lower() != read.qualifier.lower():
            continue
        table = _table(place, name)
        names += [(alias, column.name) for column in (table.columns if table is not None else ())]
    counts: Mapping[str, int] = _counted(column.lower() for _, column in names)
    for rank, (alias, column) in enumerate(names):
        shown = _quoted(column, place)
        if several and counts[column.lower()] > 1:
            shown = f"{alias}.{shown}"
        if _fits(shown, read.begun):
            sure = 0.65 if column.lower() in read.words else 0.8 if read.scope else 0.5
            yield Proposal(_rest(shown, read.begun), "column", sure, rank=rank)


def _keywords(place: Place, read: _Read) -> Iterator[Proposal]:
    after = _AFTER_VERB.get((read.verb, read.clause)) or _AFTER.get(read.clause) or _AFTER.get(read.state, ())
    for rank, word in enumerate(after):
        if _fits(word, read.begun) and _precedes(word, read.after):
            lead = "" if not place.prefix or place.prefix[-1].isspace() or read.begun else " "
            yield Proposal(lead + _rest(word, read.begun), "keyword", 0.55, rank=rank)


def _precedes(word: str, after: str) -> bool:
    """Whether a clause may begin before what follows: before nothing, a closing parenthesis, or a later clause."""
    following = _NEXT.match(after)
    if following is None or not following[1]:
        return True
    clauses = [*_ORDER]
    keyword, then = word.split()[0], following[1].upper()
    return then in clauses and keyword in clauses and clauses.index(keyword) < clauses.index(then)


_PROPOSERS = {"tables": _tables, "columns": _columns, "condition": _conditions}


def _counted(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return found


def _name(place: Place, table: Any) -> str:
    parts: Sequence[str] = [part for part in (table.schema, table.name) if part]
    return ".".join(_quoted(part, place) for part in parts)


def _quoted(name: str, place: Place) -> str:
    """As it may stand in the statement: quoted where it must be."""
    folds = place.dialect in ("mssql", "teradata")
    plain = name.isascii() and name.isidentifier() and (folds or name.isupper() or _PLAIN.match(name))
    if plain and not identifier(name.lower()).quoted:
        return name
    if plain and name.islower() and place.dialect in ("snowflake", "sap_hana"):
        name = name.upper()  # as a name without quotes is kept there
    if place.dialect == "mssql":
        return f"[{name.replace(']', ']]')}]"
    quoted = name.replace('"', '""')
    return f'"{quoted}"'


def _fits(text: str, begun: str) -> bool:
    return text.lower().startswith(begun.lower()) and len(text) > len(begun)


def _rest(text: str, begun: str) -> str:
    return text[len(begun) :]
