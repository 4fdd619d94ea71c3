"""Stages that make values: Row Generator, Column Generator, Surrogate Key Generator.

A generator's values are test data: numbers count from 0, dates from 1960-01-01 by one day, times by one second, texts
repeat one letter. Source: Parallel Job Developer's Guide, "Row Generator stage", "Surrogate Key Generator stage".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from services.migration.parsers.datastage.parameters import name_of
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Stage
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
    node: dict[str, Any] = {
        "id": context.ids.new(context.name),
        "type": "source",
        "connector": "inline",
        "config": {"rows": [[_value(column, row) for column in columns] for row in range(count)]},
        "columns": [typed(column) for column in columns],
        "origin": context.origin(),
    }
    stage.nodes.append(node)
    context.warn(MADE_UP, confidence=0.84)
    return stage.done("source", 0.9, {leaving.name: Relation(str(node["id"]), columns)})


def _value(column: Column, row: int) -> Any:
    made = VALUES.get(column.type.partition("(")[0])
    return made(column, row) if made else row


def _count(stage: Stage, pin: Any) -> int:
    stated = stage.text("records", "nrecs", "rows", of=pin) or stage.text("records", default=str(DEFAULT_ROWS))
    name = name_of(stated.strip("#"))
    parameter = next((one for one in stage.context.mapping.parameters if one.name == name), None)
    if stated.startswith("#") and parameter is not None and parameter.default:
        stage.context.warn(
            f"The number of rows is the parameter {parameter.name}; its default is used.", confidence=0.79
        )
        stated = parameter.default
    if not stated.isdigit():
        raise NotConvertible(
            f"it makes '{stated}' rows, a number that is not in the export", "State the number of rows."
        )
    count = int(stated)
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
    given, leaving = stage.stream(), stage.output()
    named = stage.text("keyColName", "keyname", "keyColumn", "surrogatekey", "outputKeyColName", "field", "key")
    new = [field for field in leaving.fields if stage.source_of(field, [given]) is None]
    field = next((one for one in leaving.fields if one.name.lower() == named.lower()), None) or (
        new[0] if new else None
    )
    if field is None:
        raise NotConvertible("its output has no column for the key", "Add the key's column to the output.")
    start = stage.text("start", "initialValue", "startValue", "initial_value", default="1")
    column = Column(field.name, stage.type_of(field))
    context.warn(
        "Keys go on after the last one of the run before, which the stage keeps outside the job; set the first number.",
        confidence=0.84,
    )
    relation = _counted(stage, given.relation, column, int(start) if start.isdigit() else 1, reset=False)
    return stage.done("sequence_generator", 0.9, {leaving.name: stage.shaped(relation, leaving, given)})
