"""Stages that make values: Row Generator, Column Generator, Surrogate Key Generator.

A generator's values are test data: numbers count from 0, dates from 1960-01-01 by one day, times by one second, texts
repeat one letter. Source: Parallel Job Developer's Guide, "Row Generator stage", "Surrogate Key Generator stage".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage import parameters
from services.migration.rules.datastage.frame import Leaving, Stage
from services.migration.rules.datastage.ordering import order_by
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

MOST_ROWS = 1000
DEFAULT_ROWS = 10
LONGEST_TEXT = 20
FIRST_DAY = date(1960, 1, 1)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CYCLE = re.compile(r"\bcycle\s*=\s*\{([^}]*)\}", re.IGNORECASE)
_VALUE = re.compile(r"\bvalue\s*=\s*'([^']*)'", re.IGNORECASE)
_STEP = re.compile(r"\b(init|incr|limit)\s*=\s*([+-]?\d+)", re.IGNORECASE)
_MADE = re.compile(r"\b(random|alphabet|function|epoch|nulls|use_current_date|percent_invalid)\b", re.IGNORECASE)
KEYS_GO_ON = (
    "Keys go on after the last one of the run before, which the stage keeps outside the job; set the first number."
)
MADE_UP = "The rows are test data, made by the generator's default rules; they stand in the document."


def _text(column: Column, row: int) -> str:
    return LETTERS[row % len(LETTERS)] * min(types.text_length(column.type) or 1, LONGEST_TEXT)


VALUES: dict[str, Callable[[Column, int], Any]] = {
    "varchar": _text,
    "date": lambda _column, row: (FIRST_DAY + timedelta(days=row)).isoformat(),
    "time": lambda _column, row: (datetime(1960, 1, 1) + timedelta(seconds=row)).time().isoformat(),
    "timestamp": lambda _column, row: (datetime(1960, 1, 1) + timedelta(seconds=row)).isoformat(sep=" "),
    "boolean": lambda _column, row: bool(row % 2),
    "binary": lambda _column, _row: None,
}


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
    """How a column's values are made: by its own cycle of numbers or values, else by the default rules."""
    stated = field.attributes.get("APTFieldProp", "")
    cycle = _CYCLE.search(stated)
    if values := _VALUE.findall(cycle[1]) if cycle else []:
        return lambda row: values[row % len(values)]
    if cycle and types.kind(column.type) == "number":
        told = {name: int(number) for name, number in _STEP.findall(cycle[1])}
        start, step = told.get("init", 0), told.get("incr", 1)
        length = (told["limit"] - start) // step + 1 if "limit" in told and step else 0
        return lambda row: start + step * (row % length if length > 0 else row)
    if cycle or _MADE.search(stated):
        stage.context.warn(f"Column {column.name} is made by a rule of its own, which is not read.", confidence=0.5)
    return lambda row: _value(column, row)


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


def _value(column: Column, row: int) -> Any:
    made = VALUES.get(column.type.partition("(")[0])
    return made(column, row) if made else row


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
    """Columns of numbers count from 0; others have no counterpart."""
    stage = Stage(context)
    given, leaving = stage.stream(), stage.output()
    relation = given.relation
    new = [field for field in leaving.fields if stage.source_of(field, [given]) is None]
    for field in new:
        column = Column(field.name, stage.type_of(field))
        if types.kind(column.type) != "number":
            raise NotConvertible(f"it makes values of type {column.type} for {field.name}", "Compute the column.")
        relation = _counted(stage, relation, column, 0)
    context.warn(MADE_UP.replace("rows are", "values are").replace("; they stand in the document", ""), confidence=0.79)
    return stage.done("sequence_generator", 0.9, {leaving.name: stage.shaped(relation, leaving, given)})


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
    start = stage.text("start_value", "start", "initialValue", "startValue", "initial_value", default="1")
    column = Column(field.name, stage.type_of(field))
    context.warn(KEYS_GO_ON, confidence=0.84)
    relation = _counted(stage, given.relation, column, int(start) if start.isdigit() else 1, reset=False)
    return stage.done("sequence_generator", 0.9, {leaving.name: stage.shaped(relation, leaving, given)})


def _keys_alone(stage: Stage) -> Outcome:
    """Without an input the stage makes rows of nothing but keys."""
    leaving = stage.output()
    columns = stage.columns(leaving.fields)
    if len(columns) != 1:
        raise NotConvertible("it has no input, and its output other columns than the key", "Connect its input.")
    start = stage.text("start_value", "start", "initialValue", "startValue", default="1")
    first = int(start) if start.isdigit() else 1
    rows = [[first + place] for place in range(_count(stage, stage.settings))]
    return _written(stage, leaving, columns, rows, KEYS_GO_ON)
