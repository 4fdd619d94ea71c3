"""Hand-worked statements for the dialects whose engines are not here: the text, word for word, or the refusal."""

from __future__ import annotations

import csv
from typing import NamedTuple

import pytest
import sqlglot

from services.sql_dialects import DIALECT_NAMES
from services.sql_dialects.transpile import transpile
from tests.sql_dialects.transpile.test_executed import CASES, TABLES


class Case(NamedTuple):
    read: str
    write: str
    sql: str
    expected: str
    cautions: frozenset[str]


def cases() -> list[Case]:
    with (CASES / "written.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Case(*list(row.values())[:4], frozenset((row["cautions"] or "").split())) for row in rows]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.read}-{case.write}-{case.sql[:50]}")
def test_it_is_written_so(case: Case) -> None:
    made = transpile(case.sql, case.read, case.write, TABLES)
    if case.expected.startswith("refused:"):
        assert case.expected.removeprefix("refused:") in made.refused
        assert made.sql == ""
    else:
        assert (made.sql, made.refused) == (case.expected, "")
        assert sqlglot.parse_one(made.sql, dialect=DIALECT_NAMES[case.write])
    assert case.cautions <= {warning.code for warning in made.warnings}
