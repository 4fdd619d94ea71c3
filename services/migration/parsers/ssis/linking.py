"""The packages of an archive together: tasks that execute another package name its control flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from services.migration.ast import Orchestration, Problem, Task, WorkflowAST
from services.migration.parsers.companions import Companions, parts_alike
from services.migration.parsers.ssis.project import around, shared
from services.migration.parsers.ssis.raw import unique

EXECUTES = "ExecutePackageTask"
Children = dict[str, list[tuple[str, str]]]
"""File name without its ending in lower case → path of each such package, name of its control flow."""


def linked(parts: Sequence[WorkflowAST], places: Sequence[tuple[str, Companions]]) -> list[WorkflowAST]:
    """The parts with their references resolved, before them what their projects share.

    `places`: path of each part's package, and the files beside it.
    """
    taken: set[str] = set()
    named = [_named(part, taken) for part in parts]
    projects = [around(path, companions) for path, companions in places]
    children: Children = {}
    for part, (path, _) in zip(named, places, strict=True):
        for flow in part.orchestrations:
            children.setdefault(PurePosixPath(path).stem.lower(), []).append((path, flow.name))
    whole = [_resolved(part, path, children) for part, (path, _) in zip(named, places, strict=True)]
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


def _resolved(part: WorkflowAST, path: str, children: Children) -> WorkflowAST:
    problems: list[Problem] = []
    flows = tuple(_flow(flow, path, children, problems) for flow in part.orchestrations)
    return replace(part, orchestrations=flows, problems=(*part.problems, *problems))


def _flow(flow: Orchestration, path: str, children: Children, problems: list[Problem]) -> Orchestration:
    tasks = []
    for task in flow.tasks:
        child = _child(task, path, children)
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


def _child(task: Task, path: str, children: Children) -> str | None:
    """The control flow that a task executes: by the folders of the path that it states, else the nearest one of that
    file name; None where two are as near."""
    if task.type != EXECUTES or not task.reference:
        return None
    stated = [part for part in task.attributes.get("Path", "").lower().replace("\\", "/").split("/") if part][:-1]
    same = children.get(task.reference.replace("\\", "/").rpartition("/")[2].lower(), [])
    ranked = sorted(((_fit(child, path, stated), name) for child, name in same), reverse=True)
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        return None
    return ranked[0][1] if ranked else None


def _fit(child: str, path: str, stated: list[str]) -> tuple[int, int, int]:
    """How well a package's folders fit: those that the task states, from the last; those of its own package."""
    folders, own = child.lower().split("/")[:-1], path.lower().split("/")[:-1]
    return parts_alike(folders[::-1], stated[::-1]), parts_alike(folders, own), -len(folders)
