"""Stages that make values: Row Generator, Column Generator, Surrogate Key Generator.

Source: Parallel Job Developer's Guide, "Row Generator stage", "Column Generator stage", "Surrogate Key Generator
stage".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules.context import NotConvertible, Outcome, Scope
from services.migration.rules.datastage import parameters
from services.migration.rules.datastage.frame import Leaving, Stage
from services.migration.rules.datastage.generated import MOST_ROWS, ROW, Values, values_of
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.datastage.scope import translated
from services.migration.rules.nodes import computed, typed
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

DEFAULT_ROWS = 10
KEYS_GO_ON = (
    "Keys go on after the last one of the run before, which the stage keeps outside the job; set the first number."
)
MADE_UP = "The rows are test data, made by the generator's rules; they stand in the document."
UNORDERED = "Which row gets which value depends on the order of rows, which nothing before the stage fixes."
BY_CHANCE = "Column {} is made by a rule of its own, which is not read: here by the generator's default rule."


def row_generator(context: StepContext) -> Outcome:
    stage = Stage(context)
    leaving = stage.output()
    columns = stage.columns(leaving.fields)
    if not columns:
        raise NotConvertible("its columns stand in a schema file", "State the columns on the link.")
    count = _count(stage, leaving.setting)
    made = [_maker(stage, field, column) for field, column in zip(leaving.fields, columns, strict=True)]
    rows = [[make(row) for make in made] for row in range(count)]
    return _written(stage, leaving, columns, rows, MADE_UP)


def _maker(stage: Stage, field: TransformationField, column: Column) -> Callable[[int], Any]:
    """How a column's values are made: by its own cycle, else by the default rules."""
    if column.type.partition("(")[0] == "boolean":
        return lambda row: bool(row % 2)
    if column.type.startswith("binary"):
        return lambda row: None
    return _values(stage, field, column).at


def _values(stage: Stage, field: TransformationField, column: Column) -> Values:
    made = values_of(column.type, field.attributes.get("APTFieldProp", ""))
    if not made.is_known:
        stage.context.warn(BY_CHANCE.format(column.name), confidence=0.5)
    return made


def _written(stage: Stage, leaving: Leaving, columns: tuple[Column, ...], rows: list[list[Any]], note: str) -> Outcome:
    node: dict[str, Any] = {
        "id": stage.context.ids.new(stage.context.name),
        "type": "source",
        "connector": "inline",
        "config": {"rows": rows},
        "columns": [typed(column) for column in columns],
        "origin": stage.context.origin(),
    }
    stage.nodes.append(node)
    stage.context.warn(note, confidence=0.84)
    return stage.done("source", 0.9, {leaving.name: Relation(str(node["id"]), columns)})


def _count(stage: Stage, pin: Any) -> int:
    stated = stage.text("records", "nrecs", "rows", of=pin) or stage.text("records", default=str(DEFAULT_ROWS))
    count = parameters.whole(stage.context, stated, "The number of rows")
    if count is None:
        raise NotConvertible(
            f"it makes '{stated}' rows, a number that is not in the export", "State the number of rows."
        )
    if count > MOST_ROWS:
        stage.context.warn(f"It makes {count} rows; the first {MOST_ROWS} stand here.", confidence=0.5)
    return min(count, MOST_ROWS)


def column_generator(context: StepContext) -> Outcome:
    """Columns beside those that arrive, made by their cycles from the number of the row."""
    stage = Stage(context)
    given, leaving = stage.stream(), stage.output()
    named = {one.value.strip().lower() for one in stage.all("column")}
    new = [one for one in leaving.fields if one.name.lower() in named or stage.source_of(one, [given]) is None]
    made = {field.name: _made(stage, field) for field in new}
    counter = Column(unique("generated_row", given.relation.names()), "bigint")
    numbered = _counted(stage, given.relation, counter, 0)
    kept = [one for one in given.relation.columns if one.name.lower() not in {name.lower() for name in made}]
    scope = Scope({ROW: stage.identifier(counter.name)}, {ROW: "bigint"})
    columns = [computed(column, stage.identifier(column.name)) for column in kept]
    for column, values in made.values():
        text = translated(stage, values.derivation(), f"Column {column.name}", scope, target=column.type).sql
        columns.append(computed(column, text))
    node = stage.add("sql_expression", {"columns": columns}, [numbered.ref], name=f"{context.name} columns")
    order = given.relation.order
    relation = Relation(node, (*kept, *(column for column, _ in made.values())), order=order)
    if not order and any(values.varies for _, values in made.values()):
        context.warn(UNORDERED)
    context.warn(MADE_UP.replace("rows are", "values are").replace("; they stand in the document", ""), confidence=0.79)
    return stage.done("sequence_generator", 0.9, {leaving.name: stage.shaped(relation, leaving, given)})


def _made(stage: Stage, field: TransformationField) -> tuple[Column, Values]:
    column = Column(field.name, stage.type_of(field))
    if types.kind(column.type) not in ("string", "number", "date"):
        raise NotConvertible(f"it makes values of type {column.type} for {field.name}", "Compute the column.")
    return column, _values(stage, field, column)


def _counted(stage: Stage, relation: Relation, column: Column, start: int, *, reset: bool = True) -> Relation:
    config: dict[str, Any] = {"columns": [typed(column)], "start": start}
    if not reset:
        config["reset"] = False
    if relation.order:
        config["order_by"] = order_by(relation.order)
    node = stage.add("sequence_generator", config, [relation.ref], name=f"{stage.context.name} {column.name}")
    return Relation(node, (*relation.columns, column), order=relation.order)


def surrogate_key(context: StepContext) -> Outcome:
    """A column of running numbers. The last number is kept in a state file or a database sequence between runs."""
    stage = Stage(context)
    if not stage.outputs:
        raise NotConvertible(
            "it only tells the key source which numbers are taken, and gives no rows",
            "Set the first number of the keys where they are made.",
        )
    if not stage.inputs:
        return _keys_alone(stage)
    given, leaving = stage.stream(), stage.output()
    named = stage.text("output_key", "keyColName", "keyname", "keyColumn", "outputKeyColName", "field", "key")
    new = [field for field in leaving.fields if stage.source_of(field, [given]) is None]
    field = next((one for one in leaving.fields if one.name.lower() == named.lower()), None) or (
        new[0] if new else None
    )
    if field is None:
        raise NotConvertible("its output has no column for the key", "Add the key's column to the output.")
    column = Column(field.name, stage.type_of(field))
    context.warn(KEYS_GO_ON, confidence=0.84)
    relation = _counted(stage, given.relation, column, _first_key(stage), reset=False)
    return stage.done("sequence_generator", 0.9, {leaving.name: stage.shaped(relation, leaving, given)})


def _first_key(stage: Stage) -> int:
    """The number that keys begin with: of the option whose name says so, else 1."""
    options = [one for each in stage.settings.one("properties").children for one in (each, *each.children)]
    stated = [one.value for one in options if "start" in one.name.lower() or "initial" in one.name.lower()]
    numbers = (parameters.whole(stage.context, text, "The first key") for text in stated if text.strip())
    return next((number for number in numbers if number is not None), 1)


def _keys_alone(stage: Stage) -> Outcome:
    """Without an input the stage makes rows of nothing but keys."""
    leaving = stage.output()
    columns = stage.columns(leaving.fields)
    if len(columns) != 1:
        raise NotConvertible("it has no input, and its output other columns than the key", "Connect its input.")
    first = _first_key(stage)
    rows = [[first + place] for place in range(_count(stage, stage.settings))]
    return _written(stage, leaving, columns, rows, KEYS_GO_ON)
