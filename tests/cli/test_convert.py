"""Converting on this machine."""

import json

import pytest
import yaml

from benchmarks.datastage_dsx import Job
from benchmarks.datastage_dsx import export as dsx

BROKEN = b"<?xml version='1.0'?><POWERMART><REPOSITORY>"


def test_an_export_becomes_pipelines_and_a_report(run, export, tmp_path):
    code, out, err = run("convert", export, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert "copy.xml (powercenter): completed, confidence" in out
    folder = tmp_path / "out" / "copy"
    assert sorted(path.name for path in folder.iterdir()) == ["m_copy.yaml", "report.html", "report.json"]
    pipeline = yaml.safe_load((folder / "m_copy.yaml").read_text())
    assert (pipeline["name"], pipeline["dialect"]) == ("m_copy", "postgresql")
    assert json.loads((folder / "report.json").read_text())["total_objects"] == 3


def test_the_dialect_is_the_one_asked_for(run, export, tmp_path):
    assert run("convert", export, "--dialect", "snowflake", "--out", tmp_path / "out")[0] == 0
    assert yaml.safe_load((tmp_path / "out/copy/m_copy.yaml").read_text())["dialect"] == "snowflake"


def test_what_a_person_must_finish_is_exit_code_3_and_named(run, export, tmp_path):
    export.write_text(
        export.read_text().replace('TYPE="Source Qualifier" VERSIONNUMBER', 'TYPE="Mystery" VERSIONNUMBER')
    )
    code, out, _ = run("convert", export, "--out", tmp_path / "out")
    assert code == 3
    assert "failed (RELEASE_BLOCKED)" in out
    assert "m_copy/SQ_CUSTOMERS" in out


def test_one_bad_export_does_not_stop_the_others(run, export, tmp_path):
    broken = tmp_path / "broken.xml"
    broken.write_bytes(BROKEN)
    code, out, err = run("convert", broken, export, tmp_path / "missing.xml", "--out", tmp_path / "out")
    assert code == 1
    assert "copy.xml (powercenter): completed" in out
    assert f"{broken}, line 1" in err
    assert f"{tmp_path / 'missing.xml'}: cannot be read (No such file or directory)." in err
    assert "Traceback" not in err
    assert not (tmp_path / "out" / "broken").exists()


def test_exports_of_one_name_do_not_overwrite_each_other(run, export, tmp_path):
    other = tmp_path / "other" / "copy.xml"
    other.parent.mkdir()
    other.write_text(export.read_text())
    assert run("convert", export, other, "--out", tmp_path / "out")[0] == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["copy", "copy-2"]


def test_a_name_in_the_export_cannot_leave_its_folder(run, export, tmp_path):
    export.write_text(export.read_text().replace('NAME="m_copy"', 'NAME="../../m_copy"'))
    run("convert", export, "--out", tmp_path / "out" / "deep")
    written = [path for path in tmp_path.rglob("*.yaml")]
    assert [path.parent for path in written] == [tmp_path / "out" / "deep" / "copy"]


def test_a_result_that_cannot_be_written_is_a_sentence(run, export, tmp_path):
    (tmp_path / "out").write_text("a file")
    code, _, err = run("convert", export, "--out", tmp_path / "out")
    assert code == 1
    assert "cannot be written (Not a directory)." in err


@pytest.mark.parametrize("arguments", [(), ("--dialect", "cobol", "x.xml"), ("--tool", "abacus", "x.xml")])
def test_wrong_arguments_are_exit_code_2(run, arguments):
    assert run("convert", *arguments)[0] == 2


def test_a_name_too_long_for_a_file_is_shortened(run, export, tmp_path):
    export.write_text(export.read_text().replace('NAME="m_copy"', f'NAME="{"é" * 3000}"'))
    code, _, err = run("convert", export, "--out", tmp_path / "out")
    assert "Traceback" not in err
    (written,) = [path.name for path in tmp_path.rglob("*.yaml")]
    assert code in (0, 3)
    assert len(written.encode()) < 255
    assert written.startswith("é" * 80)


@pytest.mark.parametrize("command", [("convert",), ("lineage",)])
def test_a_name_does_not_command_the_terminal(run, tmp_path, command):
    job = Job("red\x1b[31m")
    job.read("in", "a", "ID:i")
    job.write("out", "a")
    path = tmp_path / "job.dsx"
    path.write_text(dsx(job.text()))
    extra = ("--out", tmp_path / "out") if command == ("convert",) else ()
    code, out, err = run(*command, path, *extra)
    assert (code, err) == (0, "")
    assert "red[31m" in out
    assert "\x1b" not in out
