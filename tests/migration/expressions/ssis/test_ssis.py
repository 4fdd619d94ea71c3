"""The SSIS expression language: syntax, results, and what is refused."""

from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions import translate
from tests.migration.expressions.ssis.rows import TYPES


def ssis(text: str, dialect: str = "duckdb", **options: object) -> Translation:
    return translate(text, language=Tool.SSIS, dialect=dialect, types=TYPES, **options)  # type: ignore[arg-type]  # options by name


def test_variables_become_parameters() -> None:
    found = ssis('@[User::Name] + "x" + @[System::UserName]')
    assert (found.parameters, found.sql) == (("Name", "System_UserName"), ":Name || 'x' || :System_UserName")


def test_a_variable_called_as_a_word_of_sql_is_told_from_it() -> None:
    found = ssis("@[User::From] + @[User::Path]")
    assert found.parameters == ("p_From", "Path")
    assert ssis("@[User::From] + @[User::Path]", "postgresql").sql
