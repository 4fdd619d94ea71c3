"""Statements that were written in another dialect than the one asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp

from services.copilot.knowledge.dialects import dialects, told_by_sql
from services.copilot.sql.findings import Finding
from services.copilot.sql.packed import Held
from services.copilot.sql.schema_index import TableInfo
from services.copilot.sql.validate import Validation, validate
from services.sql_dialects import DIALECT_NAMES
from services.sql_dialects.transpile import transpile

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Rewritten:
    """The statement in the dialect asked for, and what to look at."""

    sql: str
    warnings: tuple[Finding, ...] = ()


def holds(validation: Validation) -> bool:
    """No error, and no function that the dialect is not known to have: a sign of another one."""
    return not validation.errors and all(each.code != "UNKNOWN_FUNCTION" for each in validation.warnings)


def rewritten(sql: str, dialect: str, held: Held) -> Rewritten | None:
    """The statement from the first other dialect in which it holds against the schema, the one that its words tell
    before others; None where there is none, or where it does not hold in the dialect asked for then."""
    likely, named = told_by_sql(sql), _named(sql, held.infos)
    for other in sorted(dialects(), key=lambda name: name != likely):
        if other == dialect or not holds(validate(sql, other, held.index(other))):
            continue
        for made in _spellings(into(dialect, sql, other, named), dialect):
            if holds(validate(made.sql, dialect, held.index(dialect))):
                return made
    return None


def into(dialect: str, sql: str, written: str, tables: Sequence[TableInfo] = ()) -> Rewritten | None:
    """A statement of the dialect `written` in another; None where it can't be had there."""
    if dialect == written:
        return Rewritten(sql)
    made = transpile(sql, written, dialect, tables)
    if not made.sql:
        return None
    message = f"Written as {dialects()[written].title}, rewritten as {dialects()[dialect].title}."
    cautions = (Finding(each.code, each.message, "warning") for each in made.warnings)
    return Rewritten(made.sql, (Finding("TRANSPILED", message, "warning"), *cautions))


def _spellings(made: Rewritten | None, dialect: str) -> Iterator[Rewritten]:
    """As transpiled, and without quotes around plain names: where quotes do not make case count, they say nothing of
    it, and where they do, `"city"` is another column than CITY."""
    if made is None:
        return
    yield made
    statement = sqlglot.parse_one(made.sql, dialect=DIALECT_NAMES[dialect])
    for each in statement.find_all(exp.Identifier):
        if _PLAIN.fullmatch(each.name):
            each.set("quoted", False)
    yield replace(made, sql=statement.sql(dialect=DIALECT_NAMES[dialect]))


def _named(sql: str, tables: Sequence[TableInfo]) -> list[TableInfo]:
    """The tables whose names stand in the text at all."""
    text = sql.lower()
    return [each for each in tables if each.name.lower() in text]
