"""Sequences as orchestrations: triggers, sequencers, loops, handlers, nested sequences."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.datastage_constructs import CONSTRUCTS
from benchmarks.datastage_dsx import Job, export
from benchmarks.datastage_flows import activity
from tests.migration.flows.datastage.sheet import converted


@pytest.fixture(scope="module")
def tasks() -> dict[str, dict[str, Any]]:
    done = converted(CONSTRUCTS["sequence"]())
    assert [finding.message for finding in done.structure.findings if finding.severity == "error"] == []
    flow = done.result.orchestrations[0]["orchestration"]
    assert flow["kind"] == "sequence"
    found = {task["origin"]["object"]: task for task in flow["tasks"]}
    found["handler"] = flow["handlers"][0]
    return found


def test_jobs_are_pipelines_and_sequences_are_orchestrations(tasks: dict[str, dict[str, Any]]) -> None:
    assert (tasks["Load"]["type"], tasks["Load"]["pipeline"]) == ("pipeline", "load_job")
    assert (tasks["Other"]["type"], tasks["Other"]["orchestration"]) == ("orchestration", "sequence_below")
    assert "pDay = pDay" in tasks["Load"]["description"]


def test_triggers_become_outcomes_and_conditions(tasks: dict[str, dict[str, Any]]) -> None:
    assert tasks["Vars"]["depends_on"] == [{"task": "cmd", "outcome": "success"}]
    assert tasks["Stop"]["depends_on"] == [{"task": "load", "outcome": "failure"}]
    assert tasks["Loop"]["depends_on"] == [{"task": "which", "outcome": "completion", "condition": "Vars.Count > 3"}]


def test_a_sequencer_waits_for_all_or_any(tasks: dict[str, dict[str, Any]]) -> None:
    assert [one["task"] for one in tasks["Both"]["depends_on"]] == ["load", "other"]
    assert "join" not in tasks["Both"]
    text = CONSTRUCTS["sequence"]().replace('SequencerType "all"', 'SequencerType "any"')
    flow = converted(text).result.orchestrations[0]["orchestration"]
    assert next(task for task in flow["tasks"] if task["id"] == "both")["join"] == "any"


def test_a_loop_holds_what_stands_between_its_ends(tasks: dict[str, dict[str, Any]]) -> None:
    assert (tasks["Loop"]["type"], tasks["Loop"]["items"]) == ("loop", "1 to 3 step 1")
    assert [task["id"] for task in tasks["Loop"]["tasks"]] == ["each"]
    assert "depends_on" not in tasks["Loop"]["tasks"][0]
    assert tasks["Routine"]["depends_on"] == [{"task": "loop", "outcome": "completion"}]


def test_commands_variables_and_what_has_no_counterpart(tasks: dict[str, dict[str, Any]]) -> None:
    assert tasks["Cmd"]["command"] == "ls -l #pDay#"
    assert tasks["Vars"]["assign"] == [{"variable": "Vars.Count", "expression": "Cmd.$CommandOutput + 1"}]
    assert (tasks["Routine"]["type"], tasks["Stop"]["type"]) == ("manual", "manual")
    assert "routine" in tasks["Routine"]["reason"]


def test_the_exception_handler_is_a_handler(tasks: dict[str, dict[str, Any]]) -> None:
    assert tasks["handler"]["on"] == "error"
    assert [task["type"] for task in tasks["handler"]["tasks"]] == ["notify"]


def test_trigger_numbers_are_said_to_be_read_in_the_designers_order() -> None:
    done = converted(CONSTRUCTS["sequence"]())
    assert "TRIGGER_NUMBERS" in {issue.code for issue in done.result.issues}


def test_activities_in_a_circle_are_all_there() -> None:
    job = Job("circle", "2")
    activity(job, "A", "CJobActivity", "CJSJobActivity", ["l2"], ["l1"], Jobname="a")
    activity(job, "B", "CJobActivity", "CJSJobActivity", ["l1"], ["l2"], Jobname="b")
    flow = converted(export(job.text())).result.orchestrations[0]["orchestration"]
    assert [task["id"] for task in flow["tasks"]] == ["a", "b"]


def test_a_jobs_own_code_and_the_routines_around_it_are_tasks_by_hand() -> None:
    (flow,) = converted(CONSTRUCTS["job_control_code"]()).result.orchestrations
    code, before = flow["orchestration"]["tasks"]
    assert flow["name"] == "job_control_code control"
    assert (code["type"], before["type"]) == ("manual", "manual")
    assert "DSAttachJob" in code["original"]
    assert "BASIC" in code["reason"]
    assert "before the job" in before["reason"]
