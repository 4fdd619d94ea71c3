"""Dates as text: what a document in PostgreSQL's words gives on DuckDB and on PostgreSQL."""

from __future__ import annotations

import pytest

from services.pipelines.dsl.document import Document
from services.pipelines.runner import run
from tests.pipelines.dsl.samples import node, pipeline

SOURCE = {
    "id": "given",
    "type": "source",
    "connector": "oracle",
    "config": {"connection": "C", "table": "GIVEN"},
    "columns": [{"name": "d", "type": "timestamp"}, {"name": "s", "type": "varchar(40)"}],
}


def value(expression: str, **row: str) -> str:
    step = node("sql_expression", {"columns": [{"name": "x", "expression": expression}]})
    document = Document(pipeline({**step, "depends_on": ["given"]}, sources=(SOURCE,)))
    return str(run(document, {"given": [row]})["target"][0]["x"])


@pytest.mark.parametrize(
    ("format_text", "expected"),
    [
        ("FMDay, DD FMMonth YYYY", "Tuesday, 01 April 1997"),
        ("Dy Mon DD", "Tue Apr 01"),
        ("HH12:MI:SS AM", "03:05:09 PM"),
        ("D Q WW W", "3 2 13 1"),
        ("J", "2450540"),
        ("SSSSS", "54309"),
        ("YYY-Y-YY", "997-7-97"),
        ("DDD", "091"),
        ("MS US", "120 120000"),
        ("MON FMDAY", "APR TUESDAY"),
        ('DD" of the Day, 100% "MM', "01 of the Day, 100% 04"),
        ("FMHH24-FMMM-FMDD", "15-4-1"),
    ],
)
def test_a_date_is_written_as_postgresql_writes_it(format_text: str, expected: str) -> None:
    assert value(f"TO_CHAR(d, '{format_text}')", d="1997-04-01 15:05:09.12") == expected


@pytest.mark.parametrize(
    ("text", "format_text", "expected"),
    [
        ("Jan 22 1998", "MON DD YYYY", "1998-01-22 00:00:00"),
        ("12/31/1999 02:15:00 PM", "MM/DD/YYYY HH12:MI:SS AM", "1999-12-31 14:15:00"),
        ("3 MARCH 2024", "DD MONTH YYYY", "2024-03-03 00:00:00"),
        ("2024091", "YYYYDDD", "2024-03-31 00:00:00"),
    ],
)
def test_a_date_is_read_as_postgresql_reads_it(text: str, format_text: str, expected: str) -> None:
    assert value(f"CAST(TO_TIMESTAMP(s, '{format_text}') AS TIMESTAMP)", s=text) == expected
