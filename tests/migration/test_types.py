"""Types of the tools as canonical types."""

from __future__ import annotations

import pytest

from services.pipelines import types


@pytest.mark.parametrize(("canonical", "length"), [("varchar(20)", 20), ("varchar", 0), ("decimal(9,2)", 0)])
def test_text_length(canonical: str, length: int) -> None:
    assert types.text_length(canonical) == length


@pytest.mark.parametrize(
    ("datatype", "precision", "scale", "database", "expected"),
    [
        ("string", 20, 0, "", "varchar(20)"),
        ("nstring", 0, 0, "", "varchar"),
        ("decimal", 12, 2, "", "decimal(12,2)"),
        ("decimal", 50, 60, "", "decimal(38,38)"),
        ("decimal", 0, 0, "", "decimal(38,10)"),
        ("small integer", 5, 0, "", "integer"),
        ("date/time", 29, 9, "", "timestamp"),
        ("Date/Time", 29, 9, "", "timestamp"),
        ("number(p,s)", 10, 0, "Oracle", "decimal(10,0)"),
        ("number", 15, 0, "Oracle", "double"),
        ("number", 12, 2, "Oracle", "decimal(12,2)"),
        ("date", 19, 0, "Oracle", "timestamp"),
        ("date", 10, 0, "Teradata", "date"),
        ("timestamp", 8, 0, "Microsoft SQL Server", "binary"),
        ("timestamp", 26, 6, "DB2", "timestamp"),
        ("bit", 1, 0, "Microsoft SQL Server", "boolean"),
        ("hologram", 1, 0, "", None),
    ],
)
def test_canonical(datatype: str, precision: int, scale: int, database: str, expected: str | None) -> None:
    assert types.canonical(datatype, precision, scale, database=database) == expected


@pytest.mark.parametrize(
    ("canonical", "kind"),
    [("decimal(10,2)", "number"), ("varchar", "string"), ("timestamp", "date"), ("geometry", "unknown")],
)
def test_kind(canonical: str, kind: str) -> None:
    assert types.kind(canonical) == kind


@pytest.mark.parametrize(
    ("given", "wanted", "narrower"),
    [
        ("varchar(10)", "varchar(5)", True),
        ("varchar(5)", "varchar(10)", False),
        ("varchar", "varchar(10)", True),
        ("varchar(10)", "varchar", False),
        ("decimal(12,2)", "decimal(10,2)", True),
        ("decimal(10,2)", "decimal(12,2)", False),
        ("decimal(10,2)", "decimal(12,1)", True),
        ("decimal(10,2)", "double", False),
        ("double", "decimal(12,2)", True),
        ("integer", "bigint", False),
        ("bigint", "integer", True),
        ("timestamp", "date", True),
        ("date", "timestamp", False),
        ("decimal(10,2)", "varchar(20)", True),
        ("integer", "integer", False),
    ],
)
def test_narrows(given: str, wanted: str, narrower: bool) -> None:
    assert types.narrows(given, wanted) is narrower
