"""A package's control flow → tasks: containers as groups and loops, event handlers apart, one row for each kind.

Source: "Control Flow", "Precedence Constraints" and the pages of the tasks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.migration.ast import Orchestration, Task, TaskLink
from services.migration.rules.hand_task import hand_task
from services.migration.rules.names import NodeIds
from services.migration.rules.nodes import origin
from services.migration.rules.ssis.places import DIALECTS, TSQL
from services.migration.rules.ssis.task_words import REASONS, said

Entry = dict[str, Any]
EVENTS = {
    "OnError": "error",
    "OnTaskFailed": "failure",
    "OnPreExecute": "start",
    "OnPreValidate": "start",
    "OnPostExecute": "completion",
    "OnPostValidate": "completion",
    "OnInformation": "information",
    "OnWarning": "information",
    "OnProgress": "information",
    "OnVariableValueChanged": "information",
    "OnQueryCancel": "failure",
    "OnExecStatusChanged": "information",
}
"""Event of the product → of the pipeline language."""
_CALLED = re.compile(r"\s*(?:exec(?:ute)?\b|\{)", re.IGNORECASE)
_COMPUTED = "Expression:"
_HANDLER = "EventHandler:"
_TOLD_OF_LOOPS = frozenset({"Folder", "FileSpec", "VarName", "VariableName"})
"""What of an enumerator stands in a loop's items."""
_HELD = {"Variable": "variable", "FileConnection": "file"}
"""Where a mail takes its message from, other than from the task."""
_GO = re.compile(r"^\s*GO\s*(?:\d+\s*)?$", re.IGNORECASE | re.MULTILINE)


def render(item: Orchestration) -> Entry:
    """`tasks` and, where there are any, `handlers`."""
    drawing = _Drawing(item)
    found: Entry = {"tasks": drawing.tasks("")}
    handlers = drawing.handlers()
    return {**found, "handlers": handlers} if handlers else found


class _Drawing:
    def __init__(self, item: Orchestration) -> None:
        ids = NodeIds()
        self.names = {task.name: ids.new(task.name) for task in item.tasks}
        self.ids = ids
        self.inside: dict[str, list[Task]] = {}
        for task in item.tasks:
            self.inside.setdefault(task.parent, []).append(task)
        self.links: dict[str, list[TaskLink]] = {}
        for link in item.links:
            self.links.setdefault(link.to_task, []).append(link)

    def tasks(self, parent: str) -> list[Entry]:
        """The tasks of a container with all that stands in them, those waited for first; no recursion on depth."""
        drawn: dict[str, list[Entry]] = {}
        order = [parent]
        for name in order:
            order += [task.name for task in self.inside.get(name, ()) if not task.type.startswith(_HANDLER)]
        for name in reversed(order):
            own = [task for task in self.inside.get(name, ()) if not task.type.startswith(_HANDLER)]
            drawn[name] = [self._task(task, drawn.get(task.name, [])) for task in self._ordered(own)]
        return drawn[parent]

    def handlers(self) -> list[Entry]:
        found = []
        for tasks in self.inside.values():
            for task in tasks:
                if not task.type.startswith(_HANDLER):
                    continue
                entry: Entry = {"on": EVENTS.get(task.type.removeprefix(_HANDLER), "information")}
                if task.parent in self.names and not self._is_handler(task.parent):
                    entry["task"] = self.names[task.parent]
                found.append({**entry, "tasks": self.tasks(task.name)})
        return [entry for entry in found if entry["tasks"]]

    def _is_handler(self, name: str) -> bool:
        return any(t.name == name and t.type.startswith(_HANDLER) for tasks in self.inside.values() for t in tasks)

    def _ordered(self, tasks: Iterable[Task]) -> list[Task]:
        left = {task.name: task for task in tasks}
        before = {name: {link.from_task for link in self.links.get(name, ())} for name in left}
        order: list[Task] = []
        while left:
            ready = next((name for name in left if not before[name] & left.keys()), next(iter(left)))
            order.append(left.pop(ready))
        return order

    def _task(self, task: Task, inner: list[Entry]) -> Entry:
        build = BUILDERS.get(task.type, _manual)
        entry: Entry = {"id": self.names[task.name], **build(task)}
        if entry["type"] in ("group", "loop"):
            entry["tasks"] = inner
        if task.attributes.get("Description") and "description" not in entry:
            entry["description"] = task.attributes["Description"]
        told = said(task.attributes, holds_tasks=entry["type"] in ("group", "loop"))
        if told and entry["type"] != "manual":
            entry["description"] = " ".join(part for part in (entry.get("description", ""), *told) if part)
        before = [self._dependency(link) for link in self.links.get(task.name, ())]
        if before:
            entry["depends_on"] = before
        if len(before) > 1 and task.attributes.get("Join") == "any":
            entry["join"] = "any"
        _compute(entry, task)
        if task.attributes.get("Disabled"):
            entry["when"] = "FALSE"
            entry["description"] = "Disabled in SSIS: it is passed over."
        entry["origin"] = {**origin(task.name, task.type, task.origin), "tool": "ssis"}
        return entry

    def _dependency(self, link: TaskLink) -> Entry:
        found: Entry = {"task": self.names[link.from_task], "outcome": link.outcome or "success"}
        return {**found, "condition": link.condition.strip()} if link.condition.strip() else found


def _compute(entry: Entry, task: Task) -> None:
    """Properties that are computed when the task starts: whether it is disabled, and what else is said of them."""
    computed = {
        name.removeprefix(_COMPUTED): text for name, text in task.attributes.items() if name.startswith(_COMPUTED)
    }
    disable = computed.pop("Disable", "")
    if disable:
        entry["when"] = f"!({disable})"
    if computed and entry["type"] != "manual":
        listed = "; ".join(f"{name} = {text}" for name, text in computed.items())
        entry["description"] = f"{entry.get('description', '')} Computed as it starts: {listed}".strip()


def _pipeline(task: Task) -> Entry:
    if task.reference:
        return {"type": "pipeline", "pipeline": task.reference}
    return {"type": "group", "description": "A data flow without components."}


def _sequence(_task: Task) -> Entry:
    return {"type": "group"}


def _foreach(task: Task) -> Entry:
    """What the enumerator goes through: files, rows of a variable, listed items."""
    of = {
        name.removeprefix("Enumerator:"): text
        for name, text in task.attributes.items()
        if name.startswith("Enumerator:")
    }
    computed = [
        f"{name.removeprefix('Enumerator expression:')} = {text}"
        for name, text in task.attributes.items()
        if name.startswith("Enumerator expression:")
    ]
    files = "\\".join(part for part in (of.get("Folder"), of.get("FileSpec")) if part)
    variable = of.get("VarName") or of.get("VariableName")
    kind = task.attributes.get("Enumerator", "") or "items"
    listed = of.get("Value") or ", ".join(f"{name}={text}" for name, text in of.items() if text)
    items = files or variable or listed or kind
    entry: Entry = {"type": "loop", "items": items, "description": f"For each of {kind}."}
    left = {name: text for name, text in of.items() if text and text != items and f"{name}={text}" not in items}
    others = [f"{name} = {text}" for name, text in left.items()]
    told = [one for one in others if one.partition(" = ")[0] not in _TOLD_OF_LOOPS]
    if told:
        entry["description"] += f" With {', '.join(told)}."
    if computed:
        entry["description"] += f" Computed: {'; '.join(computed)}."
    if task.steps:
        entry["variable"] = task.steps[0][0]
    if len(task.steps) > 1:
        mapped = ", ".join(f"{place} → {name}" for name, place in task.steps)
        entry["description"] += f" Columns to variables: {mapped}."
    return entry


def _for(task: Task) -> Entry:
    entry: Entry = {"type": "loop"}
    if task.attributes.get("EvalExpression"):
        entry["while"] = task.attributes["EvalExpression"]
    steps = [
        f"{what}: {task.attributes[name]}"
        for name, what in (("InitExpression", "Before the first round"), ("AssignExpression", "After each round"))
        if task.attributes.get(name)
    ]
    return {**entry, "description": ". ".join(steps) + "."} if steps else entry


def _execute_sql(task: Task) -> Entry:
    text = task.steps[0][1] if task.steps else ""
    source = task.attributes.get("SourceType", "DirectInput")
    text = task.attributes.get("Held", text if source == "DirectInput" else "")
    if task.attributes.get("Expression:SqlStatementSource") or not text.strip():
        return {**_manual(task), "reason": f"Its statement is not in the task but {_where(task, source)}."}
    statements = [part.strip() for part in _GO.split(text) if part.strip()]
    if task.attributes.get("Procedure") and len(statements) == 1:
        statements = [_call(task, statements[0])]
    entry = {"type": "sql", "sql": statements if len(statements) > 1 else statements[0]}
    if task.attributes.get("Connection"):
        entry["connection"] = task.attributes["Connection"]
    known = DIALECTS.get(task.attributes.get("Connector", ""))
    entry["dialect"] = known or ("mssql" if not task.attributes.get("Connector") and TSQL.search(text) else "other")
    notes = [
        f"{name.partition(':')[2]} {'→' if name.startswith('Result:') else '←'} {value}"
        for name, value in task.attributes.items()
        if name.startswith(("Result:", "Parameter:"))
    ]
    told = [f"The statement is what the variable {task.steps[0][1]} holds."] if source == "Variable" else []
    told += ["Results and parameters: " + ", ".join(notes) + "."] if notes else []
    return {**entry, "description": " ".join(told)} if told else entry


def _where(task: Task, source: str) -> str:
    """Where a statement comes from that is not known here."""
    text = task.steps[0][1].strip() if task.steps else ""
    computed = task.attributes.get("Expression:SqlStatementSource", "")
    if computed:
        return f"computed as it starts: {computed[:400]}"
    if source == "Variable":
        held = task.attributes.get("Held:expression", "")
        return f"in the variable {text}, which {f'is computed: {held[:400]}' if held else 'is set as the package runs'}"
    return "in a file" if source == "FileConnection" else "empty"


def _call(task: Task, name: str) -> str:
    """A procedure's name as a call, with the parameters that the task maps by name."""
    names = [key.partition(":")[2] for key in task.attributes if key.startswith("Parameter:@")]
    arguments = ", ".join(f"{one} = {one}" for one in names)
    return name if _CALLED.match(name) else f"EXEC {name} {arguments}".strip()


def _execute_package(task: Task) -> Entry:
    if not task.reference:
        return _manual(task)
    given = [f"{k.partition(':')[2]} = {v}" for k, v in task.attributes.items() if k.startswith("Parameter:")]
    entry: Entry = {"type": "orchestration", "orchestration": task.reference}
    return {**entry, "description": "Parameters: " + ", ".join(given) + "."} if given else entry


def _expression(task: Task) -> Entry:
    assigned = [{"variable": name, "expression": text} for name, text in task.steps if name and text]
    return {"type": "assign", "assign": assigned} if assigned else _manual(task)


def _process(task: Task) -> Entry:
    commands = [text for _, text in task.steps if text.strip()]
    return {"type": "script", "command": commands[0], "shell": "cmd"} if commands else _manual(task)


def _mail(task: Task) -> Entry:
    parts = [task.attributes.get("Subject", ""), *(text for _, text in task.steps)]
    entry: Entry = {"type": "notify", "message": "\n\n".join(part for part in parts if part.strip()) or task.name}
    held = _HELD.get(task.attributes.get("SourceType", ""))
    if held is None or not task.steps:
        return entry
    name = task.attributes.get("Connection") or task.steps[0][1]
    return {**entry, "message": parts[0] or task.name, "description": f"Its message is what the {held} {name} holds."}


def _manual(task: Task) -> Entry:
    return hand_task(task, REASONS.get(task.type, f"A {task.type} has no counterpart in the pipeline language."))


BUILDERS: Mapping[str, Callable[[Task], Entry]] = {
    "Pipeline": _pipeline,
    "Sequence": _sequence,
    "ForEachLoop": _foreach,
    "ForLoop": _for,
    "ExecuteSQLTask": _execute_sql,
    "ExecutePackageTask": _execute_package,
    "ExpressionTask": _expression,
    "ExecuteProcess": _process,
    "SendMailTask": _mail,
}
