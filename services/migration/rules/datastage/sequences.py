"""A job sequence's activities → tasks: jobs, commands, variables, sequencers, loops, the exception handler.

Source: DataStage Designer Client Guide, "Building sequence jobs". A sequencer waits for all or any of its links; a
nested condition only passes on; loops hold the activities between their start and their end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from services.migration.ast import Orchestration, Task, TaskLink
from services.migration.parsers.datastage.parameters import name_of
from services.migration.rules.hand_task import hand_task
from services.migration.rules.names import NodeIds
from services.migration.rules.nodes import origin

Entry = dict[str, Any]
START, END, HANDLER = "CStartLoopActivity", "CEndLoopActivity", "CExceptionHandler"
COMMANDS = ("Command", "ExecCommand", "CommandName")
ARGUMENTS = ("Arguments", "ArgumentString", "CommandParams", "Parameters", "CommandParameters")
ANY = frozenset({"any", "1"})


def render(item: Orchestration) -> Entry:
    """`tasks` and, where the sequence has an exception handler, `handlers`."""
    return _Drawing(item).document()


class _Drawing:
    def __init__(self, item: Orchestration) -> None:
        ids = NodeIds()
        self.tasks = {task.name: task for task in item.tasks}
        self.ids = {name: ids.new(name) for name in self.tasks}
        self.into: dict[str, list[TaskLink]] = {}
        self.out: dict[str, list[str]] = {}
        for link in item.links:
            self.into.setdefault(link.to_task, []).append(link)
            self.out.setdefault(link.from_task, []).append(link.to_task)
        self.loop_of = self._loops()
        self.handled = self._handled()

    def document(self) -> Entry:
        top = [name for name in self.tasks if name not in self.loop_of and name not in self.handled]
        found: Entry = {"tasks": self._drawn(top)}
        handlers = []
        for name, task in self.tasks.items():
            if task.type == HANDLER:
                own = [one for one in self.tasks if self.handled.get(one) == name and one != name]
                if own:
                    handlers.append({"on": "error", "tasks": self._drawn(own)})
        return {**found, "handlers": handlers} if handlers else found

    def _after(self, start: str, stop: str = "") -> set[str]:
        """Every activity that comes after another, up to `stop`."""
        found: set[str] = set()
        waiting = [name for name in self.out.get(start, ()) if name != stop]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [one for one in self.out.get(name, ()) if one != stop]
        return found

    def _loops(self) -> dict[str, str]:
        """Activity within a loop → the loop's start; the loop's end too."""
        held: dict[str, str] = {}
        ends = {name: self._before(name) for name, task in self.tasks.items() if task.type == END}
        for name, task in self.tasks.items():
            if task.type != START:
                continue
            reached = self._after(name)
            end = next((one for one in self.tasks if one in ends and one in reached), "")
            inner = self._after(name, end) & ends.get(end, set()) if end else set()
            held.update(dict.fromkeys([*inner, *([end] if end else [])], name))
        return held

    def _before(self, end: str) -> set[str]:
        found: set[str] = set()
        waiting = [link.from_task for link in self.into.get(end, ())]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [link.from_task for link in self.into.get(name, ())]
        return found

    def _handled(self) -> dict[str, str]:
        held: dict[str, str] = {}
        for name, task in self.tasks.items():
            if task.type == HANDLER:
                held.update(dict.fromkeys([name, *self._after(name)], name))
        return held

    def _drawn(self, names: list[str]) -> list[Entry]:
        """The tasks of one level, those waited for first."""
        left = dict.fromkeys(name for name in names if self.tasks[name].type not in (END, HANDLER))
        before = {name: {one for one, _ in self._dependencies(name)} for name in left}
        entries = []
        while left:
            ready = next((name for name in left if not before[name] & left.keys()), next(iter(left)))
            del left[ready]
            entries.append(self._entry(self.tasks[ready]))
        return entries

    def _dependencies(self, name: str) -> list[tuple[str, TaskLink]]:
        """(task, link) for each link into an activity; the end of a loop stands for the loop."""
        found = []
        for link in self.into.get(name, ()):
            source = self.tasks.get(link.from_task)
            if source is None or source.type == HANDLER:
                continue
            if source.type == END and link.from_task in self.loop_of:
                found.append((self.loop_of[link.from_task], link))
            elif source.type != START or self.loop_of.get(name) != link.from_task:
                found.append((link.from_task, link))
        return found

    def _entry(self, task: Task) -> Entry:
        entry: Entry = {"id": self.ids[task.name], **BUILDERS.get(task.type, _manual)(task)}
        if task.type == START:
            inner = [name for name in self.tasks if self.loop_of.get(name) == task.name]
            entry["tasks"] = self._drawn(inner)
        before = [self._dependency(name, link) for name, link in self._dependencies(task.name)]
        if before:
            entry["depends_on"] = before
        mode = task.attributes.get("SequencerType") or task.attributes.get("Mode", "")
        if len(before) > 1 and (task.type != "CSequencer" or mode.strip().lower() in ANY):
            entry["join"] = "any"  # only a sequencer can wait for all
        entry["origin"] = {**origin(task.name, task.type, task.origin), "tool": "datastage"}
        return entry

    def _dependency(self, name: str, link: TaskLink) -> Entry:
        found: Entry = {"task": self.ids[name], "outcome": link.outcome or "completion"}
        return {**found, "condition": link.condition.strip()} if link.condition.strip() else found


_LITERAL = re.compile(r"""(["'])([^"'#]*)\1""")


def _job(task: Task) -> Entry:
    if not task.reference:
        return _manual(task)
    kind = "orchestration" if task.attributes.get("RunsSequence") else "pipeline"
    entry: Entry = {"type": kind, kind: task.reference}
    values = {name_of(name): found[2] for name, text in task.steps if (found := _LITERAL.fullmatch(text.strip()))}
    given = [f"{name} = {text}" for name, text in task.steps if text and name_of(name) not in values]
    told = {"description": f"Runs with {'; '.join(given)}."} if given else {}
    return {**entry, **({"parameters": values} if values else {}), **told}


def _command(task: Task) -> Entry:
    command = _first(task.attributes, COMMANDS)
    return (
        {"type": "script", "command": f"{command} {_first(task.attributes, ARGUMENTS)}".strip()}
        if command
        else _manual(task)
    )


def _variables(task: Task) -> Entry:
    assigned = [{"variable": f"{task.name}.{name}", "expression": text} for name, text in task.steps if name and text]
    return {"type": "assign", "assign": assigned} if assigned else {"type": "group", "tasks": []}


def _passing(_task: Task) -> Entry:
    return {"type": "group", "tasks": []}


def _loop(task: Task) -> Entry:
    of = task.attributes
    listed = _first(of, ("List", "ListValues", "DelimitedValues", "Values"))
    numbers = [
        _first(of, names)
        for names in (("From", "LoopFrom", "StartValue"), ("To", "LoopTo", "EndValue"), ("Step", "LoopStep"))
    ]
    entry: Entry = {"type": "loop", "variable": f"{task.name}.$Counter"}
    if listed:
        delimiter = _first(of, ("Delimiter", "ListDelimiter")) or ","
        return {**entry, "items": listed, "description": f"The items stand between '{delimiter}'."}
    start, stop, step = (*numbers,)
    return {**entry, "items": f"{start or '1'} to {stop or '?'} step {step or '1'}"}


def _mail(task: Task) -> Entry:
    subject, body = _first(task.attributes, ("Subject", "EmailSubject")), _first(task.attributes, ("Body", "EmailBody"))
    return {"type": "notify", "message": "\n\n".join(part for part in (subject, body) if part) or task.name}


def _manual(task: Task) -> Entry:
    unknown = f"{task.type or 'An activity without a type'} has no counterpart in the pipeline language."
    return hand_task(task, REASONS.get(task.type, unknown))


REASONS = {
    "JobControl": "The job is controlled by BASIC code, which is not converted.",
    "BeforeSubr": "It runs a routine before the job.",
    "AfterSubr": "It runs a routine after the job.",
    "CRoutineActivity": "It runs a routine, whose BASIC code is not converted.",
    "CTerminatorActivity": "It stops the sequence and the jobs that it runs.",
    "CWaitForFileActivity": "It waits until a file is there or gone.",
}
BUILDERS: Mapping[str, Callable[[Task], Entry]] = {
    "CJobActivity": _job,
    "CExecCommandActivity": _command,
    "CUserVarsActivity": _variables,
    "CSequencer": _passing,
    "CCondition": _passing,
    START: _loop,
    "CNotificationActivity": _mail,
}


def _first(given: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((given[name].strip() for name in names if given.get(name, "").strip()), "")
