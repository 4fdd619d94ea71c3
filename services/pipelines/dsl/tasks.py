"""Checks on orchestrations: ids, dependencies, circles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.pipelines.dsl.document import Document
from services.pipelines.dsl.finding import Finding, Path, did_you_mean
from services.pipelines.severity import Severity


def check_tasks(document: Document) -> list[Finding]:
    """A finding for each task id that is used twice, dependency that names no task beside it, or circle."""
    orchestration = document.data.get("orchestration")
    if not isinstance(orchestration, dict):
        return []
    found = _check(document, orchestration.get("tasks"), ("orchestration", "tasks"))
    for index, handler in enumerate(orchestration.get("handlers") or ()):
        if isinstance(handler, dict):
            found += _check(document, handler.get("tasks"), ("orchestration", "handlers", index, "tasks"))
    return found


def _check(document: Document, listed: Any, path: Path) -> list[Finding]:
    tasks = {
        index: task for index, task in enumerate(listed if isinstance(listed, list) else ()) if isinstance(task, dict)
    }
    before = {str(task.get("id")): _dependencies(task) for task in tasks.values()}
    found: list[Finding] = []
    seen: set[str] = set()
    for index, task in tasks.items():
        task_id = str(task.get("id"))
        if task_id in seen:
            message = f"the task id '{task_id}' is used twice; rename one"
            found.append(document.finding(Severity.ERROR, "DUPLICATE_NODE", message, (*path, index, "id")))
        seen.add(task_id)
        for place, name in enumerate(_dependencies(task)):
            if name not in before:
                message = f"no task beside '{task_id}' has the id '{name}'.{did_you_mean(name, before)}"
                here = (*path, index, "depends_on", place)
                found.append(document.finding(Severity.ERROR, "UNKNOWN_NODE", message, here))
        found += _check(document, task.get("tasks"), (*path, index, "tasks"))
    circle = _circle(before)
    if circle:
        message = f"tasks wait for each other in a circle: {' → '.join(circle)}"
        found.append(document.finding(Severity.ERROR, "CYCLE", message, path))
    return found


def _dependencies(task: Mapping[str, Any]) -> list[str]:
    listed = task.get("depends_on")
    items = listed if isinstance(listed, list) else []
    return [str(item.get("task")) if isinstance(item, dict) else str(item) for item in items]


def _circle(before: Mapping[str, list[str]]) -> list[str]:
    """The tasks that wait for each other, in order; [] where none do."""
    left = dict(before)
    while True:
        free = [task for task, names in left.items() if not any(name in left for name in names)]
        if not free:
            return list(left)
        for task in free:
            del left[task]
        if not left:
            return []
