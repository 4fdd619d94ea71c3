"""Rows that are the last of their group: LastRowInGroup, LastRow, as columns that expressions read.

The group of a column is that of the sort keys up to it. Rows are numbered once, so that the last row and what stage
variables add up go by one order even where sort keys leave ties.
Source: Parallel Job Developer's Guide, "Transformer stage: key break detection".
"""

from __future__ import annotations

import re

from services.migration.rules.context import NotConvertible, Scope
from services.migration.rules.datastage.frame import Stage
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.datastage.scope import ROW_CALL, call_name
from services.migration.rules.datastage.stage_variables import every_text, numbered_rows
from services.migration.rules.relation import Column, Relation, SortKey, unique

__all__ = ["group_of", "mark"]

OF_ALL = "LastRow() is the last row of each partition; here it is the last of all rows."
TODO = "Sort the rows by the column before the stage."


def mark(stage: Stage, relation: Relation, scope: Scope) -> Relation:
    """The rows with a column for each such call of the stage; `scope` learns them. Unchanged where there is none."""
    found = {call_name(match[1], match[2]): match[2] for text in every_text(stage) for match in _calls(text)}
    if not found:
        return relation
    if not relation.order:
        raise NotConvertible("it asks for the last row of a group, and nothing before fixes the order of rows", TODO)
    keys = relation.order
    relation, number = numbered_rows(stage, relation, "row_of_all")
    for name, called in found.items():
        groups = group_of(stage, keys, called, scope) if called else []
        if not called:
            stage.context.warn(OF_ALL, confidence=0.84)
        relation = _with_flag(stage, relation, number, groups, name, scope)
    return Relation(relation.ref, relation.columns, order=(*keys, SortKey(number)))


def _calls(text: str) -> list[re.Match[str]]:
    return [match for match in ROW_CALL.finditer(text) if match[1].lower().startswith("lastrow")]


def group_of(stage: Stage, keys: tuple[SortKey, ...], called: str, scope: Scope) -> list[str]:
    """The sort keys up to a column. Raises NotConvertible: rows are not sorted by it."""
    held = next((text for name, text in scope.references.items() if name.lower() == called.lower()), "")
    place = next((at for at, key in enumerate(keys) if stage.identifier(key.column) == held), None)
    if place is None:
        raise NotConvertible(f"it asks for the last row of each {called}, by which the rows are not sorted", TODO)
    return [key.column for key in keys[: place + 1]]


def _with_flag(stage: Stage, relation: Relation, number: str, groups: list[str], name: str, scope: Scope) -> Relation:
    column = Column(unique("row_after", relation.names()), "integer")
    config: dict[str, object] = {
        "columns": [{"name": column.name, "expression": "LEAD(1)", "type": "integer"}],
        "order_by": order_by((SortKey(number),)),
    }
    if groups:
        config["partition_by"] = groups
    node = stage.add("window", config, [relation.ref], name=f"{stage.context.name} last rows")
    scope.references[name] = f"(CASE WHEN {stage.identifier(column.name)} IS NULL THEN 1 ELSE 0 END)"
    scope.types[name] = "integer"
    return Relation(node, (*relation.columns, column), order=relation.order)
