"""Sequence Generator → `sequence_generator`, placed where its numbers are taken.

It has no input of its own: each reader gets the numbers beside its rows. NEXTVAL is the row's number, CURRVAL that
number plus the increment. Source: PowerCenter Transformation Guide, "Sequence Generator Transformation Properties".
"""

from __future__ import annotations

from typing import Any

from services.migration.rules.context import Context, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import transformation
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.sorter import order_items

LARGEST = 9_223_372_036_854_775_807
"""The default End Value: no limit that a run could reach."""

SHARED_NUMBERS = 0.7
"""Confidence where several branches draw from one sequence, or where cycling begins elsewhere."""


def convert(context: Context) -> Outcome:
    """No node of its own: each reader has one (`attach`)."""
    return Outcome("sequence_generator", 1.0, (), {})


def attach(context: Context, relation: Relation, reader: str, *, readers: int) -> tuple[Outcome, Relation]:
    """Number the rows of `relation` for one reader of the sequence."""
    start, increment = _number(context, "Start Value", 0), _number(context, "Increment By", 1)
    current, end = _number(context, "Current Value", 1), _number(context, "End Value", LARGEST)
    cycle, reset = context.switch("Cycle"), context.switch("Reset")
    taken = relation.names()
    columns, ports, added = [], dict(relation.ports), []
    for port in context.transformation.fields:
        if port.name.upper() not in ("NEXTVAL", "CURRVAL"):
            continue
        column = Column(unique(column_name(port.name), taken), context.type_of(port))
        if (context.name, port.name) in context.wanted:
            columns.append({"name": column.name, "property": port.name.lower(), "type": column.type})
            ports[(context.name, port.name)] = column.name
            added.append(column)
    config: dict[str, Any] = {"columns": columns, "start": start if reset else current, "increment": increment}
    if end < LARGEST:
        config["end"] = end
    if cycle:
        config["cycle"] = True
    if not reset:
        config["reset"] = False
    if relation.order:
        config["order_by"] = order_items(relation.order)
    if readers > 1:
        context.warn(
            f"{readers} objects draw from this sequence; PowerCenter gives each its own block of numbers, here each "
            "counts by itself and numbers may repeat between them.",
            confidence=SHARED_NUMBERS,
        )
    if cycle and not reset and current != start:
        context.warn(
            f"It begins at {current} and goes on at {start} after a cycle; here it goes on at {current}.",
            confidence=SHARED_NUMBERS,
        )
    name = context.name if readers == 1 else f"{context.name}__{reader}"
    node = transformation(context, "sequence_generator", config, [relation.ref], name=name)
    output = Relation(node["id"], (*relation.columns, *added), ports, relation.order, relation.action)
    return Outcome("sequence_generator", 1.0, (node,)), output


def _number(context: Context, attribute: str, default: int) -> int:
    text = context.attribute(attribute)
    if not text:
        return default
    if not text.lstrip("-").isdigit():
        context.warn(f"{attribute} '{text}' is not a number; {default} was used.", confidence=0.6)
        return default
    return int(text)
