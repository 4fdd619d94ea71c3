"""Every kind of source with every other, and what a source cannot be."""

from __future__ import annotations

from itertools import combinations

import asyncpg
import pytest

from services.parity import (
    Connection,
    CsvSource,
    ParityError,
    ParquetSource,
    QuerySource,
    Request,
    RowsSource,
    compare,
    connection_named,
    parse_connections,
)
from tests.parity.sides import csv_of, duckdb_of, parquet_of

ROWS = """
    SELECT * FROM (VALUES
        (1, 'Ann', 12.50, 0.1::DOUBLE, DATE '2024-01-31', TIMESTAMPTZ '2024-01-31 10:00:00+00', true),
        (2, '', 7.00, 1e-7::DOUBLE, NULL, NULL, false),
        (3, NULL, NULL, NULL, DATE '1999-12-31', TIMESTAMPTZ '1999-12-31 23:59:59.5+00', NULL),
        (4, 'O''Brien, "B"', -99999999.99, 123456789.125::DOUBLE, DATE '2000-02-29',
            TIMESTAMPTZ '2024-06-01 00:00:00+02', true)
    ) AS v(id, name, amount, rate, day, moment, flag)
"""
CSV = (
    "id;name;amount;rate;day;moment;flag\n"
    '4;"O\'Brien, ""B""";-99999999.990;1.23456789125e8;2000-02-29;2024-06-01T00:00:00+02:00;t\n'
    "3;;;;1999-12-31;1999-12-31T23:59:59.500Z;\n"
    '2;"";7;0.0000001;;;false\n'
    "1;Ann;12.5;0.1;2024-01-31;2024-01-31 10:00:00Z;true\n"
)
INLINE = [
    {"id": 1, "name": "Ann", "amount": 12.5, "rate": 0.1, "day": "2024-01-31", "moment": "2024-01-31T10:00:00Z"},
    {"id": 2, "name": "", "amount": 7, "rate": 1e-7},
    {"id": 3, "name": None, "day": "1999-12-31", "moment": "1999-12-31T23:59:59.5Z"},
    {"id": 4, "name": 'O\'Brien, "B"', "amount": -99999999.99, "rate": 123456789.125, "day": "2000-02-29"},
]
INLINE = [row | {"flag": flag} for row, flag in zip(INLINE, (True, False, None, True), strict=True)]
INLINE[3]["moment"] = "2024-05-31T22:00:00Z"


@pytest.fixture(scope="module")
async def filled(postgres_server):
    url = postgres_server.create_database()
    connection = await asyncpg.connect(url)
    casted = ROWS.replace("::DOUBLE", "::float8")
    await connection.execute(f'CREATE SCHEMA "old ""data"; CREATE TABLE "old ""data".t AS {casted}')
    await connection.close()
    return Connection("old", "postgresql", url)


@pytest.fixture
def every(filled, tmp_path):
    return {
        "csv": csv_of(tmp_path / "a.csv", CSV),
        "parquet": parquet_of(tmp_path / "a.parquet", ROWS),
        "duckdb": duckdb_of(tmp_path / "a.duckdb", ROWS),
        "postgresql": QuerySource(filled, "@old", table='old "data.t'),
        "rows": RowsSource(INLINE, "rows"),
    }


KINDS = ("csv", "parquet", "duckdb", "postgresql", "rows")


@pytest.mark.parametrize(("left", "right"), list(combinations(KINDS, 2)))
@pytest.mark.parametrize("keys", [("id",), ()])
def test_the_same_rows_are_equal_whatever_they_come_from(every, left, right, keys):
    found = compare(Request(every[left], every[right], keys))
    assert [each.as_dict() for each in found.samples] == []
    assert (found.equal, found.row_count_left, found.row_count_right) == (True, 4, 4)
    assert found.columns[2].sums == (pytest.approx(-99999980.49), pytest.approx(-99999980.49))


@pytest.mark.parametrize("kind", KINDS)
def test_one_change_is_found_whatever_they_come_from(every, tmp_path, kind):
    changed = csv_of(tmp_path / "b.csv", CSV.replace("12.5;", "12.51;"))
    found = compare(Request(every[kind], changed, ("id",)))
    assert (found.differing, found.only_left, found.only_right) == (1, 0, 0)
    assert found.samples[0].why == {"amount": "number"}
    assert found.samples[0].right == {"amount": "12.51"}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM t",
        "INSERT INTO t SELECT * FROM t RETURNING 1",
        "SELECT 1; SELECT 2",
        "SELECT 1) TO STDOUT; CREATE TABLE x (a int); --",
        "SELECT 1 --",
        "SELECT nothing FROM t",
        "",
    ],
)
def test_postgresql_is_only_read(filled, statement):
    """A comment at the end is no harm."""
    request = Request(QuerySource(filled, "@old", statement), RowsSource([{"?column?": 1}], "rows"))
    if statement == "SELECT 1 --":
        assert compare(request).equal
        return
    with pytest.raises(ParityError) as caught:
        compare(request)
    assert str(caught.value).startswith("@old: ") or statement in str(caught.value)
    assert filled.address not in str(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM t",
        "SELECT 1; SELECT 2",
        "SELECT 1) TO '/dev/null'; --",
        "FROM read_csv('/etc/passwd')",
        "COPY t TO 'x.csv'",
        "ATTACH 'x.duckdb'",
        "SELECT 1 AS a, 2 AS a",
    ],
)
def test_a_duckdb_file_is_only_read_and_nothing_else_is(tmp_path, statement):
    source = duckdb_of(tmp_path / "a.duckdb", "SELECT 1 AS a", statement)
    with pytest.raises(ParityError, match=r"^a\.duckdb: "):
        compare(Request(source, RowsSource([{"a": 1}], "rows")))


def test_a_server_that_is_away_is_named_without_its_password(tmp_path):
    away = Connection("old", "postgresql", "postgresql://u:secret@127.0.0.1:1/d")
    with pytest.raises(ParityError) as caught:
        compare(Request(QuerySource(away, "@old", "SELECT 1"), RowsSource([{"a": 1}], "rows")))
    assert "COMPARE_CONNECTIONS" in str(caught.value)
    assert "secret" not in str(caught.value) + repr(away)


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        ("id,v\n1,é\n".encode(), 0),
        ("\ufeffid,v\n1,é\n".encode(), 0),
        ("id,v\r\n1,é\r\n".encode("cp1252"), 1),
        ("id;v\n1;é\n".encode("utf-16"), 2),
        ("id\tv\n1\té\n".encode(), 1),
        ("id|v\n1|é\n".encode("latin-1"), 2),
    ],
)
def test_encodings_and_delimiters_are_found_and_said(tmp_path, content, notes):
    found = compare(Request(csv_of(tmp_path / "a.csv", content), RowsSource([{"id": 1, "v": "é"}], "rows"), ("id",)))
    assert (found.equal, len(found.warnings)) == (True, notes)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b\n1,2\n3\n", "a.csv, line 3: has 1 value for 2 columns"),
        ('a,b\n1,2\n"3,4\n', "a.csv, line 3: a quoted value does not end"),
        ("a,a\n1,2\n", "two columns are named 'a'"),
        ("a,,b\n1,2,3\n", "column 2 has no name"),
        ("", "is empty"),
    ],
)
def test_csv_that_cannot_be_read(tmp_path, content, words):
    with pytest.raises(ParityError) as caught:
        compare(Request(csv_of(tmp_path / "a.csv", content), RowsSource([{"a": 1}], "rows")))
    assert words in str(caught.value)


@pytest.mark.parametrize("made", [CsvSource, ParquetSource])
def test_a_file_that_is_not_there(tmp_path, made):
    with pytest.raises(ParityError, match="x: cannot be read"):
        compare(Request(made(tmp_path / "x", "x"), RowsSource([{"a": 1}], "rows")))


def test_types_that_differ_are_said_and_count_by_family(tmp_path):
    left = parquet_of(tmp_path / "l.parquet", "SELECT 1::INTEGER AS id, '5' AS v, 2::BIGINT AS w")
    right = parquet_of(tmp_path / "r.parquet", "SELECT 1::BIGINT AS id, 5 AS v, 2::BIGINT AS w")
    for rule, equal in (("family", False), ("strict", False), ("ignore", True)):
        found = compare(Request(left, right, ("id",), types=rule))
        assert (found.equal, found.differing) == (equal, 0)
        assert found.schema_diff.types == [("id", "integer", "bigint"), ("v", "varchar", "integer")]
    assert compare(Request(left, right, ("id",), ignored=("v",))).equal


@pytest.mark.parametrize(
    ("text", "words"),
    [("x", "entry 1"), ("a=postgresql://h x=mysql://u:secret@h", "entry 2"), ("a=duckdb:///x a=duckdb:///y", "twice")],
)
def test_connections_that_are_none(text, words):
    with pytest.raises(ParityError, match=words) as caught:
        parse_connections(text)
    assert "secret" not in str(caught.value)


def test_connections_belong_to_workspaces():
    known = parse_connections("legacy@a,b=postgresql://u:p@h/d new=duckdb:///data/x.duckdb")
    assert connection_named(known, "legacy", "b").kind == "postgresql"
    assert connection_named(known, "legacy").name == "legacy"
    assert connection_named(known, "new", "c").address == "/data/x.duckdb"
    with pytest.raises(ParityError, match="Near to it: new"):
        connection_named(known, "nev", "c")
    with pytest.raises(ParityError, match="'legacy'"):
        connection_named(known, "legacy", "c")
