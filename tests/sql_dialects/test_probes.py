"""Statements as they are commonly written in SAP HANA and Teradata: read, written, and read again as the same."""

import csv
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

import services.sql_dialects

assert services.sql_dialects.DIALECT_NAMES  # importing the package makes the dialects known

PROBES = Path(__file__).parent / "probes.tsv"
OPAQUE = ("CALL", "CREATE VIEW", "COLLECT", "HELP", "SHOW", "EXEC")  # kept word for word


def probes() -> list[tuple[str, str, str]]:
    with PROBES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["dialect"], row["statement"], row["written"]) for row in rows]


def test_there_are_thirty_of_each() -> None:
    names = [name for name, *_ in probes()]
    assert min(names.count("sap_hana"), names.count("teradata")) >= 30


@pytest.mark.parametrize(("dialect", "statement", "written"), probes(), ids=lambda each: each[:60])
def test_it_goes_round(dialect: str, statement: str, written: str) -> None:
    tree = sqlglot.parse_one(statement, dialect=dialect)
    assert tree.sql(dialect=dialect) == written
    again = sqlglot.parse_one(written, dialect=dialect)
    assert again == tree or again.sql(dialect=dialect) == written
    assert not isinstance(tree, exp.Command) or statement.startswith(OPAQUE)
