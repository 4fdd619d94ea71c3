"""Teradata's own short forms, read as what they mean."""

import pytest
import sqlglot

from services.sql_dialects import Teradata


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("DELETE t ALL", "DELETE FROM t"),
        ("DELETE FROM t ALL", "DELETE FROM t"),
        ("DEL FROM t WHERE a = 1", "DELETE FROM t WHERE a = 1"),
        ("DELETE t FROM t, u WHERE t.a = u.a", "DELETE t FROM t, u WHERE t.a = u.a"),
        ("SELECT a (INTEGER), b (DECIMAL(10, 2)) FROM t", "SELECT CAST(a AS INT), CAST(b AS DECIMAL(10, 2)) FROM t"),
        ("SELECT f(x), COUNT(*), g(1) FROM t", "SELECT F(x), COUNT(*), G(1) FROM t"),
        ("SELECT f(NULL, 'a'), g(DATE '2024-01-31', 1) FROM t",
         "SELECT F(NULL, 'a'), G(CAST('2024-01-31' AS DATE), 1) FROM t"),
        ("SEL a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY b ORDER BY c) = 1",
         "SELECT a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY b ORDER BY c) = 1"),
        ("COLLECT STATISTICS ON t COLUMN (a)", "COLLECT STATISTICS ON t COLUMN (a)"),
    ],
)  # fmt: skip
def test_it_reads_the_short_forms(statement: str, written: str) -> None:
    assert sqlglot.transpile(statement, read="teradata", write="teradata") == [written]


def test_a_deletion_names_its_table() -> None:
    deletion = sqlglot.parse_one("DELETE t ALL", read="teradata")
    assert deletion.this.name == "t"
    assert deletion.args.get("tables") is None


def test_it_is_the_one_that_sqlglot_knows() -> None:
    assert sqlglot.Dialect.get("teradata") is Teradata
