"""Rows of dangerous and harmless statements, and of the tables statements name."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.copilot.sql.validate import validate


def rows(name: str) -> list[list[str]]:
    text = Path(__file__).with_name(f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


@pytest.mark.parametrize(("dialect", "sql", "code"), rows("dangers"))
def test_what_is_dangerous_is_said_and_nothing_else(dialect, sql, code):
    found = validate(sql, dialect, None)
    codes = {each.code for each in (*found.errors, *found.warnings)}
    assert codes == set() if code == "-" else code in codes


@pytest.mark.parametrize(("dialect", "sql", "tables"), rows("references"))
def test_tables_are_those_the_statement_names(dialect, sql, tables):
    assert validate(sql, dialect, None).tables == ([] if tables == "-" else tables.split("|"))
