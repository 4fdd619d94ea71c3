"""How the source is read: its sqlglot dialect, with the calls that the rules rewrite left as they are written.

sqlglot turns many calls into nodes of its own and drops what it has no place for (the style of CONVERT, the integer
that is a date); a call whose name is in the tables is kept with its arguments instead.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlglot
from sqlglot import Dialect, exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import SqlglotError

from services.sql_dialects.names import DIALECT_NAMES
from services.sql_dialects.transpile.result import RefusedError

ANY = -1  # as many arguments as there are


class Call(NamedTuple):
    """A row of calls.tsv: a template for each target, and the code of the caution that goes with it."""

    templates: Mapping[str, str]
    caution: str


@functools.cache
def calls() -> Mapping[tuple[str, str, int], Call]:
    """(dialect, name, number of arguments) → how it is written."""
    found = {}
    text = resources.files(__package__).joinpath("calls.tsv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        count = ANY if row["arguments"] == "*" else int(row["arguments"])
        templates = {"postgresql": row["postgresql"], "duckdb": row["duckdb"] or row["postgresql"]}
        found[(row["read"], row["call"], count)] = Call(MappingProxyType(templates), row["caution"])
    return MappingProxyType(found)


# Calls that a rule of its own rewrites, beside those of calls.tsv.
BY_RULE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "mssql": frozenset(
            ("DATEADD", "DATEDIFF", "DATEDIFF_BIG", "DATEPART", "DATENAME", "DATETRUNC", "FORMAT", "CHOOSE", "PATINDEX")
        ),
        "snowflake": frozenset(
            (
                *(
                    "DATEADD",
                    "TIMEADD",
                    "TIMESTAMPADD",
                    "DATEDIFF",
                    "TIMEDIFF",
                    "TIMESTAMPDIFF",
                    "TO_VARCHAR",
                    "TO_CHAR",
                ),
                *("TO_DATE", "TO_TIMESTAMP", "TO_TIMESTAMP_NTZ", "TO_NUMBER", "TO_DECIMAL", "TO_NUMERIC"),
            )
        ),
        "teradata": frozenset(("ADD_MONTHS", "TO_CHAR", "TO_DATE", "TRUNC", "MONTHS_BETWEEN")),
        "sap_hana": frozenset(
            (
                *("ADD_YEARS", "ADD_MONTHS", "ADD_DAYS", "ADD_SECONDS", "YEARS_BETWEEN", "MONTHS_BETWEEN"),
                *(
                    "DAYS_BETWEEN",
                    "SECONDS_BETWEEN",
                    "TO_VARCHAR",
                    "TO_NVARCHAR",
                    "TO_DATE",
                    "TO_TIMESTAMP",
                    "TO_DECIMAL",
                ),
            )
        ),
    }
)


@functools.cache
def _verbatim(read: str) -> type[Dialect]:
    base: Any = Dialect.get_or_raise(DIALECT_NAMES[read]).__class__
    names = {name for dialect, name, _ in calls() if dialect == read} | BY_RULE.get(read, frozenset())
    parser = base.parser_class
    kept = {name: build for name, build in parser.FUNCTIONS.items() if name not in names}
    special = {name: build for name, build in parser.FUNCTION_PARSERS.items() if name not in names}
    body = {"FUNCTIONS": kept, "FUNCTION_PARSERS": special}
    made: type[Dialect] = type(base)(f"Verbatim{base.__name__}", (base,), {"Parser": type("Parser", (parser,), body)})
    return made


_TYPED = ("COALESCE", "NULLIF", "SUM", "AVG", "COUNT", "MIN", "MAX", "LENGTH", "LOWER", "UPPER", "ARRAY_AGG")


class PlainPostgres(Postgres):
    """PostgreSQL whose calls stay what they are called, for the templates."""

    class Parser(Postgres.Parser):  # type: ignore[valid-type, misc]  # sqlglot sets it as an attribute
        FUNCTIONS = {name: Postgres.Parser.FUNCTIONS[name] for name in _TYPED}  # noqa: RUF012 - the shape sqlglot reads


def parsed(sql: str, read: str, verbatim: bool) -> list[exp.Expr]:
    """The statements of a text. Raises RefusedError with the place where it is not the dialect."""
    dialect = _verbatim(read) if verbatim else Dialect.get_or_raise(DIALECT_NAMES[read]).__class__
    try:
        found = sqlglot.parse(sql, dialect=dialect)
    except SqlglotError as error:
        raise RefusedError(_place(error, read)) from None
    statements = [each for each in found if each is not None and not isinstance(each, exp.Semicolon)]
    if not statements:
        raise RefusedError("There is no statement in the text.")
    return statements


def _place(error: SqlglotError, read: str) -> str:
    details = getattr(error, "errors", None) or [{}]
    first = details[0]
    if "line" not in first:
        return f"Not {read} SQL: {str(error).splitlines()[0]}"
    word = f" at {first['highlight']}" if first.get("highlight") else ""
    return (
        f"Not {read} SQL that can be read: {first['description']}{word}, line {first['line']}, column {first['col']}."
    )
