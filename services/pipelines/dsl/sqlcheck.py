"""Checks on the SQL of a document: grammar, names, what has no place in a pipeline, what is dangerous."""

from __future__ import annotations

from collections.abc import Iterator

from services.pipelines.dsl.columns import Resolution
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.finding import Finding, did_you_mean
from services.pipelines.dsl.sqlfacts import STATEMENTS, Facts, facts
from services.pipelines.dsl.sqlread import UnreadableSqlError, has_grammar
from services.pipelines.dsl.texts import Form, SqlText, texts
from services.pipelines.severity import Severity

WINDOWS_ALLOWED = ("sql_expression",)

SAFETY_CODES = frozenset({"DANGEROUS_SQL", "OPAQUE_SQL", "SQL_NOT_READ"})


def check_sql(document: Document, resolution: Resolution | None) -> list[Finding]:
    """Every finding about the SQL of a document, in the order of its nodes. `resolution` as for `texts`."""
    found: list[Finding] = []
    generic: dict[str, SqlText] = {}
    declared = _parameters(document)
    for text in texts(document, resolution):
        if not has_grammar(text.dialect):
            generic.setdefault(text.dialect, text)
        found.extend(_check(document, text, declared))
    for dialect, text in generic.items():
        message = (
            f"there is no grammar of '{dialect}' here: its SQL was read as standard SQL, which proves structure "
            "and columns, not functions; try it on the system itself"
        )
        found.append(document.finding(Severity.WARNING, "GENERIC_GRAMMAR", message, text.path))
    return found


def _parameters(document: Document) -> set[str]:
    listed = document.data.get("parameters")
    named = listed if isinstance(listed, list) else []
    return {str(item.get("name")) for item in named if isinstance(item, dict)}


def _check(document: Document, text: SqlText, declared: set[str]) -> Iterator[Finding]:
    statement = text.form in STATEMENTS
    try:
        found = facts(text.text, text.form, text.dialect)
    except UnreadableSqlError as error:
        yield _unreadable(document, text, str(error))
        return
    if text.form != Form.SCRIPT and len(found) != 1:
        yield _error(document, text, "SQL_SYNTAX", f"holds {len(found)} statements where one is expected")
        return
    for fact in found:
        yield from _safety(document, text, fact)
        if not statement:
            yield from _expression(document, text, fact, declared)


def _unreadable(document: Document, text: SqlText, reason: str) -> Finding:
    if not text.original:
        return _error(document, text, "SQL_SYNTAX", f"is not SQL of the dialect {text.dialect}: {reason}")
    message = f"the original SQL could not be read as {text.dialect} and was not checked: {reason}"
    return document.finding(Severity.WARNING, "SQL_NOT_READ", message, text.path)


def _safety(document: Document, text: SqlText, fact: Facts) -> Iterator[Finding]:
    whose = "the original's own SQL" if text.original else "the SQL"
    severity = Severity.WARNING if text.original else Severity.ERROR
    advice = "check that it may run where the pipeline runs" if text.original else "take it out"
    for danger in fact.dangers:
        message = f"{whose} holds {danger}; {advice}: {_excerpt(text.text)}"
        yield document.finding(severity, "DANGEROUS_SQL", message, text.path)
    if fact.opaque:
        message = (
            f"{whose} holds the command {fact.opaque}, which can't be looked into; {advice}: {_excerpt(text.text)}"
        )
        yield document.finding(severity, "OPAQUE_SQL", message, text.path)
    elif fact.changes:
        message = f"a query may only read, but this holds {fact.changes}: {_excerpt(text.text)}"
        yield _error(document, text, "DANGEROUS_SQL", message)


def _expression(document: Document, text: SqlText, fact: Facts, declared: set[str]) -> Iterator[Finding]:
    if fact.reads_table:
        message = f"holds a subquery; read that table as a source and join it: {_excerpt(text.text)}"
        yield _error(document, text, "SUBQUERY", message)
        return
    if fact.is_star:
        yield _error(document, text, "SQL_SYNTAX", "'*' is not an expression; name the columns")
    yield from _misplaced(document, text, fact)
    for name in fact.parameters:
        if name not in declared:
            hint = did_you_mean(name, declared) or " Add it to `parameters`."
            yield _error(document, text, "UNDECLARED_PARAMETER", f"the parameter ':{name}' is not declared.{hint}")
    yield from _columns(document, text, fact)


def _misplaced(document: Document, text: SqlText, fact: Facts) -> Iterator[Finding]:
    kind = _kind(document, text)
    if text.form == Form.WINDOW and (fact.has_window or not fact.is_call):
        yield _error(document, text, "WINDOW", f"must be one function call without OVER: {_excerpt(text.text)}")
    elif fact.has_window and kind not in WINDOWS_ALLOWED and text.form == Form.EXPRESSION:
        yield _error(document, text, "WINDOW", "a window function has no place here; put it in a `window` node before")
    if text.form == Form.EXPRESSION and fact.aggregate:
        message = f"the aggregate {fact.aggregate} has no place here; it belongs in `sql_group_by`"
        yield _error(document, text, "AGGREGATE", message)


def _kind(document: Document, text: SqlText) -> str:
    if text.path[0] != "nodes":
        return ""
    return str(document.data["nodes"][text.path[1]].get("transform", ""))


def _columns(document: Document, text: SqlText, fact: Facts) -> Iterator[Finding]:
    """Columns that the scope does not have."""
    for qualifier, name in fact.columns:
        message = _missing(text, qualifier, name)
        if message:
            yield _error(document, text, "UNKNOWN_COLUMN", message)


def _missing(text: SqlText, qualifier: str, name: str) -> str:
    qualifiers = {key.casefold(): key for key in text.scope}
    relation = text.scope.get(qualifiers.get(qualifier.casefold(), "\0"))
    if relation is None:
        if "" in text.scope and not text.scope[""].known:
            return ""
        known = [key for key in text.scope if key][:8]
        expected = f"expected {', '.join(f'{key}.{name}' for key in known)}" if known else "no column is known here"
        bare = "" in text.scope
        written = f"{qualifier}.{name}" if qualifier else name
        return f"'{written}' does not resolve; {f'write {name} alone' if bare else expected}"
    if not relation.known or relation.find(name):
        return ""
    where = f" of {qualifier}" if qualifier else ""
    hint = did_you_mean(name, relation.names) or f" There is: {', '.join(relation.names[:20]) or 'none'}."
    return f"no column '{name}'{where} reaches this expression.{hint}"


def _error(document: Document, text: SqlText, code: str, message: str) -> Finding:
    return document.finding(Severity.ERROR, code, message, text.path)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:117]}…"
