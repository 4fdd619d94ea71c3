"""The Alteryx expression language: syntax, results, and what is refused."""

from pathlib import Path

import pytest

from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions import translate
from services.migration.expressions.alteryx.language import ALTERYX
from services.migration.expressions.alteryx.names import RowOffset, row_offset
from services.migration.expressions.conformance_rows import read_rows
from tests.migration.expressions.alteryx.rows import TYPES

OWN = Path(__file__).with_name("results.tsv")


def alteryx(text: str, dialect: str = "duckdb", **options: object) -> Translation:
    return translate(text, language=Tool.ALTERYX, dialect=dialect, types=TYPES, **options)  # type: ignore[arg-type]  # options by name


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("[Unit Price] * [N]", '"Unit Price" * N'),
        ("IF [N] > 3 AND [S] < 'x' THEN [N] ELSE 0 ENDIF", "CASE WHEN N > 3 AND S < 'x' THEN N ELSE 0 END"),
        ("IsEmpty([S])", "S IS NULL OR S = ''"),
        ("[S] = Null()", "S IS NULL"),
        ("[S] + '-' + [T]", "COALESCE(S, '') || '-' || COALESCE(T, '')"),
        ("[D] >= '2020-01-01'", "COALESCE(D >= CAST('2020-01-01' AS DATE), FALSE)"),
        ("[User.Year] + [Row-1:N]", ':User_Year + "Row-1:N"'),
    ],
)
def test_sql_reads_well(text: str, sql: str) -> None:
    assert alteryx(text).sql == sql


def test_names_of_other_rows_and_fields_are_given_by_the_caller() -> None:
    found = alteryx("[Row-1:N] + [N]", inline={"Row-1:N": "LAG(N) OVER (ORDER BY D)"})
    assert found.sql == "LAG(N) OVER (ORDER BY D) + N"
    assert alteryx("Trim([_CurrentField_])", rename={"_CurrentField_": "S"}).sql == "TRIM(S, ' \t\r\n')"
    assert alteryx("[N] > [#1]").parameters == ("Input_1",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Row-1:Amount", RowOffset(-1, "Amount")),
        ("ROW+2:A B", RowOffset(2, "A B")),
        ("Row", None),
        ("Row-1", None),
    ],
)
def test_row_offsets(name: str, expected: RowOffset | None) -> None:
    assert row_offset(name) == expected


def test_a_name_of_the_text_has_one_key() -> None:
    assert [ALTERYX.key(name) for name in ("[User.Year]", "%User.Year%", "row -1: N", "N")] == [
        "User_Year",
        "User_Year",
        "Row-1:N",
        "N",
    ]


@pytest.mark.parametrize(
    ("text", "target", "sql"),
    [
        ("[N]", "varchar(10)", "CAST(N AS TEXT)"),
        ("[D]", "varchar(10)", "STRFTIME(D, '%Y-%m-%d')"),
        ("[M]", "date", "CAST(M AS DATE)"),
        ("[D]", "timestamp", "CAST(D AS TIMESTAMP)"),
        ("[N]", "boolean", "N <> 0"),
        ("[X]", "integer", "CAST(ROUND(X) AS BIGINT)"),
        ("Null()", "integer", "NULL"),
    ],
)
def test_a_value_takes_the_type_of_its_field(text: str, target: str, sql: str) -> None:
    assert alteryx(text, target=target).sql == sql


@pytest.mark.parametrize("text", ["[Amount ]", "[ Amount]", "[Am\x0bount]"])
def test_a_field_is_found_by_its_name_in_the_pipeline(text: str) -> None:
    """Columns of a pipeline have no blanks around their names, which headers of sheets do."""
    types = {"Amount": "integer"}
    assert translate(text, language=Tool.ALTERYX, dialect="duckdb", types=types).sql == "Amount"
    assert translate(text, language=Tool.ALTERYX, dialect="duckdb", types={**types, text[1:-1]: "date"}).sql != "Amount"
    several = translate(text, language=Tool.ALTERYX, dialect="duckdb", types={**types, "Amount2": "integer"})
    assert not several.sql
    assert "differ in blanks alone" in (several.refused or "")


def test_sql_of_both_engines_can_stand_in_a_pipeline_which_takes_no_subquery() -> None:
    with_query = {
        row.function
        for row in read_rows(OWN)
        for dialect in ("duckdb", "postgresql")
        if "SELECT " in translate(row.expression, language=Tool.ALTERYX, dialect=dialect).sql
    }
    assert with_query == {"MEDIAN"}


def test_not_of_not_is_the_condition_itself() -> None:
    assert alteryx("!!([N] > 1)").sql == "COALESCE(N > 1, FALSE)"
    assert alteryx("NOT " * 60 + "[B]").sql == "COALESCE(B, FALSE)"
