"""What several languages do alike with the operations of the dialects."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.kinds import Kind, Value


def of_table(
    templates: Mapping[str, Mapping[str, str]], b: SqlBuilder, operation: str, kind: Kind, /, **values: Value
) -> Value:
    """An operation of a language's own table, else of the dialect's. Raises Refused where the dialect has neither.

    `templates`: operation → dialect → SQL; "" stands for every dialect that has none of its own there.
    """
    found = templates.get(operation, {})
    template = found.get(b.dialect.name, found.get(""))
    return b.op(operation, kind, **values) if template is None else b.sql(template, kind, **values)


def fail_on_zero(b: SqlBuilder, divisor: Value, result: Value) -> Value:
    """A quotient that fails at a divisor of 0, as in the tool, also where the engine would give something."""
    is_safe = isinstance(divisor.constant, Decimal) and divisor.constant != 0
    if b.dialect.raises_on_zero or is_safe or divisor.node.sql() in b.nonzero:
        return result
    return b.op("fail_on_zero", result.kind, n=divisor, r=result)
