"""Expressions as SQL: the text that comes out, what is said about it, and what is refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from services.migration.conversion import Translation
from services.migration.expressions import translate
from services.migration.expressions.sql.dialects import DIALECTS

TYPES = {
    "A": "integer",
    "S": "varchar(20)",
    "D": "timestamp",
    "DAY": "date",
    "X": "decimal(10,2)",
    "B": "boolean",
    "ORDER": "varchar(5)",
    "two words": "integer",
    "$$RUN_DATE": "timestamp",
}


def told(text: str, dialect: str = "duckdb", **options: object) -> Translation:
    return translate(text, dialect=dialect, types=TYPES, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "duckdb", "postgresql"),
    [
        ("IIF(A > 100, S)", "CASE WHEN A > 100 THEN S ELSE '' END", None),
        ("IIF(A > 100, X)", "CASE WHEN A > 100 THEN X ELSE 0 END", None),
        ("IIF(A > 100, D)", "CASE WHEN A > 100 THEN D END", None),
        ("IIF(A=1,'x',IIF(A=2,'y','z'))", "CASE WHEN A = 1 THEN 'x' WHEN A = 2 THEN 'y' ELSE 'z' END", None),
        ("LTRIM(RTRIM(S)) || ' ' || S", "CONCAT(LTRIM(RTRIM(S, ' '), ' '), ' ', S)",
         "CONCAT(LTRIM(RTRIM(S)), ' ', S)"),
        ("A / 4", "A / 4", "CAST(A AS DECIMAL) / 4"),
        ("X / 4", "X / 4", None),
        ("IIF(X = 0, 0, A / X)", "CASE WHEN X = 0 THEN 0 ELSE A / X END", None),
        ("A / X", "CASE WHEN X = 0 THEN ERROR('division by zero') ELSE A / X END", "A / X"),
        ("A - (1 - X)", "A - (1 - X)", None),
        ("(A + 1) * 2", "(A + 1) * 2", None),
        ("NOT (A = 1 OR B)", "NOT (A = 1 OR B)", None),
        ("A = 1 AND (B OR A = 2)", "A = 1 AND (B OR A = 2)", None),
        ("DECODE(A, 1, 'a', 2, 'b', 'c')", "CASE WHEN A = 1 THEN 'a' WHEN A = 2 THEN 'b' ELSE 'c' END", None),
        ("DECODE(TRUE, A = 1, 'a')", "CASE WHEN A = 1 THEN 'a' END", None),
        ("SUBSTR(S, 2, 3)", "SUBSTRING(S, 2, 3)", None),
        ("SUBSTR(S, -3)", "RIGHT(S, 3)", None),
        ("INSTR(S, 'a')", "STRPOS(S, 'a')", None),
        ("TO_CHAR(D, 'YYYY-MM-DD')", "STRFTIME(D, '%Y-%m-%d')", "TO_CHAR(D, 'YYYY-MM-DD')"),
        ("ADD_TO_DATE(D, 'MM', -1)", "D + TO_MONTHS(-1)", "D + (-1) * INTERVAL '1 MONTH'"),
        ("DATE_DIFF(TRUNC(D), TRUNC($$RUN_DATE), 'DD')",
         "DATE_DIFF('day', DATE_TRUNC('day', CAST(:RUN_DATE AS TIMESTAMP)), DATE_TRUNC('day', D))",
         "CAST(DATE_TRUNC('day', D) AS DATE) - CAST(DATE_TRUNC('day', CAST(:RUN_DATE AS TIMESTAMP)) AS DATE)"),
        ("ORDER", '"ORDER"', None),
        ("ISNULL(S) = TRUE", "(S IS NULL) = TRUE", None),
        ("ISNULL(S) + 1", "CASE WHEN S IS NULL THEN 1 ELSE 0 END + 1", None),
        ("A ^= 1", "A <> 1", None),
        ("DD_UPDATE", "1", None),
        ("SYSDATE", "LOCALTIMESTAMP", None),
        ("TO_DATE(TO_CHAR(D, 'DD-MM-YY'), 'DD-MM-YY')", "DATE_TRUNC('day', D)", None),
        ("TO_DATE(TO_CHAR(D, 'YYYY-MM-DD HH24'), 'YYYY-MM-DD HH24')",
         "STRPTIME(STRFTIME(D, '%Y-%m-%d %H'), '%Y-%m-%d %H')",
         "CAST(TO_TIMESTAMP(TO_CHAR(D, 'YYYY-MM-DD HH24'), 'YYYY-MM-DD HH24') AS TIMESTAMP)"),
    ],
)  # fmt: skip
def test_sql_of_the_executed_dialects(text: str, duckdb: str, postgresql: str | None) -> None:
    assert told(text).sql == duckdb
    assert told(text, "postgresql").sql == (postgresql or duckdb)
    assert told(text).confidence >= 0.85


@pytest.mark.parametrize(
    ("text", "dialect", "sql"),
    [
        ("ISNULL(S)", "mssql", "CASE WHEN S IS NULL THEN 1 ELSE 0 END"),
        ("A > 1", "teradata", "CASE WHEN A > 1 THEN 1 WHEN NOT (A > 1) THEN 0 END"),
        ("A / 4", "mssql", "CAST(A AS NUMERIC(38, 10)) / 4"),
        ("TO_CHAR(D, 'MM/DD/YYYY')", "mssql", r"FORMAT(D, 'MM\/dd\/yyyy', 'en-US')"),
        ("LENGTH(S)", "mssql", "LEN(S + 'x') - 1"),
        ("MOD(A, 2)", "teradata", "A MOD 2"),
        ("INSTR(S, 'a')", "sap_hana", "LOCATE(S, 'a')"),
        ("ADD_TO_DATE(D, 'DD', 2)", "sap_hana", "ADD_DAYS(D, 2)"),
        ("ORDER", "mssql", "[ORDER]"),
        ("GREATEST(A, X)", "snowflake", "GREATEST_IGNORE_NULLS(A, X)"),
        ("X / A", "snowflake", "CAST(X AS DOUBLE) / A"),
        ("X / A", "teradata", "CAST(X AS FLOAT) / A"),
        ("TO_CHAR(D, 'MON')", "sap_hana", "INITCAP(TO_NVARCHAR(D, 'MON'))"),
        ("MOD(X, A)", "mssql", "CAST(X AS NUMERIC(38, 10)) % CAST(A AS NUMERIC(38, 10))"),
    ],
)
def test_sql_of_the_other_dialects(text: str, dialect: str, sql: str) -> None:
    translation = told(text, dialect)
    assert translation.sql == sql
    assert translation.confidence <= 0.9  # no engine here has run it


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SS || 'x'", "there is no field 'SS'; the nearest is 'S'"),
        ("SUBSTRING(S, 1)", "SUBSTRING is no function of the language; the nearest is SUBSTR"),
        ("IIF(A)", "IIF takes 2 to 3 arguments, here are 1"),
        ("SUM(A)", "SUM is an aggregate function and stands outside an Aggregator"),
        (":LKP.lkp_a(A)", "the unconnected lookup lkp_a has to be joined first"),
        (":MCR.m_a(A)", "the macro m_a has to be replaced by its expression first"),
        (":SD.src.A", "is a column of a source definition; name the port it goes to"),
        ("CONVERT_BASE(S, A, 2)", "a base has to be a literal from 2 to 36"),
        ("CONVERT_BASE(S, 2, 1E3)", "a base has to be a literal from 2 to 36"),
        (":SP.sp_a(A)", "the stored procedure sp_a is a call and no expression"),
        ("METAPHONE(S)", "METAPHONE has no SQL: its rules look at the letters"),
        ("TRUNC(D, 'QQ')", "'QQ' is no date part of TRUNC"),
        ("TO_CHAR(D, 'YYYY-XX')", "TO_CHAR: the date format 'YYYY-XX' has no meaning at 'XX'"),
        ("TO_DATE(S, 'HH24:MI')",
         "TO_DATE: the date format 'HH24:MI' has no year, and the tool's default for it is not documented"),
        ("TO_DATE(S, S)", "TO_DATE: the date format has to be a string literal to become SQL"),
        ("IIF(A = 1, D, A)", "IIF: the results have types that don't go together: date, number"),
        ("LENGTH(", "expected a value (line 1, character 7 at the end)"),
        ("REG_MATCH(S, '(?<=a)b')", "the pattern '(?<=a)b' uses Perl features that duckdb may read differently"),
        ("NOT S", "NOT is applied to a string; NOT binds tighter than comparisons"),
        ("PROC_RESULT", "PROC_RESULT has no SQL: it takes the result of a stored procedure"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(text: str, reason: str) -> None:
    translation = told(text)
    assert reason in translation.refused
    assert (translation.sql, translation.confidence) == ("", 0.0)


@pytest.mark.parametrize(
    ("text", "code", "confidence"),
    [
        ("TO_DATE(S, 'MM/DD/YY')", "YY_CENTURY", 0.8),
        ("ERROR('x')", "ERROR_STOPS", 0.7),
        ("SETVARIABLE($$V, A)", "VARIABLE_NOT_KEPT", 0.5),
        ("A = '1'", "MIXED_COMPARISON", 0.8),
        ("S || D", "DATE_AS_TEXT", 0.8),
        ("RAND()", "RANDOM", 0.7),
        ("DECODE(A, NULL, 1, 2)", "DECODE_NULL", 0.75),
        ("'$$X' || S", "PARAMETER_IN_TEXT", 0.6),
    ],
)
def test_a_caution_names_its_corner(text: str, code: str, confidence: float) -> None:
    translation = told(text)
    assert [w.code for w in translation.warnings] == [code]
    assert translation.confidence == confidence
    assert all(w.message and "{" not in w.message for w in translation.warnings)


def test_wide_decimals_of_different_scale_keep_their_digits() -> None:
    """DuckDB gives CASE the least of their scales, which would cut 0.25 beside a sum of whole numbers to 0."""
    told = {
        text: translate(text, dialect="duckdb", types={"A": "decimal(10,2)", "B": "decimal(10,4)"}, aggregate=True).sql
        for text in ("IIF(1 = 1, SUM(A), SUM(B))", "IIF(1 = 1, SUM(A), 0)", "IIF(1 = 1, A, B)")
    }
    assert list(told.values()) == [
        "CASE WHEN 1 = 1 THEN CAST(SUM(A) AS DECIMAL(38, 12)) ELSE CAST(SUM(B) AS DECIMAL(38, 12)) END",
        "CASE WHEN 1 = 1 THEN SUM(A) ELSE 0 END",
        "CASE WHEN 1 = 1 THEN A ELSE B END",
    ]


def test_untyped_fields_lower_the_confidence_where_types_matter() -> None:
    assert translate("IIF(P > 1, Q)").warnings[0].code == "UNTYPED_DEFAULT"
    assert translate("IIF(P > 1, Q, R)").warnings == ()
    assert translate("TRUNC(P)").warnings[0].code == "UNCLEAR_KIND"
    assert translate("DATE_DIFF(TRUNC(P), Q, 'D')").warnings == ()


def test_names_are_replaced() -> None:
    assert told("A + 1", rename={"a": "l.order_id"}).sql == "l.order_id + 1"
    assert told("A * 2", inline={"a": "x + y"}).sql == "(x + y) * 2"
    assert told("$$RUN_DATE", inline={"$$RUN_DATE": "DATE '2024-01-01'"}).sql == "CAST('2024-01-01' AS DATE)"
    assert told("IIF(ISNULL(:LKP.lkp(A)), 0, 1)", inline={":LKP.LKP": "r.id"}).sql == (
        "CASE WHEN r.id IS NULL THEN 0 ELSE 1 END"
    )
    assert told("DD_INSERT", inline={"DD_INSERT": "'insert'"}).sql == "'insert'"


def test_a_translation_says_what_it_used() -> None:
    translation = told("IIF(A > 1, :LKP.k(A), $$RUN_DATE) || $PMFolderName", inline={":LKP.K": "k.v"})
    assert translation.references == ("A",)
    assert translation.lookups == ("k",)
    assert translation.parameters == ("$$RUN_DATE", "$PMFolderName")
    assert translation.functions == ("IIF",)
    assert ":RUN_DATE" in translation.sql


@pytest.mark.parametrize(
    ("text", "target", "sql"),
    [
        ("A > 1", "integer", "CASE WHEN A > 1 THEN 1 WHEN NOT (A > 1) THEN 0 END"),
        ("ISNULL(A)", "integer", "CASE WHEN A IS NULL THEN 1 ELSE 0 END"),
        ("A", "string", "CAST(A AS TEXT)"),
        ("A", "decimal(10,2)", "A"),
        ("X", "integer", "CAST(ROUND(X) AS BIGINT)"),
        ("D", "varchar(30)", "STRFTIME(D, '%m/%d/%Y %H:%M:%S.%f')"),
        ("NULL", "integer", "NULL"),
    ],
)
def test_a_port_converts_what_it_takes(text: str, target: str, sql: str) -> None:
    assert told(text, target=target).sql == sql


def test_a_condition_is_a_predicate() -> None:
    assert told("A", condition=True).sql == "A <> 0"
    assert told("A > 1", "mssql", condition=True).sql == "A > 1"
    assert told("TRUE", "mssql", condition=True).sql == "1 = 1"
    assert "a date can't be used as a number" in told("D", condition=True).refused


def test_growth_is_bounded() -> None:
    nested = "SUBSTR(" * 60 + "S" + ", A, A)" * 60
    assert "more than 50000 parts" in told(nested).refused
    chain = " + ".join("A" for _ in range(1500))
    assert told(chain).sql.count("+") == 1499
    deep = "IIF(A > 1, 1, " * 140 + "0" + ")" * 140
    assert told(deep).sql.count("WHEN") == 140


def test_an_unknown_dialect_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown SQL dialect 'oracle'; known are duckdb"):
        translate("A", dialect="oracle")


def test_threads_share_nothing() -> None:
    texts = [f"IIF(A > {n}, TO_CHAR(D, 'YYYY') || S, TO_CHAR(X))" for n in range(40)] * 5
    alone = [told(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(told, texts)) == alone


LONG = "123456789012345678901234567890123"
_PIECES = [
    *("IIF(", "SUBSTR(", "TO_DATE(", "TO_CHAR(", "ROUND(", "DECODE(", "REPLACECHR(0,", "INSTR(", "ABORT(", ",", ")"),
    *("'a'", "'DD-MM-YYYY'", "A", "S", "D", "B", "NULL", "TRUE", "1", "-2.5", "9" * 32, "1e999999", "$$P"),
    *("||", "=", "+", "/", "NOT ", " AND ", " IN (1)"),
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join), st.sampled_from(list(DIALECTS)))
def test_any_text_is_translated_or_refused(text: str, dialect: str) -> None:
    translation = told(text, dialect, aggregate=True)
    assert bool(translation.sql) != bool(translation.refused)
    if translation.sql:
        sqlglot.parse_one(f"SELECT ({translation.sql})", read=DIALECTS[dialect].sqlglot)


@pytest.mark.parametrize("text", ["1e999999", "9" * 500, f"SUBSTR(S, {LONG})", "-" + "9" * 40])
def test_huge_numbers_are_no_harm(text: str) -> None:
    translation = told(text)
    assert bool(translation.sql) != bool(translation.refused)
    assert translation.sql in ("", "-" + "9" * 40) or LONG in translation.sql


@pytest.mark.parametrize("given", ["", "SELECT", "a b c", "a, b"])
@pytest.mark.parametrize("place", ["rename", "inline"])
def test_sql_of_the_caller_that_is_none_is_a_refusal(given: str, place: str) -> None:
    assert translate("A + 1", **{place: {"A": given}}).refused == "what stands for A is no SQL expression"


def test_the_same_text_means_what_its_names_mean() -> None:
    """Results are remembered by all that they depend on, and names match in any case, of two the later."""
    told = [
        translate("V || 'x'", dialect="duckdb", types={"V": kind}, rename=rename).sql
        for kind in ("string", "integer")
        for rename in ({}, {"V": "l.v"}, {"V": "l.v", "v": "r.v"})
    ]
    assert told == [
        "CONCAT(V, 'x')", "CONCAT(l.v, 'x')", "CONCAT(r.v, 'x')",
        "CONCAT(CAST(V AS TEXT), 'x')", "CONCAT(CAST(l.v AS TEXT), 'x')", "CONCAT(CAST(r.v AS TEXT), 'x')",
    ]  # fmt: skip
    assert "nearest is 'PRICE'" in translate("PRIZE", types={"PRICE": "double"}).refused
    assert "nearest is 'PRIZES'" in translate("PRIZE", types={"PRIZES": "double"}).refused
