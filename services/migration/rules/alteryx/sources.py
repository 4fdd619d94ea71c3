"""Source nodes, and the columns of what lies outside the workflow: the last run's, else those that later tools name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules.alteryx import frame, named_later
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types
from services.pipelines.severity import Severity

UNKNOWN_COLUMNS = 0.6
"""Confidence of a source whose columns are known only by what reads them."""


def read(context: StepContext, connector: str, config: dict[str, Any], listed: Sequence[Column] = ()) -> Outcome:
    """The rows of a file, a table or a service. `listed`: its columns, where the tool's settings say them."""
    given = with_file_column(columns(context, listed), config)
    source = node(context, connector, config, given)
    nodes = [source]
    relation = frame.with_source_order(context, nodes, Relation(source["id"], tuple(given)))
    return Outcome("source", 1.0, tuple(nodes), {"": relation})


def columns(context: StepContext, listed: Sequence[Column] = ()) -> list[Column]:
    """Raises NotConvertible where nothing tells them."""
    found = list(listed) or known(context.step.fields)
    if found:
        return found
    found = named_later.columns(context)
    if not found:
        raise NotConvertible(
            "the workflow does not say which columns it reads, and no tool after it names one",
            "Run the workflow once in Designer and save it, or write the source's columns by hand.",
        )
    context.warn("Its columns are those that later tools name; there may be more.", confidence=UNKNOWN_COLUMNS)
    context.issue(
        Severity.WARNING,
        "UNKNOWN_COLUMNS",
        "The workflow does not hold the columns of this input; those that later tools name were taken, as text.",
        "Declare the columns with their types, or run the workflow once in Designer and save it.",
    )
    return found


def known(fields: Iterable[TransformationField]) -> list[Column]:
    """The fields of the first output that a run left."""
    taken: set[str] = set()
    listed = tuple(fields)
    first = listed[0].group if listed else ""
    return [
        Column(
            unique(column_name(each.name), taken),
            types.canonical(each.datatype, each.precision, each.scale) or "varchar",
        )
        for each in listed
        if each.group == first
    ]


def with_file_column(given: list[Column], config: dict[str, Any]) -> list[Column]:
    """The columns with the one that says a row's file: a run may have been saved before it was asked for."""
    name = str(config.get("file_column", ""))
    if not name or name.lower() in {column.name.lower() for column in given}:
        return given
    return [*given, Column(name, "varchar")]


def node(context: StepContext, connector: str, config: dict[str, Any], given: Iterable[Column]) -> Node:
    return {
        "id": context.ids.new(context.name),
        "type": "source",
        "connector": connector,
        "config": config,
        "columns": [typed(column) for column in given],
        "origin": context.origin(),
    }
