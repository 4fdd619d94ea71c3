"""The tasks of an orchestration: planned in order and, where their pipelines are given, run by what came before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from services.cli.output import CliError, make_console, read
from services.cli.run_engine import Result
from services.pipelines.dsl.check import check_document
from services.pipelines.dsl.document import Document, load_all
from services.pipelines.dsl.errors import DocumentError
from services.pipelines.severity import Severity

SUFFIXES = (".yaml", ".yml", ".json")


class Ended(StrEnum):
    """How a task ended."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_RUN = "not run"


MET: dict[str, frozenset[Ended]] = {
    "success": frozenset({Ended.DONE}),
    "failure": frozenset({Ended.FAILED}),
    "completion": frozenset({Ended.DONE, Ended.FAILED}),
}
"""Outcome that a dependency asks for → how the task before must have ended."""


@dataclass(slots=True)
class Task:
    """One task in the order of the plan; `inside` names the group or loop that it stands in."""

    id: str
    type: str
    config: Mapping[str, Any]
    inside: str = ""
    ended: Ended = Ended.PLANNED
    reason: str = ""
    result: Result | None = None

    @property
    def conditions(self) -> str:
        """When it runs, in words."""
        how = " or " if self.config.get("join") == "any" else " and "
        links = how.join(_link(item) for item in self.before)
        parts = [f"after {links}" if links else "at the start"]
        parts += [f"when {self.config['when']}"] if "when" in self.config else []
        return ", ".join(parts)

    @property
    def before(self) -> list[dict[str, str]]:
        listed = self.config.get("depends_on") or ()
        return [item if isinstance(item, dict) else {"task": str(item)} for item in listed]


def _link(item: Mapping[str, str]) -> str:
    said = {"failure": " has failed", "completion": " has ended"}.get(item.get("outcome", ""), "")
    return f"{item['task']}{said}" + (f" if {item['condition']}" if "condition" in item else "")


@dataclass(slots=True)
class Plan:
    """The tasks in order, with the pipelines of a folder by name."""

    name: str
    tasks: list[Task]
    found: Mapping[str, tuple[Path, Document]] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def failed(self) -> bool:
        return any(task.ended == Ended.FAILED for task in self.tasks)

    @property
    def passes(self) -> bool:
        """Whether nothing is left to a person: every task was run or skipped, and every quality check has passed."""
        return all(task.ended != Ended.NOT_RUN and (task.result is None or task.result.passes) for task in self.tasks)

    def run(self, execute: Callable[[Path, Document], Result]) -> None:
        """Runs the pipelines of the tasks whose conditions are met; what is no pipeline is not run."""
        by_id = {task.id: task for task in self.tasks}
        for task in self.tasks:
            task.ended, task.reason = _hindered(task, by_id)
            if task.ended == Ended.PLANNED:
                path, document = self.found[str(task.config["pipeline"])]
                try:
                    task.result = execute(path, document)
                    task.ended = Ended.DONE
                except CliError as error:
                    task.ended, task.reason = Ended.FAILED, str(error)

    def as_dict(self, of_result: Callable[[Result], dict[str, object]]) -> dict[str, object]:
        """As plain data."""
        return {
            "orchestration": self.name,
            "run": self.folder is not None,
            "failed": self.failed,
            "passed": self.passes,
            "tasks": [
                {
                    "id": task.id,
                    "type": task.type,
                    "pipeline": task.config.get("pipeline"),
                    "inside": task.inside,
                    "when": task.conditions,
                    "ended": task.ended.value,
                    "reason": task.reason,
                    "result": of_result(task.result) if task.result else None,
                }
                for task in self.tasks
            ],
        }


def _hindered(task: Task, by_id: Mapping[str, Task]) -> tuple[Ended, str]:
    """Why a task does not run; PLANNED where nothing hinders it."""
    open_ended = [key for key in ("when",) if key in task.config]
    open_ended += [f"the condition on {item['task']}" for item in task.before if "condition" in item]
    met = [by_id[item["task"]].ended in MET[item.get("outcome", "success")] for item in task.before]
    waits = [item["task"] for item in task.before if by_id[item["task"]].ended == Ended.NOT_RUN]
    if met and not (any(met) if task.config.get("join") == "any" else all(met)):
        if waits:
            return Ended.NOT_RUN, f"it comes after {', '.join(waits)}, which was not run"
        return Ended.SKIPPED, "what it comes after ended otherwise"
    if open_ended:
        return Ended.NOT_RUN, f"{open_ended[0]} is written for the legacy tool, which alone can say it"
    if task.inside:
        return Ended.NOT_RUN, f"it stands in the loop or group '{task.inside}', which is not run"
    if task.type != "pipeline":
        return Ended.NOT_RUN, f"a task of type {task.type} is not run, only pipelines are"
    return Ended.PLANNED, ""


def plan_of(path: Path, document: Document, folder: Path | None) -> Plan:
    """The tasks of a sound orchestration in the order in which they can run. Raises CliError."""
    errors = [finding for finding in check_document(document) if finding.severity == Severity.ERROR]
    if errors:
        raise CliError(f"{path}: {errors[0].place}: {errors[0].message}.")
    tasks = list(_ordered(document.data["orchestration"]["tasks"]))
    found = _pipelines(folder) if folder is not None else {}
    wanted = [str(task.config["pipeline"]) for task in tasks if task.type == "pipeline"]
    missing = [name for name in dict.fromkeys(wanted) if name not in found]
    if folder is not None and missing:
        raise CliError(f"{path}: no file in {folder} holds the pipeline {', '.join(missing)}.")
    return Plan(document.name, tasks, found, folder)


def _ordered(listed: list[Mapping[str, Any]], inside: str = "") -> Iterator[Task]:
    """Each task after those that it depends on; those of groups and loops after the group."""
    left = {str(item["id"]): Task(str(item["id"]), str(item["type"]), item, inside) for item in listed}
    while left:
        free = [task for task in left.values() if not any(item["task"] in left for item in task.before)]
        for task in free:
            del left[task.id]
            yield task
            yield from _ordered(list(task.config.get("tasks") or ()), task.id)


def _pipelines(folder: Path) -> dict[str, tuple[Path, Document]]:
    """The pipelines of a folder's files by name. Raises CliError where a file can't be read, or a name stands twice."""
    if not folder.is_dir():
        raise CliError(f"--pipelines {folder}: is no folder.")
    found: dict[str, tuple[Path, Document]] = {}
    for path in sorted(each for each in folder.iterdir() if each.suffix in SUFFIXES):
        try:
            documents = load_all(read(path))
        except DocumentError as error:
            raise CliError(f"{path}: {error}.") from error
        for document in documents:
            if document.name in found and not document.is_orchestration:
                raise CliError(f"{path}: the pipeline {document.name} stands in {found[document.name][0]} too.")
            if not document.is_orchestration:
                found[document.name] = (path, document)
    return found


def tell_plan(plan: Plan, tell: Callable[[Result], None]) -> None:
    for task in plan.tasks:
        if task.result:
            tell(task.result)
    console = make_console()
    table = Table(box=None, padding=(0, 2), title=escape(plan.name), title_justify="left", title_style="bold")
    for head in ("", "task", "what", "runs", *(("ended",) if plan.folder else ())):
        table.add_column(head, overflow="fold")
    for number, task in enumerate(plan.tasks, 1):
        what = f"{task.type} {task.config['pipeline']}" if task.type == "pipeline" else task.type
        ended = f"{task.ended.value}: {task.reason}" if task.reason else task.ended.value
        cells = [str(number), task.id, what, task.conditions, *((ended,) if plan.folder else ())]
        table.add_row(*map(escape, cells))
    console.print(table)
    if plan.folder is None:
        console.print("Nothing was run; --pipelines DIR runs the pipelines.")
