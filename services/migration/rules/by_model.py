"""Objects that a language model converts: the question for each, and what an answer makes of it.

Nothing is asked here. A conversion without an answer notes its question and leaves a `manual` node; done again with
the answer, it makes the node. An answer counts only where it passes the static checks, whatever was found before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.migration.ast import Tool
from services.migration.conversion import ConversionSource, ModelUse
from services.migration.fallback.answer import ModelAnswer, one_line
from services.migration.fallback.prompt import LONGEST_DEFINITION, with_prompt
from services.migration.fallback.request import ModelRequest, PromptKind, RequestColumn, RequestInput
from services.migration.flow import is_passive
from services.migration.rules.context import Context, NotConvertible, Outcome
from services.migration.rules.nodes import transformation, typed
from services.migration.rules.ports import scope
from services.migration.rules.relation import Column, Input, Relation, unique
from services.pipelines import types

MODEL_BELOW = 0.60
"""A rule's result with less confidence is put to a model as well. Reference: _LLM_FALLBACK_THRESHOLD."""
PROMPTS: dict[str, PromptKind] = {
    "Stored Procedure": PromptKind.STORED_PROCEDURE,
    "SQL Transform": PromptKind.STORED_PROCEDURE,
    "Java Transformation": PromptKind.CUSTOM,
    "Custom Transformation": PromptKind.CUSTOM,
    "External Procedure": PromptKind.CUSTOM,
}
"""Kinds with a prompt of their own; every other gets the general one."""
LIMIT = 0.75
"""Highest confidence of a model's query: it ran, but nobody compared it with the original. Below the release gate's
0.80, so that a person always looks."""
LIMIT_UNSEEN = 0.40
"""The same where the export does not hold what the object computes, so that the model can only have guessed."""
LIMIT_NOT_RUN = 0.50
"""The same where the query could not be run here."""
UNSEEN = frozenset({"Stored Procedure", "External Procedure"})
MOST_COLUMNS = 200
"""Columns of inputs and outputs together; a query over more is longer than a model writes without slips."""
NO_MODEL = "; no language model was asked"


@dataclass(frozen=True)
class Task:
    """What is asked for: the columns an object has to give, and where its ports stand among them."""

    reason: str
    inputs: Mapping[str, Input]
    columns: tuple[Column, ...]
    ports: Mapping[tuple[str, str], str]
    definition: str
    name: str = ""  # of the node, where it is not the instance's
    draft: str = ""
    passive: bool | None = None  # None: as the instance is
    whole: bool = False  # every column of the inputs is handed on
    tool: Tool = Tool.POWERCENTER

    def names(self) -> dict[str, str]:
        """Input group → the name that the query reads it by."""
        taken: set[str] = set()
        several = len(self.inputs) > 1
        return {
            group: unique(f"input_{number}" if several else "input", taken)
            for number, group in enumerate(self.inputs, start=1)
        }


@dataclass(frozen=True)
class Attempt:
    """What came of a question: an outcome, or the reason why there is none and who could not do it."""

    outcome: Outcome | None
    reason: str = ""
    source: ConversionSource = ConversionSource.LLM_UNAVAILABLE


def attempt(context: Context, task: Task) -> Attempt:
    """The object as a model's answer has it, or why not."""
    obstacle = _obstacle(context, task)
    if obstacle:
        return Attempt(None, f"; a language model can't be asked: {obstacle}", ConversionSource.UNSUPPORTED)
    request = _request(context, task)
    answer = context.exchange.answer(request)
    if answer is None:
        return Attempt(None, NO_MODEL)
    if answer.unavailable:
        return Attempt(None, f"; no language model answered: {answer.unavailable}")
    if not answer.good:
        return Attempt(None, _what_failed(answer), ConversionSource.UNSUPPORTED)
    return Attempt(_outcome(context, task, request, answer))


def _obstacle(context: Context, task: Task) -> str:
    """Why nothing can be asked; "" where it can."""
    if not task.inputs:
        return "no rows reach the object here"
    if len([group for group in context.transformation.groups if group.kind in ("output", "default")]) > 1:
        return "it has several outputs, and an answer is one query"
    if not task.columns:
        return "it gives no columns"
    if len(task.columns) + sum(len(_shown(context, task, given)) for given in task.inputs.values()) > MOST_COLUMNS:
        return f"it has more than {MOST_COLUMNS} columns"
    if len(task.definition) > LONGEST_DEFINITION:
        return f"its definition is longer than {LONGEST_DEFINITION} characters"
    return ""


def _what_failed(answer: ModelAnswer) -> str:
    if not answer.reply.sql and not answer.problems:
        return f"; the model {answer.model} was asked and declined: {answer.reply.explanation or 'it gave no reason'}"
    rounds = f"{answer.rounds} answers" if answer.rounds != 1 else "its answer"
    last = " / ".join(one_line(text) for text in answer.problems[:3])
    return f"; the model {answer.model} was asked, but {rounds} did not pass the checks, the last because: {last}"


def _request(context: Context, task: Task) -> ModelRequest:
    item = context.transformation
    names = task.names()
    behind: dict[str, list[str]] = {}
    for (_, port), column in task.ports.items():
        behind.setdefault(column, []).append(port)
    kind = item.type
    return with_prompt(
        ModelRequest(
            mapping=context.mapping.name,
            object=item.name,
            type=kind or "(no type)",
            prompt=PROMPTS.get(kind, PromptKind.GENERAL),
            dialect=context.dialect,
            reason=task.reason,
            inputs=tuple(
                _input(names[group], given, _shown(context, task, given)) for group, given in task.inputs.items()
            ),
            outputs=tuple(RequestColumn(c.name, c.type, tuple(behind.get(c.name, ()))) for c in task.columns),
            passive=is_passive(item) if task.passive is None else task.passive,
            limit=LIMIT_UNSEEN if kind in UNSEEN else LIMIT,
            parameters=tuple(
                (p.name.lstrip("$"), types.canonical(p.datatype, p.precision, p.scale) or "varchar")
                for p in context.mapping.parameters
            ),
            definition=task.definition,
            translated=_translated(context, task),
            draft=task.draft,
            tool=task.tool,
        )
    )


def _shown(context: Context, task: Task, given: Input) -> list[Column]:
    """The columns of an input that the object reads or hands on; all where it is not known which those are."""
    if task.whole or not given.ports:
        return list(given.relation.columns)
    read = {column.name for column in given.ports.values()} | {key.column for key in given.relation.order}
    handed = {given.relation.ports[key] for key in context.carried if key in given.relation.ports}
    return [column for column in given.relation.columns if column.name in read | handed]


def _input(name: str, given: Input, shown: Iterable[Column]) -> RequestInput:
    reading: dict[str, list[str]] = {}
    for port, column in given.ports.items():
        reading.setdefault(column.name, []).append(port)
    columns = (RequestColumn(c.name, c.type, tuple(reading.get(c.name, ()))) for c in shown)
    return RequestInput(name, tuple(columns), tuple(key.column for key in given.relation.order))


def _translated(context: Context, task: Task) -> tuple[tuple[str, str], ...]:
    """Ports whose own expressions can be translated one by one, whatever kept the object as a whole from it."""
    if len(task.inputs) != 1:
        return ()
    aside = Context(
        mapping=context.mapping,
        transformation=context.transformation,
        dialect=context.dialect,
        ids=context.ids,
        inputs=task.inputs,
        parameter_types=context.parameter_types,
    )
    try:
        within = scope(aside)
        ports = [port for port in aside.transformation.fields if port.computes]
        done = [(port.name, aside.expression(port.expression, "", within).sql) for port in ports]
    except NotConvertible:
        return ()
    return tuple((name, sql) for name, sql in done if sql)


def _outcome(context: Context, task: Task, request: ModelRequest, answer: ModelAnswer) -> Outcome:
    names = task.names()
    refs = [given.relation.ref for given in task.inputs.values()]
    config = {
        "inputs": [{"ref": given.relation.ref, "name": names[group]} for group, given in task.inputs.items()],
        "query": answer.reply.sql,
        "columns": [typed(column) for column in task.columns],
    }
    node = transformation(context, "sql_query", config, dict.fromkeys(refs), name=task.name)
    return Outcome(
        "sql_query",
        _confidence(request, answer),
        (node,),
        {"": Relation(node["id"], task.columns, task.ports)},
        source=ConversionSource.LLM,
        requires_manual_review=True,
        warnings=tuple(_warnings(request, answer)),
        model=ModelUse(
            model=answer.model,
            provider=answer.provider,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            cost_usd=answer.cost_usd,
            rounds=answer.rounds,
            explanation=answer.reply.explanation,
            assumptions=answer.reply.assumptions,
        ),
    )


def _confidence(request: ModelRequest, answer: ModelAnswer) -> float:
    own = answer.reply.confidence
    limits = [request.limit, *([LIMIT_NOT_RUN] if answer.notes else []), *([own] if own is not None else [])]
    return min(limits)


def _warnings(request: ModelRequest, answer: ModelAnswer) -> list[str]:
    """What a reviewer must know: who wrote it, what the confidence rests on, and what was taken for granted."""
    ran = "it could not be run here in full" if answer.notes else "it runs on made-up rows"
    said = [
        f"The model {answer.model} wrote this query. Its names and types were checked and {ran}; nobody compared its "
        "results with the original's."
    ]
    if request.limit == LIMIT_UNSEEN:
        said.append(
            "The export does not hold what the original computes: the query is a guess from its name and ports."
        )
    if answer.reply.explanation:
        said.append(f"The model explains: {answer.reply.explanation}")
    said += [f"The model assumes: {text}" for text in answer.reply.assumptions]
    said += [f"Trial: {one_line(text)}" for text in answer.notes]
    return said


def uncertain(ruled: Outcome) -> str:
    """Why a model is asked about what a rule has converted."""
    return f"a rule converts it with confidence {ruled.confidence:.2f}: {' '.join(ruled.warnings)}"


def draft(outcome: Outcome) -> str:
    """What a rule made of an object, for the model to start from."""
    return json.dumps([node["config"] for node in outcome.nodes], ensure_ascii=False, default=str)
