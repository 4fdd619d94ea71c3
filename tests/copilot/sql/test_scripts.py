"""Texts of several statements: what one makes, those behind it may use."""

from __future__ import annotations

import pytest

from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.copilot.sql.validate import validate

TABLES = [
    TableInfo("orders", columns=(("id", "int"), ("total", "decimal(10,2)"), ("made", "date"))),
    TableInfo("lines", columns=(("order_id", "int"), ("sku", "varchar(20)"))),
]
UNKNOWN_COLUMN, UNKNOWN_TABLE = ["UNKNOWN_COLUMN"], ["UNKNOWN_TABLE"]


def codes(sql: str, dialect: str) -> list[str]:
    return [each.code for each in validate(sql, dialect, SchemaIndex(dialect, TABLES)).errors]


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgresql", "CREATE TEMP TABLE big AS SELECT id, total FROM orders; SELECT id, total FROM big", []),
        ("postgresql", "CREATE TEMP TABLE big AS SELECT id FROM orders; SELECT total FROM big", UNKNOWN_COLUMN),
        ("postgresql", "CREATE TEMP TABLE big ON COMMIT DROP AS SELECT id FROM orders; SELECT id FROM big", []),
        ("postgresql", "CREATE TABLE n (a int, b text); INSERT INTO n (a, b) VALUES (1, 'x'); SELECT b FROM n", []),
        ("postgresql", "CREATE TABLE n (a int); INSERT INTO n (b) VALUES (1)", UNKNOWN_COLUMN),
        ("postgresql", "CREATE TABLE n (a int); SELECT sum(a) FROM n WHERE a = CURRENT_DATE", ["TYPE_MISMATCH"]),
        ("postgresql", "CREATE TABLE n (a) AS SELECT id FROM orders; SELECT id FROM n", UNKNOWN_COLUMN),
        ("postgresql", "SELECT id INTO kept FROM orders; SELECT id FROM kept", []),
        ("postgresql", "CREATE TABLE s.n (a int); SELECT a FROM s.n", []),
        ("postgresql", "CREATE TABLE n (a int); ALTER TABLE n ADD COLUMN b int; SELECT b FROM n", []),
        ("postgresql", "SELECT id FROM big; CREATE TEMP TABLE big AS SELECT id FROM orders", UNKNOWN_TABLE),
        ("snowflake", "CREATE TEMPORARY TABLE big CLONE orders; SELECT anything FROM big", []),
        ("mssql", "SELECT id INTO #t FROM orders; SELECT id FROM #t; DROP TABLE #t", []),
        ("mssql", "SELECT id INTO #t FROM orders; SELECT sku FROM #t", UNKNOWN_COLUMN),
        ("mssql", "SELECT anything FROM #t", []),
        ("sap_hana", "CREATE LOCAL TEMPORARY TABLE #t (a INT); INSERT INTO #t VALUES (1); SELECT a FROM #t", []),
        ("teradata", "CREATE VOLATILE TABLE v AS (SELECT id FROM orders) WITH DATA; SELECT id FROM v", []),
    ],
)
def test_what_a_statement_makes_is_known_behind_it(dialect, sql, expected):
    assert codes(sql, dialect) == expected


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("mssql", "DELETE o FROM orders o JOIN lines l ON l.order_id = o.id WHERE l.sku = 'a'", []),
        ("mssql", "DELETE o FROM orders o JOIN lines l ON l.order_id = o.id WHERE l.skuu = 'a'", UNKNOWN_COLUMN),
        ("mssql", "DELETE TOP (10) FROM orders WHERE total = 1", []),
        ("postgresql", "DELETE orders WHERE id = 1", ["SYNTAX_ERROR"]),
        ("mssql", "DELETE orders WHERE id = 1", []),
        ("mssql", "DELETE orders WHERE idd = 1", UNKNOWN_COLUMN),
        ("mssql", "DELETE o FROM orders AS o WHERE o.id = 1", []),
        ("teradata", "DELETE orders ALL", []),
        ("teradata", "INSERT INTO lines (1, 'a')", []),
        ("sap_hana", "UPSERT lines (order_id, skuu) VALUES (1, 'a') WITH PRIMARY KEY", UNKNOWN_COLUMN),
        ("sap_hana", "SELECT FIRST_VALUE(total ORDER BY made) FROM orders", []),
        ("sap_hana", "SELECT ROUND(total, 1, ROUND_HALF_UP), SYSUUID FROM orders", []),
        ("snowflake", "SELECT LEVEL FROM orders START WITH id = 1 CONNECT BY id = PRIOR id", []),
        ("mssql", "SELECT id, COUNT(*) FROM orders GROUP BY 1", ["POSITION_OUT_OF_RANGE"]),
        ("mssql", "SELECT id * 2 AS twice FROM orders GROUP BY twice", ["MISSING_GROUP_BY", "UNKNOWN_COLUMN"]),
        ("mssql", "SELECT orders.id FROM orders JOIN lines", ["SYNTAX_ERROR"]),
        ("teradata", "SELECT o.id FROM orders o JOIN lines l WHERE o.id = l.order_id", ["SYNTAX_ERROR"]),
        ("snowflake", "SELECT o.id FROM orders o JOIN lines l", []),
        ("mssql", "SELECT id FROM orders OFFSET 5 ROWS", ["SYNTAX_ERROR"]),
        ("mssql", "SELECT id FROM orders ORDER BY id OFFSET 5 ROWS", []),
        ("mssql", "SELECT id FROM (SELECT id FROM orders)", ["SYNTAX_ERROR"]),
        ("teradata", "SELECT id FROM (SELECT id FROM orders)", ["SYNTAX_ERROR"]),
        ("snowflake", "SELECT id FROM (SELECT id FROM orders)", []),
        ("mssql", "SELECT x.id FROM (SELECT id FROM orders ORDER BY id) x", ["ORDER_BY_MISPLACED"]),
        ("mssql", "SELECT x.id FROM (SELECT TOP 3 id FROM orders ORDER BY id) x", []),
        ("mssql", "SELECT CAST(id AS BOOLEAN) FROM orders", ["DIALECT_TYPE_NAME"]),
        ("mssql", "SELECT CAST(id AS NVARCHAR(10)), CAST(total AS FLOAT) FROM orders", []),
        (
            "postgresql",
            "SELECT CAST(id AS STRING), total::NUMBER FROM orders",
            ["DIALECT_TYPE", "DIALECT_TYPE_BEHIND_COLONS"],
        ),
        ("postgresql", "SELECT x.number, x.string FROM (SELECT id AS number, made AS string FROM orders) x", []),
        ("snowflake", "SELECT CAST(id AS STRING), total::NUMBER(10, 2) FROM orders", []),
        ("postgresql", "SELECT o.id FROM orders o, lines l CROSS JOIN orders x NATURAL JOIN lines", []),
    ],
)
def test_constructs_of_one_dialect(dialect, sql, expected):
    assert codes(sql, dialect) == expected


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("SELECT id FROM orders WHERE SUM(total) > 1", "SUM(total)"),
        ("SELECT id FROM orders WHERE sum( total ) > 1", "sum( total )"),
        ("SELECT (no_such(total)) FROM orders", "no_such(total)"),
        ("SELECT id FROM orders WHERE no_such('(', total)", "no_such('(', total)"),
        ("SELECT idd FROM (SELECT id FROM orders) x", "idd"),
    ],
)
def test_a_place_ends_behind_its_bracket(sql, place):
    (error,) = validate(sql, "postgresql", SchemaIndex("postgresql", TABLES)).errors
    assert sql[error.start : error.end] == place


def test_what_the_parser_lets_pass_does_not_end_the_check():
    sql = "MERGE INTO orders t USING lines s ON t.id = s.order_id WHEN NOT MATCHED THEN INSERT VALUES . (s.order_id)"
    assert validate(sql, "postgresql", SchemaIndex("postgresql", TABLES)).kind == "merge"
