"""A Transformer's loop over saved rows: each row of a group comes out again when the group is complete.

A stage variable saves every row (SaveInputRecord), the loop runs at the last row of a group as often as rows were
saved, and a loop variable takes one saved row after the other (GetSavedInputRecord). The columns of the link are then
those of the saved row, stage variables those of the last row of its group.
Source: Parallel Job Developer's Guide, "Loop example: aggregating data".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.migration.ast import Setting
from services.migration.rules.context import Scope
from services.migration.rules.datastage.frame import Stage
from services.migration.rules.datastage.last_rows import group_of
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.datastage.scope import ROW_CALL, call_name
from services.migration.rules.datastage.stage_variables import every_text, words
from services.migration.rules.relation import Column, Relation, unique

__all__ = ["GET", "Saving", "count_saved", "expand", "saves"]

_SAVE = re.compile(r"\s*SaveInputRecord\s*\(\s*\)\s*", re.IGNORECASE)
GET = re.compile(r"\s*GetSavedInputRecord\s*\(\s*\)\s*", re.IGNORECASE)
_AS_OFTEN = re.compile(r"\s*@ITERATION\s*<=\s*(\w+)\s*", re.IGNORECASE)
_AT_THE_LAST = re.compile(r"\s*If\s+(.+?)\s+Then\s+(\w+)\s+Else\s+0\s*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Saving:
    """The column whose groups end where the loop runs."""

    column: str


def saves(stage: Stage, condition: str, loop_variables: list[Setting]) -> Saving | None:
    """How the stage saves rows; None where it does so otherwise than once for each row, until its group is complete."""
    variables = {one.name.lower(): one.get("Expression") for one in _stage_variables(stage)}
    counters = [name for name, text in variables.items() if _SAVE.fullmatch(text)]
    taken = [one for one in loop_variables if GET.fullmatch(one.get("Expression"))]
    often = _AS_OFTEN.fullmatch(condition)
    rule = _AT_THE_LAST.fullmatch(variables.get(often[1].lower(), "")) if often else None
    if len(counters) != 1 or len(taken) != 1 or rule is None or rule[2].lower() != counters[0]:
        return None
    if taken != loop_variables[:1]:  # what stands before it is still of the row that ended the group
        return None
    if any("@inrownum" in words(text) for text in every_text(stage)):  # it is that of the group's last row
        return None
    called = ROW_CALL.fullmatch(variables.get(rule[1].strip().lower(), rule[1]).strip())
    return Saving(called[2]) if called is not None and called[1].lower() == "lastrowingroup" else None


def _stage_variables(stage: Stage) -> list[Setting]:
    return [one for group in stage.settings.all("stage_variables") for one in group.children]


def count_saved(stage: Stage, relation: Relation, saving: Saving, scope: Scope) -> Relation:
    """The rows with their numbers within their groups, which the call that saves a row gives; `scope` learns it."""
    column = Column(unique("saved_rows", relation.names()), "bigint")
    config: dict[str, object] = {
        "columns": [{"name": column.name, "expression": "row_number()", "type": "bigint"}],
        "partition_by": group_of(stage, relation.order, saving.column, scope),
        "order_by": order_by(relation.order[-1:]),
    }
    node = stage.add("window", config, [relation.ref], name=f"{stage.context.name} saved rows")
    name = call_name("SaveInputRecord", "")
    scope.references[name] = scope.references["@ITERATION"] = stage.identifier(column.name)
    scope.types[name] = scope.types["@ITERATION"] = "bigint"
    return Relation(node, (*relation.columns, column), order=relation.order)


def expand(stage: Stage, relation: Relation, saving: Saving, scope: Scope) -> Relation:
    """The rows with the stage variables of the last row of their group; `scope` learns these."""
    names = {one.name: text for one in _stage_variables(stage) if (text := scope.references.get(one.name))}
    taken = relation.names()
    held = {name: unique(f"{name}_at_last", taken) for name in names}
    if not held:
        return relation
    config: dict[str, object] = {
        "columns": [
            {"name": held[name], "expression": f"LAST_VALUE({text})", "type": scope.types[name]}
            for name, text in names.items()
        ],
        "partition_by": group_of(stage, relation.order, saving.column, scope),
        "order_by": order_by(relation.order[-1:]),
        "frame": "rows between unbounded preceding and unbounded following",
    }
    node = stage.add("window", config, [relation.ref], name=f"{stage.context.name} last of group")
    added = tuple(Column(held[name], scope.types[name]) for name in names)
    scope.references.update({name: stage.identifier(column) for name, column in held.items()})
    return Relation(node, (*relation.columns, *added), order=relation.order)
