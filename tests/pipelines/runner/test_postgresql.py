"""PostgreSQL: rows as DuckDB gives them, and nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.migration.pipeline import migrate
from services.pipelines.dsl.document import Document, load
from services.pipelines.runner import Given, NotRunnableError, RunFailedError, run_on
from services.pipelines.runner.on_postgresql import on_postgresql
from tests.migration.flows.sheet import CASES, Case, Sheet, expected, named, plain
from tests.migration.flows.test_flows import MODULES
from tests.pipelines.dsl.samples import node, pipeline
from tests.pipelines.runner.engines import ENGINES, rows_on

assert MODULES, "importing them registers the cases"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("item", CASES, ids=lambda item: item.name)
def test_flows_written_for_postgresql(item: Case, engine: str, postgres_url: str) -> None:
    sheet = Sheet()
    item.draw(sheet)
    made = migrate(sheet.export(), "flow.xml", dialect="postgresql", generated_at="2026-01-01T00:00:00Z")
    document = load(made.documents[0].yaml)
    nodes = {each["id"]: each for each in document.nodes()}
    given = Given(
        {name: named(nodes[name]["columns"], rows) for name, rows in item.inputs.items()},
        {name: named(nodes[name]["config"]["columns"], rows) for name, rows in item.before.items()},
        item.parameters,
    )
    rows = rows_on(engine, postgres_url, document, given)
    found = {name: [tuple(plain(value) for value in row) for row in rows[name]] for name in item.gives}
    if not item.ordered:
        found = {name: sorted(each, key=repr) for name, each in found.items()}
    assert found == expected(item)


VALUES: dict[str, list[Any]] = {
    "varchar(30)": ["a\\b\tc\nd\re", "", "Zoë \\N", "\\N", "'\"", "ß", "a", "B", "_", None],
    "integer": [-1, 0, 2**31 - 1, None],
    "bigint": [2**63 - 1, None],
    "decimal(38,5)": [Decimal("123456789012345678901234567890123.12345"), Decimal("-0.00001"), None],
    "decimal": [Decimal("1234567890123456789012345678.0123456789"), None],
    "double": [0.1, -1e300, None],
    "boolean": [True, False, None],
    "date": [date(1, 1, 1), date(9999, 12, 31), None],
    "time": [time(23, 59, 59, 999999), None],
    "timestamp": [datetime(2024, 2, 29, 1, 2, 3, 4), None],
    "timestamp_tz": [datetime(2024, 7, 1, 12, tzinfo=UTC), None],
    "interval": [timedelta(days=-3, hours=5, microseconds=7), None],
    "binary": [b"\\x00", b"\x00\xff", b"", None],
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", VALUES)
def test_values_come_back_as_they_went_in(kind: str, engine: str, postgres_url: str) -> None:
    columns = [{"name": "n", "type": "integer"}, {"name": "v", "type": kind}]
    source = {"id": "s", "type": "source", "connector": "oracle", "config": {"table": "T"}, "columns": columns}
    step = node("sql_order_by", {"order_by": [{"column": "n"}]})
    given = Given({"s": [{"n": index, "v": value} for index, value in enumerate(VALUES[kind])]})
    rows = rows_on(engine, postgres_url, Document(pipeline(step, sources=(source,))), given)["target"]
    assert [value for _, value in rows] == VALUES[kind]


@pytest.fixture
def outside(postgres_database: str) -> Iterator[str]:
    """A database with a table of its own, in which nothing may have changed afterwards."""
    with on_postgresql(postgres_database) as engine:
        engine.execute("", "CREATE TABLE public.target AS SELECT 1 AS a")
        engine.commit()
    before = everything(postgres_database)
    assert ("public", "target") in before
    yield postgres_database
    assert everything(postgres_database) == before


def everything(url: str) -> list[tuple[Any, ...]]:
    with on_postgresql(url) as engine:
        return engine.fetch(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
        )


ONE = {
    "id": "s",
    "type": "source",
    "connector": "inline",
    "config": {"rows": [[1, "a"], [2, "b"]]},
    "columns": [{"name": "i", "type": "integer"}, {"name": "t", "type": "varchar(5)"}],
}

TABLE = {**ONE, "connector": "oracle", "config": {"table": "T"}}


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("i", ""),
        ("cast('x' || t as integer)", "invalid input syntax for type integer"),
        ("1 / (i - 1)", "division by zero"),
        ("no_such(i)", "does not exist"),
    ],
)
def test_a_run_leaves_nothing_behind(expression: str, said: str, outside: str) -> None:
    step = node("sql_expression", {"columns": [{"name": "x", "expression": expression}]})
    document = Document(pipeline(step, sources=(ONE,)))
    if not said:
        assert rows_on("postgresql", outside, document) == {"target": [(1,), (2,)]}
        return
    with pytest.raises(RunFailedError, match=said) as error:
        rows_on("postgresql", outside, document)
    assert error.value.node == "target"
    assert error.value.of_data == ("does not exist" not in said)


def test_ctrl_c_leaves_nothing_behind(outside: str) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield {"i": 1}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rows_on("postgresql", outside, Document(pipeline(sources=(TABLE,))), Given({"s": rows()}))


def test_a_lost_connection_is_said(outside: str) -> None:
    with on_postgresql(outside) as engine, on_postgresql(outside) as other:
        (pid,) = engine.fetch("SELECT pg_backend_pid()")[0]
        other.fetch("SELECT pg_terminate_backend($1)", pid)
        with pytest.raises(RunFailedError, match=r"terminat|lost|closed"):
            run_on(engine, Document(pipeline(sources=(ONE,))), Given())


@pytest.mark.parametrize(
    ("row", "error", "said"),
    [
        ({"i": "x"}, RunFailedError, "row 3, column i does not fit its columns: invalid input syntax"),
        ({"i": 2**40}, RunFailedError, "row 3, column i does not fit its columns: .*out of range"),
        ({"nope": 1}, NotRunnableError, "has the column 'nope', which is not declared; there is i, t"),
    ],
)
def test_rows_that_do_not_fit_arenamed(row: dict[str, Any], error: type[Exception], said: str, outside: str) -> None:
    document = Document(pipeline(sources=(TABLE,)))
    with pytest.raises(error, match=said):
        rows_on("postgresql", outside, document, Given({"s": [{"i": 1}, {"i": 2}, row]}))
