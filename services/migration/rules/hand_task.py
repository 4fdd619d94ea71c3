"""A task of a control flow that a person has to write, alike for every tool."""

from __future__ import annotations

from typing import Any

from services.migration.ast import Task

WRITE_BY_HAND = "Write this task for the scheduler that runs the pipelines."


def hand_task(task: Task, reason: str, todo: str = WRITE_BY_HAND) -> dict[str, Any]:
    """A `manual` task of an orchestration; `original` is all that the export says of it."""
    held = [f"{name}={text}" for name, text in (*task.attributes.items(), *task.steps) if text]
    return {
        "type": "manual",
        "original": f"{task.type} {task.name}\n" + "\n".join(held),
        "reason": reason,
        "todo": todo,
    }
