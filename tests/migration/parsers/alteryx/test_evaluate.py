"""Expressions that are worked out at the conversion."""

from __future__ import annotations

import pytest

from services.migration.parsers.alteryx.evaluate import NotEvaluated, evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('NOT([x] = "b")', "False"),
        ('NOT Contains([x], "a") = 0', "False"),
        ('!Contains([x], "b") != 1', "True"),
        ('NOT [x] IN ("a", "c")', "True"),
        ("-2 + 3", "1"),
    ],
)
def test_signs(text: str, value: str) -> None:
    assert evaluate(text, {"x": "b"}) == value


@pytest.mark.parametrize("text", ['NOT [x] = "b"', "NOT 1 = 1"])
def test_what_a_not_negates_is_not_guessed(text: str) -> None:
    with pytest.raises(NotEvaluated, match="parentheses"):
        evaluate(text, {"x": "b"})
