"""Orchestrations: the plan, and the pipelines run as their conditions allow."""

import json

import pytest
import yaml

from tests.cli.test_run import PIPELINE


def task(task_id, pipeline="", **more):
    kind = {"type": "pipeline", "pipeline": pipeline} if pipeline else {"type": "notify", "message": "x"}
    return {"id": task_id, **kind, **more}


@pytest.fixture
def folder(tmp_path):
    """m_good runs, m_bad fails, m_poor fails a check."""
    made = tmp_path / "pipelines"
    made.mkdir()
    bad = {**PIPELINE, "name": "m_bad", "nodes": [dict(node) for node in PIPELINE["nodes"]]}
    bad["nodes"][1] = {**bad["nodes"][1], "config": {"condition": "CAST('x' || id AS INTEGER) > 0"}}
    poor = {**PIPELINE, "name": "m_poor", "quality_checks": [{"name": "q", "type": "row_count", "min": 999}]}
    for each in ({**PIPELINE, "name": "m_good"}, bad, poor):
        (made / f"{each['name']}.yaml").write_text(yaml.safe_dump(each, sort_keys=False))
    return made


def orchestration(tmp_path, *tasks):
    path = tmp_path / "wf.yaml"
    path.write_text(yaml.safe_dump({"name": "wf_daily", "orchestration": {"tasks": list(tasks)}}, sort_keys=False))
    return path


def ended(out):
    return {each["id"]: each["ended"] for each in json.loads(out)["tasks"]}


def test_the_plan_is_in_order_and_nothing_runs(run, tmp_path):
    tasks = (
        task("last", depends_on=[{"task": "first", "outcome": "failure"}]),
        task("first", "m_good", when="$count > 1"),
    )
    code, out, err = run("run", orchestration(tmp_path, *tasks))
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["1", "first", "pipeline", "m_good", "at", "the", "start,", "when", "$count", ">", "1"] in lines
    assert ["2", "last", "notify", "after", "first", "has", "failed"] in lines
    assert "Nothing was run; --pipelines DIR runs the pipelines." in out


@pytest.mark.parametrize(
    ("tasks", "code", "expected"),
    [
        ([task("b", "m_good", depends_on=["a"]), task("a", "m_good")], 0, {"a": "done", "b": "done"}),
        ([task("a", "m_bad"), task("b", "m_good", depends_on=["a"])], 1, {"a": "failed", "b": "skipped"}),
        (
            [task("a", "m_bad"), task("b", "m_good", depends_on=[{"task": "a", "outcome": "failure"}])],
            1,
            {"a": "failed", "b": "done"},
        ),
        (
            [
                task("a", "m_bad"),
                task("b", "m_good"),
                task("c", "m_good", depends_on=["a", "b"], join="any"),
                task("d", "m_good", depends_on=["a", "b"]),
                task("e", "m_good", depends_on=[{"task": "a", "outcome": "completion"}]),
            ],
            1,
            {"a": "failed", "b": "done", "c": "done", "d": "skipped", "e": "done"},
        ),
        ([task("a", "m_poor"), task("b", "m_good", depends_on=["a"])], 3, {"a": "done", "b": "done"}),
        ([task("a"), task("b", "m_good", depends_on=["a"])], 3, {"a": "not run", "b": "not run"}),
        ([task("a", "m_good", when="$x = 1")], 3, {"a": "not run"}),
        (
            [{"id": "a", "type": "group", "tasks": [task("b", "m_good")]}, task("c", "m_good")],
            3,
            {"a": "not run", "b": "not run", "c": "done"},
        ),
    ],
)
def test_pipelines_run_as_their_conditions_allow(run, tmp_path, folder, tasks, code, expected):
    arguments = ("--pipelines", folder, "--rows", "plain", "--json")
    found, out, err = run("run", orchestration(tmp_path, *tasks), *arguments)
    assert (found, err) == (code, "")
    assert ended(out) == expected
    assert all(each["reason"] for each in json.loads(out)["tasks"] if each["ended"] not in ("done",))


def test_people_see_rows_and_endings(run, tmp_path, folder):
    tasks = [task("a", "m_good"), task("b", "m_bad")]
    code, out, _ = run("run", orchestration(tmp_path, *tasks), "--pipelines", folder, "--rows", "plain")
    assert code == 1
    assert "m_good/target: 3 rows" in out
    assert "failed: " in out


@pytest.mark.parametrize(
    ("tasks", "place", "said"),
    [
        ([task("a", "m_none")], "pipelines", "holds the pipeline m_none."),
        ([task("a", "m_good")], "nowhere", "is no folder."),
        ([task("a", "m_good", depends_on=["b"])], "pipelines", "no task beside 'a' has the id 'b'"),
    ],
)
def test_what_can_not_be_planned_is_a_sentence(run, tmp_path, folder, tasks, place, said):
    code, out, err = run("run", orchestration(tmp_path, *tasks), "--pipelines", folder.parent / place)
    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err
