"""An estate sent to a server: one batch, whatever of it the server does not take by itself, and how it ends early."""

import io
import json
import time
import zipfile
from types import SimpleNamespace
from uuid import UUID

import pytest

from services.cli import convert_batch, convert_server
from services.migration.pipeline import migrate
from services.migration.report import to_html, to_json
from tests.cli.test_jobs import error, job

BATCH = str(UUID(int=7))
JOBS = [str(UUID(int=number)) for number in (1, 2, 3)]


class Lasting(list):
    """Answers of which the last one stays."""

    def pop(self, at=0):
        return super().pop(at) if len(self) > 1 else self[0]


def batch(status, done, jobs, skipped=()):
    aside = [{"path": path, "reason": "NOT_AN_EXPORT"} for path in skipped]
    return {"batch_id": BATCH, "status": status, "total": len(jobs), "done": done, "jobs": jobs, "skipped": aside}


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    for module in (convert_batch, convert_server):
        monkeypatch.setattr(module, "POLL_SECONDS", 0.01)


@pytest.fixture
def estate(export, tmp_path):
    """Three exports with mappings of their own, in two folders."""
    root = tmp_path / "exports"
    for name in ("a.xml", "sub/b.xml", "sub/c.xml"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(export.read_text().replace("m_copy", f"m_{path.stem}"))
    return root


def serve(engine, name, path):
    """A job of the batch, over from the first question on."""
    migration = migrate(path.read_bytes(), path.name)
    stages = [{"name": "parse", "started_at": "2026-01-01T00:00:00.5Z", "finished_at": "2026-01-01T00:00:02.123456Z"}]
    ended = job("completed", migration_type="powercenter", stages=stages) | {"job_id": name}
    answers = {
        "status": [(200, ended)],
        "download": [(200, migration.text.encode())],
        "report": [(200, to_json(migration.report).encode()), (200, to_html(migration.report).encode())],
    }
    for what, each in answers.items():
        engine.on("GET", f"/jobs/{name}/{what}", *each)
    return migration


def working(engine, *states):
    engine.on("GET", f"/batches/{BATCH}")
    engine.answers["GET", f"/api/v1/migration/batches/{BATCH}"] = Lasting(states)


def paths(engine, method):
    return [path.removeprefix("/api/v1/migration") for sent, path, _, _ in engine.requests if sent == method]


def test_a_folder_is_one_batch_and_its_results_are_those_of_this_machine(run, engine, estate, tmp_path):
    engine.on("POST", "/batches", (200, batch("queued", 0, JOBS)))
    states = [("running", 0), ("running", 1), ("running", 1), ("completed", 3)]
    working(engine, *((200, batch(status, done, JOBS)) for status, done in states))
    names = ("a.xml", "sub/b.xml", "sub/c.xml")
    made = [serve(engine, name, estate / path) for name, path in zip(JOBS, names, strict=True)]
    arguments = ("convert", estate, "-o", tmp_path / "out", "--server", engine.url, "--key", "k", "--json")
    code, printed, err = run(*arguments, "--dialect", "snowflake")
    assert (code, err) == (0, "")
    files = json.loads(printed)["files"]
    assert [(each["file"], each["status"]) for each in files] == [(name, "completed") for name in names]
    assert files[0]["seconds"] == pytest.approx(1.623, abs=0.001)
    assert (tmp_path / "out/sub/c/m_c.yaml").read_text() == made[2].documents[0].yaml
    assert paths(engine, "POST") == ["/batches"]
    _, _, headers, body = engine.requests[0]
    assert headers["authorization"] == "Bearer k"
    assert b"snowflake" in body
    with zipfile.ZipFile(io.BytesIO(body[body.index(b"PK\x03\x04") :])) as archive:
        assert archive.namelist() == ["00000/a.xml", "00001/b.xml", "00002/c.xml"]
        assert archive.read("00001/b.xml") == (estate / "sub/b.xml").read_bytes()
    sent = len(engine.requests)
    again = run(*arguments, "--dialect", "snowflake")
    assert json.loads(again[1])["total"]["unchanged"] == 3
    assert len(engine.requests) == sent


def test_what_the_server_sets_aside_goes_by_itself_and_says_why(run, engine, estate, tmp_path):
    engine.on("POST", "/batches", (200, batch("queued", 0, JOBS[:2], skipped=["00001/b.xml"])))
    working(engine, (200, batch("completed", 2, JOBS[:2], skipped=["00001/b.xml"])))
    serve(engine, JOBS[0], estate / "a.xml")
    serve(engine, JOBS[1], estate / "sub/c.xml")
    engine.on("POST", "/upload", (400, error("No flow.", "NOT_AN_EXPORT")))
    code, printed, _ = run("convert", estate, "-o", tmp_path / "out", "--server", engine.url, "--json")
    found = {each["file"]: (each["status"], each["message"]) for each in json.loads(printed)["files"]}
    assert code == 1
    assert found["sub/b.xml"] == ("failed", "No flow. (NOT_AN_EXPORT)")
    assert found["a.xml"][0] == found["sub/c.xml"][0] == "completed"
    assert (tmp_path / "out/sub/c/m_c.yaml").exists()


@pytest.mark.parametrize("answer", [(413, error("Too large.", "PAYLOAD_TOO_LARGE")), (200, {"batch_id": BATCH})])
def test_where_there_is_no_batch_exports_go_one_by_one(run, engine, estate, tmp_path, answer):
    engine.on("POST", "/batches", answer)
    refused = (400, error("Not this one.", "EMPTY_FILE"))
    engine.on("POST", "/upload", refused, refused, refused)
    code, printed, _ = run("convert", estate, "-o", tmp_path / "out", "--server", engine.url, "--json")
    assert code == 1
    assert [each["message"] for each in json.loads(printed)["files"]] == ["Not this one. (EMPTY_FILE)"] * 3


def test_ctrl_c_cancels_the_rest_and_keeps_what_is_done(run, engine, estate, tmp_path, monkeypatch):
    engine.on("POST", "/batches", (200, batch("queued", 0, JOBS)))
    working(engine, (200, batch("running", 1, JOBS)))
    serve(engine, JOBS[0], estate / "a.xml")
    engine.on("POST", f"/batches/{BATCH}/cancel", (200, batch("cancelled", 1, JOBS)))

    def interrupted(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(convert_batch, "time", SimpleNamespace(sleep=interrupted, monotonic=time.monotonic))
    code, _, err = run("convert", estate, "-o", tmp_path / "out", "--server", engine.url)
    assert (code, "Done and kept: 1 file;" in err) == (130, True)
    assert (tmp_path / "out/a/m_a.yaml").exists()
    assert paths(engine, "POST")[-1] == f"/batches/{BATCH}/cancel"


def test_jobs_that_somebody_cancelled_are_tried_again_by_the_next_run(run, engine, estate, tmp_path):
    engine.on("POST", "/batches", (200, batch("queued", 0, JOBS)), (200, batch("queued", 0, JOBS[1:])))
    working(engine, (200, batch("cancelled", 1, JOBS)))
    serve(engine, JOBS[0], estate / "a.xml")
    for name in JOBS[1:]:
        engine.on("GET", f"/jobs/{name}/status", (200, job("failed", "CANCELLED") | {"job_id": name}))
    arguments = ("convert", estate, "-o", tmp_path / "out", "--server", engine.url, "--json")
    code, printed, _ = run(*arguments)
    assert (code, [each["reason"] for each in json.loads(printed)["files"]]) == (1, ["", "CANCELLED", "CANCELLED"])
    working(engine, (200, batch("completed", 2, JOBS[1:])))
    serve(engine, JOBS[1], estate / "sub/b.xml")
    serve(engine, JOBS[2], estate / "sub/c.xml")
    code, printed, _ = run(*arguments)
    assert (code, json.loads(printed)["total"]["unchanged"]) == (0, 1)


def test_a_server_that_is_away_for_a_moment_is_waited_for(run, engine, estate, tmp_path):
    engine.on("POST", "/batches", (200, batch("queued", 0, JOBS)))
    working(engine, (503, error("Starting.", "UNAVAILABLE")), (200, batch("completed", 3, JOBS)))
    for name, path in zip(JOBS, ("a.xml", "sub/b.xml", "sub/c.xml"), strict=True):
        serve(engine, name, estate / path)
    code, _, err = run("convert", estate, "-o", tmp_path / "out", "--server", engine.url, "--json")
    assert (code, err) == (0, "")


def test_a_server_that_stays_away_ends_the_run_with_a_sentence(run, engine, estate, tmp_path, monkeypatch):
    monkeypatch.setattr(convert_batch, "AWAY_SECONDS", 0.0)
    engine.on("POST", "/batches", (200, batch("queued", 0, JOBS)))
    working(engine, (503, error("Not now.", "UNAVAILABLE")))
    engine.on("POST", f"/batches/{BATCH}/cancel", (503, error("Not now.", "UNAVAILABLE")))
    code, out, err = run("convert", estate, "-o", tmp_path / "out", "--server", engine.url)
    assert (code, out, err) == (1, "", "Not now. (UNAVAILABLE)\n")
