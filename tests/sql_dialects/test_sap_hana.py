"""SAP HANA read and written by sqlglot."""

import pytest
import sqlglot

from services.sql_dialects import DIALECT_NAMES

SAME = [
    "SELECT ADD_DAYS(d, 3), ADD_MONTHS(d, -1), ADD_SECONDS(d, 60) FROM DUMMY",
    "SELECT DAYS_BETWEEN(a, b), SECONDS_BETWEEN(a, b) FROM t",
    "SELECT LOCATE(s, 'x'), LOCATE(s, 'x', 1, 2) FROM t",
    "SELECT TO_NVARCHAR(d, 'YYYY-MM-DD'), TO_TIMESTAMP(s, 'YYYYMMDD') FROM t",
    'SELECT * FROM "S"."T" WHERE s LIKE_REGEXPR \'^a\' ORDER BY 1 LIMIT 5',
    "SELECT CURRENT_TIMESTAMP, CURRENT_DATE FROM DUMMY",
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


def test_it_understands_other_dialects() -> None:
    statement = "SELECT DATEADD(hour, 2, a), DATEADD(day, 1, a), CHARINDEX('x', s) FROM t"
    assert sqlglot.transpile(statement, read="tsql", write="sap_hana") == [
        "SELECT ADD_SECONDS(a, 3600 * (2)), ADD_DAYS(a, 1), LOCATE(s, 'x') FROM t"
    ]


def test_every_dialect_of_the_project_is_known_to_sqlglot() -> None:
    for name in DIALECT_NAMES.values():
        assert sqlglot.parse_one("SELECT 1", read=name).sql(name) == "SELECT 1"
