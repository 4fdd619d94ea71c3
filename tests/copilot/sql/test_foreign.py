"""What another dialect has: found wherever it is missing, with what to write instead; and nowhere else."""

from __future__ import annotations

import re

import pytest

from services.copilot.knowledge.dialects import dialects
from services.copilot.sql.constructs import _table
from services.copilot.sql.validate import validate

TABLE, FUNCTIONS = _table()
EXAMPLES = {
    "QUALIFY": "SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1",
    "ILIKE": "SELECT a FROM t WHERE a ILIKE 'x%'",
    "DOUBLE_COLON": "SELECT a::int FROM t",
    "TYPE": "SELECT CAST(f(a, 1) AS NVARCHAR(10)) FROM t",
    "TYPE_BEHIND_COLONS": "SELECT a :: variant FROM t",
    "TYPE_NAME": "SELECT CAST(a AS jsonb) FROM t",
    "DISTINCT_ON": "SELECT DISTINCT ON (a) a FROM t ORDER BY a",
    "FILTER": "SELECT COUNT(*) FILTER (WHERE a > 1) FROM t",
    "JOIN_USING": "SELECT t.a FROM t JOIN u USING (a)",
    "NATURAL_JOIN": "SELECT t.a FROM t NATURAL LEFT JOIN u",
    "APPLY": "SELECT t.a FROM t CROSS APPLY (SELECT b FROM u WHERE u.a = t.a) x",
    "LATERAL": "SELECT t.a FROM t JOIN LATERAL (SELECT b FROM u WHERE u.a = t.a) x ON 1 = 1",
    "LIMIT_COMMA": "SELECT a FROM t ORDER BY a LIMIT 10, 5",
    "TOP": "SELECT TOP 5 a FROM t ORDER BY a",
    "ROWNUM": "SELECT a FROM t WHERE ROWNUM <= 10",
    "FETCH": "SELECT a FROM t ORDER BY a\n  FETCH FIRST 5 ROWS ONLY",
    "BOOLEAN": "SELECT a FROM t WHERE b = TRUE",
    "INTERVAL": "SELECT a - INTERVAL '30' DAY FROM t",
    "INTERVAL_UNIT": "SELECT a - INTERVAL '30 days' FROM t",
    "DATE_LITERAL": "SELECT a FROM t WHERE b > DATE '2025-01-31'",
    "EXTRACT": "SELECT EXTRACT(YEAR FROM a) FROM t",
    "POSITION": "SELECT POSITION('x' IN a) FROM t",
    "SUBSTRING_FROM": "SELECT SUBSTRING(a FROM 1 FOR 2) FROM t",
    "GROUP_BY_ALL": "SELECT a, COUNT(*) FROM t GROUP BY ALL ORDER BY a",
    "NULLS_ORDER": "SELECT a FROM t ORDER BY a DESC NULLS LAST",
    "SET_ALL": "SELECT a FROM t EXCEPT ALL SELECT a FROM u",
    "MINUS": "SELECT a FROM t MINUS SELECT a FROM u",
    "RETURNING": "DELETE FROM t WHERE a = 1 RETURNING a",
    "ON_CONFLICT": "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING",
    "ON_DUPLICATE_KEY": "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2",
    "RECURSIVE": "WITH RECURSIVE r AS (SELECT a FROM t UNION ALL SELECT a + 1 FROM r WHERE a < 5) SELECT a FROM r",
    "SELECT_WITHOUT_FROM": "SELECT 1",
    "DUAL": "SELECT 1 FROM DUAL",
    "REGEX_TILDE": "SELECT a FROM t WHERE a ~ '^x'",
    "RLIKE": "SELECT a FROM t WHERE a RLIKE '^x'",
    "DISTINCT_FROM": "SELECT a FROM t WHERE a IS DISTINCT FROM b",
    "SAMPLE": "SELECT a FROM t SAMPLE 10",
    "NOLOCK": "SELECT a FROM t WITH (NOLOCK)",
    "DOUBLE_EQUALS": "SELECT a FROM t WHERE a == 1",
    "NULL_SAFE_EQUALS": "SELECT a FROM t WHERE a <=> b",
    "CONNECT_BY": "SELECT a FROM t START WITH a = 1 CONNECT BY PRIOR a = b",
    "OUTER_PLUS": "SELECT t.a FROM t, u WHERE t.a = u.a (+)",
    "BACKTICKS": "SELECT `a` FROM t",
    "CREATE_AS": "CREATE TABLE x AS SELECT a FROM t",
    "CREATE_IF_NOT_EXISTS": "CREATE TABLE IF NOT EXISTS x (a INT)",
    "CREATE_OR_REPLACE_TABLE": "CREATE OR REPLACE TABLE x (a INT)",
    "PERCENT": "SELECT a % 2 FROM t",
    "SYSDATE": "SELECT SYSDATE FROM t",
    "PIPES": "SELECT a || b FROM t",
    "CURRENT_DATE": "SELECT CURRENT_DATE FROM t",
    "CEIL": "SELECT CEIL(a) FROM t",
    "CHR": "SELECT CHR(65) FROM t",
    "DECODE": "SELECT DECODE(a, 1, 2, 3) FROM t",
    "REPLACE": "SELECT REPLACE(a, 'x', 'y') FROM t",
}
CASES = [(each, name) for each in TABLE for name in dialects() if name in (*each.missing, "postgresql")]
QUIET = """SELECT 'QUALIFY x ILIKE a::int TRUE == <=> (+) `x` LIMIT 1, 2', "FETCH FIRST", a AS qualify -- TOP 5 MINUS
/* MINUS SELECT CONNECT BY INTERVAL '1 day' ROWNUM < 5 */ FROM t WHERE b = 'it''s TRUE % 2'"""


def found(sql, dialect):
    answer = validate(sql, dialect, None)
    return {each.code: each for each in (*answer.errors, *answer.warnings) if each.code.startswith("DIALECT_")}


def test_there_is_an_example_of_each():
    assert list(EXAMPLES) == [each.code for each in TABLE]


@pytest.mark.parametrize(("construct", "dialect"), CASES, ids=lambda value: getattr(value, "code", value))
def test_it_is_found_where_it_is_missing_and_only_there(construct, dialect):
    sql = EXAMPLES[construct.code]
    finding = found(sql, dialect).get(f"DIALECT_{construct.code}")
    assert (finding is not None) == (dialect in construct.missing)
    if finding is not None:
        assert construct.missing[dialect] in finding.fix
        assert sql[finding.start : finding.end].strip()
        assert finding.severity == construct.severity


@pytest.mark.parametrize("dialect", dialects())
def test_what_stands_in_strings_names_and_comments_is_no_construct(dialect):
    assert not found(QUIET, dialect)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("mssql", "SELECT a FROM t ORDER BY a OFFSET 0 ROWS\n FETCH NEXT 5 ROWS ONLY"),
        ("mssql", "MERGE INTO t USING (SELECT 1 AS a) s ON t.a = s.a WHEN MATCHED THEN DELETE;"),
        ("mssql", "SELECT geography::Parse('x'), [TRUE] FROM t"),
        ("mssql", "SELECT CAST(GETDATE() AS date), a % 2 FROM t WITH (NOLOCK)"),
        ("teradata", "SELECT d - INTERVAL '30' DAY, a MOD 2 FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1"),
        ("snowflake", "SELECT a::int, TRUE FROM t, LATERAL FLATTEN(input => v) f WHERE a ILIKE 'x' QUALIFY 1 = 1"),
        ("sap_hana", "SELECT TOP 5 a FROM t WHERE TO_DATE(d) > DATE '2025-01-01' LIMIT 5 OFFSET 2"),
        (
            "postgresql",
            "SELECT DISTINCT ON (a) a FROM t WHERE a ~ '^x' AND b % 2 = 1 FETCH FIRST 5 ROWS ONLY",
        ),
        ("postgresql", "SELECT a FROM t GROUP BY ALL a, b"),
        ("sap_hana", "'"),
        ("postgresql", "SELECT $q$ a MINUS SELECT"),
    ],
)
def test_what_the_dialect_has_is_left_alone(dialect, sql):
    assert not found(sql, dialect)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_another_dialect_is_named_with_what_to_write(name):
    for dialect, instead in FUNCTIONS[name].items():
        answer = validate(f"SELECT {name}(a) FROM t", dialect, None)
        if dialect == "postgresql" and not answer.errors:
            continue  # it has one of that name
        (unknown,) = [each for each in answer.errors if each.code == "UNKNOWN_FUNCTION"]
        assert instead in unknown.fix
        assert re.fullmatch(rf"{dialect} has no function {name}\.", unknown.message)


@pytest.mark.parametrize(
    ("sql", "is_product"),
    [
        ("SELECT t.a FROM t, u", True),
        ("SELECT t.a FROM t, u WHERE t.a = 1 AND u.b > 2", True),
        ("SELECT t.a FROM t, u, v WHERE t.a = u.a", True),
        ("SELECT t.a FROM t, u WHERE t.a = u.a", False),
        ("SELECT t.a FROM t, u WHERE t.a BETWEEN u.a AND u.b", False),
        ("SELECT a FROM t, u WHERE x = y", False),
        ("SELECT t.a FROM t CROSS JOIN u", False),
        ("SELECT t.a FROM t, generate_series(1, 3) AS g", False),
        ("SELECT t.a FROM t, LATERAL (SELECT 1) AS g", False),
        ("WITH one AS (SELECT MAX(a) AS a FROM t) SELECT t.a FROM t, one", False),
    ],
)
def test_tables_that_nothing_connects(sql, is_product):
    codes = {each.code for each in validate(sql, "postgresql", None).warnings}
    assert ("CARTESIAN_PRODUCT" in codes) == is_product
