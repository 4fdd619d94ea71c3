"""dialects.yaml: the five dialects, their signs, and the facts that code takes from it."""

from __future__ import annotations

import pytest

from services.copilot.knowledge.dialects import dialects, told_by_question, told_by_sql
from services.copilot.sql.reading import TRAITS
from services.copilot.sql.validate import validate


def test_it_has_the_dialects_that_statements_are_read_in():
    assert set(dialects()) == set(TRAITS)


@pytest.mark.parametrize("name", dialects())
def test_every_dialect_has_hints_for_a_prompt(name):
    assert 5 <= len(dialects()[name].hints) <= 12
    assert all(line.startswith("- ") for line in dialects()[name].block.splitlines())


@pytest.mark.parametrize(
    ("question", "dialect"),
    [
        ("Revenue by month, for Teradata please", "teradata"),
        ("pokaż klientów w SAP HANA", "sap_hana"),
        ("a T-SQL query for the last 3 orders", "mssql"),
        ("the same in SQL Server", "mssql"),
        ("How many snowflakes fell?", "postgresql"),
        ("from Snowflake to Teradata", "snowflake"),
        ("revenue", "postgresql"),
    ],
)
def test_the_dialect_is_told_from_a_question(question, dialect):
    assert told_by_question(question) == dialect


def test_signs_inside_strings_and_comments_say_nothing():
    assert told_by_sql("SELECT 'GETDATE()' -- FROM DUMMY\n, 1 /* QUALIFY */") == "postgresql"


@pytest.mark.parametrize(
    ("dialect", "sql", "code"),
    [
        ("mssql", "SELECT a FROM t ORDER BY a LIMIT 5", "DIALECT_LIMIT"),
        ("teradata", "SELECT a FROM t ORDER BY a LIMIT 5", "DIALECT_LIMIT"),
        ("teradata", "SELECT [a] FROM t", "DIALECT_BRACKETS"),
        ("sap_hana", "SELECT [a] FROM t", "DIALECT_BRACKETS"),
        ("snowflake", "SELECT [a] FROM t LIMIT 5", ""),
        ("mssql", "SELECT [a] FROM t", ""),
        ("sap_hana", "SELECT a FROM t ORDER BY a LIMIT 5", ""),
    ],
)
def test_what_a_dialect_lacks_is_said_with_what_to_write_instead(dialect, sql, code):
    errors = validate(sql, dialect, None).errors
    assert [each.code for each in errors] == ([code] if code else [])
    assert all("5" in each.fix or '"a"' in each.fix for each in errors)
