"""Checks a statement: does it parse, do its names and types hold, what is dangerous or doubtful about it.

Never executes anything and never asks a model.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from services.copilot.confidence import Factor, total
from services.copilot.sql.binder import Binder
from services.copilot.sql.cautions import cautions
from services.copilot.sql.changes import Changes
from services.copilot.sql.constructs import constructs
from services.copilot.sql.dangers import dangers, is_read_only
from services.copilot.sql.deep import deeply
from services.copilot.sql.findings import Finding, Findings
from services.copilot.sql.placement import stray_comma
from services.copilot.sql.reading import TRAITS, grammar
from services.copilot.sql.references import tables_used
from services.copilot.sql.schema_index import SchemaIndex
from services.copilot.sql.scopes import Output, Scope
from services.copilot.sql.scripts import remember

_KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((exp.Insert,), "insert"),
    ((exp.Update,), "update"),
    ((exp.Delete,), "delete"),
    ((exp.Merge,), "merge"),
    ((exp.Query, exp.Values), "select"),
    ((exp.Create, exp.Drop, exp.Alter, exp.TruncateTable, exp.Comment), "ddl"),
)
_UNKNOWN_WORDS = re.compile(
    r"\bOVERRIDING\s+(?:SYSTEM|USER)\s+VALUE\b|"
    r"\b(?:box|circle|line|lseg|path|point|polygon|macaddr8?|tsquery|tsvector|regclass|regtype|xid|lquery|ltree)(?=\s*')",
    re.IGNORECASE,
)
_UNREAD = {"mssql": ("DENY",)}  # commands that sqlglot cannot even keep as text
_CHECKED = (exp.Query, exp.Values, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create)
_NAMED = (exp.Alter, exp.Drop, exp.TruncateTable)  # their tables and columns alone


@dataclass(frozen=True)
class Validation:
    """`checked_against`: `schema` or `nothing` (names and types were then not checked)."""

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    kind: str = "unknown"
    is_read_only: bool = False
    checked_against: str = "nothing"
    factors: tuple[Factor, ...] = ()

    @property
    def confidence(self) -> float:
        return total(self.factors)


def validate(sql: str, dialect: str, index: SchemaIndex | None) -> Validation:
    """Everything there is to say of `sql`; `index` None: only what can be said without a schema."""
    try:
        return _validated(sql, dialect, index)
    except RecursionError:
        try:
            return deeply(lambda: _validated(sql, dialect, index))
        except RecursionError:
            fix = "Split it, or nest less deeply."
            too_deep = Finding("NOT_CHECKED_TO_THE_END", "The statement is nested too deeply to be checked.", fix=fix)
            return Validation([too_deep], factors=(Factor("depth", 0.0, "it could not be checked to the end"),))


def _validated(sql: str, dialect: str, index: SchemaIndex | None) -> Validation:
    findings = Findings(sql)
    constructs(sql, dialect, findings)
    statements = _parse(sql, dialect, findings)
    if statements is None:
        return Validation(findings.of("error"), factors=(Factor("syntax", 0.9, "the parser rejects it"),))
    if len(statements) > 1:
        message = f"{len(statements)} statements in one text."
        findings.add("SEVERAL_STATEMENTS", message, severity="warning", fix="Send one statement at a time.")
    made: dict[str, Output] = {}
    for statement in statements:
        remember(statement, _check(statement, dialect, index, findings, sql, made), TRAITS[dialect], made)
    return Validation(
        findings.of("error"),
        findings.of("warning"),
        list(dict.fromkeys(name for each in statements for name in tables_used(each))),
        _kind(statements),
        is_read_only(statements),
        "schema" if index is not None else "nothing",
        tuple(_factors(statements, dialect, index)),
    )


def _parse(sql: str, dialect: str, findings: Findings) -> Sequence[exp.Expr] | None:
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of every command it keeps as text
    word, _, rest = sql.strip().partition(" ")
    if word.upper() in _UNREAD.get(dialect, ()):
        return [exp.Command(this=word.upper(), expression=rest)]
    try:
        statements = [each for each in _read(sql, dialect) if each is not None]
        if stray_comma(sql, dialect, grammar(dialect), findings):
            return None
    except ParseError as error:
        _syntax(error, sql, dialect, findings)
        return None
    except TokenError:
        findings.add("SYNTAX_ERROR", f"The text cannot be read as {dialect}.", fix="Close quotes and comments.")
        return None
    statements = [each for each in statements if not isinstance(each, exp.Semicolon)]
    if not statements:
        findings.add("EMPTY_STATEMENT", "There is no statement.", fix="Send an SQL statement.")
        return None
    return statements


def _read(sql: str, dialect: str) -> Sequence[exp.Expr | None]:
    """The statements; once more without what the parser does not know and no name depends on, places kept."""
    try:
        return grammar(dialect).parse(sql)
    except ParseError:
        plainer = _UNKNOWN_WORDS.sub(lambda found: " " * len(found[0]), sql) if dialect == "postgresql" else sql
        if plainer == sql:
            raise
        try:
            return grammar(dialect).parse(plainer)
        except ParseError:
            pass  # told of the text as it was given
        raise


def _syntax(error: ParseError, sql: str, dialect: str, findings: Findings) -> None:
    first = error.errors[0] if error.errors else {}
    message = str(first.get("description") or "It does not parse").rstrip(".")
    marker: exp.Expr | None = None
    highlight, context = str(first.get("highlight") or ""), str(first.get("start_context") or "")
    start = sql.find(context + highlight) + len(context) if highlight and context + highlight in sql else -1
    if start >= 0:
        marker = exp.Identifier(this=highlight, quoted=False)
        marker.meta.update(start=start, end=start + len(highlight) - 1)
    fix = "It may come from the finding above." if findings.count() else "Correct it at this place."
    findings.add("SYNTAX_ERROR", f"{message}, reading it as {dialect}.", marker, fix=fix)


def _check(
    statement: exp.Expr,
    dialect: str,
    index: SchemaIndex | None,
    findings: Findings,
    sql: str,
    made: dict[str, Output],
) -> Output:
    """What its query returns. `made`: the tables that statements before it make."""
    dangers(statement, findings)
    cautions(statement, sql, dialect, findings)
    if not isinstance(statement, (*_CHECKED, *_NAMED)):
        return Output(is_open=True)
    if index is not None and index.mixed_case:
        _unquote(statement, index.mixed_case)
    binder = Binder(index, dialect, findings)
    around = Scope(ctes=made)
    if isinstance(statement, exp.Query | exp.Values):
        return binder.query(statement, around)
    scope = Scope(parent=around)
    binder.with_(statement, scope)
    Changes(binder).bind(statement, scope)
    return binder.outputs.get(id(statement.args.get("expression")), Output(is_open=True))


def _unquote(statement: exp.Expr, names: frozenset[str]) -> None:
    for each in statement.find_all(exp.Identifier):
        if each.args.get("quoted") and each.name in names:
            each.set("quoted", False)


def _kind(statements: Sequence[exp.Expr]) -> str:
    if len(statements) > 1:
        return "multiple"
    return next((kind for classes, kind in _KINDS if isinstance(statements[0], classes)), "command")


def _factors(statements: Sequence[exp.Expr], dialect: str, index: SchemaIndex | None) -> list[Factor]:
    """The project's own weights: what was checked, not how often it was right."""
    factors = [Factor("syntax", 0.5, f"it parses as {dialect}")]
    if any(not isinstance(each, _CHECKED) for each in statements):
        return factors
    if index is None:
        return [*factors, Factor("schema", 0.0, "no schema was given: names and types were not checked")]
    factors.append(Factor("schema", 0.3, "names were checked against the schema"))
    if dialect == "postgresql":
        factors.append(Factor("types", 0.15, "functions and types were checked against PostgreSQL's own catalogue"))
    return factors
