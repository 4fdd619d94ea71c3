"""SQL that this language alone needs, by operation: one text for DuckDB and PostgreSQL, or one each.

What `sql/` has already is used from there. Other dialects have what `sql/` has and what stands under EVERYWHERE: the
rest has been run nowhere, so that they refuse it.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.sql_dates import DATES
from services.migration.expressions.datastage.sql_formats import FORMATS
from services.migration.expressions.datastage.sql_numbers import NUMBERS
from services.migration.expressions.datastage.sql_text import TEXT
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import Kind, Value

EXECUTED = ("duckdb", "postgresql")
EVERYWHERE: Mapping[str, str] = {
    "to_date": "CAST({d} AS DATE)",
    "to_timestamp": "CAST({d} AS TIMESTAMP)",
    "to_time": "CAST({t} AS TIME)",
    "quotient": "CAST({n} AS DOUBLE PRECISION) / {m}",
}
BOTH: Mapping[str, str | Mapping[str, str]] = {**TEXT, **DATES, **NUMBERS, **FORMATS}


def own(b: SqlBuilder, operation: str, kind: Kind, /, **values: Value) -> Value:
    """An operation of this language's table, else of the dialect's. Raises Refused where the dialect has neither."""
    template = _template(b, operation)
    if template is not None:
        return b.sql(template, kind, **values)
    if operation not in BOTH and b.has(operation):
        return b.op(operation, kind, **values)
    raise Refused(f"{b.dialect.name} has no equal of {operation.replace('_', ' ')}")


def typed(b: SqlBuilder, operation: str, type_name: str, kind: Kind, /, **values: Value) -> Value:
    """An operation whose template names a type, which stands there as TYPE."""
    template = _template(b, operation)
    if template is None:
        raise Refused(f"{b.dialect.name} has no equal of {operation.replace('_', ' ')}")
    return b.sql(template.replace("TYPE", type_name), kind, **values)


def _template(b: SqlBuilder, operation: str) -> str | None:
    found = BOTH.get(operation) if b.dialect.name in EXECUTED else None
    if isinstance(found, str):
        return found
    return found[b.dialect.name] if found else EVERYWHERE.get(operation)
