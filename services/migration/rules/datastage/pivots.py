"""Pivot: columns of a row become rows. Source: Parallel Job Developer's Guide, "Pivot stage".

The derivation of an output column lists the input columns that fill it, one for each row: `Q1, Q2, Q3, Q4`.
"""

from __future__ import annotations

from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext


def pivot(context: StepContext) -> Outcome:
    stage = Stage(context)
    given, leaving = stage.stream(), stage.output()
    _refuse_enterprise(stage, leaving)
    wanted = stage.columns(leaving.fields)
    lists = [_listed(stage, given, field) for field in leaving.fields]
    occurs = max((len(names) for names in lists), default=0)
    if occurs <= 1:
        raise NotConvertible("none of its columns lists several input columns", "State the columns of each row.")
    passing, repeated = [], []
    for column, names in zip(wanted, lists, strict=True):
        if len(names) == 1:
            passing.append((column, names[0]))
        else:
            repeated.append(
                {"name": column.name, "from": [*names, *[None] * (occurs - len(names))], "type": column.type}
            )
    config: dict[str, Any] = {
        "occurs": occurs,
        "passthrough": [name for _, name in passing],
        "columns": repeated,
    }
    node = stage.add("normalizer", config, [given.relation.ref])
    named = {name: column for column, name in passing}
    out = [
        {"name": column.name, "expression": stage.identifier(_behind(column.name, named)), "type": column.type}
        for column in wanted
    ]
    last = stage.add("sql_expression", {"columns": out}, [node], name=f"{context.name} columns")
    return stage.done("normalizer", 0.9, {leaving.name: Relation(last, wanted)})


def _refuse_enterprise(stage: Stage, leaving: Leaving) -> None:
    """Pivot Enterprise keeps what becomes what in a text of its own; its columns' derivations only name the pivot."""
    derivations = [field.expression.strip() for field in leaving.fields]
    is_vertical = stage.text("pivot_type").lower() == "verticalpivot"
    if is_vertical or any(text.startswith("VerticalPivot(") for text in derivations):
        raise NotConvertible(
            "it turns rows into columns, by group keys, an array size and aggregations that stand in a form of the "
            "stage's own editor (Pivot Enterprise)",
            "Write it as a node of kind pivot, or number the rows of each group and pivot by the number.",
        )
    if any(text.startswith("Pivot(") for text in derivations):
        raise NotConvertible(
            "which input columns fill each column it makes stands in a form of the stage's own editor (Pivot "
            "Enterprise)",
            "Write it as a node of kind unpivot or normalizer.",
        )


def _behind(name: str, named: dict[str, Any]) -> str:
    return next((source for source, column in named.items() if column.name == name), name)


def _listed(stage: Stage, given: Arriving, field: TransformationField) -> list[str]:
    names = [part.strip().rsplit(".", 1)[-1] for part in (field.expression or field.name).split(",")]
    return [stage.input_column(given, name, f"column {field.name}").name for name in names if name]
