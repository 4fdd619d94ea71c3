"""Steps that a language model converts: the same question, checks and limits as for every other object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.migration.conversion import ConversionSource
from services.migration.rules import by_model
from services.migration.rules.by_model import Attempt, Task
from services.migration.rules.context import Context
from services.migration.rules.relation import Input, Relation
from services.migration.rules.steps.context import StepContext


def attempt(
    context: StepContext, reason: str, outline: Relation, leaving: Iterable[str], *, draft: str = ""
) -> Attempt:
    """The step as a model's answer has it, at the one output that something reads, or why there is none.

    `outline` is the relation that the step gives, of whatever node; `draft` what a rule made of it.
    """
    ports = list(leaving)
    if len(ports) > 1:
        several = "; a language model can't be asked: it has several outputs, and an answer is one query"
        return Attempt(None, several, ConversionSource.UNSUPPORTED)
    inputs = {
        f"{port} {number}" if number else port: Input(relation, {column.name: column for column in relation.columns})
        for port, relations in context.inputs.items()
        for number, relation in enumerate(relations)
    }
    given = Context(
        mapping=context.mapping,
        transformation=context.step,
        dialect=context.dialect,
        ids=context.ids,
        inputs=inputs,
        parameter_types=context.parameter_types,
        exchange=context.exchange,
    )
    places = {(context.name, column.name): column.name for column in outline.columns}
    definition = context.step.definition
    task = Task(reason, inputs, outline.columns, places, definition, draft=draft, whole=True, tool=context.tool)
    tried = by_model.attempt(given, task)
    if tried.outcome is None:
        return tried
    made = tried.outcome
    nodes = tuple({**node, "origin": {**node["origin"], "tool": context.tool.value}} for node in made.nodes)
    relation = replace(outline, ref=nodes[-1]["id"])
    return replace(tried, outcome=replace(made, nodes=nodes, outputs={port: relation for port in ports or [""]}))
