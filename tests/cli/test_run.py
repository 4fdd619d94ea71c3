"""Pipelines, run over files."""

import csv
import json

import duckdb
import pytest
import yaml

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
        "sinks": {
            "target": {
                "total": 2,
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
    ],
)
def test_wrong_options_are_sentences(run, pipeline, orders, arguments, sentence):
    code, out, err = run("run", pipeline, *(text.replace("ORDERS", str(orders)) for text in arguments))
    assert (code, out) == (1, "")
    assert sentence in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "the first line has to name the columns"),
        ("a.csv", b"id,id\n", "the first line has to name the columns, each once."),
        ("a.csv", b"id\n1\n2,3\n", "line 3: has 2 values for 1 columns."),
        ("a.csv", b"id\n1\n\xff\n", "line 3: is not UTF-8."),
        ("a.csv", b'id\n"1\n', "line 2: unexpected end of data."),
        ("a.csv", b"nope\n1\n", "'nope', which is not declared"),
        ("a.csv", b"id\nx\n", "a row does not fit its columns"),
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
