"""Pipelines checked by hand: what is said of them, where, and how it ends."""

import json

import pytest

from tests.cli.test_jobs import JOB, error

GOOD = """\
name: copy
nodes:
  - id: src
    type: source
    connector: inline
    config: {rows: [[1]]}
    columns: [{name: ID, type: integer}]
  - id: out
    type: sink
    connector: csv
    depends_on: [src]
    config: {path: out.csv, mode: append}
"""
UNREAD = """\
  - id: idle
    type: transformation
    transform: sql_where
    depends_on: [src]
    config: {condition: ID > 1}
"""

CAST = """\
  - id: cast
    type: transformation
    transform: sql_expression
    depends_on: [src]
    config:
      columns: [{name: ID, expression: NO_SUCH(ID), type: integer}]
  - id: out"""


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "pipelines"
    (root / "sub").mkdir(parents=True)
    (root / "copy.yaml").write_text(GOOD)
    (root / "sub" / "copy.yml").write_text(GOOD)
    (root / "report.json").write_text("{}")
    (root / ".hidden.yaml").write_text("no")
    return root


def test_a_folder_of_pipelines_is_valid(run, folder):
    code, out, err = run("validate", folder)
    assert (code, err) == (0, "")
    assert out == "2 files, 2 valid; 2 documents, 0 errors, 0 warnings.\n"


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (GOOD.replace("path:", "pth:"), ":12:19", "Did you mean 'path'?"),
        (GOOD.replace("[src]", "[scr]"), ":11:18", "no node has the id 'scr'"),
        (GOOD.replace("name: copy\n", ""), ":1:1", "`name` is missing"),
        ("a: [1\n", ":2:1", ""),
        ("", "", "the text holds no document"),
        ("\0", "", ""),
    ],
)
def test_what_is_wrong_is_said_with_its_place(run, tmp_path, text, place, told):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    code, out, err = run("validate", path)
    assert (code, err) == (1, "")
    assert f"{path}{place}: ERROR " in out
    assert told in out
    assert "1 file, 0 valid" in out


def test_the_same_as_data(run, folder):
    bad, gone = folder / "bad.yaml", folder / "gone.yaml"
    bad.write_text(GOOD.replace("[src]", "[scr]"))
    code, out, err = run("validate", folder, gone, "--json")
    assert (code, err) == (1, "")
    data = json.loads(out)
    assert [(each["file"], each["valid"]) for each in data["files"]] == [
        (str(bad), False),
        (str(folder / "copy.yaml"), True),
        (str(folder / "sub" / "copy.yml"), True),
        (str(gone), False),
    ]
    assert "cannot be read" in data["files"][-1]["message"]
    finding = next(each for each in data["files"][0]["findings"] if each["code"] == "UNKNOWN_NODE")
    assert (finding["check"], finding["severity"], finding["node"]) == ("edge_references", "error", "out")
    assert (finding["path"], finding["line"], finding["column"]) == ("nodes[1].depends_on[0]", 11, 18)
    assert (data["total"]["files"], data["total"]["valid"], data["total"]["documents"]) == (4, 2, 3)
    assert data["total"]["errors"] == len([f for f in data["files"][0]["findings"] if f["severity"] == "error"])


def test_warnings_count_when_asked_for(run, tmp_path):
    path = tmp_path / "idle.yaml"
    path.write_text(GOOD + UNREAD)
    assert run("validate", path)[0] == 0
    code, out, _ = run("validate", path, "--strict")
    assert code == 1
    assert "WARNING UNUSED_NODE node 'idle'" in out


def test_nodes_that_a_person_has_yet_to_write_are_counted(run, tmp_path, export):
    export.write_text(
        export.read_text().replace('TYPE="Source Qualifier" VERSIONNUMBER', 'TYPE="Mystery" VERSIONNUMBER')
    )
    assert run("convert", export, "-o", tmp_path / "out")[0] == 3
    code, out, _ = run("validate", tmp_path / "out")
    assert code == 0
    assert "1 file, 1 valid" in out
    assert out.endswith(" 1 manual node left to write.\n")
    data = json.loads(run("validate", tmp_path / "out", "--json")[1])
    assert (data["files"][0]["manual"], data["total"]["manual"]) == (["sq_customers"], 1)


def test_a_pipeline_that_does_not_run_is_found_by_running_it(run, tmp_path):
    path = tmp_path / "fails.yaml"
    path.write_text(GOOD.replace("  - id: out", CAST).replace("[src]\n    config: {path", "[cast]\n    config: {path"))
    assert run("validate", path)[0] == 0
    code, out, _ = run("validate", path, "--execute")
    assert code == 1
    assert "node 'cast'" in out
    assert ", 1 run, " in out


def test_a_folder_without_pipelines_is_a_sentence(run, tmp_path):
    code, out, err = run("validate", tmp_path)
    assert (code, out) == (1, "")
    assert "holds no pipeline: no file of it ends in .yaml or .yml." in err


def answer(*checks, job=JOB):
    """ValidateJobResponse of checks (name, passed, severity)."""
    told = [
        {"name": name, "passed": passed, "severity": severity, "message": f"{name} [told]", "issues": [f"of {name}"]}
        for name, passed, severity in checks
    ]
    valid = all(check["passed"] for check in told if check["severity"] == "error")
    return 200, {"is_valid": valid, "checks": told, "job_id": job}


@pytest.mark.parametrize(
    ("checks", "options", "code", "last"),
    [
        ([("syntax", True, "error")], (), 0, "1 job, 1 valid; 0 errors, 0 warnings."),
        ([("syntax", True, "error"), ("issues", False, "warning")], (), 0, "1 job, 1 valid; 0 errors, 1 warning."),
        ([("issues", False, "warning")], ("--strict",), 1, "1 job, 1 valid; 0 errors, 1 warning."),
        ([("syntax", False, "error")], (), 1, "1 job, 0 valid; 1 error, 0 warnings."),
    ],
)
def test_a_job_is_checked_by_its_server(run, engine, checks, options, code, last):
    engine.on("POST", f"/jobs/{JOB}/validate", answer(*checks), answer(*checks))
    arguments = ("validate", JOB, "--server", engine.url, "--key", "k", *options)
    ended, out, err = run(*arguments)
    assert (ended, err, out.splitlines()[-1]) == (code, "", last)
    assert engine.requests[0][2]["authorization"] == "Bearer k"
    for name, *_ in checks:
        assert f"{name}: {name} [told]\n    of {name}\n" in out
    ended, out, _ = run(*arguments, "--json")
    found = json.loads(out)
    assert (ended, found["total"]["jobs"], found["jobs"]) == (code, 1, [answer(*checks)[1]])


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((404, error("there is no job", "JOB_NOT_FOUND")), "there is no job (JOB_NOT_FOUND)"),
        ((200, {"ok": True}), "did not answer as a Migration Engine does"),
    ],
)
def test_a_job_that_cannot_be_checked_is_a_sentence(run, engine, folder, reply, words):
    engine.on("POST", f"/jobs/{JOB}/validate", reply)
    code, out, err = run("validate", JOB, "--server", engine.url)
    assert (code, out) == (1, "")
    assert words in err
    code, _, err = run("validate", folder, JOB, "--server", engine.url)
    assert (code, "give one kind of them at once" in err) == (1, True)
