"""Workflows as orchestration documents."""

from __future__ import annotations

from typing import Any

import pytest

from services.migration.ast import Orchestration, Parameter, Task, TaskLink
from services.migration.rules import control_flow
from services.migration.rules.tasks_by_hand import tasks_by_hand
from services.pipelines.dsl.document import dump
from services.pipelines.structure import validate_structure
from tests.migration.rules.build import HERE


def converted(*tasks: Task, links: tuple[TaskLink, ...] = (), **more: Any) -> list[dict[str, Any]]:
    item = Orchestration("wf_load", "workflow", "FOLDER", HERE, (Task("Start", "Start", HERE), *tasks), links, **more)
    document = control_flow.document(
        item, tool="powercenter", file="test.xml", generated_at="2026-01-01T00:00:00Z", generator="test"
    )
    assert not validate_structure(dump(document)).errors
    return [{k: v for k, v in task.items() if k != "origin"} for task in document["orchestration"]["tasks"]]


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (Task("s_A", "Session", HERE, "m_a"), {"id": "s_a", "type": "pipeline", "pipeline": "m_a"}),
        (Task("wl", "Worklet", HERE, "wl_x"), {"id": "wl", "type": "orchestration", "orchestration": "wl_x"}),
        (
            Task("cmd", "Command", HERE, steps=(("one", "cp a b"), ("two", "rm a"))),
            {"id": "cmd", "type": "script", "command": "cp a b\nrm a"},
        ),
        (
            Task("as", "Assignment", HERE, steps=(("$$X", "$$X + 1"),)),
            {"id": "as", "type": "assign", "assign": [{"variable": "$$X", "expression": "$$X + 1"}]},
        ),
        (
            Task("mail", "Email", HERE, attributes={"Email Subject": "Done", "Email Text": "All rows"}),
            {"id": "mail", "type": "notify", "message": "Done\n\nAll rows"},
        ),
        (
            Task("off", "Session", HERE, "m_a", attributes={"ISENABLED": "NO"}),
            {
                "id": "off",
                "type": "pipeline",
                "pipeline": "m_a",
                "description": "Disabled in PowerCenter: it is passed over.",
                "when": "FALSE",
            },
        ),
    ],
)
def test_task(task: Task, expected: dict[str, Any]) -> None:
    assert converted(task, links=(TaskLink("Start", task.name),)) == [expected]


@pytest.mark.parametrize("kind", ["Session", "Command", "Assignment", "Decision"])
def test_a_task_whose_definition_is_missing_says_so(kind: str) -> None:
    (found,) = converted(Task("t", kind, HERE))
    assert found["reason"] == "The export does not hold its definition, or nothing stands in it."
    assert found["todo"].startswith("Export the workflow again")


def test_every_task_left_by_hand_is_an_issue() -> None:
    tasks = [{"type": "manual", "id": "b", "reason": "B.", "todo": "Write b."}]
    document = {
        "name": "p",
        "orchestration": {
            "tasks": [
                {"type": "manual", "id": "a", "reason": "A.", "todo": "Write a.", "origin": {"object": "A", "line": 7}},
                {"type": "sequence", "id": "s", "tasks": tasks},
                {"type": "script", "id": "c", "command": "x"},
            ],
            "handlers": [{"event": "failure", "tasks": tasks}],
        },
    }
    found = [(issue.object, issue.message, issue.remedy) for issue in tasks_by_hand(document)]
    assert found[0] == ("A", "The task A of p was not converted: A.", "Write a.")
    assert [name for name, _, _ in found] == ["A", "b", "b"]


def test_a_task_without_counterpart_is_manual() -> None:
    (found,) = converted(Task("wait", "Event Wait", HERE, attributes={"Filewatch Event": "/in/ready"}))
    assert found["type"] == "manual"
    assert "/in/ready" in found["original"]
    assert "Event Wait" in found["reason"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", {"task": "a", "outcome": "completion"}),
        ("$a.Status = SUCCEEDED", {"task": "a", "outcome": "success"}),
        ("$a.Status=failed", {"task": "a", "outcome": "failure"}),
        ("$a.TgtSuccessRows > 0", {"task": "a", "outcome": "completion", "condition": "$a.TgtSuccessRows > 0"}),
    ],
)
def test_link(condition: str, expected: dict[str, str]) -> None:
    tasks = (Task("a", "Session", HERE, "m_a"), Task("b", "Session", HERE, "m_b"))
    found = converted(*tasks, links=(TaskLink("Start", "a"), TaskLink("a", "b", condition)))
    assert found[1]["depends_on"] == [expected]


def test_two_links_join_as_the_task_says() -> None:
    tasks = (
        Task("a", "Session", HERE, "m_a"),
        Task("b", "Session", HERE, "m_b"),
        Task("c", "Session", HERE, "m_c", attributes={"TREAT_INPUTLINK_AS_AND": "NO"}),
    )
    found = converted(*tasks, links=(TaskLink("a", "c"), TaskLink("b", "c")))
    assert (found[2]["join"], [d["task"] for d in found[2]["depends_on"]]) == ("any", ["a", "b"])


def test_commands_of_a_session_become_tasks_around_it() -> None:
    steps = (("Pre-session command: get", "get file"), ("Post-session failure command: call", "call help"))
    found = converted(
        Task("a", "Session", HERE, "m_a"),
        Task("s", "Session", HERE, "m_s", steps=steps),
        links=(TaskLink("a", "s", "$a.Status = SUCCEEDED"),),
    )
    before, session, after = found[1:]
    assert (before["command"], before["depends_on"]) == ("get file", [{"task": "a", "outcome": "success"}])
    assert session["depends_on"] == [{"task": before["id"], "outcome": "success"}]
    assert (after["command"], after["depends_on"]) == ("call help", [{"task": "s", "outcome": "failure"}])


def test_variables_keep_their_names() -> None:
    item = Orchestration(
        "w",
        "worklet",
        "F",
        HERE,
        variables=(
            Parameter("$$RUN", "date/time", default="12/31/2025 00:00:00"),
            Parameter("$$N", "integer", default="3"),
        ),
    )
    document = control_flow.document(item, tool="powercenter", file="f", generated_at="x", generator="t")
    assert document["orchestration"]["variables"] == [
        {"name": "RUN", "origin": "$$RUN", "type": "timestamp", "default": "2025-12-31 00:00:00"},
        {"name": "N", "origin": "$$N", "type": "integer", "default": "3"},
    ]


def test_tasks_stand_after_those_they_wait_for() -> None:
    tasks = tuple(Task(name, "Session", HERE, f"m_{name}") for name in "cba")
    found = converted(*tasks, links=(TaskLink("Start", "a"), TaskLink("a", "b"), TaskLink("b", "c")))
    assert [task["id"] for task in found] == ["a", "b", "c"]
