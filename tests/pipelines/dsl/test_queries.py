"""The queries of `sql_query` nodes: what is refused, with which words, and what they mean when they run."""

from __future__ import annotations

import re

import pytest

from services.migration.report.lineage import pipeline_lineage
from services.pipelines.dsl.check import check_document
from services.pipelines.dsl.queries import problems, sources
from services.pipelines.dsl.relation import Column, Relation
from services.pipelines.runner import run
from services.pipelines.runner.compile import compile
from tests.pipelines.dsl.samples import document, node, pipeline

GIVEN = {
    "input": Relation(
        (
            Column("ORDER_ID", "decimal(10,0)"),
            Column("AMOUNT", "decimal(12,2)"),
            Column("STATUS", "varchar(1)"),
            Column("Ordered At", "timestamp"),
        )
    )
}
DIALECTS = ("postgresql", "snowflake", "teradata", "mssql", "sap_hana", "duckdb")


def config(query: str, *columns: tuple[str, str]) -> dict[str, object]:
    listed = columns or (("ORDER_ID", "decimal(10,0)"),)
    named = [{"name": name, "type": kind} for name, kind in listed]
    return {"inputs": [{"ref": "x", "name": "input"}], "query": query, "columns": named}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT order_id FROM input",
        "SELECT input.order_id FROM input WHERE input.amount > 1",
        'SELECT i."ORDER_ID" FROM Input AS i WHERE i."Ordered At" IS NOT NULL',
        "WITH t AS (SELECT Order_Id, amount * 2 AS a FROM input) SELECT t.order_id FROM t WHERE t.a > 1",
        "WITH t (a) AS (SELECT order_id FROM input) SELECT a AS order_id FROM t",
        "SELECT MAX(order_id) AS order_id FROM input GROUP BY status HAVING COUNT(*) > 1",
        "SELECT order_id FROM input UNION ALL SELECT amount FROM input",
        "SELECT ROW_NUMBER() OVER (PARTITION BY status ORDER BY amount) AS order_id FROM input",
        "SELECT order_id FROM input WHERE order_id IN (SELECT j.order_id FROM input AS j WHERE j.amount > :LEAST)",
    ],
)
def test_sound_queries_pass_in_every_dialect(query: str, dialect: str) -> None:
    assert problems(config(query), GIVEN, dialect, ["LEAST"]) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("DELETE FROM input", "one SELECT"),
        ("SELECT order_id FROM input; DROP TABLE input", "one SELECT"),
        ("SELECT * FROM input", "'*'"),
        ("SELECT input.* FROM input", "'*'"),
        ("SELECT order_id FROM orders", "reads 'orders', which is no input; only these are: input"),
        ("SELECT order_id FROM public.input", "reads 'public.input'"),
        ("SELECT usename AS order_id FROM pg_catalog.pg_user", "pg_catalog.pg_user"),
        ("SELECT order_id FROM input, generate_series(1, 9) AS g(n)", "reads from a function"),
        ("SELECT order_id FROM read_csv('/etc/passwd')", "reads from a function"),
        ("SELECT pg_sleep(60) AS order_id FROM input", "function pg_sleep is not known"),
        ("SELECT dblink('host=x', 'select 1') AS order_id FROM input", "dblink is not known"),
        ("SELECT set_config('a', 'b', TRUE) AS order_id FROM input", "set_config is not known"),
        ("SELECT nextval('s') AS order_id FROM input", "nextval is not known"),
        ("SELECT random() AS order_id FROM input", "gives other values each time"),
        ("SELECT current_user AS order_id FROM input", "tells of the session"),
        ("SELECT order_id FROM input FOR UPDATE", "a lock"),
        ("SELECT order_id INTO copy FROM input", "INTO"),
        ("WITH RECURSIVE t AS (SELECT amount FROM input UNION ALL SELECT amount FROM t) SELECT 1 FROM t", "RECURSIVE"),
        ("SELECT order_id FROM (WITH t AS (SELECT order_id FROM input) SELECT order_id FROM t) AS z", "WITH inside"),
        ("WITH input AS (SELECT 1 AS order_id) SELECT order_id FROM input", "is that of an input"),
        ("SELECT order_id FROM input WHERE amount > :LAST", "':LAST' is not declared. Did you mean 'LEAST'"),
        ("SELECT nope AS order_id FROM input", "'nope' could not be resolved"),
        ("SELECT x.order_id FROM input AS i", "The inputs: input(ORDER_ID, AMOUNT"),
        ("SELECT order_id FROM input AS a, input AS b", "order_id"),
        ("SELECT amount FROM input", "(amount), but must give, in this order: (ORDER_ID decimal(10,0))"),
        ("SELECT order_id, amount FROM input", "gives the columns (order_id, amount)"),
        ("SELECT UPPER(status) AS order_id FROM input", "as a string, but it is declared decimal(10,0)"),
        ("SELECT ordered_at AS order_id FROM (SELECT \"Ordered At\" AS ordered_at FROM input) AS z", "as a date"),
    ],
)  # fmt: skip  # one line a query
def test_what_a_query_may_not_be(query: str, said: str) -> None:
    found = problems(config(query), GIVEN, "postgresql", ["LEAST"])
    assert [text for text in found if said.lower() in text.lower()], found


def test_names_the_grammar_of_one_dialect_lacks_are_its_own() -> None:
    query = config("SELECT zeroifnull(order_id) AS order_id FROM input")
    assert problems(query, GIVEN, "teradata") == []
    assert problems(query, GIVEN, "postgresql") == [
        "the function zeroifnull is not known in postgresql; use one that is"
    ]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("SELECT order_id FROM input", [[("input", "ORDER_ID", True)]]),
        ("SELECT order_id + amount AS order_id FROM input", {("input", "ORDER_ID", False), ("input", "AMOUNT", False)}),
        ("WITH t AS (SELECT amount AS a FROM input) SELECT a AS order_id FROM t", [[("input", "AMOUNT", True)]]),
    ],
)
def test_lineage_goes_through_a_query(query: str, wanted: object) -> None:
    found = sources(config(query), GIVEN, "postgresql")
    assert (set(found[0]) if isinstance(wanted, set) else found) == wanted


STEP = node(
    "sql_query",
    {
        "inputs": [{"ref": "customers", "name": "c"}],
        "query": "WITH a (k, n) AS (SELECT STATUS, COUNT(*) FROM C GROUP BY status)\n"
        'SELECT c."Full Name" AS who, a.n AS "How Many" FROM c JOIN a ON a.k = c.status WHERE a.n >= :LEAST',
        "columns": [{"name": "Who", "type": "varchar(80)"}, {"name": "how many", "type": "bigint"}],
    },
)
LEAST = [{"name": "LEAST", "type": "integer", "default": 2}]


def test_it_runs_and_its_names_are_compared_without_case() -> None:
    read = document(pipeline(STEP, parameters=LEAST, sink={"connector": "inline", "config": {"mode": "overwrite"}}))
    assert check_document(read) == []
    given = [{"cust_id": 1, "status": "A", "Full Name": "Ann"}, {"cust_id": 2, "status": "A", "Full Name": "Bo"}]
    rows = run(read, {"customers": [*given, {"cust_id": 3, "status": "B", "Full Name": "Cy"}]})["target"]
    assert sorted(rows, key=lambda row: row["Who"]) == [
        {"Who": "Ann", "how many": 2},
        {"Who": "Bo", "how many": 2},
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_its_script_has_no_with_inside_a_subquery(dialect: str) -> None:
    text = compile(document(pipeline(STEP, parameters=LEAST)), dialect).text
    assert "(\nWITH" not in text.replace(" ", "")
    assert len(re.findall(r"COUNT(?:_BIG)?\(\*\)", text)) == 1


def test_lineage_of_a_pipeline_names_the_query_between() -> None:
    lines = pipeline_lineage("p", pipeline(STEP, parameters=LEAST))
    assert [(line.source, line.source_column, line.target_column, line.via, line.transformed) for line in lines] == [
        ("CRM.CUSTOMERS", "Full Name", "Who", ("step",), False)
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"inputs": [{"ref": "nobody", "name": "c"}]}, "no edge comes from it"),
        ({"inputs": [{"ref": "customers", "name": "c"}, {"ref": "customers", "name": "c"}]}, "used twice"),
        ({"inputs": [{"ref": "customers", "name": "C c"}]}, "does not fit"),
        ({"query": "SELECT 1 FROM pg_class"}, "no input"),
        ({"query": "SELECT FROM WHERE"}, "is not SQL"),
    ],
)
def test_the_checks_of_a_document_include_the_query(changes: dict[str, object], said: str) -> None:
    changed = {**STEP, "config": {**STEP["config"], **changes}}
    found = [finding.message for finding in check_document(document(pipeline(changed, parameters=LEAST)))]
    assert [text for text in found if said in text], found
