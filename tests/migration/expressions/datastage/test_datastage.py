"""The DataStage expression language: syntax, results, names, and what is refused."""

import pytest

from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions import translate
from services.migration.expressions.datastage.names import mark_parameters
from tests.migration.expressions.datastage.rows import TYPES


def datastage(text: str, dialect: str = "duckdb", **options: object) -> Translation:
    return translate(text, language=Tool.DATASTAGE, dialect=dialect, types=TYPES, **options)  # type: ignore[arg-type]  # options by name


@pytest.mark.parametrize(
    ("text", "options", "sql"),
    [
        ("L.A : B", {"types": {"L.A": "char", "B": "char"}, "rename": {"L.A": "l.a", "B": "r.b"}}, "l.a || r.b"),
        ("L.A : L.B", {"types": {"A": "char", "B": "char"}, "rename": {"A": "l.a"}}, "l.a || B"),
        ("L.A", {"types": None}, "L.A"),
        ("L.A + @INROWNUM", {"types": {"A": "integer"}, "inline": {"@INROWNUM": "n"}}, "A + n"),
        ("svLast", {"types": {"svLast": "integer"}, "inline": {"svLast": "LAG(x) OVER (ORDER BY k)"}}, None),
    ],
)  # fmt: skip
def test_columns_are_named_by_link_or_alone(text: str, options: dict[str, object], sql: str | None) -> None:
    found = translate(text, language=Tool.DATASTAGE, dialect="duckdb", **options)  # type: ignore[arg-type]  # options by name
    assert found.sql == (sql or "LAG(x) OVER (ORDER BY k)")


def test_parameters() -> None:
    marked = mark_parameters("If In.D > pDay And Set.Min < 'pDay' Then pday Else pDay(1)", ["pDay", "Set.Min"])
    assert marked == "If In.D > #pDay# And #Set.Min# < 'pDay' Then #pday# Else pDay(1)"
    found = datastage("S : #pDay# : DSJobName : #Set.Min#")
    assert found.parameters == ("pDay", "DSJobName", "Set_Min")
    assert found.references == ("S",)


@pytest.mark.parametrize(
    ("text", "target", "sql"),
    [
        ("DecimalToDecimal(P, 'round_inf')", "decimal(12,1)", "ROUND(P, 1)"),
        (
            "DateToDecimal(D)",
            "decimal(10,2)",
            "CAST(CAST(STRFTIME(CAST(D AS DATE), '%Y%m%d') AS BIGINT) AS DECIMAL(38, 12)) / 100",
        ),
        (
            "DecimalToDecimal(P, 'floor')",
            "decimal(8,0)",
            "CASE WHEN TRUNC(P, 0) > P THEN TRUNC(P, 0) - 1 ELSE TRUNC(P, 0) END",
        ),
        ("DecimalToDecimal(P)", "bigint", "TRUNC(P, 0)"),
        ("P", "varchar(20)", None),
        ("D", "timestamp", "CAST(CAST(D AS DATE) AS TIMESTAMP)"),
        ("N", "varchar(20)", "CAST(N AS TEXT)"),
    ],
)
def test_the_target_decides(text: str, target: str, sql: str | None) -> None:
    found = datastage(text, target=target)
    assert sql is None or found.sql == sql
    assert bool(found.warnings) == (sql is None)


def test_what_is_run_nowhere_is_not_guessed() -> None:
    assert datastage("StringToDate(S)", "teradata").refused
    assert datastage("UpCase(S)", "teradata").confidence <= 0.9
