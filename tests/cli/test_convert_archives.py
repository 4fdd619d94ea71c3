"""Archives converted on this machine."""

import yaml

from tests.migration.archives.macros import caller, split
from tests.migration.archives.packed import packed
from tests.migration.archives.test_project import PROJECT


def test_a_project_becomes_a_folder_of_documents(run, tmp_path):
    path = tmp_path / "Sales.ispac"
    path.write_bytes(packed(PROJECT))
    code, out, err = run("convert", path, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert "Sales.ispac (ssis): completed" in out
    names = sorted(each.name for each in (tmp_path / "out" / "Sales").glob("*.yaml"))
    assert names == ["Load.Load.yaml", "Load.orchestration.yaml", "pkg.orchestration.yaml"]


def test_the_names_of_entries_lead_nowhere(run, tmp_path):
    path = tmp_path / "up.zip"
    path.write_bytes(packed({"a/../../evil.yxmd": caller("x.yxmc")}))
    code, _, err = run("convert", path, "--out", tmp_path / "out")
    assert code == 1
    assert "leads out of the archive" in err
    assert not (tmp_path / "out").exists()


def test_a_choice_of_tools_is_an_option(run, export, tmp_path):
    path = tmp_path / "mixed.zip"
    files = {"copy.xml": export.read_bytes(), "flow.yxmd": caller("split.yxmc"), "split.yxmc": split()}
    path.write_bytes(packed(files))
    code, _, err = run("convert", path, "--out", tmp_path / "out")
    assert code == 1
    assert "exports of several tools" in err
    for command in ("report", "lineage"):
        err += run(command, path)[2]
    err += run("convert", path, "--json", "--out", tmp_path / "all")[1]
    assert err.count("Choose one with --tool, or unpack the archive and convert the folder.") == 4
    assert "migration_type" not in err
    code, out, _ = run("convert", path, "--tool", "alteryx", "--out", tmp_path / "out")
    assert code == 0
    assert "mixed.zip (alteryx): completed_with_warnings" in out
    (document,) = (tmp_path / "out" / "mixed").glob("*.yaml")
    assert yaml.safe_load(document.read_text())["metadata"]["source_file"] == "flow.yxmd"
