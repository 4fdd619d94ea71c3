"""Aggregator of server jobs: each output column is a group column, or a function of an input column.

Source: Server Job Developer's Guide, "Aggregator stages".
"""

from __future__ import annotations

import re

from services.migration.ast import TransformationField
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Stage
from services.migration.rules.datastage.spelling import spelled
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext

FUNCTIONS = {
    "min": "MIN({x})",
    "minimum": "MIN({x})",
    "max": "MAX({x})",
    "maximum": "MAX({x})",
    "count": "COUNT({x})",
    "sum": "SUM({x})",
    "average": "AVG({x})",
    "avg": "AVG({x})",
    "stddev": "STDDEV_SAMP({x})",
    "standarddeviation": "STDDEV_SAMP({x})",
}
BY_ORDER = frozenset({"first", "last"})
_CALL = re.compile(r"\s*(\w+)\s*\(\s*([^()]+?)\s*\)\s*")


def aggregate(context: StepContext) -> Outcome:
    stage = Stage(context)
    given, leaving = stage.stream(), stage.output()
    columns = stage.columns(leaving.fields)
    groups: list[str] = []
    made = []
    for column, field in zip(columns, leaving.fields, strict=True):
        text = _calculated(stage, given, field)
        if not text:
            text = stage.identifier(_grouped(stage, given, field))
            groups.append(text)
        made.append({"name": column.name, "expression": text, "type": column.type})
    config: dict[str, object] = {"columns": made}
    if groups:
        config["group_by"] = groups
    else:
        config["having"] = "COUNT(*) > 0"  # no rows make no group
    node = stage.add("sql_group_by", config, [given.relation.ref])
    return stage.done("sql_group_by", 0.9, {leaving.name: Relation(node, columns)})


def _calculated(stage: Stage, given: Arriving, field: TransformationField) -> str:
    """The SQL of a calculated column; "" for one that groups."""
    call = _CALL.fullmatch(field.expression)
    if call is None:
        return ""
    name = call[1].lower()
    if name in BY_ORDER:
        raise NotConvertible(
            f"column {field.name} takes the {name} value of its group, and nothing fixes the order of rows in it",
            "Write it as a window function in the order that is meant.",
        )
    if name not in FUNCTIONS:
        raise NotConvertible(f"column {field.name} calls {call[1]}, which is not known", "Write it as SQL.")
    column = stage.input_column(given, call[2], f"column {field.name}")
    return spelled(FUNCTIONS[name], stage.dialect).format(x=stage.identifier(column.name))


def _grouped(stage: Stage, given: Arriving, field: TransformationField) -> str:
    found = stage.source_of(field, [given])
    if found is None:
        raise NotConvertible(
            f"output column {field.name} is neither a group column nor a calculation", "Remove it or calculate it."
        )
    return found[1].name
