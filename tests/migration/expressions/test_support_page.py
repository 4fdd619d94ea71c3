"""The table of functions says what the translation does."""

from pathlib import Path

import pytest

from services.migration.ast import Tool
from services.migration.expressions import translate
from services.migration.expressions.languages import LANGUAGES
from services.migration.expressions.sql.dialects import DIALECTS
from services.migration.expressions.support_page import DEPENDS, NO, YES, support

PAGE = Path(__file__).resolve().parents[3] / "docs" / "functions.md"


@pytest.mark.parametrize(
    ("tool", "name", "dialect", "call", "expected"),
    [
        (Tool.POWERCENTER, "ABS", "teradata", "ABS(A)", YES),
        (Tool.POWERCENTER, "CRC32", "duckdb", "CRC32(A)", YES),
        (Tool.POWERCENTER, "CRC32", "snowflake", "CRC32(A)", NO),
        (Tool.POWERCENTER, "AVG", "mssql", "AVG(A)", YES),
        (Tool.SSIS, "UPPER", "sap_hana", "UPPER([A])", YES),
        (Tool.SSIS, "(DT_IMAGE)", "duckdb", "(DT_IMAGE)[A]", DEPENDS),
        (Tool.DATASTAGE, "DOWNCASE", "postgresql", "DownCase(A)", YES),
        (Tool.ALTERYX, "COUNTWORDS", "postgresql", "CountWords([A])", YES),
    ],
)
def test_what_the_table_says_is_what_a_call_gets(tool, name, dialect, call, expected):
    language = LANGUAGES[tool]
    assert support(language, name, language.functions[name], DIALECTS[dialect]) == expected
    translation = translate(call, language=tool, dialect=dialect, aggregate=True)
    assert (translation.refused == "") == (expected == YES), translation.refused


def test_every_function_of_every_language_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    parts = dict(zip(LANGUAGES, text.split("\n## ")[1:], strict=True))
    for tool, language in LANGUAGES.items():
        assert parts[tool].startswith(language.title)
        missing = [name for name in language.functions if f"`{name}`" not in parts[tool]]
        assert missing == []
