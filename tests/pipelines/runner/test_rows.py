"""Made-up rows: they fit their columns, repeat, meet each other, and are the same every time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from services.pipelines.dsl.columns import resolve
from services.pipelines.dsl.document import Document
from services.pipelines.runner import run
from services.pipelines.runner.hints import hints
from services.pipelines.runner.rows import Level, Row, rows
from tests.pipelines.dsl.samples import node, pipeline

TYPES = [
    *("string", "string(5)", "varchar(1)", "char(3)", "text", "xml", "unknown", "boolean", "tinyint", "smallint"),
    *(
        "integer",
        "bigint",
        "decimal",
        "decimal(1)",
        "decimal(5,5)",
        "decimal(10, 2)",
        "decimal(38,0)",
        "float",
        "double",
    ),
    *("date", "time", "timestamp", "timestamp(6)", "timestamp_tz", "interval", "binary", "json", "uuid"),
]


def source(name: str, *columns: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "type": "source", "connector": "oracle", "config": {"table": name}, "columns": list(columns)}


def made(document: dict[str, Any], level: Level = Level.LARGEST) -> dict[str, list[Row]]:
    found = resolve(Document(document))
    assert found.findings == []
    return rows(found, hints(Document(document), found), level)


@pytest.mark.parametrize("kind", TYPES)
def test_rows_fit_their_columns(kind: str) -> None:
    document = pipeline(
        node("sql_where", {"condition": "a IS NULL OR a IS NOT NULL"}),
        sources=(source("s", {"name": "a", "type": kind}),),
    )
    given = made(document)["s"]
    assert given == made(document)["s"]
    assert len(run(Document(document), {"s": given})["target"]) == len(given) >= 13
    values = [row["a"] for row in given]
    assert None in values
    assert len(values) > len({str(value) for value in values}), "no value stands twice"


def test_levels_grow_and_columns_that_are_never_null_are_not() -> None:
    document = pipeline(
        node("sql_where", {"condition": "a > 0"}),
        sources=(source("s", {"name": "a", "type": "decimal(4,1)", "nullable": False}),),
    )
    none, plain, odd, largest = ([row["a"] for row in made(document, level)["s"]] for level in Level)
    assert none == []
    assert plain == odd[: len(plain)]
    assert odd == largest[: len(odd)]
    assert {Decimal(0), Decimal("-0.1")} <= set(odd[len(plain) :])
    assert set(largest[len(odd) :]) == {Decimal("999.9"), Decimal("-999.9")}
    assert None not in largest


@pytest.mark.parametrize(
    ("left", "right"), [("varchar(2)", "varchar(40)"), ("decimal(10,0)", "bigint"), ("date", "date")]
)
def test_rows_of_two_sources_meet(left: str, right: str) -> None:
    sources = (source("one", {"name": "a", "type": left}), source("two", {"name": "b", "type": right}))
    join = {"type": "inner", "left": "one", "right": "two", "condition": "l.a = r.b"}
    step = node("sql_join", {**join, "columns": [{"name": "x", "expression": "l.a"}]})
    edges = [{"from": a, "to": b} for a, b in (("one", "step"), ("two", "step"), ("step", "target"))]
    document = pipeline(step, sources=sources, edges=edges)
    assert len(run(Document(document), made(document, Level.PLAIN))["target"]) >= 14


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("a = 'overdue'", "overdue"),
        ("TRIM(a) IN ('p', 'q')", "q"),
        ("CASE WHEN UPPER(a) = 'NEVER' THEN true ELSE false END", "NEVER"),
        ("TO_DATE(a, 'DD.MM.YYYY') > CURRENT_DATE", "27.02.2024"),
        ("TO_TIMESTAMP(SUBSTRING(a, 1, 14), 'YYYYMMDDHH24MISS') IS NULL", "20240227083015"),
    ],
)
def test_values_that_the_text_tells_of(condition: str, value: str) -> None:
    """Also where the column has another name by then."""
    renaming = node(
        "sql_expression", {"columns": [{"name": "b", "expression": "a_0"}, {"name": "a", "expression": "a_0"}]}
    )
    asking = {**node("sql_where", {"condition": condition}), "id": "asking"}
    document = pipeline(renaming, asking, sources=(source("s", {"name": "a_0", "type": "varchar(30)"}),))
    assert value in [row["a_0"] for row in made(document)["s"]]


def test_texts_that_are_read_by_a_format_are_null_or_meet_it() -> None:
    document = pipeline(
        node("sql_where", {"condition": "TO_DATE(a, 'YYYY-MM-DD') IS NULL"}),
        sources=(source("s", {"name": "a", "type": "varchar(30)"}),),
    )
    texts = [row["a"] for row in made(document)["s"] if row["a"] is not None]
    parsed = duckdb.execute("SELECT list_transform(?, lambda t: strptime(t, '%Y-%m-%d'))", [texts]).fetchone()
    assert parsed is not None
    assert len(parsed[0]) == len(texts) >= 13


def test_a_query_of_its_own_gets_rows_too() -> None:
    columns = [{"name": "a", "type": "integer"}]
    read = node("source_connector_sql_pushdown", {"query": "SELECT a FROM s", "dialect": "oracle", "columns": columns})
    document = pipeline(read, sources=(source("s", *columns),))
    assert set(made(document)) == {"s", "step"}
