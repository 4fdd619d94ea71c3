"""Reports without a server: of a batch, of one result, of an export."""

import csv
import io
import json

import pytest


@pytest.fixture
def batch(run, export, tmp_path):
    root = tmp_path / "exports"
    root.mkdir()
    (root / "a.xml").write_bytes(export.read_bytes())
    (root / "broken.xml").write_bytes(b"<POWERMART>")
    run("convert", root, "-o", tmp_path / "out")
    return tmp_path / "out"


def test_a_batch_has_its_report_beside_it_and_on_request(run, batch, tmp_path):
    beside = json.loads((batch / "report.json").read_text())
    code, out, _ = run("report", batch)
    data = json.loads(out)
    assert code == 0
    assert data["totals"] == beside["totals"]
    assert [each["file"] for each in data["files"]] == ["a.xml", "broken.xml"]
    assert run("report", batch, "-o", tmp_path / "batch.html", "--people", 3)[0] == 0
    page = (tmp_path / "batch.html").read_text()
    assert "3 people" in page
    assert "SQ_CUSTOMERS" in page
    rows = list(csv.DictReader(io.StringIO(run("report", batch, "--format", "csv")[1])))
    assert rows[0]["objects"] == str(data["totals"]["objects"])
    assert (batch / "report.csv").exists()
    assert (batch / "report.html").exists()


def test_one_result_and_an_export_have_the_same_numbers(run, batch, export, tmp_path):
    stored = json.loads(run("report", batch / "a")[1])
    made = json.loads(run("report", export)[1])
    names = ("total_objects", "auto_converted", "overall_confidence", "effort", "lineage")
    assert [stored[name] for name in names] == [made[name] for name in names]
    assert run("report", export, "-o", tmp_path / "one.html")[0] == 0
    page = (tmp_path / "one.html").read_text()
    assert "Original beside result" in page
    assert "<svg" in page
    assert "transform: " in page
    assert run("report", batch / "a", "-o", tmp_path / "stored.html")[0] == 0
    assert "Original beside result" in (tmp_path / "stored.html").read_text()


def test_what_is_neither_here_nor_a_job_is_a_sentence(run):
    code, _, err = run("report", "nosuch", "--server", "http://127.0.0.1:1")
    assert code == 1
    assert err.startswith("There is no folder or file 'nosuch': give a folder")


@pytest.mark.parametrize("content", [None, b"[", b"[1]", b'{"job_id": 1}'])
def test_what_is_no_report_is_a_sentence(run, tmp_path, content):
    folder = tmp_path / "some"
    folder.mkdir()
    if content is not None:
        (folder / "report.json").write_bytes(content)
    code, _, err = run("report", folder)
    assert code == 1
    assert str(folder) in err
    assert "Traceback" not in err


def test_an_export_that_cannot_be_read_is_a_sentence(run, tmp_path):
    (tmp_path / "x.xml").write_bytes(b"<html></html>")
    code, _, err = run("report", tmp_path / "x.xml")
    assert (code, "HTML page" in err) == (1, True)
