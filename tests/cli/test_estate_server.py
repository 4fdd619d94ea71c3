"""The same conversion on a server: what is sent, what is written, what is told."""

import json

import pytest

from services.migration.pipeline import migrate
from services.migration.report import to_html, to_json
from tests.cli.test_jobs import JOB, error, job


def serve(engine, export, *, dialect="postgresql"):
    """One conversion, as the server's answers."""
    migration = migrate(export.read_bytes(), export.name, dialect=dialect)
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
        ((401, error("this call needs a valid key", "UNAUTHENTICATED")), "SERVER", "Set DATAFLOW_API_KEY"),
        ((200, job("failed", "TRUNCATED_XML", message="It ends early.")), "TRUNCATED_XML", "It ends early."),
    ],
)
def test_a_refusal_is_a_failed_file(run, engine, export, tmp_path, answer, reason, message):
    engine.on("POST", "/upload", answer)
    code, printed, _ = run("convert", export, "-o", tmp_path / "out", "--server", engine.url, "--json")
    (only,) = json.loads(printed)["files"]
    assert (code, only["status"], only["reason"]) == (1, "failed", reason)
    assert message in only["message"]


def test_a_server_that_is_not_there_is_a_sentence(run, export, tmp_path):
    code, out, err = run("convert", export, "-o", tmp_path / "out", "--server", "http://127.0.0.1:1")
    assert code == 1
    assert "Nothing answers at http://127.0.0.1:1" in out
    assert "Traceback" not in err
