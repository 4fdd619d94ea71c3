"""Lineage of results, exports and pipelines."""

import json

import pytest


@pytest.fixture
def result(run, export, tmp_path):
    root = tmp_path / "exports"
    root.mkdir()
    (root / "copy.xml").write_bytes(export.read_bytes())
    run("convert", root, "-o", tmp_path / "out")
    return tmp_path / "out"


def columns(run, of, *more):
    code, out, err = run("lineage", of, "--format", "json", *more)
    assert (code, err) == (0, "")
    return [{**line, "file": ""} for line in json.loads(out)["columns"]]


def test_result_export_and_pipeline_have_the_same_lineage(run, result, export):
    found = columns(run, export)
    assert found
    assert found == columns(run, result) == columns(run, result / "copy") == columns(run, result / "copy/m_copy.yaml")


def test_several_are_told_together(run, result, export):
    found = columns(run, export)
    assert columns(run, export, result / "copy/m_copy.yaml") == found * 2


def test_what_a_single_file_left_is_a_result_too(run, export, tmp_path):
    run("convert", export, "-o", tmp_path / "one")
    assert columns(run, tmp_path / "one") == columns(run, export)
    assert run("report", tmp_path / "one")[:2] == run("report", tmp_path / "one" / "copy")[:2]
    other = tmp_path / "other.xml"
    other.write_bytes(export.read_bytes())
    run("convert", other, "-o", tmp_path / "one")
    assert columns(run, tmp_path / "one") == columns(run, export) * 2
    code, _, err = run("report", tmp_path / "one")
    assert (code, "holds the results of 2 exports: give one of them" in err) == (1, True)
    (tmp_path / "none").mkdir()
    code, _, err = run("lineage", tmp_path / "none")
    assert (code, "give a folder that `dataflow-ai convert` wrote" in err) == (1, True)


def test_text_names_tables_and_columns(run, export):
    code, out, _ = run("lineage", export)
    first = columns(run, export)[0]
    assert code == 0
    assert f"{first['source']}.{first['source_column']} → {first['target']}.{first['target_column']}" in out
    assert "  reads   " in out


def test_only_what_touches_a_table(run, export):
    target = columns(run, export)[0]["target"]
    assert columns(run, export, "--table", target.lower())
    assert columns(run, export, "--table", target.rpartition(".")[2])
    assert columns(run, export, "--table", "no_such") == []


def test_openlineage_goes_to_a_file(run, export, tmp_path):
    out = tmp_path / "events.json"
    assert run("lineage", export, "--format", "openlineage", "--namespace", "dwh", "-o", out)[0] == 0
    (event,) = json.loads(out.read_text())
    assert event["job"] == {"namespace": "dwh", "name": "copy.xml:m_copy", "facets": {}}
    assert event["outputs"][0]["facets"]["columnLineage"]["fields"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.yaml", b"a: [", "x.yaml"),
        ("x.xml", b"<html></html>", "HTML page"),
        ("gone.xml", None, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(run, tmp_path, name, content, sentence):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    code, _, err = run("lineage", tmp_path / name)
    assert code == 1
    assert sentence in err
    assert "Traceback" not in err
