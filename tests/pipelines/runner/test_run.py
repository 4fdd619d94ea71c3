"""Whole pipelines: scripts, sinks, inputs, what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from services.pipelines.dsl.docs import examples
from services.pipelines.dsl.document import Document, load
from services.pipelines.runner import NotRunnableError, Purpose, RunFailedError, compile, rows_from_csv, run
from tests.pipelines.dsl.samples import ORDERS, node, pipeline

WHERE = node("sql_where", {"condition": "amount > :LEAST"})
LEAST = [{"name": "LEAST", "type": "integer", "default": 10}]
CSV = "order_id,cust_id,amount\n1,7,9.99\n2,7,10.01\n3,8,\n"


def shop(**more: Any) -> Document:
    return Document(pipeline(WHERE, sources=(ORDERS,), parameters=LEAST, **more))


def test_rows_from_csv_take_the_declared_types() -> None:
    found = run(shop(), {"orders": rows_from_csv(CSV)})
    assert found == {"target": [{"order_id": 2, "cust_id": 7, "amount": Decimal("10.01")}]}


@pytest.mark.parametrize(("value", "ids"), [(None, [2]), (5, [1, 2]), (100, [])])
def test_parameters_have_defaults(value: int | None, ids: list[int]) -> None:
    given = {} if value is None else {"LEAST": value}
    rows = run(shop(), {"orders": rows_from_csv(CSV)}, parameters=given)["target"]
    assert [row["order_id"] for row in rows] == ids


def test_a_source_without_rows_is_empty() -> None:
    assert run(shop()) == {"target": []}


@pytest.mark.parametrize(
    ("inputs", "error", "said"),
    [
        ({"orders": [{"order_id": "x"}]}, RunFailedError, "row 1 does not fit its columns"),
        ({"orders": [{"nope": 1}]}, NotRunnableError, "'nope', which is not declared"),
        ({"ordres": []}, NotRunnableError, "does not have"),
    ],
)
def test_rows_that_do_not_fit(inputs: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        run(shop(), inputs)


def test_a_failing_expression_names_its_node() -> None:
    step = node("sql_expression", {"columns": [{"name": "x", "expression": "CAST('abc' AS INTEGER)"}]})
    with pytest.raises(RunFailedError, match=r"node 'target': .*abc"):
        run(Document(pipeline(step, sources=(ORDERS,))), {"orders": rows_from_csv(CSV)})


@pytest.mark.parametrize("text", ["read_text('/etc/passwd')", "getenv('HOME')"])
def test_nothing_outside_is_read(text: str) -> None:
    step = node("sql_expression", {"columns": [{"name": "x", "expression": text}]})
    data = pipeline(step, sources=(ORDERS,), dialect="duckdb")
    with pytest.raises((NotRunnableError, RunFailedError)):
        run(Document(data), {"orders": rows_from_csv(CSV)})


BEFORE = [{"order_id": 1, "amount": 1}, {"order_id": 9, "amount": 9}]
COLUMNS = [{"name": "order_id", "type": "bigint"}, {"name": "amount", "type": "decimal(12,2)"}]
GIVEN = [{"order_id": 1, "cust_id": 1, "amount": 50}, {"order_id": 2, "cust_id": 2, "amount": 60}]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"mode": "append"}, [(1, 1), (1, 50), (2, 60), (9, 9)]),
        ({"mode": "overwrite"}, [(1, 50), (2, 60)]),
        ({"mode": "upsert", "keys": ["order_id"]}, [(1, 50), (2, 60), (9, 9)]),
        ({"mode": "update", "keys": ["order_id"]}, [(1, 50), (9, 9)]),
        ({"mode": "delete", "keys": ["order_id"]}, [(9, 9)]),
        ({"mode": "update", "keys": ["order_id"], "only": {"amount": 1}}, [(1, 50), (9, 9)]),
        ({"mode": "update", "keys": ["order_id"], "only": {"amount": 2}}, [(1, 1), (9, 9)]),
        ({"mode": "delete", "keys": ["order_id"], "only": {"ended": None}}, [(9, 9)]),
        ({"mode": "delete", "keys": ["order_id"], "only": {"ended": "x", "amount": 1}}, [(1, 1), (9, 9)]),
    ],
)
def test_modes_of_a_sink(config: dict[str, Any], expected: list[tuple[int, int]]) -> None:
    document = Document(
        pipeline(
            WHERE, sources=(ORDERS,), parameters=LEAST, sink={"config": {**config, "table": "t", "columns": COLUMNS}}
        )
    )
    found = run(document, {"orders": GIVEN}, targets={"target": BEFORE})["target"]
    assert sorted((row["order_id"], int(row["amount"])) for row in found) == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("append", [(2, 60), (3, 3)]), ("update", [(2, 60), (3, 3)]), ("upsert", [(1, 50), (2, 60), (3, 3)])],
)
def test_a_sink_follows_the_rows_own_action(mode: str, expected: list[tuple[int, int]]) -> None:
    strategy = "case order_id when 1 then 'update' when 2 then 'insert' when 4 then 'reject' else 'delete' end"
    step = node("upsert_strategy", {"strategy": strategy, "column": "act"})
    config = {"mode": mode, "table": "t", "keys": ["order_id"], "action_column": "act", "columns": COLUMNS}
    given = [*GIVEN, {"order_id": 4, "amount": 1}, {"order_id": 9, "amount": 1}]
    before = [{"order_id": 9, "amount": 9}, {"order_id": 3, "amount": 3}]
    found = run(
        Document(pipeline(step, sources=(ORDERS,), sink={"config": config})),
        {"orders": given},
        targets={"target": before},
    )
    assert sorted((row["order_id"], int(row["amount"])) for row in found["target"]) == expected


@pytest.mark.parametrize(
    ("mode", "rows", "expected"),
    [
        ("upsert", [(1, 3, "update"), (1, 1, "update"), (2, 5, "update")], [(1, 3), (2, 5), (9, 9)]),
        ("upsert", [(9, 3, "update"), (9, 4, "delete")], []),
        ("upsert", [(9, 3, "delete"), (9, 4, "update")], [(9, 4)]),
        ("append", [(9, 3, "delete"), (9, 4, "update")], []),
        ("append", [(9, 3, "update"), (9, 7, "update"), (9, None, "update")], [(9, None)]),
        ("append", [(1, 3, "insert"), (1, 4, "insert"), (9, 5, "reject")], [(1, 3), (1, 4), (9, 9)]),
    ],
)
def test_the_last_row_of_a_key_counts(mode: str, rows: list[Any], expected: list[Any]) -> None:
    source = {**ORDERS, "columns": [*COLUMNS, {"name": "act", "type": "varchar(9)"}]}
    step = node("sql_order_by", {"order_by": [{"column": "amount", "nulls": "last"}]})
    config = {"mode": mode, "table": "t", "keys": ["order_id"], "action_column": "act", "columns": COLUMNS}
    found = run(
        Document(pipeline(step, sources=(source,), sink={"config": config})),
        {"orders": [dict(zip(("order_id", "amount", "act"), row, strict=True)) for row in rows]},
        targets={"target": [{"order_id": 9, "amount": 9}]},
    )
    held = [(row["order_id"], row["amount"]) for row in found["target"]]
    assert sorted(held, key=str) == [(key, amount and Decimal(amount)) for key, amount in expected]


def branching() -> Document:
    split = node(
        "conditional_branch",
        {"match": "first", "branches": [{"port": "big", "condition": "amount > 20"}], "default": "rest"},
        "split",
    )
    second = {
        **pipeline()["nodes"][-1],
        "id": "second",
        "config": {"mode": "append", "table": "small", "load_order": 1},
    }
    data = pipeline(
        split,
        second,
        sources=(ORDERS,),
        sink={"config": {"mode": "append", "table": "big", "load_order": 2}},
        edges=[
            {"from": "orders", "to": "split"},
            {"from": "split", "to": "target", "from_port": "big"},
            {"from": "split", "to": "second", "from_port": "rest"},
        ],
    )
    return Document(data)


def test_what_is_read_twice_is_kept_and_sinks_follow_their_load_order() -> None:
    script = compile(branching(), "postgresql")
    assert [(item.node, item.purpose) for item in script.statements] == [
        ("orders", Purpose.TEMPORARY),
        ("second", Purpose.WRITE),
        ("target", Purpose.WRITE),
    ]
    assert script.statements[0].sql.startswith('CREATE TEMPORARY TABLE "orders" AS')
    assert script.targets == {"target": '"big"', "second": '"small"'}
    found = run(branching(), {"orders": [{"order_id": 1, "amount": 30}, {"order_id": 2, "amount": None}]})
    assert {key: [row["order_id"] for row in rows] for key, rows in found.items()} == {"target": [1], "second": [2]}


@pytest.mark.parametrize(
    ("dialect", "begins"),
    [
        ("mssql", "SELECT\n  [order_id] AS [order_id]"),
        ("teradata", 'CREATE VOLATILE TABLE "orders" AS ('),
        ("sap_hana", 'CREATE LOCAL TEMPORARY COLUMN TABLE "#orders" AS ('),
        ("snowflake", 'CREATE TEMPORARY TABLE "orders" AS'),
    ],
)
def test_temporary_tables_as_each_dialect_makes_them(dialect: str, begins: str) -> None:
    script = compile(branching(), dialect)
    assert script.statements[0].sql.startswith(begins)
    if dialect in ("mssql", "sap_hana"):
        assert "#orders" in script.statements[0].sql
        assert "#orders" in script.statements[1].sql


def test_a_pushdowns_own_query_needs_rows() -> None:
    read = node(
        "source_connector_sql_pushdown",
        {"columns": [{"name": "a", "type": "integer"}], "query": "SELECT 1", "dialect": "oracle"},
    )
    document = Document(pipeline(read))
    with pytest.raises(NotRunnableError, match="only the source system can run"):
        run(document)
    assert run(document, {"step": [{"a": "5"}]}) == {"target": [{"a": 5}]}


def test_an_orchestration_is_no_pipeline() -> None:
    with pytest.raises(NotRunnableError, match="no pipeline"):
        compile(load(examples()["orchestration"]))


def test_a_long_chain_compiles() -> None:
    steps = [node("sql_where", {"condition": f"amount > {i}"}, f"s{i}") for i in range(150)]
    document = Document(pipeline(*steps, sources=(ORDERS,)))
    rows = run(document, {"orders": [{"order_id": 1, "amount": 200}, {"order_id": 2, "amount": 100}]})["target"]
    assert [row["order_id"] for row in rows] == [1]
