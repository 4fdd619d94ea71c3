"""Pipelines, run over files."""

import csv
import json

import duckdb
import pytest
import yaml

from services.pipelines.runner.on_postgresql import on_postgresql

PIPELINE = {
    "name": "m_active",
    "version": "1",
    "dialect": "postgresql",
    "parameters": [{"name": "LEAST", "type": "integer", "default": 10}],
    "nodes": [
        {
            "id": "orders",
            "type": "source",
            "connector": "oracle",
            "config": {"connection": "CRM", "table": "ORDERS"},
            "columns": [
                {"name": "id", "type": "integer"},
                {"name": "amount", "type": "decimal(12,2)"},
                {"name": "placed", "type": "date"},
            ],
        },
        {
            "id": "large",
            "type": "transformation",
            "transform": "sql_where",
            "depends_on": ["orders"],
            "config": {"condition": "amount > :LEAST"},
        },
        {
            "id": "target",
            "type": "sink",
            "connector": "csv",
            "depends_on": ["large"],
            "config": {"path": "out.csv", "mode": "append"},
        },
    ],
    "edges": [{"from": "orders", "to": "large"}, {"from": "large", "to": "target"}],
}
ROWS = "id,amount,placed\n1,9.99,2024-01-01\n2,10.01,2024-01-02\n3,,\n4,99,\n"


@pytest.fixture
def pipeline(tmp_path):
    path = tmp_path / "m_active.yaml"
    path.write_text(yaml.safe_dump(PIPELINE, sort_keys=False))
    return path


@pytest.fixture
def orders(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(ROWS)
    return path


def test_rows_of_a_file_come_out_at_the_sink(run, pipeline, orders):
    code, out, err = run("run", pipeline, "--input", f"orders={orders}", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "pipeline": "m_active",
        "engine": "duckdb",
        "passed": True,
        "written": False,
        "sources": {"orders": 4},
        "checks": [],
        "notes": [],
        "sinks": {
            "target": {
                "total": 2,
                "columns": ["id", "amount", "placed"],
                "rows": [
                    {"id": 2, "amount": "10.01", "placed": "2024-01-02"},
                    {"id": 4, "amount": "99.00", "placed": None},
                ],
            }
        },
    }


def test_parquet_is_read_too(run, pipeline, orders, tmp_path):
    path = tmp_path / "orders.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM read_csv('{orders}')) TO '{path}' (FORMAT parquet)")
    _, expected, _ = run("run", pipeline, "--input", f"orders={orders}", "--json")
    code, out, err = run("run", pipeline, "--input", f"orders={path}", "--json")
    assert (code, err, out) == (0, "", expected)


@pytest.mark.parametrize(("least", "ids"), [("5", [1, 2, 4]), ("50", [4]), ("1000", [])])
def test_a_parameter_has_the_value_given(run, pipeline, orders, least, ids):
    code, out, _ = run("run", pipeline, "--input", f"orders={orders}", "--param", f"LEAST={least}", "--json")
    assert code == 0
    assert [row["id"] for row in json.loads(out)["sinks"]["target"]["rows"]] == ids


def test_files_are_written(run, pipeline, orders, tmp_path):
    code, out, _ = run(
        "run", pipeline, "--input", f"orders={orders}", "--out", tmp_path / "out" / "deep", "--null", "NULL"
    )
    assert code == 1  # '' is no number where NULL is the text of null
    code, out, _ = run("run", pipeline, "--input", f"orders={orders}", "--out", tmp_path / "out" / "deep")
    assert code == 0
    path = tmp_path / "out" / "deep" / "target.csv"
    assert f"m_active/target: 2 rows, in {path}" in out
    with path.open(newline="") as file:
        assert list(csv.reader(file)) == [["id", "amount", "placed"], ["2", "10.01", "2024-01-02"], ["4", "99.00", ""]]


def test_people_read_a_table(run, pipeline, orders):
    code, out, _ = run("run", pipeline, "--input", f"orders={orders}")
    assert code == 0
    assert [line.split() for line in out.splitlines() if line.strip()] == [
        ["m_active/target:", "2", "rows"],
        ["id", "amount", "placed"],
        ["2", "10.01", "2024-01-02"],
        ["4", "99.00", "null"],
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--input", "orders"), "--input orders: has to be written source=rows.csv."),
        (("--input", "orders=a.csv", "--input", "orders=a.csv"), "--input orders: is given twice."),
        (("--input", "orders=rows.xlsx"), "rows are read from .csv and .parquet files."),
        (("--input", "orders=none.csv"), "none.csv: cannot be read (No such file or directory)."),
        (("--param", "MOST=1"), "--param MOST: the pipeline declares no such parameter; it declares LEAST."),
        (("--param", "LEAST=x", "--input", "orders=ORDERS"), "node 'target': "),
        (("--input", "order=ORDERS"), "--input order: the pipeline has no such source; its nodes are large, orders."),
        (("--expect", "orders=ORDERS"), "--expect orders: the pipeline has no such sink; its sinks are target."),
        (("--delimiter", ";;", "--input", "orders=ORDERS"), "--delimiter ;;: has to be one character"),
        (("--write",), "--write: needs --engine postgresql"),
        (("--read-tables",), "--read-tables: needs --engine postgresql"),
        (("--pipelines", "."), "--pipelines: is for orchestrations, and this is a pipeline."),
        (
            ("--engine", "postgresql", "--database", "postgresql://u:secret@127.0.0.1:1/x"),
            "The PostgreSQL server of --database or DATABASE_URL cannot be used",
        ),
    ],
)
def test_wrong_options_are_sentences(run, pipeline, orders, arguments, sentence):
    code, out, err = run("run", pipeline, *(text.replace("ORDERS", str(orders)) for text in arguments))
    assert (code, out) == (1, "")
    assert sentence in err
    assert "Traceback" not in err
    assert "secret" not in err


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "the first line has to name the columns"),
        ("a.csv", b"id,id\n", "the first line has to name the columns, each once."),
        ("a.csv", b"id\n1\n2,3\n", "line 3: has 2 values for 1 column."),
        ("a.csv", b"id\n1\n\xff\n", "line 3: is not UTF-8."),
        ("a.csv", b'id\n"1\n', "line 2: unexpected end of data."),
        ("a.csv", b"nope\n1\n", "'nope', which is not declared; there is id, amount, placed."),
        ("a.csv", "id\n1\n".encode("utf-16"), "is UTF-16; save it as UTF-8."),
        ("a.csv", b"id;amount\n1;2\n", "the first line names one column, 'id;amount'; try --delimiter ';'."),
        ("a.csv", b"id\tamount\n1\t2\n", "try --delimiter 'tab'."),
        ("a.csv", b"id\nx\n", "row 1 does not fit its columns"),
        ("a.parquet", b"nothing", "is no Parquet file."),
        ("a.parquet", b"PAR1nothingPAR1", "a.parquet: "),
    ],
)
def test_wrong_rows_are_sentences(run, pipeline, tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    code, out, err = run("run", pipeline, "--input", f"orders={tmp_path / name}")
    assert (code, out) == (1, "")
    assert sentence in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"name: [", "line 2"),
        (b"name: m\n", "x.yaml: "),
        (b"\xff\xff", "x.yaml: "),
        (b"name: a\n---\nname: b\n", "2 documents where one is expected."),
    ],
)
def test_what_is_no_pipeline_is_a_sentence(run, tmp_path, content, sentence):
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    code, out, err = run("run", path)
    assert (code, out) == (1, "")
    assert sentence in err
    assert "Traceback" not in err


@pytest.fixture(autouse=True)
def _no_server_in_the_environment(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (b"\xef\xbb\xbf" + ROWS.encode(), ()),
        (ROWS.replace(",", ";").encode(), ("--delimiter", ";")),
        (ROWS.replace(",", "\t").encode(), ("--delimiter", "tab")),
        (ROWS.replace("\n", "\r\n").encode(), ()),
        (ROWS.upper().encode() + b"\n\n", ()),
    ],
)
def test_csv_as_people_have_it(run, pipeline, tmp_path, content, arguments):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    code, out, err = run("run", pipeline, "--input", f"orders={path}", "--json", *arguments)
    assert (code, err) == (0, "")
    assert [row["id"] for row in json.loads(out)["sinks"]["target"]["rows"]] == [2, 4]


def test_columns_that_a_file_lacks_are_told(run, pipeline, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,amount\n1,50\n")
    code, out, _ = run("run", pipeline, "--input", f"orders={path}")
    assert code == 0
    assert f"Note: {path} has no column placed: null in every row of 'orders'." in out
    changed = yaml.safe_load(pipeline.read_text())
    changed["nodes"][0]["columns"][2]["nullable"] = False
    pipeline.write_text(yaml.safe_dump(changed))
    code, _, err = run("run", pipeline, "--input", f"orders={path}")
    assert code == 1
    assert "has no column placed, which 'orders' declares to be never null; it has id, amount." in err


@pytest.mark.parametrize(("rows", "total"), [("none", 0), ("plain", 3), ("odd", 3), ("largest", 4)])
def test_rows_are_made_up(run, pipeline, rows, total):
    code, out, _ = run("run", pipeline, "--rows", rows, "--json")
    assert (code, json.loads(out)["sinks"]["target"]["total"]) == (0, total)


def test_a_parameter_without_a_default_is_asked_for_unless_rows_are_made_up(run, pipeline):
    changed = yaml.safe_load(pipeline.read_text())
    del changed["parameters"][0]["default"]
    pipeline.write_text(yaml.safe_dump(changed))
    code, _, err = run("run", pipeline)
    assert (code, "The parameter LEAST has no default; give --param LEAST=VALUE." in err) == (1, True)
    assert run("run", pipeline, "--rows", "plain")[0] == 0


@pytest.mark.parametrize(("show", "lines"), [(0, 0), (1, 1), (5, 2)])
def test_as_many_rows_are_shown_as_asked_for(run, pipeline, orders, show, lines):
    code, out, _ = run("run", pipeline, "--input", f"orders={orders}", "--show", show)
    assert code == 0
    assert sum("2024-01-02" in line or "99.00" in line for line in out.splitlines()) == lines
    assert ("and 1 more" in out) == (show == 1)


def test_rows_wider_than_the_terminal_are_told_value_by_value(run, pipeline, orders, monkeypatch):
    monkeypatch.setattr("services.cli.output.PLAIN_WIDTH", 29)
    code, out, _ = run("run", pipeline, "--input", f"orders={orders}")
    assert code == 0
    assert max(map(len, out.splitlines()[1:])) <= 29
    assert ["placed", "2024-01-02"] in [line.split() for line in out.splitlines()]


@pytest.mark.parametrize(
    ("severity", "code", "arguments"),
    [("error", 3, ()), ("warning", 0, ()), ("info", 0, ()), ("error", 0, ("--no-checks",))],
)
def test_failed_checks_are_told_from_failed_runs(run, pipeline, orders, severity, code, arguments):
    changed = yaml.safe_load(pipeline.read_text())
    changed["quality_checks"] = [{"name": "enough", "type": "row_count", "min": 3, "severity": severity}]
    pipeline.write_text(yaml.safe_dump(changed))
    ended, out, _ = run("run", pipeline, "--input", f"orders={orders}", "--json", *arguments)
    assert ended == code
    said = json.loads(out)
    assert said["passed"] == (code == 0)
    assert [(each["name"], each["state"], each["found"]) for each in said["checks"]] == (
        [] if arguments else [("enough", "failed", {"rows": 2})]
    )
    _, out, _ = run("run", pipeline, "--input", f"orders={orders}", *arguments)
    assert (f"failed ({severity})" in out) == (not arguments)
    assert ("rows 2; allowed: min 3" in out) == (not arguments)


def test_a_run_on_postgresql_prints_what_duckdb_does(run, pipeline, orders, postgres_url):
    _, expected, _ = run("run", pipeline, "--input", f"orders={orders}", "--json")
    arguments = ("--engine", "postgresql", "--database", postgres_url)
    code, out, err = run("run", pipeline, "--input", f"orders={orders}", "--json", *arguments)
    assert (code, err) == (0, "")
    assert {**json.loads(out), "engine": "duckdb"} == json.loads(expected)


@pytest.fixture
def tables(postgres_database):
    """A database with a table of orders, and a target, in small letters."""
    with on_postgresql(postgres_database) as engine:
        engine.execute("", "CREATE SCHEMA crm")
        engine.execute("", "CREATE TABLE crm.orders (placed date, amount numeric, id int, more text)")
        engine.execute("", "INSERT INTO crm.orders VALUES ('2024-05-01', 20, 7, 'x'), (NULL, 5, 8, 'y')")
        engine.execute("", "CREATE TABLE crm.target (id int PRIMARY KEY, amount numeric, placed date)")
        engine.execute("", "INSERT INTO crm.target VALUES (7, 1, NULL), (1, 1, NULL)")
        engine.commit()
    return postgres_database


def held(url):
    with on_postgresql(url) as engine:
        return [(row[0], int(row[1])) for row in engine.fetch("SELECT id, amount FROM crm.target ORDER BY 1")]


def loading(pipeline, mode="upsert", **more):
    """The pipeline with a sink that names a table, in capitals."""
    changed = yaml.safe_load(pipeline.read_text()) | more
    config = {"schema": "CRM", "table": "TARGET", "mode": mode, "keys": ["ID"]}
    columns = [{"name": each.upper(), "from": each} for each in ("id", "amount", "placed")]
    changed["nodes"][2] |= {"connector": "oracle", "config": {**config, "columns": columns}}
    pipeline.write_text(yaml.safe_dump(changed))


@pytest.mark.parametrize(
    ("mode", "after"),
    [
        ("upsert", [(1, 1), (7, 20)]),
        ("update", [(1, 1), (7, 20)]),
        ("delete", [(1, 1)]),
        ("overwrite", [(7, 20)]),
    ],
)
def test_tables_are_read_and_written_only_when_asked(run, pipeline, tables, mode, after):
    loading(pipeline, mode)
    arguments = ("--engine", "postgresql", "--database", tables, "--read-tables", "--source-schema", "crm", "--json")
    code, out, err = run("run", pipeline, *arguments)
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert said["sources"] == {}
    assert [row["ID"] for row in said["sinks"]["target"]["rows"]] == ([7] if mode in ("upsert", "overwrite") else [])
    assert held(tables) == [(1, 1), (7, 1)]
    code, out, err = run("run", pipeline, *arguments, "--write")
    assert (code, err, json.loads(out)["written"]) == (0, "", True)
    assert held(tables) == after


@pytest.mark.parametrize(
    ("mode", "more", "arguments", "code", "said"),
    [
        ("append", {}, (), 1, "duplicate key value"),
        ("upsert", {"quality_checks": [{"name": "q", "type": "row_count", "min": 9}]}, (), 3, "so nothing was written"),
        ("upsert", {}, ("--target-schema", "nope"), 1, "node 'target': there is no table TARGET in schema nope"),
        ("upsert", {}, ("--source-schema", "nope"), 1, "node 'orders': there is no table ORDERS in schema nope"),
    ],
)
def test_what_fails_writes_nothing(run, pipeline, tables, mode, more, arguments, code, said):
    loading(pipeline, mode, **more)
    given = ("--engine", "postgresql", "--database", tables, "--read-tables", "--source-schema", "crm", "--write")
    ended, out, err = run("run", pipeline, *given, *arguments)
    assert ended == code
    assert said in out + err
    assert held(tables) == [(1, 1), (7, 1)]


def test_what_the_legacy_job_loads_is_compared(run, pipeline, orders, tmp_path):
    changed = yaml.safe_load(pipeline.read_text())
    changed["quality_checks"] = [{"name": "same", "type": "reconciliation"}]
    pipeline.write_text(yaml.safe_dump(changed))
    path = tmp_path / "legacy.csv"
    for text, code in (("id,amount\n2,10.01\n4,99\n", 0), ("id,amount\n2,10.01\n4,98\n", 3)):
        path.write_text(text)
        arguments = ("--input", f"orders={orders}", "--expect", f"target={path}")
        assert run("run", pipeline, *arguments)[0] == code


@pytest.mark.parametrize(("reset", "told"), [(False, True), (True, False)])
def test_a_sequence_whose_last_number_is_not_known_is_named(run, pipeline, orders, reset, told):
    changed = yaml.safe_load(pipeline.read_text())
    changed["nodes"][1]["transform"] = "sequence_generator"
    changed["nodes"][1]["config"] = {"start": 7, "reset": reset, "columns": [{"name": "key", "property": "nextval"}]}
    pipeline.write_text(yaml.safe_dump(changed))
    code, out, err = run("run", pipeline, "--input", f"orders={orders}", "--json")
    assert code == 0, err
    found = json.loads(out)
    assert [row["key"] for row in found["sinks"]["target"]["rows"]] == [7, 8, 9, 10]
    assert any("'large' begins at 7" in note for note in found["notes"]) is told
