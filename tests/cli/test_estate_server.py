"""The same conversion on a server: what is sent, what is written, what is told."""

import io
import json
import zipfile

import pytest
import yaml

from services.migration.pipeline import migrate
from services.migration.report import to_html, to_json
from tests.cli.test_jobs import JOB, error, job
from tests.migration.archives.macros import caller, split
from tests.migration.archives.packed import packed


def serve(engine, export, *, dialect="postgresql", content=b""):
    """One conversion, as the server's answers."""
    migration = migrate(content or export.read_bytes(), export.name, dialect=dialect)
    engine.on("POST", "/upload", (200, job("converting")))
    ended = job("completed", migration_type="powercenter")
    engine.on("GET", f"/jobs/{JOB}/status", (200, job("validating")), (200, ended))
    engine.on("GET", f"/jobs/{JOB}/download", (200, migration.text.encode()))
    forms = (200, to_json(migration.report).encode()), (200, to_html(migration.report).encode())
    engine.on("GET", f"/jobs/{JOB}/report", *forms)
    return migration


def test_a_folder_goes_to_the_server_and_comes_back(run, engine, export, tmp_path):
    root, out = tmp_path / "exports" / "sub", tmp_path / "out"
    root.mkdir(parents=True)
    export = export.rename(root / "copy.xml")
    migration = serve(engine, export)
    arguments = ("convert", root.parent, "-o", out, "--server", engine.url, "--key", "k", "--json")
    code, printed, err = run(*arguments)
    assert (code, err) == (0, "")
    assert engine.requests[0][2]["authorization"] == "Bearer k"
    (only,) = json.loads(printed)["files"]
    assert (only["file"], only["tool"], only["status"]) == ("sub/copy.xml", "powercenter", "completed")
    assert (only["objects"], only["by_rule"], only["confidence"]) == (3, 3, migration.report.overall_confidence)
    assert (out / "sub/copy/m_copy.yaml").read_text() == migration.documents[0].yaml
    assert json.loads((out / "sub/copy/report.json").read_text())["total_objects"] == 3
    sent = len(engine.requests)
    assert json.loads(run(*arguments)[1])["total"]["unchanged"] == 1
    assert len(engine.requests) == sent


@pytest.mark.parametrize(
    ("answer", "reason", "message"),
    [
        ((400, error("The file is empty.", "EMPTY_FILE")), "SERVER", "The file is empty. (EMPTY_FILE)"),
        ((200, job("failed", "TRUNCATED_XML", message="It ends early.")), "TRUNCATED_XML", "It ends early."),
    ],
)
def test_a_refusal_is_a_failed_file(run, engine, export, tmp_path, answer, reason, message):
    engine.on("POST", "/upload", answer)
    code, printed, _ = run("convert", export, "-o", tmp_path / "out", "--server", engine.url, "--json")
    (only,) = json.loads(printed)["files"]
    assert (code, only["status"], only["reason"]) == (1, "failed", reason)
    assert message in only["message"]


def test_an_assessment_by_a_server_is_that_of_this_machine(run, engine, export):
    serve(engine, export)
    code, out, err = run("assess", export, "--server", engine.url, "--key", "k", "--json")
    assert (code, err) == (0, "")
    assert engine.requests[0][2]["authorization"] == "Bearer k"
    there, here = json.loads(out), json.loads(run("assess", export, "--json")[1])
    for name in ("totals", "effort", "weeks", "complexity", "issues"):
        assert there[name] == here[name]


def test_the_lineage_of_a_job_is_that_of_its_pipelines(run, engine, export):
    serve(engine, export)
    engine.on("GET", f"/jobs/{JOB}/status", (200, job("completed")))
    code, out, err = run("lineage", JOB, "--server", engine.url, "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads(run("lineage", export, "--format", "json")[1])


def test_a_server_that_is_not_there_ends_the_run_with_a_sentence(run, export, tmp_path):
    code, out, err = run("convert", export, "-o", tmp_path / "out", "--server", "http://127.0.0.1:1")
    assert (code, out) == (1, "")
    assert "Nothing answers at http://127.0.0.1:1" in err
    assert "Traceback" not in err


def test_a_key_that_is_not_taken_ends_the_run_and_keeps_what_is_done(run, engine, export, tmp_path):
    serve(engine, export)
    engine.on("POST", "/batches", (413, error("too large", "PAYLOAD_TOO_LARGE")))  # then each goes by itself
    engine.answers["POST", "/api/v1/migration/upload"].append((401, error("needs a valid key", "UNAUTHENTICATED")))
    (tmp_path / "twice.xml").write_bytes(export.read_bytes())
    arguments = (export, tmp_path / "twice.xml", "-o", tmp_path / "out", "--server", engine.url, "--workers", 1)
    code, _, err = run("convert", *arguments)
    assert code == 1
    assert "needs a valid key (UNAUTHENTICATED) Set DATAFLOW_API_KEY or give --key." in err
    assert (tmp_path / "out" / "copy" / "m_copy.yaml").exists()


def test_files_beside_an_export_go_with_it(run, engine, tmp_path):
    root = tmp_path / "exports"
    (root / "macros").mkdir(parents=True)
    (root / "flow.yxmd").write_bytes(caller("macros\\split.yxmc"))
    (root / "macros" / "split.yxmc").write_bytes(split())
    (root / "macros" / "other.yxmc").write_bytes(split().replace(b"</AlteryxDocument>", b"\n</AlteryxDocument>"))
    assert run("convert", root, "-o", tmp_path / "here")[0] == 3  # a macro by itself is for a person
    serve(
        engine,
        root / "flow.yxmd",
        content=packed({"flow.yxmd": caller("macros\\split.yxmc"), "macros/split.yxmc": split()}),
    )
    engine.answers["POST", "/api/v1/migration/upload"].append((400, error("No flow.", "NOT_AN_EXPORT")))
    code, printed, err = run("convert", root, "-o", tmp_path / "there", "--server", engine.url, "--json")
    assert (code, err) == (1, "")  # the macro that nothing takes in is no flow
    assert [each["file"] for each in json.loads(printed)["files"]] == ["flow.yxmd", "macros/other.yxmc"]
    sent = next(body for _, path, _, body in engine.requests if path.endswith("/upload"))
    with zipfile.ZipFile(io.BytesIO(sent[sent.index(b"PK\x03\x04") :])) as archive:
        assert archive.namelist() == ["flow.yxmd", "macros/split.yxmc"]
    (here,), (there,) = ((tmp_path / side / "flow").glob("*.yaml") for side in ("here", "there"))
    same = [yaml.safe_load(path.read_text())["nodes"] for path in (here, there)]
    assert same[0] == same[1]
