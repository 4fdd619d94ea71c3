"""`dataflow-ai compare` as a person runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser

import duckdb
import pytest
from google.protobuf import json_format

from dataflow.migration.v1 import compare_pb2

MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit that it is ignored
from services.cli.main import main
main()
"""
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--keys", "id"), 1),
        (("--keys", "id", "--columns", "total", "--tolerance", "0.01"), 1),
        (("--keys", "id", "--ignore", "total,note"), 1),
        (("--keys", "idd"), 2),
        (("--types", "odd"), 2),
        (("--tolerance", "-1"), 2),
        (("--left-query", "SELECT 1"), 2),
    ],
)
def test_exit_codes(run, files, options, code):
    assert run("compare", *files, *options)[0] == code


def test_equal_files(run, files):
    code, out, err = run("compare", files[0], files[0], "--keys", "id")
    assert (code, err) == (0, "")
    assert "equal" in out


def test_json_is_the_message_of_the_contract_and_more(run, files):
    code, out, _ = run("compare", *files, "--keys", "id", "--json", "--tolerance", "0.01", "--trim")
    found = json.loads(out)
    assert code == 1
    assert (found["differing"], found["only_left"], found["only_right"]) == (1, 1, 1)
    message = json_format.ParseDict(found, compare_pb2.CompareDataResponse(), ignore_unknown_fields=True)
    assert [each.column for each in message.column_stats] == ["id", "total", "note"]
    assert set(json_format.MessageToDict(message, preserving_proto_field_name=True)) <= set(found)


def test_terminal_shows_values_as_they_are(run, files):
    _, out, _ = run("compare", *files, "--keys", "id")
    for text in ("<script>x()</script>", '"a "', "trailing blanks", "only left 1"):
        assert text in out


def test_duckdb_files_and_connections(run, files, tmp_path, monkeypatch):
    path = tmp_path / "new.duckdb"
    with duckdb.connect(str(path)) as bench:
        bench.execute("CREATE SCHEMA s")
        bench.execute(f"CREATE TABLE s.t AS FROM read_csv('{files[0]}')")
    monkeypatch.setenv("COMPARE_CONNECTIONS", f"new=duckdb://{path}")
    assert run("compare", files[0], f"{path}:s.t", "--keys", "id")[0] == 0
    assert run("compare", "@new:s.t", files[0], "--keys", "id")[0] == 0
    assert run("compare", "@new", files[0], "--left-query", "FROM s.t WHERE id < 3")[0] == 1


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ("@nowhere:t", "COMPARE_CONNECTIONS"),
        ("postgresql://u:secret@h/d", "write @name"),
        ("x.xlsx", ".parquet"),
        ("x.csv", "cannot be read"),
        ("x.duckdb", "name a table"),
        ("x.duckdb:t", "no such DuckDB file"),
    ],
)
def test_what_is_no_source_is_a_sentence(run, files, left, words):
    code, out, err = run("compare", left, files[1])
    assert (code, out) == (2, "")
    assert words in err
    assert "secret" not in err
    assert "Traceback" not in err


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def page(run, files, tmp_path):
    path = tmp_path / "out" / "report.html"
    run("compare", *files, "--keys", "id", "--html", path)
    return path


def test_html_stands_alone_and_escapes(page):
    seen = Seen()
    seen.feed(page.read_text())
    assert {tag for tag, _ in seen.tags} & {"script", "img", "link", "iframe", "b"} == set()
    assert not any(name in ("src", "href") or name.startswith("on") for _, attrs in seen.tags for name in attrs)
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in seen.tags
    for text in ("<script>x()</script>", "<b>&", "$left", "trailing blanks"):
        assert text in seen.text


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
@pytest.mark.parametrize("width", [390, 1280])
def test_html_in_a_browser(page, tmp_path, width):
    picture, profile = tmp_path / "page.png", tmp_path / "profile"
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
    shown = subprocess.run(
        [*command, f"--window-size={width},1400", f"--screenshot={picture}", page.as_uri()],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr[-500:]
    assert picture.stat().st_size > 5000
    document = subprocess.run(
        [*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert "&lt;script&gt;x()&lt;/script&gt;" in document


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing(tmp_path, number):
    """Six million rows are more than what is read and matched before the signal arrives."""
    path = tmp_path / "long.parquet"
    with duckdb.connect() as bench:
        bench.execute(f"COPY (SELECT i AS id, hash(i) AS v FROM range(3000000) t(i)) TO '{path}' (FORMAT parquet)")
    home = tmp_path / "tmp"
    home.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "compare", path, path, "--keys", "id"],
        env=os.environ | {"TMPDIR": str(home)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while not list(home.glob("*/work.duckdb")) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert b"Interrupted" in err
    assert b"Traceback" not in err
    assert list(home.iterdir()) == []
