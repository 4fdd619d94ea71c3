"""What a person has to write of a control flow: every task that became `manual`, as an issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.migration.ast import Origin
from services.migration.conversion import Issue
from services.pipelines.severity import Severity

CODE = "MANUAL_TASK"


def tasks_by_hand(document: Mapping[str, Any]) -> Iterator[Issue]:
    """One issue for each manual task of an orchestration document, those in containers and handlers too."""
    flow = document["orchestration"]
    for listed in (flow.get("tasks", ()), *(handler.get("tasks", ()) for handler in flow.get("handlers", ()))):
        yield from _in(document["name"], listed)


def _in(flow: str, tasks: list[Mapping[str, Any]]) -> Iterator[Issue]:
    for task in tasks:
        if task["type"] == "manual":
            where = task.get("origin", {})
            name = where.get("object", task["id"])
            yield Issue(
                Severity.WARNING,
                CODE,
                f"The task {name} of {flow} was not converted: {task['reason']}",
                task["todo"],
                object=name,
                origin=Origin(where.get("file", ""), where.get("line", 0), name),
            )
        yield from _in(flow, task.get("tasks", ()))
