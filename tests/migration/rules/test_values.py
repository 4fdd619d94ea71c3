"""What a rule can tell of a value from its expression: the longest text, the decimals."""

from __future__ import annotations

import pytest

from services.migration.rules import lengths, scales
from tests.migration.rules.build import convert, flow, inp, node, out, port, step

TYPES = {"A": "varchar(5)", "B": "varchar(8)", "N": "decimal(10,2)", "R": "decimal(6,4)", "I": "integer", "F": "double"}


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("A", 5),
        ("'abc'", 3),
        ("A || '-' || B", 14),
        ("UPPER(LTRIM(b))", 8),
        ("SUBSTR(B, 2, 3)", 3),
        ("SUBSTR(A, 1, 30)", 5),
        ("LPAD(A, 12, '0')", 12),
        ("IIF(I = 1, A, 'unknown')", 7),
        ("DECODE(A, 'x', 'one', 'y', B)", 8),
        ("DECODE(A, 'x', 'one', 'other')", 5),
        ("N", 12),
        ("TO_CHAR(N)", lengths.NUMBER_LENGTH),
        ("REPLACESTR(1, A, 'x', 'yyyy')", None),
        ("UNKNOWN_FIELD", None),
        ("not an (expression", None),
    ],
)
def test_longest_text(text: str, longest: int | None) -> None:
    assert lengths.longest(text, TYPES) == longest


@pytest.mark.parametrize(
    ("text", "decimals"),
    [
        ("N", 2),
        ("-n", 2),
        ("I", 0),
        ("N + R", 4),
        ("N * R", 6),
        ("SUM(R, N > 0)", 4),
        ("IIF(R > 0.12345, N, 0)", 2),
        ("N / 3", None),
        ("F", None),
        ("ROUND(R, 1)", None),
    ],
)
def test_decimals(text: str, decimals: int | None) -> None:
    assert scales.decimals(text, TYPES) == decimals


@pytest.mark.parametrize(
    ("session", "confidence", "warned"),
    [({}, 0.84, True), ({"Enable high precision": "YES"}, 0.85, False)],
)
def test_a_port_that_may_lose_decimals_is_named(session: dict[str, str], confidence: float, warned: bool) -> None:
    """High precision rounds to the port's scale; without it the tool may hand the decimals on."""
    document, _ = convert(
        flow(
            step("X", "Expression", inp("C", "m"), out("W", "n", "C")),
            columns="C:m",
            links="SQ → X: C\nX → TGT: W",
            gives="W:n",
            session=session,
        )
    )
    found = node(document, "x")
    assert found["confidence"] == confidence
    assert any("are rounded here" in text for text in found.get("warnings", ())) is warned


def test_flags_that_an_aggregator_swallows_are_named() -> None:
    document, _ = convert(
        flow(
            step("U", "Update Strategy", port("C", "m"), attributes={"Update Strategy Expression": "DD_DELETE"}),
            step("X", "Aggregator", inp("C", "m"), out("W", "m", "SUM(C)")),
            columns="C:m",
            links="SQ → U: C\nU → X: C\nX → TGT: W",
            gives="W:m",
        )
    )
    found = node(document, "x")
    assert found["confidence"] == 0.6
    assert "whose flags end here" in found["warnings"][0]


def test_a_conversion_the_tool_does_not_know_is_left_to_the_database_and_named() -> None:
    document, _ = convert(flow(columns="C:d", links="SQ → TGT: C", gives="C:m"))
    found = node(document, "tgt")
    assert found["confidence"] == 0.79
    assert "a date can't be assigned" in found["warnings"][0]
