"""Stages at the edge of a job that read or write something outside it: programs, queues, services, documents.

A stage without inputs is a source whose columns the export declares: a person connects what gives the rows. One without
outputs is a sink of the rows that arrive. One in the middle computes what only its program knows, and is refused.
Source: IBM InfoSphere DataStage connectivity guides; Parallel Job Developer's Guide, "External Source stage".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.migration.parsers import redact
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage import parameters
from services.migration.rules.datastage.frame import REJECT_LINK, Arriving, Leaving, Stage
from services.migration.rules.datastage.stated import stated
from services.migration.rules.datastage.written_rows import no_rows
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext

CONFIDENCE = 0.79
LONGEST = 200  # characters of a program or class that a message shows


@dataclass(frozen=True, slots=True)
class Outside:
    """What a kind of stage reaches: what runs or is reached, the settings that name it, and how rows are handed over.

    `place`: the key of the node's config that says where (`path`, `topic`, `table`); "" where no connector reaches it:
    a CSV file of the stage's name then stands for it.
    """

    what: str
    names: tuple[str, ...] = ()
    connector: str = "csv"
    place: str = ""
    todo: str = "Rewrite what it computes as SQL."
    why: str = "what it computes is not in the export"  # why a stage of the kind has no rule in the middle of a job


def rule(outside: Outside) -> Callable[[StepContext], Outcome]:
    """The rule of a kind of stage."""

    def convert(context: StepContext) -> Outcome:
        return _converted(Stage(context), outside)

    return convert


def _converted(stage: Stage, outside: Outside) -> Outcome:
    named = _named(stage, outside)
    rejects = [one for one in stage.outputs if one.setting.get("LinkType") == REJECT_LINK]
    is_target = bool(stage.inputs) and len(rejects) == len(stage.outputs)
    if stage.inputs and not is_target:
        raise NotConvertible(
            f"{outside.what}{named} makes rows of the rows that arrive, and {outside.why}", outside.todo
        )
    for given in stage.inputs:
        _write(stage, given, outside)
    outputs = {
        one.name: no_rows(stage, one, stage.inputs[0].relation, f"{outside.what} refuses")
        if is_target
        else _read(stage, one, outside)
        for one in stage.outputs
    }
    if not stage.nodes:
        raise NotConvertible("it has no links", "Connect it or remove it.")
    does, todo = ("takes", "have its rows taken there") if stage.inputs else ("gives", "have its rows put there")
    said = f"{outside.what[:1].upper()}{outside.what[1:]}{named} {does} the rows"
    if outside.place:
        said += ", by settings of the stage's own that are not read: check the connection, the format and the columns."
    else:
        path = stage.nodes[0]["config"]["path"]
        said += f", and is not in the export; the file {path} stands for it here: {todo}."
    stage.context.warn(said, confidence=CONFIDENCE)
    return stage.done("sink" if stage.inputs else "source", CONFIDENCE, outputs)


def _named(stage: Stage, outside: Outside) -> str:
    text = _stated(stage, outside.names)
    return f" {redact.command(text)[:LONGEST]}" if text else ""


def _stated(stage: Stage, names: tuple[str, ...]) -> str:
    pins = [*(one.setting for one in stage.outputs), *(one.setting for one in stage.inputs)]
    return next((found for name in names if (found := stated(stage, (name,), *pins))), "")


def _config(stage: Stage, outside: Outside) -> dict[str, Any]:
    if not outside.place:
        return {"path": f"{stage.context.name}.csv", "options": {"delimiter": ",", "quote": '"', "header": True}}
    text = redact.command(_stated(stage, outside.names)) or stage.context.name
    read = parameters.in_path if outside.place == "path" else parameters.in_name
    return {"connection": stage.context.name, outside.place: read(text)}


def _read(stage: Stage, leaving: Leaving, outside: Outside) -> Relation:
    if not leaving.fields:
        raise NotConvertible(
            f"{outside.what}{_named(stage, outside)} gives rows whose columns are not declared",
            "Load the table definition onto the link.",
        )
    columns = stage.columns(leaving.fields)
    declared = [
        {**typed(column), **({} if field.nullable else {"nullable": False})}
        for column, field in zip(columns, leaving.fields, strict=True)
    ]
    node: dict[str, Any] = {
        "id": stage.context.ids.new(_node_name(stage, leaving.name, len(stage.outputs))),
        "type": "source",
        "connector": outside.connector,
        "config": _config(stage, outside),
        "columns": declared,
        "origin": stage.context.origin(),
    }
    stage.nodes.append(node)
    return Relation(str(node["id"]), columns)


def _write(stage: Stage, given: Arriving, outside: Outside) -> None:
    columns = [typed(column) for column in given.relation.columns]
    stage.nodes.append(
        {
            "id": stage.context.ids.new(_node_name(stage, given.name, len(stage.inputs))),
            "type": "sink",
            "connector": outside.connector,
            "depends_on": [given.relation.ref],
            "config": {**_config(stage, outside), "mode": "append", "columns": columns},
            "origin": stage.context.origin(),
        }
    )


def _node_name(stage: Stage, link: str, links: int) -> str:
    return stage.context.name if links == 1 else f"{stage.context.name} {link}"
