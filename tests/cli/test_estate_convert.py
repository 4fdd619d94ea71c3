"""Folders converted: the tree, what is done again, what fails, how it ends."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from services.cli import estate_manifest
from services.cli.estate_find import Export, folders
from tests.cli.conftest import hear_interrupts
from tests.migration.archives.macros import caller, split
from tests.migration.archives.packed import packed
from tests.migration.parsers.ssis.test_configurations import config, configured

FIELDS = ["file", "tool", "status", "confidence", "objects", "by_rule", "by_model", "manual", "issues", "seconds"]


@pytest.fixture
def estate(tmp_path, export):
    """A folder of exports: two of one base name, one below, one broken, and a file that is none."""
    root = tmp_path / "exports"
    (root / "sales" / "daily").mkdir(parents=True)
    (root / ".git").mkdir()
    data = export.read_bytes()
    for name in ("copy.xml", "sales/copy.xml", "sales/daily/Copy of load.xml", ".git/copy.xml"):
        (root / name).write_bytes(data)
    (root / "copy.zip").write_bytes(packed({"copy.xml": data}))
    (root / "broken.xml").write_bytes(b"<?xml version='1.0'?><POWERMART><REPOSITORY>")
    (root / "notes.md").write_text("no export")
    return root


def converted(run, *arguments):
    code, out, err = run("convert", *arguments, "--json", "--workers", 2)
    return code, json.loads(out), err


def test_what_cannot_be_read_is_listed_first_and_the_counts_agree(run, estate, export, tmp_path):
    blocked = export.read_text().replace('TYPE="Source Qualifier" VERSIONNUMBER', 'TYPE="Mystery" VERSIONNUMBER')
    (estate / "a.xml").write_text(blocked)
    code, out, _ = run("convert", estate, "-o", tmp_path / "out", "--workers", 2)
    listed = [line.split()[0] for line in out.splitlines() if " failed " in line and line.startswith("  ")]
    assert (code, listed) == (1, ["broken.xml", "a.xml"])
    assert "TRUNCATED_XML" in out
    assert "2 failed (1 not converted, 1 to finish by hand)" in out


def test_the_tree_of_the_result_is_that_of_the_input(run, estate, tmp_path):
    out = tmp_path / "out"
    code, answer, err = converted(run, estate, "-o", out)
    assert (code, err) == (1, "")
    assert {str(path.relative_to(out)) for path in out.rglob("*.yaml")} == {
        "copy/m_copy.yaml",
        "copy.zip/m_copy.yaml",
        "sales/copy/m_copy.yaml",
        "sales/daily/Copy_of_load/m_copy.yaml",
    }
    files = {each["file"]: each for each in answer["files"]}
    assert list(files) == ["broken.xml", "copy.xml", "copy.zip", "sales/copy.xml", "sales/daily/Copy of load.xml"]
    assert all(set(FIELDS) <= set(each) for each in files.values())
    broken, copy = files["broken.xml"], files["copy.xml"]
    assert (broken["status"], broken["reason"], broken["objects"]) == ("failed", "TRUNCATED_XML", 0)
    assert "line 1" in broken["message"]
    assert (copy["tool"], copy["status"], copy["objects"], copy["by_rule"]) == ("powercenter", "completed", 3, 3)
    total = answer["total"]
    assert (total["files"], total["failed"], total["completed"], total["objects"]) == (5, 1, 4, 12)
    assert total["by_rule"] + total["by_model"] + total["manual"] == total["objects"]
    assert not (out / ".parts").exists()


def test_only_what_has_changed_is_converted_again(run, estate, tmp_path, monkeypatch):
    out = tmp_path / "out"
    converted(run, estate, "-o", out)
    stamps = {path: path.stat().st_mtime_ns for path in out.rglob("*.yaml")}
    assert converted(run, estate, "-o", out)[1]["total"]["unchanged"] == 5
    assert stamps == {path: path.stat().st_mtime_ns for path in out.rglob("*.yaml")}

    changed = estate / "sales" / "copy.xml"
    changed.write_text(changed.read_text().replace('NAME="m_copy"', 'NAME="m_other"'))
    (out / "copy" / "m_copy.yaml").unlink()
    files = converted(run, estate, "-o", out)[1]["files"]
    assert [each["file"] for each in files if not each["unchanged"]] == ["copy.xml", "sales/copy.xml"]
    assert [path.name for path in (out / "sales" / "copy").glob("*.yaml")] == ["m_other.yaml"]

    assert converted(run, estate, "-o", out, "--dialect", "snowflake")[1]["total"]["unchanged"] == 0
    monkeypatch.setattr(estate_manifest, "engine_version", lambda: "next")
    assert converted(run, estate, "-o", out, "--dialect", "snowflake")[1]["total"]["unchanged"] == 0


def test_a_result_that_is_under_the_input_is_not_converted(run, estate):
    converted(run, estate, "-o", estate / "out")
    code, answer, _ = converted(run, estate, "-o", estate / "out")
    assert (code, answer["total"]["files"]) == (1, 5)


def test_an_export_that_takes_too_long_is_set_aside(run, estate, tmp_path):
    code, answer, _ = converted(run, estate / "copy.xml", "-o", tmp_path / "out", "--timeout", "0.002")
    assert code == 1
    (only,) = answer["files"]
    assert (only["status"], only["reason"]) == ("failed", "TIMEOUT")
    code, answer, _ = converted(run, estate / "copy.xml", "-o", tmp_path / "out")
    assert (code, answer["files"][0]["status"]) == (0, "completed")


def test_a_macro_of_the_folder_is_taken_in(run, tmp_path):
    root = tmp_path / "flows"
    (root / "macros").mkdir(parents=True)
    (root / "flow.yxmd").write_bytes(caller("macros\\split.yxmc"))
    (root / "macros" / "split.yxmc").write_bytes(split())
    code, answer, _ = converted(run, root, "-o", tmp_path / "out")
    assert (code, [(each["file"], each["manual"]) for each in answer["files"]]) == (0, [("flow.yxmd", 0)])
    (document,) = (tmp_path / "out" / "flow").glob("*.yaml")
    assert not [node for node in yaml.safe_load(document.read_text())["nodes"] if node.get("transform") == "manual"]

    (root / "macros" / "split.yxmc").write_bytes(split().replace(b"</AlteryxDocument>", b"\n</AlteryxDocument>"))
    assert converted(run, root, "-o", tmp_path / "out")[1]["total"]["unchanged"] == 0


def test_a_configuration_of_the_folder_is_taken_in(run, tmp_path):
    root = tmp_path / "packages"
    root.mkdir()
    (root / "load.dtsx").write_bytes(configured())
    (root / "prod.dtsConfig").write_bytes(config(FOLDER="E:/prod"))
    converted(run, root, "-o", tmp_path / "out")
    assert "E:/prod" in (tmp_path / "out" / "load" / "pkg.orchestration.yaml").read_text()


def test_what_is_blocked_is_exit_code_3_and_told_in_a_table(run, estate, tmp_path):
    (estate / "broken.xml").unlink()
    path = estate / "copy.xml"
    path.write_text(path.read_text().replace('TYPE="Source Qualifier" VERSIONNUMBER', 'TYPE="Mystery" VERSIONNUMBER'))
    code, out, err = run("convert", estate, "-o", tmp_path / "out")
    assert (code, err) == (3, "")
    assert "RELEASE_BLOCKED" in out
    assert "4 files: 3 completed, 0 with warnings, 1 failed (0 not converted, 1 to finish by hand)" in out
    assert "Left alone: 1 other file." in out


def test_a_folder_without_exports_is_a_sentence(run, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = run("convert", tmp_path / "empty", "-o", tmp_path / "out")
    assert code == 1
    assert "There is no export" in err


@pytest.mark.parametrize(
    ("keys", "kept", "expected"),
    [
        (["a.xml", "b.dsx"], {}, ["a", "b"]),
        (["a.dsx", "a.xml"], {}, ["a", "a.xml"]),
        (["a.dsx", "a.xml"], {"a.xml": "a"}, ["a.dsx", "a"]),
        (["A.xml", "a.xml"], {}, ["A", "a.xml"]),
        (["a b.xml", "a_b.xml"], {}, ["a_b", "a_b.xml"]),
        (["a.xml", "a/b.xml"], {}, ["a.xml", "a/b"]),
        (["report.json.xml"], {}, ["report.json.xml"]),
        (["x/é?.xml"], {}, ["x/é_"]),
    ],
)
def test_no_two_results_share_a_folder(keys, kept, expected):
    exports = [Export(key, Path("root") / key, Path("root")) for key in keys]
    assert list(folders(exports, kept).values()) == expected


def test_a_manifest_cut_off_in_a_line_is_read_to_there(run, estate, tmp_path):
    out = tmp_path / "out"
    converted(run, estate, "-o", out)
    path = out / estate_manifest.NAME
    text = path.read_text()
    path.write_text(text[: len(text) - 40] + "\nnonsense\n{}\n")
    assert converted(run, estate, "-o", out)[1]["total"]["unchanged"] == 4


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done(estate, tmp_path):
    data = (estate / "copy.xml").read_bytes()
    for number in range(400):
        (estate / f"n{number:03}.xml").write_bytes(data)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "services.cli.main", "convert", estate, "-o", out, "--workers", "2"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hear_interrupts
    )
    while not (manifest := out / estate_manifest.NAME).exists() or manifest.read_text().count("\n") < 5:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Stopped." in err
    assert "Traceback" not in err
    done = {json.loads(line)["entry"]["file"] for line in manifest.read_text().splitlines()}
    assert 5 <= len(done) < 405
    assert not (out / ".parts").exists()
    again = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    total = json.loads(again.stdout)["total"]
    assert (total["files"], total["unchanged"], total["completed"]) == (405, len(done), 404)
