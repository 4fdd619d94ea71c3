"""Checks of a whole document that belong to no kind."""

from __future__ import annotations

import pytest

from services.pipelines.dsl.check import check_document
from tests.pipelines.dsl.samples import document, pipeline

LONG = "x" * 62


@pytest.mark.parametrize(
    ("names", "dialect", "told"),
    [
        ([f"{LONG}ab", f"{LONG}ac"], "postgresql", 1),
        ([f"{LONG}a", f"{LONG}ac"], "postgresql", 1),
        ([f"{LONG}ab", f"{LONG}bb"], "postgresql", 0),
        ([f"{LONG}ab", f"{LONG}ac"], "snowflake", 0),
        (["ł" * 32 + "a", "ł" * 32 + "b"], "postgresql", 1),
        (["a", "b"], "postgresql", 0),
    ],
)
def test_names_that_postgresql_would_cut_to_one_are_told_once(names: list[str], dialect: str, told: int) -> None:
    columns = [{"name": name, "type": "integer"} for name in names]
    data = pipeline(
        sources=({"id": "in", "type": "source", "connector": "csv", "config": {"path": "a.csv"}, "columns": columns},)
    )
    found = [one for one in check_document(document({**data, "dialect": dialect})) if one.code == "NAMES_CUT"]
    assert len(found) == told
    assert all(name in one.message for one in found for name in names)
