"""Where a session's date format is written into an expression that names none."""

from __future__ import annotations

import pytest

from services.migration.rules import date_format

TYPES = {"D": "timestamp", "S": "varchar(20)", "N": "integer"}


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("TO_CHAR(D)", "", "TO_CHAR(D, 'YYYY')"),
        ("TO_CHAR(N)", "", "TO_CHAR(N)"),
        ("TO_CHAR(D, 'MM')", "", "TO_CHAR(D, 'MM')"),
        ("to_date(S)", "", "to_date(S, 'YYYY')"),
        ("S || ' on ' || D", "", "S || ' on ' || TO_CHAR(D, 'YYYY')"),
        ("D || N || D", "", "TO_CHAR(D, 'YYYY') || N || TO_CHAR(D, 'YYYY')"),
        ("CONCAT(S, ADD_TO_DATE(D, 'DD', 1))", "", "CONCAT(S, TO_CHAR(ADD_TO_DATE(D, 'DD', 1), 'YYYY'))"),
        ("S || TO_CHAR(TO_DATE(S))", "", "S || TO_CHAR(TO_DATE(S, 'YYYY'), 'YYYY')"),
        ("D", "varchar(9)", "TO_CHAR(D, 'YYYY')"),
        ("S", "timestamp", "TO_DATE(S, 'YYYY')"),
        ("D || (", "", "D || ("),
    ],
)
def test_the_format_of_the_session_is_written_out(text: str, target: str, expected: str) -> None:
    assert date_format.explicit(text, "YYYY", TYPES, target) == expected
