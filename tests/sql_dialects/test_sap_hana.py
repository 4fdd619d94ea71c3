"""SAP HANA read and written by sqlglot."""

import pytest
import sqlglot
from sqlglot import exp

from services.sql_dialects import DIALECT_NAMES

SAME = [
    "SELECT ADD_DAYS(d, 3), ADD_MONTHS(d, -1), ADD_SECONDS(d, 60) FROM DUMMY",
    "SELECT DAYS_BETWEEN(a, b), SECONDS_BETWEEN(a, b) FROM t",
    "SELECT LOCATE(s, 'x'), LOCATE(s, 'x', 1, 2) FROM t",
    "SELECT TO_NVARCHAR(d, 'YYYY-MM-DD'), TO_TIMESTAMP(s, 'YYYYMMDD') FROM t",
    'SELECT * FROM "S"."T" WHERE s LIKE_REGEXPR \'^a\' ORDER BY 1 LIMIT 5',
    "SELECT CURRENT_TIMESTAMP, CURRENT_DATE FROM DUMMY",
    "UPSERT T VALUES (1, 'a') WITH PRIMARY KEY",
    "UPSERT T (a, b) VALUES (1, 2) WHERE a = 1",
    "UPSERT T (a, b) SELECT a, b FROM u WITH PRIMARY KEY",
    "CREATE COLUMN TABLE t (a INT PRIMARY KEY, b NVARCHAR(20) NOT NULL)",
    "CREATE ROW TABLE t (a INT)",
    "CREATE COLUMN TABLE t AS (SELECT a FROM u)",
    "SELECT a FROM t WHERE a > 1 WITH HINT(USE_OLAP_PLAN, IGNORE_PLAN_CACHE)",
    "SELECT MAP(a, 1, 'x', 2, 'y', 'z') FROM t",
    'SELECT * FROM "_SYS_BIC"."p/CV"(PLACEHOLDER."$$P$$" => \'2020\')',
    "SELECT * FROM \"_SYS_BIC\".\"p/CV\"('PLACEHOLDER' = ('$$P$$', '2020'))",
    "SELECT * FROM SERIES_GENERATE_DATE('INTERVAL 1 DAY', '2020-01-01', '2020-02-01')",
    "SELECT TO_VARCHAR(d, 'YYYY-MM-DD'), NEXT_DAY(d), DAYOFYEAR(d) FROM t",
    "SELECT SERIES_ROUND(d, 'INTERVAL 1 HOUR', ROUND_DOWN) FROM t",
    "SELECT a FROM t ORDER BY a LIMIT 10 OFFSET 5",
    "SELECT a FROM t FOR UPDATE",
    "SELECT STRING_AGG(a, ',' ORDER BY a) FROM t GROUP BY b",
    "SELECT CAST(a AS SECONDDATE) FROM t",
]


@pytest.mark.parametrize("statement", SAME)
def test_it_writes_what_it_read(statement: str) -> None:
    assert sqlglot.transpile(statement, read="sap_hana", write="sap_hana") == [statement]


@pytest.mark.parametrize(
    ("dialect", "statement", "expected"),
    [
        ("sap_hana", "SELECT ADD_DAYS(d, 3)", "SELECT d + INTERVAL '3 DAY'"),
        ("sap_hana", "SELECT IFNULL(a, 0), LOCATE(s, 'x')", "SELECT COALESCE(a, 0), POSITION('x' IN s)"),
        ("sap_hana", "SELECT TO_INT(a) FROM t WHERE s LIKE_REGEXPR 'a'",
         "SELECT CAST(a AS INT) FROM t WHERE s ~ 'a'"),
    ],
)  # fmt: skip
def test_other_dialects_understand_it(dialect: str, statement: str, expected: str) -> None:
    assert sqlglot.transpile(statement, read=dialect, write="postgres") == [expected]


def test_an_upsert_is_an_insert_that_no_other_dialect_writes() -> None:
    statement = sqlglot.parse_one("UPSERT T VALUES (1) WITH PRIMARY KEY", read="sap_hana")
    assert isinstance(statement, sqlglot.exp.Insert)
    with pytest.raises(ValueError, match="Upsert"):
        statement.sql("postgres")


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("SELECT TOP 5 a FROM t", "SELECT a FROM t LIMIT 5"),
        ("SELECT a FROM t MINUS SELECT b FROM u", "SELECT a FROM t EXCEPT SELECT b FROM u"),
        ("SELECT a FROM t WITH HINT(NO_CS_JOIN)", "SELECT a FROM t"),
        ("SELECT MAP(a, 1, 'x') FROM t", "SELECT CASE WHEN a = 1 THEN 'x' END FROM t"),
        ("CREATE COLUMN TABLE t (a INTEGER)", "CREATE TABLE t (a INT)"),
    ],
)
def test_what_is_its_own_reads_as_what_it_means(statement: str, written: str) -> None:
    assert sqlglot.transpile(statement, read="sap_hana", write="postgres") == [written]


def test_it_understands_other_dialects() -> None:
    statement = "SELECT DATEADD(hour, 2, a), DATEADD(day, 1, a), CHARINDEX('x', s) FROM t"
    assert sqlglot.transpile(statement, read="tsql", write="sap_hana") == [
        "SELECT ADD_SECONDS(a, 3600 * (2)), ADD_DAYS(a, 1), LOCATE(s, 'x') FROM t"
    ]


def test_every_dialect_of_the_project_is_known_to_sqlglot() -> None:
    for name in DIALECT_NAMES.values():
        assert sqlglot.parse_one("SELECT 1", read=name).sql(name) == "SELECT 1"


def test_a_mode_of_rounding_is_no_column():
    tree = sqlglot.parse_one(
        "SELECT SERIES_ROUND(d, 'INTERVAL 1 HOUR', ROUND_DOWN), ROUND_DOWN FROM t", read="sap_hana"
    )
    assert [column.name for column in tree.find_all(exp.Column)].count("ROUND_DOWN") == 1
