"""`dataflow-ai compare --server`: what is asked of a server, and its answer told as a comparison here is."""

import json

import pytest

from services.parity import CsvSource, Request, compare
from tests.cli.conftest import LEFT, RIGHT
from tests.cli.test_jobs import error


@pytest.fixture
def answer(files):
    """The message of a comparison of the files, as a server writes it: what the contract has, nothing more."""
    found = compare(Request(*(CsvSource(path, path.stem) for path in files), keys=("id",))).as_dict()
    beyond = {"left", "right", "keys", "warnings", "duplicated_keys"}
    told = {name: value for name, value in found.items() if name not in beyond}
    told["schema_diff"] = {name: found["schema_diff"][name] for name in ("only_left", "only_right", "types")}
    more = {"compared_as", "key", "reasons", "written_otherwise", "within_tolerance", "mean_left", "mean_right"}
    told["column_stats"] = [
        {name: value for name, value in each.items() if name not in more and value is not None}
        for each in found["column_stats"]
    ]
    return told


def asked(engine):
    return json.loads(engine.requests[0][3])


def test_files_are_sent_and_told_as_here(run, engine, files, answer):
    engine.on("POST", "/compare", (200, answer))
    options = ("--keys", "id", "--tolerance", "0.5", "--trim", "--ignore", "x", "--key", "k", "--workspace", "w")
    code, out, err = run("compare", *files, "--server", engine.url, *options)
    assert (code, err) == (1, "")
    method, path, headers, _ = engine.requests[0]
    assert (method, path) == ("POST", "/api/v1/migration/compare")
    assert (headers["authorization"], headers["x-workspace-id"]) == ("Bearer k", "w")
    request = asked(engine)
    assert (request["left"], request["right"]) == ({"csv": LEFT}, {"csv": RIGHT})
    assert (request["keys"], request["ignore_columns"]) == (["id"], ["x"])
    assert (request["tolerance"], request["ignore_trailing_blanks"], request["null_equals_empty"]) == (0.5, True, False)
    here = run("compare", *files, "--keys", "id")[1]
    for text in ("only left 1, only right 1, differing 2", "<script>x()</script>", '"a "', "trailing blanks"):
        assert text in here
        assert text in out
    assert "Compared by a server" in out


def test_json_and_html_have_the_answer(run, engine, files, answer, tmp_path):
    engine.on("POST", "/compare", (200, answer))
    page = tmp_path / "page.html"
    arguments = ("--keys", "id", "--json", "--max-samples", 1, "--html", page)
    code, out, _ = run("compare", *files, "--server", engine.url, *arguments)
    found = json.loads(out)
    assert code == 1
    for name in answer.keys() - {"samples"}:
        assert found[name] == answer[name]
    assert found["samples"] == answer["samples"][:1]
    assert "trailing blanks" in page.read_text()
    assert "Compared by a server" in page.read_text()


def test_connections_are_the_servers(run, engine, answer, monkeypatch):
    monkeypatch.setenv("DATAFLOW_SERVER", "http://127.0.0.1:1")
    engine.on("POST", "/compare", (200, answer | {"equal": True, "samples": []}))
    arguments = ("compare", '@old:dwh.o"dd', "@new", "--right-query", "SELECT 1", "--server", engine.url)
    assert run(*arguments)[0] == 0
    assert asked(engine)["left"] == {"connection": "old", "query": 'SELECT * FROM "dwh"."o""dd"'}
    assert asked(engine)["right"] == {"connection": "new", "query": "SELECT 1"}


def test_the_environment_sends_no_data_anywhere(run, files, monkeypatch):
    monkeypatch.setenv("DATAFLOW_SERVER", "http://127.0.0.1:1")
    assert run("compare", files[0], files[0])[0] == 0


@pytest.mark.parametrize(
    ("left", "options", "words"),
    [
        ("x.parquet", (), "x.parquet: a server compares .csv, .tsv, .txt files and its own @CONNECTION."),
        ("x.duckdb:t", (), "Leave --server out to compare here."),
        ("@old", (), "name a table (@old:schema.table) or give a query"),
        ("x.csv", (), "x.csv: cannot be read"),
        ("x.csv", ("--left-query", "SELECT 1"), "a query needs a connection"),
        ("@old:t", ("--relative", "0.1", "--types", "strict"), "--relative, --types: a server's comparison has no"),
        ("@old:t", ("--types", "odd"), "is none of"),
    ],
)
def test_what_a_server_cannot_compare_is_a_sentence(run, engine, files, left, options, words):
    code, out, err = run("compare", left, files[1], *options, "--server", engine.url)
    assert (code, out, engine.requests) == (2, "", [])
    assert words in err


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((400, error("key 'id': is no column.", "NOT_COMPARABLE")), "key 'id': is no column. (NOT_COMPARABLE)"),
        ((413, error("The request body is larger.", "PAYLOAD_TOO_LARGE")), "Leave --server out to compare here."),
        ((200, {"job_id": "x"}), "The server's answer is no comparison: check --server."),
        ((200, b"<html>"), "did not answer as a Migration Engine does"),
    ],
)
def test_a_refusal_is_told(run, engine, files, reply, words):
    engine.on("POST", "/compare", reply)
    code, out, err = run("compare", *files, "--server", engine.url)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
