"""Tables that exist: found whatever the case they are spelt in, read by sources and own queries, or refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.pipelines.dsl.document import Document
from services.pipelines.runner import Given, NotRunnableError, run_on
from services.pipelines.runner.catalogue import read_sources, written_sinks
from services.pipelines.runner.on_postgresql import PostgreSql, on_postgresql
from tests.pipelines.dsl.samples import node, pipeline

MADE = (
    "CREATE SCHEMA crm",
    "CREATE TABLE crm.orders (note text, id int, amount numeric)",
    "INSERT INTO crm.orders VALUES ('b', 1, 1.26), ('B', 2, 2), ('a', 3, NULL)",
    'CREATE TABLE crm.twice (id int); CREATE TABLE crm."TWICE" (id int); CREATE TABLE crm."Twice" (id int)',
)


@pytest.fixture
def database(postgres_url: str) -> Iterator[PostgreSql]:
    """Tables that are gone with the test's transaction."""
    with on_postgresql(postgres_url) as engine:
        for statement in MADE:
            engine.execute("", statement)
        yield engine


def source(table: str = "ORDERS", *names: str, **config: Any) -> dict[str, Any]:
    kinds = {"ID": "integer", "AMOUNT": "decimal(10,1)", "NOTE": "varchar(5)"}
    columns = [{"name": name, "type": kinds.get(name, "integer")} for name in names or kinds]
    place = {"schema": "CRM", "table": table, **config}
    return {"id": "s", "type": "source", "connector": "oracle", "config": place, "columns": columns}


def rows(engine: PostgreSql, document: Document, schema: str = "") -> list[tuple[Any, ...]]:
    played = run_on(engine, document, Given(read=read_sources(engine, document, schema, ())))
    return [tuple(row.values()) for row in played.rows("target")]


def test_a_source_reads_its_table_in_its_own_types_and_order(database: PostgreSql) -> None:
    step = node("sql_order_by", {"order_by": [{"column": "NOTE"}]})
    found = rows(database, Document(pipeline(step, sources=(source(),))))
    assert [(number, str(amount), note) for number, amount, note in found] == [
        (2, "2.0", "B"),
        (3, "None", "a"),
        (1, "1.3", "b"),
    ]


@pytest.mark.parametrize(("dialect", "said"), [("postgresql", ""), ("oracle", "its query is in oracle")])
def test_a_query_of_its_own_is_run_where_postgresql_reads_it(database: PostgreSql, dialect: str, said: str) -> None:
    config = {
        "query": "SELECT upper(o.note), o.id FROM crm.orders AS o WHERE o.amount > 1;",
        "dialect": dialect,
        "columns": [{"name": "N", "type": "varchar(5)"}, {"name": "I", "type": "integer"}],
    }
    document = Document(pipeline(node("source_connector_sql_pushdown", config), sources=(source("NOT_THERE"),)))
    if said:
        with pytest.raises(NotRunnableError, match=said):
            rows(database, document)
    else:
        assert sorted(rows(database, document)) == [("B", 1), ("B", 2)]


@pytest.mark.parametrize(
    ("made", "schema", "said"),
    [
        (source("NOPE"), "", "node 's': there is no table NOPE in schema CRM"),
        (source(), "elsewhere", "node 's': there is no table ORDERS in schema elsewhere"),
        (source("ORDERS", "ID", "WHAT"), "", r"crm\.orders has no column 'WHAT'; it has note, id, amount"),
        (source("tWICE", "ID"), "", "several tables are spelt so, .*; make it, or name another schema"),
    ],
)
def test_what_is_not_there_is_named(database: PostgreSql, made: dict[str, Any], schema: str, said: str) -> None:
    with pytest.raises(NotRunnableError, match=said):
        rows(database, Document(pipeline(sources=(made,))), schema)


def test_of_several_the_one_that_is_spelt_alike_is_taken(database: PostgreSql) -> None:
    assert rows(database, Document(pipeline(sources=(source("TWICE", "ID"),)))) == []


def test_sinks_get_the_names_that_the_database_has(database: PostgreSql) -> None:
    config = {"schema": "CRM", "table": "ORDERS", "mode": "upsert", "keys": ["Id"], "database": "OLD"}
    data = pipeline(sources=(source("ORDERS", "ID", "NOTE"),), sink={"connector": "oracle", "config": config})
    document, written = written_sinks(database, Document(data), "")
    assert written == {"target"}
    assert document.data["nodes"][-1]["config"] == {
        "schema": "crm",
        "table": "orders",
        "mode": "upsert",
        "keys": ["id"],
        "columns": [{"name": "id", "from": "ID"}, {"name": "note", "from": "NOTE"}],
    }
    assert data["nodes"][-1]["config"] == config
