"""Pivot: columns of a row become rows. Source: Parallel Job Developer's Guide, "Pivot stage".

The derivation of an output column lists the input columns that fill it, one for each row: `Q1, Q2, Q3, Q4`.
"""

from __future__ import annotations

from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Stage
from services.migration.rules.datastage.pivot_editor import INDEX, is_vertical, listed_in_editor, made_by_editor
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Relation, unique
from services.migration.rules.steps.context import StepContext

VERTICAL = (
    "it turns rows into columns, by group keys, an array size and aggregations that stand in a form of the stage's own "
    "editor (Pivot Enterprise)",
    "Write it as a node of kind pivot, or number the rows of each group and pivot by the number.",
)


def pivot(context: StepContext) -> Outcome:
    stage = Stage(context)
    given, leaving = stage.stream(), stage.output()
    if is_vertical(stage, leaving):
        raise NotConvertible(*VERTICAL)
    wanted = stage.columns(leaving.fields)
    told = listed_in_editor(stage, given, leaving) if made_by_editor(leaving) else {}
    lists = [told.get(field.name) or _listed(stage, given, field) for field in leaving.fields]
    occurs = max((len(names) for names in lists), default=0)
    if occurs <= 1:
        raise NotConvertible("none of its columns lists several input columns", "State the columns of each row.")
    repeated = [
        {"name": column.name, "from": [*names, *[None] * (occurs - len(names))], "type": column.type}
        for column, names in zip(wanted, lists, strict=True)
        if len(names) > 1
    ]
    passing = [names[0] for names in lists if len(names) == 1 and names != [INDEX]]
    place = unique("row_of_input", given.relation.names())
    config: dict[str, Any] = {
        "occurs": occurs,
        "passthrough": list(dict.fromkeys(passing)),
        "columns": repeated,
        **({"index_column": place} if [INDEX] in lists else {}),
    }
    node = stage.add("normalizer", config, [given.relation.ref])
    out = []
    for column, names in zip(wanted, lists, strict=True):
        source = column.name if len(names) > 1 else place if names == [INDEX] else names[0]
        text = stage.identifier(source)
        out.append(computed(column, f"{text} - 1" if names == [INDEX] else text))
    last = stage.add("sql_expression", {"columns": out}, [node], name=f"{context.name} columns")
    return stage.done("normalizer", 0.9, {leaving.name: Relation(last, wanted)})


def _listed(stage: Stage, given: Arriving, field: TransformationField) -> list[str]:
    names = [part.strip().rsplit(".", 1)[-1] for part in (field.expression or field.name).split(",")]
    return [stage.input_column(given, name, f"column {field.name}").name for name in names if name]
