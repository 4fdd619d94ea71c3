"""Sequence Generator → `sequence_generator`, placed where its numbers are taken.

It has no input of its own: each reader gets the numbers beside its rows. They begin at the Current Value, with Reset
at the Start Value in every run. NEXTVAL is the row's number, CURRVAL that number plus the increment; without NEXTVAL it
is the same in every row. Source: PowerCenter Transformation Guide, "Sequence Generator Transformation".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.migration.rules.context import Context, Node, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, transformation
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.sorter import order_items

LARGEST = 9_223_372_036_854_775_807
"""The default End Value: no limit that a run could reach."""

SHARED_NUMBERS = 0.7
"""Confidence where several branches draw from one sequence, or where cycling begins elsewhere."""


RESET = 0.84
"""Confidence where releases differ in where a sequence with Reset begins."""
CONSTANT = 0.6
"""Confidence where CURRVAL alone is read: that it is constant is documented, its value is not."""


def convert(context: Context) -> Outcome:
    """No node of its own: each reader has one (`attach`)."""
    return Outcome("sequence_generator", 1.0, (), {})


def attach(context: Context, relation: Relation, reader: str, *, readers: int) -> tuple[Outcome, Relation]:
    """Number the rows of `relation` for one reader of the sequence."""
    start, increment = _number(context, "Start Value", 0), _number(context, "Increment By", 1)
    current, end = _number(context, "Current Value", 1), _number(context, "End Value", LARGEST)
    cycle, reset = context.switch("Cycle"), context.switch("Reset") and not context.transformation.reusable
    first = _first(context, start, current, reset=reset)
    added = _columns(context, relation)
    columns = [{"name": column.name, "property": port.lower(), "type": column.type} for port, column in added.items()]
    ports = {**relation.ports, **{(context.name, port): column.name for port, column in added.items()}}
    output = Relation("", (*relation.columns, *added.values()), ports, relation.order, relation.action)
    name = context.name if readers == 1 else f"{context.name}__{reader}"
    if not _is_drawn(context):
        node = _constant(context, relation, list(added.values()), first, name)
        return Outcome("sql_expression", 1.0, (node,)), replace(output, ref=node["id"])
    config: dict[str, Any] = {"columns": columns, "start": first, "increment": increment}
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
    node = transformation(context, "sequence_generator", config, [relation.ref], name=name)
    return Outcome("sequence_generator", 1.0, (node,)), replace(output, ref=node["id"])


def _first(context: Context, start: int, current: int, *, reset: bool) -> int:
    if not reset:
        return current
    if start != current:
        context.warn(
            f"With Reset every run begins at the Start Value {start}, as the guide of 10.5 says; earlier releases "
            f"began at the Current Value, here {current}.",
            confidence=RESET,
        )
    return start


def _columns(context: Context, relation: Relation) -> dict[str, Column]:
    """A column for each of the two ports that something reads."""
    taken = relation.names()
    found = {}
    for port in context.transformation.fields:
        if port.name.upper() in ("NEXTVAL", "CURRVAL"):
            column = Column(unique(column_name(port.name), taken), context.type_of(port))
            if (context.name, port.name) in context.wanted:
                found[port.name] = column
    return found


def _is_drawn(context: Context) -> bool:
    """True where something draws numbers: reads NEXTVAL."""
    names = [port.name for port in context.transformation.fields if port.name.upper() == "NEXTVAL"]
    return any((context.name, name) in context.wanted for name in names)


def _constant(context: Context, relation: Relation, added: list[Column], value: int, name: str) -> Node:
    """CURRVAL where nothing draws numbers: the same value in every row."""
    context.warn(
        f"Only CURRVAL is connected, which then is the same in every row; here it is {value}, the number that would "
        "come next.",
        confidence=CONSTANT,
    )
    config = {"columns": [computed(column, str(value)) for column in added], "passthrough": ["*"]}
    return transformation(context, "sql_expression", config, [relation.ref], name=name)


def _number(context: Context, attribute: str, default: int) -> int:
    text = context.attribute(attribute)
    if not text:
        return default
    if not text.lstrip("-").isdigit():
        context.warn(f"{attribute} '{text}' is not a number; {default} was used.", confidence=0.6)
        return default
    return int(text)
