"""Documented results, executed."""

import json
import subprocess

import pytest

from services.cli import throwaway_postgres
from services.stack.errors import StackError

HEADER = "id\tfunction\texpression\tinputs_json\tdocumented_result\tresult_type\tstatus\tsource\tnote\n"
ROWS = (
    'r1\tUPPER\tUPPER(A)\t{"A:string": "x"}\tX\tstring\tdoc\t\t\n'
    'r2\tUPPER\tUPPER(A)\t{"A:string": "x"}\tY\tstring\tdoc-copy\t\t\n'
    "r3\tRAND\tRAND()\t{}\t7\tnumber\tcommunity\t\t\n"
    'r4\tNOPE\tNOPE(A)\t{"A:mystery(3)": null}\t\\N\tmystery\trecalled\t\t\n'
    "r5\tX\tX\t{}\t1\tnumber\tambiguous\t\t\n"
)
COUNTS = {
    "total": 4,
    "right": 1,
    "silently_wrong": 1,
    "warned": 1,
    "refused": 1,
    "doc": {"total": 2, "right": 1, "silently_wrong": 1},
}


@pytest.fixture(autouse=True)
def _no_server_in_the_environment(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.tsv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def test_counts_are_printed_and_nothing_else(run, rows):
    code, out, err = run("conformance", rows, "--language", "powercenter", "--engine", "duckdb", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == COUNTS


def test_a_server_is_taken_by_address(run, rows, postgres_url):
    code, out, err = run("conformance", rows, "--engine", "postgresql", "--url", postgres_url, "--json")
    assert (code, err, json.loads(out)) == (0, "", COUNTS)


def test_or_from_the_environment(run, rows, postgres_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", postgres_url.replace("postgresql://", "postgresql+asyncpg://"))
    code, out, _ = run("conformance", rows, "--engine", "postgresql", "--json")
    assert (code, json.loads(out)) == (0, COUNTS)


def test_without_one_a_server_is_started_and_leaves_nothing(run, rows, tmp_path, monkeypatch):
    homes = []
    make = throwaway_postgres.tempfile.mkdtemp
    monkeypatch.setattr(throwaway_postgres.tempfile, "mkdtemp", lambda **_: homes.append(make()) or homes[-1])
    started = []
    popen = subprocess.Popen

    def watched(*arguments, **options):
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(throwaway_postgres, "_start", lambda cluster, log: watched(cluster.command(), stdin=-3))
    code, out, _ = run("conformance", rows, "--engine", "postgresql", "--json")
    assert (code, json.loads(out)) == (0, COUNTS)
    assert [server.poll() is not None for server in started] == [True]
    assert len(homes) == 1
    assert not throwaway_postgres.Path(homes[0]).exists()


def test_a_server_that_cannot_be_started_is_a_sentence(run, rows, monkeypatch):
    def fail(*_, **__):
        raise StackError("PostgreSQL is missing.")

    monkeypatch.setattr(throwaway_postgres, "open_cluster", fail)
    code, out, err = run("conformance", rows, "--engine", "postgresql")
    assert (code, out) == (1, "")
    assert "PostgreSQL is missing. Give --url or DATABASE_URL" in err


def test_wrong_rows_are_listed(run, rows):
    code, out, _ = run("conformance", rows)
    assert code == 0
    lines = {line.split()[0]: " ".join(line.split()) for line in out.splitlines() if line.split()}
    assert "r1" not in lines
    assert lines["r2"] == "r2 silently_wrong 0.98 UPPER(A) with A = 'x' Y 'X'"
    assert lines["r3"].startswith("r3 warned 0.70 RAND() 7")
    assert lines["r4"].startswith("r4 refused 0.00 NOPE(A) with A = None \\N NOPE is no function")
    assert "all: 4 rows, 1 right (25.0%), 1 silently wrong, 1 warned, 1 refused" in out
    assert "documented: 2 rows, 1 right (50.0%), 1 silently wrong" in out


def test_a_bad_line_is_named_and_the_others_are_scored(run, rows):
    with rows.open("a", encoding="utf-8") as file:
        file.write("r6\tF\n\nr7\tF\tA\t{\t1\tnumber\tdoc\t\t\nr8\tABS\tABS(-1)\t{}\t1\tnumber\tdoc\t\t\n")
    code, out, err = run("conformance", rows, "--json")
    assert code == 1
    assert (json.loads(out)["total"], json.loads(out)["right"]) == (5, 2)
    assert f"{rows}, line 7: has 2 columns instead of 7." in err
    assert f"{rows}, line 9: inputs_json is no JSON" in err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"id\tname\n", "rows.tsv: the first line has to name the columns id function"),
        (b"", "the first line has to name"),
        (b"\xff\xfe", "rows.tsv:1 is not UTF-8"),
    ],
)
def test_another_file_is_a_sentence(run, tmp_path, content, sentence):
    path = tmp_path / "rows.tsv"
    path.write_bytes(content)
    code, out, err = run("conformance", path, "--json")
    assert (code, out) == (1, "")
    assert sentence in err


def test_a_file_that_is_not_there_is_a_sentence(run, tmp_path):
    code, _, err = run("conformance", tmp_path / "none.tsv")
    assert code == 1
    assert "cannot be read (No such file or directory)." in err


@pytest.mark.parametrize("url", ["postgresql://u:secret@127.0.0.1:1/x", "nonsense"])
def test_a_server_that_does_not_answer_is_a_sentence(run, rows, url):
    code, out, err = run("conformance", rows, "--engine", "postgresql", "--url", url)
    assert (code, out) == (1, "")
    assert "cannot be used" in err
    assert "secret" not in err


def test_wrong_arguments_are_exit_code_2(run, rows):
    assert run("conformance", rows, "--engine", "oracle")[0] == 2
