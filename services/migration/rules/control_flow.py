"""Workflows and worklets → orchestration documents.

A link without a condition lets the next task run whatever came of the one before; `$s_x.Status = SUCCEEDED` makes it
wait for success. A disabled task is passed over. Source: PowerCenter Workflow Basics Guide, "Workflow Links".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from services.migration.ast import Orchestration, Task, TaskLink
from services.migration.rules.datastage import sequences
from services.migration.rules.hand_task import WRITE_BY_HAND, hand_task
from services.migration.rules.names import NodeIds
from services.migration.rules.nodes import origin
from services.migration.rules.ssis import packages
from services.pipelines import types

Entry = dict[str, Any]

RENDERERS: Mapping[str, Callable[[Orchestration], Entry]] = {
    "ssis": packages.render,
    "datastage": sequences.render,
}
"""Tools whose control flow has containers and handlers of its own: tool → `tasks` and `handlers`."""

STATUS = re.compile(r"\s*\$(?P<task>.+?)\.(?:Prev\w*)?Status\s*=\s*(?P<status>SUCCEEDED|FAILED)\s*", re.IGNORECASE)
OUTCOMES = {"SUCCEEDED": "success", "FAILED": "failure"}
EXPORT_AGAIN = "Export the workflow again with all that it refers to, or write this task for the scheduler."


def document(item: Orchestration, *, tool: str, file: str, generated_at: str, generator: str) -> Entry:
    """The orchestration document of one workflow or worklet."""
    flow: Entry = {"kind": item.kind}
    if item.variables:
        flow["variables"] = [_variable(v.name, v.datatype, v.default) for v in item.variables]
    render = RENDERERS.get(tool)
    flow.update(render(item) if render else {"tasks": _tasks(item)})
    flow["origin"] = {**origin(item.name, item.kind.capitalize(), item.origin), "tool": tool}
    return {
        "name": item.name,
        "version": "1",
        "orchestration": flow,
        "metadata": {
            "generated_at": generated_at,
            "generator": generator,
            "source_tool": tool,
            "source_file": file,
            "source_object": item.name,
            "source_folder": item.folder,
            **({"tags": dict(item.attributes)} if item.attributes else {}),
        },
    }


def _variable(name: str, datatype: str, default: str | None) -> Entry:
    bare = re.sub(r"\W", "_", name.lstrip("$")) or "variable"
    found: Entry = {"name": bare if not bare[0].isdigit() else f"v_{bare}", "origin": name}
    found["type"] = types.canonical(datatype) or "string"
    if default is None:
        return found
    value = types.iso_date(default) if types.kind(found["type"]) == "date" else default
    return {**found, "default": value}


def _tasks(item: Orchestration) -> list[Entry]:
    ids = NodeIds()
    starts = {task.name for task in item.tasks if task.type == "Start"}
    named = {task.name: ids.new(task.name) for task in item.tasks if task.name not in starts}
    links: dict[str, list[TaskLink]] = {}
    for link in item.links:
        links.setdefault(link.to_task, []).append(link)
    entries: list[Entry] = []
    for task in _in_order(item):
        if task.name in starts:
            continue
        entry: Entry = {"id": named[task.name], **BUILDERS.get(task.type, _manual)(task)}
        before = [_dependency(link, named) for link in links.get(task.name, ()) if link.from_task in named]
        conditions = [
            link.condition for link in links.get(task.name, ()) if link.from_task in starts and link.condition
        ]
        entry["origin"] = origin(task.name, task.type, task.origin)
        _wire(entry, task, before, conditions)
        entries.extend(_with_commands(entry, task, ids))
    return entries


def _in_order(item: Orchestration) -> list[Task]:
    """Tasks after those they wait for, otherwise as the export lists them."""
    before = {task.name: {link.from_task for link in item.links if link.to_task == task.name} for task in item.tasks}
    left = {task.name: task for task in item.tasks}
    order: list[Task] = []
    while left:
        ready = next((name for name in left if not before[name] & left.keys()), next(iter(left)))
        order.append(left.pop(ready))
    return order


def _wire(entry: Entry, task: Task, before: list[Entry], conditions: list[str]) -> None:
    if before:
        entry["depends_on"] = before
    if len(before) > 1 and task.attributes.get("TREAT_INPUTLINK_AS_AND", "YES").upper() == "NO":
        entry["join"] = "any"
    if task.attributes.get("ISENABLED", "YES").upper() == "NO":
        conditions = ["FALSE"]
        entry["description"] = "Disabled in PowerCenter: it is passed over."
    if conditions:
        entry["when"] = " AND ".join(f"({text})" for text in conditions) if len(conditions) > 1 else conditions[0]


def _dependency(link: TaskLink, named: Mapping[str, str]) -> Entry:
    found: Entry = {"task": named[link.from_task]}
    match = STATUS.fullmatch(link.condition)
    if match and match.group("task") == link.from_task:
        return {**found, "outcome": OUTCOMES[match.group("status").upper()]}
    found["outcome"] = "completion"
    return {**found, "condition": link.condition.strip()} if link.condition.strip() else found


def _session(task: Task) -> Entry:
    if not task.reference:
        return _manual(task)
    given = {name.lstrip("$"): value for name, value in task.values}
    return {"type": "pipeline", "pipeline": task.reference, **({"parameters": given} if given else {})}


def _worklet(task: Task) -> Entry:
    return {"type": "orchestration", "orchestration": task.reference or task.name}


def _command(task: Task) -> Entry:
    return _script([text for _, text in task.steps]) if task.steps else _manual(task)


def _script(commands: list[str]) -> Entry:
    return {"type": "script", "command": "\n".join(commands)}


def _assignment(task: Task) -> Entry:
    assigned = [{"variable": name, "expression": text} for name, text in task.steps if name and text]
    return {"type": "assign", "assign": assigned} if assigned else _manual(task)


def _decision(task: Task) -> Entry:
    condition = next((text for name, text in task.attributes.items() if "Decision" in name and text), "")
    if not condition:
        return _manual(task)
    return {"type": "assign", "assign": [{"variable": f"${task.name}.Condition", "expression": condition}]}


def _email(task: Task) -> Entry:
    subject, text = task.attributes.get("Email Subject", ""), task.attributes.get("Email Text", "")
    return {"type": "notify", "message": "\n\n".join(part for part in (subject, text) if part) or task.name}


def _manual(task: Task) -> Entry:
    unknown = f"{task.type or 'A task without a type'} has no counterpart in the pipeline language."
    todo = EXPORT_AGAIN if task.type in DEFINED_APART else WRITE_BY_HAND
    return hand_task(task, REASONS.get(task.type, unknown), todo)


DEFINED_APART = ("Session", "Command", "Assignment", "Decision")
"""Kinds that are converted, unless what they do is not in the export."""
REASONS = {
    **dict.fromkeys(DEFINED_APART, "The export does not hold its definition, or nothing stands in it."),
    "Event Wait": "Event Wait: it waits until a file is there or an event is raised.",
    "Event Raise": "Event Raise: it raises an event that others wait for.",
    "Timer": "Timer: it waits until a moment or for a time.",
    "Control": "Control: it stops, aborts or fails the workflow or what it stands in.",
}

BUILDERS: dict[str, Callable[[Task], Entry]] = {
    "Session": _session,
    "Worklet": _worklet,
    "Command": _command,
    "Assignment": _assignment,
    "Decision": _decision,
    "Email": _email,
}


def _with_commands(entry: Entry, task: Task, ids: NodeIds) -> list[Entry]:
    """A session with the commands it runs before and after itself as tasks of their own."""
    if task.type != "Session" or not task.steps:
        return [entry]
    earlier: list[Entry] = []
    later: list[Entry] = []
    for name, text in task.steps:
        made = _step(entry, task, name, text, ids)
        if name.lower().startswith("pre"):
            made.update({key: entry[key] for key in ("depends_on", "join", "when") if key in entry and not earlier})
            if earlier:
                made["depends_on"] = [{"task": earlier[-1]["id"], "outcome": "success"}]
            earlier.append(made)
        else:
            failed = "failure" in name.lower()
            made["depends_on"] = [{"task": entry["id"], "outcome": "failure" if failed else "success"}]
            later.append(made)
    if earlier:
        entry = {**entry, "depends_on": [{"task": earlier[-1]["id"], "outcome": "success"}]}
        entry.pop("join", None)
    return [*earlier, entry, *later]


def _step(entry: Entry, task: Task, name: str, text: str, ids: NodeIds) -> Entry:
    kind, _, label = name.partition(":")
    where = origin(f"{task.name}.{label.strip() or kind}", kind.strip(), task.origin)
    body: Entry = (
        {"type": "assign", "assign": [{"variable": label.strip(), "expression": text}]}
        if "assignment" in kind.lower() and label.strip()
        else _script([text])
    )
    return {
        "id": ids.new(f"{entry['id']}__{kind}"),
        **body,
        "description": f"{kind.strip()} of {task.name}.",
        "origin": where,
    }
