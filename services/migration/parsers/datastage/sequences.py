"""A job sequence as control flow: activities are tasks, triggers are links."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from services.migration.ast import Orchestration, Origin, Setting, Task, TaskLink
from services.migration.parsers import redact
from services.migration.parsers.datastage import parameters, stages
from services.migration.parsers.datastage.containers import flatten
from services.migration.parsers.datastage.jobs import folder, root
from services.migration.parsers.datastage.log import Log
from services.migration.parsers.datastage.model import Record, Section
from services.migration.parsers.datastage.pins import Joint, Topology

JOB_NAMES = ("Jobname", "JobName", "Job")
EXPRESSIONS = ("Expression", "ConditionExpression", "TriggerExpression", "Condition")
TRIGGERS: dict[str, tuple[str, str]] = {
    "0": ("completion", ""),
    "unconditional": ("completion", ""),
    "1": ("completion", "no other trigger of the activity is met"),
    "otherwise": ("completion", "no other trigger of the activity is met"),
    "2": ("success", ""),
    "ok": ("success", ""),
    "3": ("failure", ""),
    "failed": ("failure", ""),
    "4": ("success", "the job ended with warnings"),
    "warnings": ("success", "the job ended with warnings"),
}
"""What a trigger waits for. Exports write its place in the Designer's list as a number; `_told` says so."""
USER_STATUS = frozenset({"6", "userstatus"})
NOT_TOLD = frozenset({"LeftTextPos", "TopTextPos", "NextID", "NextRecordID", "StageXPos", "StageYPos"})


def sequence(section: Section, sets: parameters.Sets, others: Collection[str], log: Log) -> Orchestration:
    """The sequence's control flow; activities in the export's order. `others`: names of the export's sequences."""
    definition = root(section)
    name = section.identifier or (definition.name if definition else "sequence")
    topology = Topology(flatten(section, {}))
    for record in section.records:
        if record.kind == "Annotation":
            log.item(
                "annotation", f"{name}.{record.identifier}", folder(definition), record.line, "a note on the canvas"
            )
    names = _unique(topology.stages)
    if any(joint.output.get("ConditionType", "0").isdigit() for joint in topology.joints):
        _told(name, section.line, log)
    return Orchestration(
        name=name,
        kind="sequence",
        folder=folder(definition),
        origin=Origin(log.file, section.line, f"DSJOB {name}"),
        tasks=tuple(_task(stage, names[stage.identifier], others, log.file) for stage in topology.stages),
        links=tuple(_link(joint, names) for joint in topology.joints),
        variables=parameters.parameters(definition.each("Parameters") if definition else (), sets),
    )


def _unique(found: list[Record]) -> dict[str, str]:
    taken: dict[str, int] = {}
    names: dict[str, str] = {}
    for record in found:
        taken[record.name] = taken.get(record.name, 0) + 1
        names[record.identifier] = record.name if taken[record.name] == 1 else f"{record.name}_{taken[record.name]}"
    return names


def _told(name: str, line: int, log: Log) -> None:
    log.add(
        "info",
        "TRIGGER_NUMBERS",
        f"The sequence {name} states the kinds of its triggers as numbers; they were read in the Designer's order "
        "(unconditional, otherwise, OK, failed, warnings, custom).",
        "Compare the outcomes with the Designer.",
        line,
        f"DSJOB {name}",
    )


def _task(stage: Record, name: str, others: Collection[str], file: str) -> Task:
    settings = stages.step(stage, name, (), (), file).settings
    attributes = {key: _clean(key, value) for key, value in settings.attributes.items() if key not in NOT_TOLD}
    for setting in settings.all("properties"):
        attributes.update(
            {child.name: _clean(child.name, child.value) for child in setting.children if child.value.strip()}
        )
    reference = next((attributes[key] for key in JOB_NAMES if attributes.get(key)), "")
    reference = reference.rsplit("\\", 1)[-1]
    if reference in others:
        attributes["RunsSequence"] = "yes"
    return Task(
        name=name,
        type=stages.kind_of(stage),
        origin=Origin(file, stage.line, f"{stages.kind_of(stage)} {name}"),
        reference=reference,
        attributes=attributes,
        steps=_steps(settings),
    )


def _steps(settings: Setting) -> tuple[tuple[str, str], ...]:
    """What an activity assigns: a job's parameters, or user variables in order."""
    found = []
    for group in ("parameters", "user_variables"):
        for item in settings.all(group):
            for one in item.children:
                value = one.get("Expression") or one.get("DisplayValue") or one.get("Value") or one.get("Default")
                found.append((one.name, redact.attribute(one.name, value)))
    return tuple(found)


def _clean(name: str, value: str) -> str:
    return redact.command(redact.attribute(name, value))


def _link(joint: Joint, names: Mapping[str, str]) -> TaskLink:
    """A trigger: the outcome it waits for, and its own expression where it is a custom one."""
    ends = names[joint.source.identifier], names[joint.target.identifier]
    kind = (joint.output.get("ConditionType") or joint.output.get("TriggerType") or "0").strip().lower()
    text = next((joint.output.get(name).strip() for name in EXPRESSIONS if joint.output.get(name).strip()), "")
    outcome, stated = TRIGGERS.get(kind, ("completion", ""))
    if kind in USER_STATUS:
        text = f"the user status is {text}" if text else "the user status"
    return TaskLink(*ends, condition=text if outcome == "completion" and text else stated, outcome=outcome)
