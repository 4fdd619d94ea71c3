"""Quality checks: what is measured, against which limit, on each engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.pipelines.dsl.document import Document
from services.pipelines.runner import Given, run_on
from services.pipelines.runner.quality import Outcome, State, check_quality, passes, watched
from tests.pipelines.dsl.samples import node, pipeline
from tests.pipelines.runner.engines import ENGINES, opened

PASSED, FAILED, NOT_RUN = State.PASSED, State.FAILED, State.NOT_RUN
SOURCE = {
    "id": "s",
    "type": "source",
    "connector": "inline",
    "config": {
        "rows": [
            [1, "a", 10.5, "2024-01-01 00:00:00", "{}"],
            [2, "b", None, None, "{}"],
            [2, "b", 11.5, "2024-01-02 00:00:00", None],
            [4, None, 1000, None, None],
        ]
    },
    "columns": [
        {"name": "id", "type": "integer"},
        {"name": "Code", "type": "varchar(5)"},
        {"name": "amount", "type": "decimal(10,2)"},
        {"name": "at", "type": "timestamp"},
        {"name": "doc", "type": "json"},
    ],
}
SINK = {
    "connector": "postgresql",
    "config": {
        "mode": "append",
        "table": "TGT",
        "columns": [{"name": "id", "key": "primary"}, {"name": "Code"}, {"name": "amount"}, {"name": "at"}],
    },
}


def outcomes(engine: str, url: str, check: dict[str, Any], *middle: Any, **more: Any) -> list[Outcome]:
    expected = more.pop("expected", None)
    document = Document(
        pipeline(
            *middle,
            sources=(more.pop("source", SOURCE),),
            sink=more.pop("sink", SINK),
            quality_checks=[{"name": "q", **check}],
            **more,
        )
    )
    with opened(engine, url) as database:
        played = run_on(database, document, Given(watch=watched(document)))
        return check_quality(played, document, expected=expected)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("check", "state", "found"),
    [
        ({"type": "row_count", "min": 4, "max": 4}, PASSED, {"rows": 4}),
        ({"type": "row_count", "min": 5}, FAILED, {"rows": 4}),
        ({"type": "row_count", "max": 3}, FAILED, {"rows": 4}),
        ({"type": "null_percentage", "threshold": 0.5}, PASSED, {"rows": 4, "share": 0.5}),
        ({"type": "null_percentage", "threshold": 0.4}, FAILED, {"rows": 4, "share": 0.5}),
        ({"type": "null_percentage", "threshold": 0.4, "columns": ["CODE"]}, PASSED, {"rows": 4, "share": 0.25}),
        ({"type": "completeness", "threshold": 0.4}, FAILED, {"rows": 4, "share": 0.5}),
        ({"type": "completeness", "threshold": 0.5}, PASSED, {"rows": 4, "share": 0.5}),
        ({"type": "not_null", "columns": ["id"]}, PASSED, {"rows": 4, "nulls": 0}),
        ({"type": "not_null"}, FAILED, {"rows": 4, "nulls": 4}),
        ({"type": "duplicate"}, FAILED, {"rows": 4, "repeated": 1, "share": 0.25}),
        ({"type": "duplicate", "threshold": 0.25}, PASSED, {"rows": 4, "repeated": 1, "share": 0.25}),
        ({"type": "duplicate", "columns": ["id", "amount"]}, PASSED, {"rows": 4, "repeated": 0, "share": 0.0}),
        ({"type": "duplicate", "node": "s"}, PASSED, {"rows": 4, "repeated": 0, "share": 0.0}),
        ({"type": "unique"}, FAILED, {"rows": 4, "repeated": 1}),
        ({"type": "range", "columns": ["amount"], "min": 10, "max": 1000}, PASSED, {"rows": 4, "outside": 0}),
        ({"type": "range", "min": 2, "max": 999}, FAILED, {"rows": 4, "outside": 2}),
        ({"type": "range"}, NOT_RUN, {}),
        ({"type": "regex", "columns": ["Code"], "pattern": "^[ab]$"}, PASSED, {"rows": 4, "unlike": 0}),
        ({"type": "regex", "columns": ["Code"], "pattern": "^a"}, FAILED, {"rows": 4, "unlike": 2}),
        ({"type": "regex", "columns": ["Code"], "pattern": "("}, NOT_RUN, {}),
        ({"type": "statistical", "columns": ["amount"], "threshold": 1}, FAILED, {"rows": 4, "outliers": 1}),
        ({"type": "statistical", "columns": ["amount"]}, PASSED, {"rows": 4, "outliers": 0}),
        ({"type": "freshness"}, NOT_RUN, {}),
        ({"type": "row_count", "node": "elsewhere"}, NOT_RUN, {}),
        ({"type": "not_null", "columns": ["nope"]}, NOT_RUN, {}),
        ({"type": "custom_sql", "sql": "SELECT * FROM tgt WHERE id > :TOP"}, PASSED, {"failures": 0}),
        ({"type": "custom_sql", "sql": "SELECT id FROM s AS x WHERE x.id > 1"}, FAILED, {"failures": 3}),
        ({"type": "custom_sql", "sql": "WITH w AS (SELECT id FROM target) SELECT * FROM w"}, FAILED, {"failures": 4}),
        ({"type": "custom_sql", "sql": "SELECT * FROM pg_class"}, NOT_RUN, {}),
        ({"type": "schema", "expected": [{"name": "ID", "type": "bigint"}]}, PASSED, {"columns": 4, "wrong": 0}),
        (
            {"type": "schema", "expected": [{"name": "x"}, {"name": "at", "type": "text"}]},
            FAILED,
            {"columns": 4, "wrong": 2},
        ),
        ({"type": "schema", "node": "s"}, NOT_RUN, {}),
        ({"type": "reconciliation", "against": ["s"]}, PASSED, {"rows": 4, "source_rows": 4}),
        ({"type": "reconciliation"}, NOT_RUN, {}),
    ],
)
def test_what_is_measured(
    engine: str, check: dict[str, Any], state: State, found: dict[str, Any], postgres_url: str
) -> None:
    listed = [{"name": "TOP", "type": "integer", "default": 4}]
    (outcome,) = outcomes(engine, postgres_url, check, parameters=listed)
    assert (outcome.state, outcome.measures) == (state, found)
    assert bool(outcome.reason) == (state != PASSED)
    assert passes([outcome]) == (state != FAILED)
    assert passes([Outcome("q", "t", "warning", "n", state)])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("hours", "state"), [(1, FAILED), (3, PASSED)])
def test_freshness_is_the_age_of_the_youngest_row(engine: str, hours: float, state: State, postgres_url: str) -> None:
    then = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%d %H:%M:%S")
    config = {"rows": [[1, "a", 1, "2001-01-01 00:00:00", None], [2, "a", 1, then, None]]}
    (outcome,) = outcomes(
        engine, postgres_url, {"type": "freshness", "threshold": hours}, source={**SOURCE, "config": config}
    )
    assert outcome.state == state
    assert outcome.measures["hours"] == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_that_do_not_fit_the_declared_columns_fail_the_schema(engine: str, postgres_url: str) -> None:
    columns = [{"name": "id", "type": "integer"}, {"name": "Code", "type": "varchar(2)", "nullable": False}]
    step = node(
        "sql_expression", {"columns": [{"name": "Code", "expression": "Code || Code || Code"}], "passthrough": ["id"]}
    )
    sink = {"connector": "csv", "config": {"path": "x.csv", "mode": "append", "columns": columns}}
    (outcome,) = outcomes(engine, postgres_url, {"type": "schema"}, step, sink=sink)
    assert outcome.state == FAILED
    assert "3 values in Code are longer than 2 characters; 1 values in Code are null" in outcome.reason


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_that_are_deleted_or_rejected_are_not_looked_at(engine: str, postgres_url: str) -> None:
    step = node("upsert_strategy", {"strategy": "case id when 1 then 'insert' when 2 then 'delete' else 'reject' end"})
    config = {"mode": "append", "table": "T", "keys": ["id"], "action_column": "dataflow_action"}
    sink = {"connector": "oracle", "config": {**config, "columns": [{"name": "id"}]}}
    (outcome,) = outcomes(engine, postgres_url, {"type": "row_count", "max": 1}, step, sink=sink)
    assert (outcome.state, outcome.measures) == (PASSED, {"rows": 1})


LEGACY = [
    {"id": 1, "amount": "10.50"},
    {"id": 2, "amount": None},
    {"id": 2, "amount": "11.5"},
    {"id": 4, "amount": 1000},
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("legacy", "state", "said"),
    [
        (LEGACY, PASSED, ""),
        (
            LEGACY[:3],
            FAILED,
            "4 rows, where 3 are expected; id adds up to 9, not 5; amount adds up to 1022.00, not 22.00",
        ),
        ([*LEGACY[:3], {"id": 4, "amount": 1001}], FAILED, "1 rows are not expected, 1 expected ones are missing"),
        ([], FAILED, "4 rows, where 0 are expected"),
    ],
)
def test_reconciliation_with_what_the_legacy_job_loads(
    engine: str, legacy: list[dict[str, Any]], state: State, said: str, postgres_url: str
) -> None:
    (outcome,) = outcomes(engine, postgres_url, {"type": "reconciliation"}, expected={"target": legacy})
    assert outcome.state == state
    assert said in outcome.reason


@pytest.mark.parametrize(("kind", "state"), [("sql_where", NOT_RUN), ("sql_order_by", PASSED)])
def test_sources_are_compared_only_where_rows_must_be_as_many(kind: str, state: State) -> None:
    config = {"condition": "id > 1"} if kind == "sql_where" else {"order_by": [{"column": "id"}]}
    (outcome,) = outcomes("duckdb", "", {"type": "reconciliation", "against": ["s"]}, node(kind, config))
    assert outcome.state == state
    assert outcome.measures["source_rows"] == 4
