"""Assessments: what is told, and in which forms."""

import csv
import json

import pytest

WHY = "the transformation type 'Mystery' is not known; no language model was asked"


@pytest.fixture
def exports(tmp_path, export):
    root = tmp_path / "exports"
    root.mkdir()
    text = export.read_text()
    (root / "a.xml").write_text(text)
    (root / "b.xml").write_text(text.replace('TYPE="Source Qualifier" VERSIONNUMBER', 'TYPE="Mystery" VERSIONNUMBER'))
    return root


def test_an_assessment_answers_how_many_weeks(run, exports):
    code, out, err = run("assess", exports, "--people", 1, "--hours-per-week", 10)
    assert (code, err) == (0, "")
    assert out.index("Mystery") < out.index("weeks"), "what is not converted stands first"
    assert WHY in next(line for line in out.splitlines() if "Mystery" in line)
    assert "2 files (2 powercenter), 0 not read" in out
    # two mappings: 2 x 0.25 base, 2 x 0.5 testing, 2 x 4 integration; one object by hand, counted as a rewrite
    assert "13.5 hours: base 0.5, review 4, model 0, testing 1, integration 8" in out
    assert "1.4 weeks for 1 person, 10 hours a week each" in out
    assert not [path for path in exports.parent.rglob("*.yaml")]


def test_the_forms_agree_and_nothing_else_is_left(run, exports, tmp_path, monkeypatch):
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    code, out, _ = run("assess", exports, "--json", "--csv", "a.csv", "--html", "a.html", "--workers", 2)
    data = json.loads(out)
    assert code == 0
    assert sorted(path.name for path in work.iterdir()) == ["a.csv", "a.html"]
    rows = list(csv.DictReader((work / "a.csv").read_text().splitlines()))
    assert float(rows[0]["hours"]) == data["effort"]["total_hours"]
    page = (work / "a.html").read_text()
    assert f"{data['effort']['total_hours']:g} h" in page
    assert data["unsupported"][0]["why"] == WHY
    assert next(row for row in rows if row["record"] == "unsupported")["message"] == WHY
    assert sum(one["hours"] for one in data["issues"]) == data["effort"]["review_hours"] == 4
    assert page.count("a rule without a remark") >= 3, "every object of every file is listed"


def test_what_cannot_be_read_is_named_and_exit_code_1(run, exports):
    (exports / "c.xml").write_bytes(b"")
    code, out, _ = run("assess", exports)
    assert code == 1
    assert "EMPTY_FILE: The file is empty." in out
    assert "2 pipelines" in out


def test_no_export_is_a_sentence(run, tmp_path):
    (tmp_path / "none").mkdir()
    code, _, err = run("assess", tmp_path / "none")
    assert (code, "There is no export" in err) == (1, True)
