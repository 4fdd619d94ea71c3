"""The SELECT of a database stage: the one that is stated, or the one that its connector generates.

Source: IBM InfoSphere DataStage connectivity guides, "Generate SQL", "Sparse lookup".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.rules import raw_sql
from services.migration.rules.connectors import System
from services.migration.rules.context import NotConvertible
from services.migration.rules.datastage import parameters, statements
from services.migration.rules.datastage.frame import Leaving, Stage
from services.migration.rules.datastage.stated import stated
from services.migration.rules.raw_sql import SQLGLOT_SYSTEMS
from services.migration.rules.relation import Column, SortKey

__all__ = ["generated", "select", "stated_order"]

NULLS_LOW = frozenset({"mssql", "sybase", "teradata", "mysql", "sqlite", "hive", "spark", "databricks", "bigquery"})
"""Systems to which null is less than every value; to the others it is greater."""

_OF_THE_STREAM = re.compile(r"\bORCHESTRATE\s*\.", re.IGNORECASE)


def generated(stage: Stage, leaving: Leaving, columns: Iterable[Column], table: str) -> str:
    """The SELECT that the connector generates where it has clauses of its own; "" where the table is read as it is."""
    where, other = (stated(stage, (name,), leaving.setting) for name in ("WhereClause", "OtherClause"))
    if not where and not other:
        return ""
    names = ", ".join(stage.identifier(column.name) for column in columns)
    filtered = where if not where or where.lower().startswith("where") else f"WHERE {where}"
    return " ".join(part for part in (f"SELECT {names} FROM {table}", filtered, other) if part)  # noqa: S608  # the tool's


def _once(leaving: Leaving, query: str, system: System) -> str:
    """A SELECT of a sparse lookup as one that is read once. Raises NotConvertible where it needs the row otherwise."""
    if not _OF_THE_STREAM.search(query):
        return query
    expressions = {one.name.lower(): one.attributes.get("KeyExpression", "") for one in leaving.fields}
    keys = {(name, text.strip().rpartition(".")[2].lower()) for name, text in expressions.items() if text}
    found = statements.without_the_row(query, system.dialect or "other", keys)
    if not found:
        raise NotConvertible(
            "its SELECT is run for each row of the stream, by whose columns (ORCHESTRATE.…) it chooses rows",
            "Read the rows by a SELECT without them, and state them as keys of the lookup.",
        )
    return found


def select(stage: Stage, leaving: Leaving, query: str, system: System) -> str:
    """The SELECT with its parameters bound; one that names a table or schema is no value: its default stands there."""
    text = _once(leaving, parameters.in_sql(stage.context, query), system)
    for name in raw_sql.pieces(text):
        known = next((one for one in stage.context.mapping.parameters if one.name == name), None)
        if known is None or not known.default:
            stage.context.warn(
                f"The SELECT names a table or schema by the parameter {name}; write its name into it.", confidence=0.75
            )
            continue
        stage.context.warn(
            f"Parameter {name} names a table or schema; its default stands in the SELECT.", confidence=0.84
        )
        text = _named(text, name, known.default)
    return text


def _named(text: str, name: str, value: str) -> str:
    """The text with a parameter's value in its place; the value is no pattern."""

    def put(_match: re.Match[str]) -> str:
        return value

    return re.sub(rf"(?<![:\w]):{name}\b", put, text)


def stated_order(query: str, dialect: str, columns: Iterable[Column]) -> tuple[SortKey, ...]:
    """The order in which a SELECT gives its rows: the leading keys of its ORDER BY that are columns of it."""
    if "order" not in query.lower():
        return ()
    try:
        tree = sqlglot.parse_one(query, read=SQLGLOT_SYSTEMS.get(dialect, ""))
    except (SqlglotError, RecursionError):
        return ()
    listed = list(columns)
    found: list[SortKey] = []
    order = tree.args.get("order")
    for one in order.expressions if order is not None else ():
        column = _sorted_by(one.this, listed)
        if column is None or column.name in {key.column for key in found}:
            break
        descending = bool(one.args.get("desc"))
        found.append(SortKey(column.name, descending, nulls_first=(dialect in NULLS_LOW) is not descending))
    return tuple(found)


def _sorted_by(key: exp.Expr, columns: list[Column]) -> Column | None:
    """The column of a key, by its name or its place from 1."""
    if isinstance(key, exp.Literal) and not key.is_string:
        place = int(key.name) if key.name.isdigit() else 0
        return columns[place - 1] if 1 <= place <= len(columns) else None
    named = key.name.lower() if isinstance(key, exp.Column) else ""
    return next((column for column in columns if column.name.lower() == named), None)
