"""CUME, MOVINGSUM and MOVINGAVG in an Expression: windows over a proven row order, as steps before its output ports.

A null leaves a total as it is; a moving value is null until its rows are there. Source: PowerCenter Transformation
Language Reference, "CUME", "MOVINGAVG", "MOVINGSUM".
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.migration.ast import TransformationField
from services.migration.expressions import ExpressionError, parse
from services.migration.expressions.nodes import Call, Node, Number, walk
from services.migration.rules import scales, sql
from services.migration.rules.context import Context, NotConvertible, Scope
from services.migration.rules.order import RUNNING
from services.migration.rules.relation import Relation, unique
from services.migration.rules.row_state import FRAME
from services.migration.rules.variables import Variables
from services.migration.rules.window import order_by_clause

_MOVING = {"MOVINGSUM": "SUM", "MOVINGAVG": "AVG"}
_CHOICES = ("IIF", "DECODE")
NULLS_IN_WINDOW = 0.84
"""Confidence where the documentation shows no null among the rows of a moving value."""


def make_explicit(
    context: Context, found: Scope, relation: Relation, local: Variables, port: TransformationField
) -> TransformationField:
    """The port with each call replaced by the name of a step that has been added to `local`.

    Raises NotConvertible where nothing states the order of rows, or a call's own rows depend on a condition.
    """
    if not RUNNING.search(port.expression):
        return port
    try:
        tree = parse(port.expression)
    except ExpressionError:
        return port  # refused, with the place, when it is translated
    text = port.expression
    for call in sorted(_calls(tree), key=lambda c: c.start, reverse=True):
        name = _step(context, found, relation, local, call, port.expression)
        text = text[: call.start] + name + text[call.end :]
    return replace(port, expression=text)


def _calls(tree: Node) -> list[Call]:
    found = [n for n in walk(tree) if isinstance(n, Call) and not n.prefix and (n.name in _MOVING or n.name == "CUME")]
    choices = [n for n in walk(tree) if isinstance(n, Call) and n.name in _CHOICES]
    for call in found:
        if any(c.start <= call.start and call.end <= c.end for c in choices):
            raise NotConvertible(
                f"{call.name} stands inside a condition, and which rows then count towards it is not documented",
                "Compute it in a port of its own, and choose in another.",
            )
        if any(c is not call and c.start <= call.start and call.end <= c.end for c in found):
            raise NotConvertible(f"{call.name} stands inside another running value", "Compute it in a port of its own.")
    return found


def _step(context: Context, found: Scope, relation: Relation, local: Variables, call: Call, text: str) -> str:
    order = order_by_clause(relation, context.dialect)
    if not order:
        raise NotConvertible(
            f"{call.name} gives every row a value of the rows before it, and nothing upstream (a Sorter, sorted ports) "
            "fixes the order of rows",
            "Sort the rows before this object, or state the order they are meant to have.",
        )
    keys = ", ".join(key.column for key in relation.order)
    context.warn(
        f"{call.name} goes from row to row in the order of {keys}; rows equal in all of them have no defined order, "
        "here or in PowerCenter."
    )
    value = _value(context, found, call, text)
    if not value:
        return "NULL"
    taken = relation.names() | {step["name"] for step in local.steps} | {name.lower() for name in found.types}
    taken |= {port.name.lower() for port in context.transformation.fields}
    name = unique(f"{call.name.lower()}_value", taken)
    digits = scales.decimals(text[call.arguments[0].start : call.arguments[0].end], found.types)
    kind = "double" if call.name == "MOVINGAVG" or digits is None else f"decimal(38,{digits})"
    local.steps.append({"name": name, "expression": _window(context, call, value, order), "type": kind})
    found.references[name], found.types[name] = sql.identifier(name, context.dialect), kind
    return name


def _value(context: Context, found: Scope, call: Call, text: str) -> str:
    """What a row adds: null where it adds nothing."""
    subject = call.arguments[0]
    given = context.expression(text[subject.start : subject.end], f"Argument of {call.name}", found).sql
    filters = call.arguments[1:] if call.name == "CUME" else call.arguments[2:]
    if not given or not filters:
        return given
    if call.name in _MOVING:
        raise NotConvertible(
            f"{call.name} has a filter, and whether rows that fail it count among its rows is not documented",
            "Write the value as a window over the rows you mean.",
        )
    condition = context.condition(text[filters[0].start : filters[0].end], f"Filter of {call.name}", found)
    return f"CASE WHEN {condition} THEN {given} END" if condition else ""


def _window(context: Context, call: Call, value: str, order: str) -> str:
    if call.name == "CUME":
        return f"SUM({value}) OVER ({order} {FRAME})"
    rows = call.arguments[1]
    size = Decimal(rows.value) if isinstance(rows, Number) else Decimal(0)
    if size < 1 or size != int(size):
        raise NotConvertible(
            f"{call.name} counts its rows by {size or 'an expression'}", "Give a whole number of 1 or more."
        )
    context.warn(f"{call.name}: a null among its {int(size)} rows counts as a row here.", confidence=NULLS_IN_WINDOW)
    frame = f"ROWS BETWEEN {int(size) - 1} PRECEDING AND CURRENT ROW"
    total = f"{_MOVING[call.name]}({value}) OVER ({order} {frame})"
    return f"CASE WHEN ROW_NUMBER() OVER ({order}) >= {int(size)} THEN {total} END"
