"""Jobs of a server, over REST."""

import json
import re

import pytest

JOB = "0d6f3f9e-6f1c-4f6e-9a55-2f4d7b9f1c11"


def job(status: str, reason: str = "", **more: object) -> dict[str, object]:
    return {
        "job_id": JOB,
        "filename": "copy.xml",
        "status": status,
        "status_reason": reason,
        "confidence": 0.97,
        **more,
    }


def error(message: str, reason: str) -> dict[str, object]:
    return {
        "code": 3,
        "message": message,
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}],
    }


def test_upload_sends_the_file_and_waits_for_the_end(run, engine, export):
    engine.on("POST", "/upload", (200, job("converting")))
    engine.on("GET", f"/jobs/{JOB}/status", (200, job("validating")), (200, job("completed", message="Done.")))
    code, out, err = run(
        "upload", export, "--url", engine.url, "--dialect", "teradata", "--key", "k", "--workspace", "w"
    )
    assert (code, err) == (0, "")
    assert f"copy.xml: job {JOB} completed, confidence 0.97. Done." in out
    method, _, headers, body = engine.requests[0]
    assert method == "POST"
    assert headers["authorization"] == "Bearer k"
    assert headers["x-workspace-id"] == "w"
    assert export.read_bytes() in body
    assert re.search(rb'name="dialect"\r\n\r\nteradata\r\n', body)
    assert b'name="file"; filename="copy.xml"' in body


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [("completed_with_warnings", "", 0), ("failed", "RELEASE_BLOCKED", 3), ("failed", "TRUNCATED_XML", 1)],
)
def test_the_exit_code_says_how_a_job_ended(run, engine, export, status, reason, code):
    engine.on("POST", "/upload", (200, job(status, reason)))
    assert run("upload", export, "--url", engine.url)[0] == code


def test_without_waiting_the_first_answer_is_told(run, engine, export):
    engine.on("POST", "/upload", (200, job("uploaded")))
    code, out, _ = run("upload", export, "--no-wait", "--url", engine.url)
    assert code == 0
    assert "uploaded" in out


def test_a_refusal_is_shown_in_the_servers_words(run, engine, export):
    engine.on("POST", "/upload", (400, error("The file is empty.", "EMPTY_FILE")))
    code, _, err = run("upload", export, "--url", engine.url)
    assert code == 1
    assert "The file is empty. (EMPTY_FILE)" in err


def test_jobs_are_listed(run, engine):
    item = job("completed", total_objects=3, created_at="2024-01-01T00:00:00Z")
    engine.on("GET", "/jobs", (200, {"items": [item], "total": 1, "page": 1, "pages": 1}))
    code, out, _ = run("jobs", "--search", "copy", "--page-size", "5", "--url", engine.url)
    assert code == 0
    assert JOB in out
    assert "page 1 of 1, 1 job" in out
    assert engine.requests[0][1] == "/api/v1/migration/jobs?page=1&page_size=5&search=copy"


def test_a_page_of_jobs_is_data_too(run, engine):
    answer = {"items": [job("completed")], "total": 1, "page": 1, "pages": 1}
    engine.on("GET", "/jobs", (200, answer))
    code, out, _ = run("jobs", "--json", "--server", engine.url)
    assert (code, json.loads(out)) == (0, answer)


def test_report_and_download_go_to_a_file_or_to_standard_output(run, engine, tmp_path):
    engine.on("GET", f"/jobs/{JOB}/report", (200, b"<html>\xc5\xbc</html>"))
    engine.on("GET", f"/jobs/{JOB}/download", *[(200, b"name: m_copy\n")] * 2)
    assert run("report", JOB, "--format", "html", "-o", tmp_path / "report.html", "--url", engine.url)[0] == 0
    assert (tmp_path / "report.html").read_bytes() == b"<html>\xc5\xbc</html>"
    assert run("download", JOB, "--mapping", "m_copy", "-o", tmp_path / "m_copy.yaml", "--url", engine.url)[:2] == (
        0,
        "",
    )
    assert (tmp_path / "m_copy.yaml").read_bytes() == b"name: m_copy\n"
    code, out, _ = run("download", JOB, "--mapping", "m_copy", "--server", engine.url)
    assert (code, out) == (0, "name: m_copy\n")
    assert [request[1].partition("?")[2] for request in engine.requests] == [
        "format=html",
        *["format=yaml&mapping=m_copy"] * 2,
    ]


@pytest.mark.parametrize(
    ("status", "answer", "sentence"),
    [
        (404, error("There is no job of that id.", "JOB_NOT_FOUND"), "There is no job of that id. (JOB_NOT_FOUND)"),
        (401, error("this call needs a valid key", "UNAUTHENTICATED"), "Set DATAFLOW_API_KEY or give --key."),
        (502, b"<html>bad gateway</html>", "answered 502, not as a Migration Engine does: check --server."),
        (200, b"<html>some page</html>", "did not answer as a Migration Engine does: check --server."),
        (200, [1], "did not answer as a Migration Engine does: check --server."),
    ],
)
def test_every_failure_is_a_sentence(run, engine, status, answer, sentence):
    engine.on("GET", "/jobs", (status, answer))
    code, out, err = run("jobs", "--url", engine.url)
    assert (code, out) == (1, "")
    assert sentence in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "http://127.0.0.1:1",
            "Nothing answers at http://127.0.0.1:1: start it with `dataflow-ai serve`, or give --server.",
        ),
        ("127.0.0.1:8091", "127.0.0.1:8091 is no address: write it like http://127.0.0.1:8091."),
    ],
)
def test_a_wrong_address_is_a_sentence(run, url, sentence):
    code, _, err = run("jobs", "--url", url)
    assert code == 1
    assert sentence in err


@pytest.mark.parametrize("bad", ["../jobs", "a/b", "?x", "%2e%2e"])
@pytest.mark.parametrize(
    ("command", "sentence"), [("download", "is no job id"), ("report", "There is no folder or file")]
)
def test_a_job_id_cannot_change_the_path(run, engine, command, sentence, bad):
    code, _, err = run(command, bad, "--url", engine.url)
    assert code == 1
    assert sentence in err
    assert engine.requests == []
