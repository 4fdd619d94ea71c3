"""The packages of an archive together: tasks that execute another package name its control flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from services.migration.ast import Orchestration, Problem, Task, WorkflowAST
from services.migration.parsers.companions import Companions
from services.migration.parsers.ssis.project import around, shared
from services.migration.parsers.ssis.raw import unique

EXECUTES = "ExecutePackageTask"
Children = dict[tuple[str, str], str]
"""(folder of the project, file name without its ending in lower case) → name of the control flow."""


def linked(parts: Sequence[WorkflowAST], places: Sequence[tuple[str, Companions]]) -> list[WorkflowAST]:
    """The parts with their references resolved, before them what their projects share.

    `places`: path of each part's package, and the files beside it.
    """
    taken: set[str] = set()
    named = [_named(part, taken) for part in parts]
    projects = [around(path, companions) for path, companions in places]
    children: Children = {}
    for part, project, (path, _) in zip(named, projects, places, strict=True):
        for flow in part.orchestrations:
            children.setdefault((project.folder, PurePosixPath(path).stem.lower()), flow.name)
    whole = [_resolved(part, project.folder, children) for part, project in zip(named, projects, strict=True)]
    own = {id(project): project for project in projects if not project.is_empty}
    return [*(shared(project) for project in own.values()), *whole]


def _named(part: WorkflowAST, taken: set[str]) -> WorkflowAST:
    """The package's control flow under a name of its own: two packages may call themselves alike."""
    stem = PurePosixPath(part.file).stem
    flows = tuple(
        replace(flow, name=unique(flow.name if flow.name.lower() not in taken else stem, taken))
        for flow in part.orchestrations
    )
    return replace(part, orchestrations=flows)


def _resolved(part: WorkflowAST, folder: str, children: Children) -> WorkflowAST:
    problems: list[Problem] = []
    flows = tuple(_flow(flow, folder, children, problems) for flow in part.orchestrations)
    return replace(part, orchestrations=flows, problems=(*part.problems, *problems))


def _flow(flow: Orchestration, folder: str, children: Children, problems: list[Problem]) -> Orchestration:
    tasks = []
    for task in flow.tasks:
        child = _child(task, folder, children)
        if task.type == EXECUTES and task.reference and child is None and "@" not in task.reference:  # not computed
            problems.append(
                Problem(
                    "warning",
                    "MISSING_PACKAGE",
                    f"The task {task.name} executes the package {task.reference}, which the archive does not hold; "
                    "add it and convert again, or convert it by itself.",
                    task.origin,
                )
            )
        tasks.append(replace(task, reference=child) if child else task)
    return replace(flow, tasks=tuple(tasks))


def _child(task: Task, folder: str, children: Children) -> str | None:
    """The control flow that a task executes: of its own project, else the only one of that file name."""
    if task.type != EXECUTES or not task.reference:
        return None
    name = task.reference.replace("\\", "/").rpartition("/")[2].lower()
    if (folder, name) in children:
        return children[folder, name]
    same = [flow for (_, stem), flow in children.items() if stem == name]
    return same[0] if len(same) == 1 else None
