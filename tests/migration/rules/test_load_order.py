"""Targets in the order of their loads."""

from __future__ import annotations

import pytest

from services.migration.ast import Transformation
from tests.migration.rules.build import convert, mapping, port, source, step, target


def _two_loads(links: str, *steps: Transformation, order: tuple[str, ...], constraints: str = "YES") -> list[str]:
    """The targets in the order of their loads; CHILD has a foreign key to PARENT."""
    key = port("ID", "n", attributes={"REFERENCEDTABLE": "PARENT", "REFERENCEDFIELD": "ID"})
    given = mapping(
        source("SRC", port("ID", "n")),
        step("SQ", "Source Qualifier", port("ID", "n")),
        *steps,
        target("CHILD", key),
        target("OTHER", port("ID", "n")),
        target("PARENT", port("ID", "n")),
        links=f"SRC → SQ: ID\n{links}",
        session={"Constraint based load ordering": constraints},
        load_order=order,
    )
    document, _ = convert(given)
    sinks = sorted((n["config"]["load_order"], n["id"]) for n in document["nodes"] if n["type"] == "sink")
    return [name for _, name in sinks]


DIRECT = "SQ → CHILD: ID\nSQ → OTHER: ID\nSQ → PARENT: ID"


@pytest.mark.parametrize(
    ("constraints", "order", "expected"),
    [
        ("YES", ("CHILD", "OTHER", "PARENT"), ["other", "parent", "child"]),
        ("YES", ("PARENT", "CHILD", "OTHER"), ["parent", "child", "other"]),
        ("NO", ("CHILD", "OTHER", "PARENT"), ["child", "other", "parent"]),
    ],
)
def test_parents_are_loaded_first_where_the_session_says_so(
    constraints: str, order: tuple[str, ...], expected: list[str]
) -> None:
    assert _two_loads(DIRECT, order=order, constraints=constraints) == expected


def test_targets_of_another_active_source_keep_their_place() -> None:
    """A Filter hands rows on, a Sorter is an active source of its own."""
    steps = (
        step("FIL", "Filter", port("ID", "n"), attributes={"Filter Condition": "ID > 1"}),
        step("SRT", "Sorter", port("ID", "n", attributes={"ISSORTKEY": "YES"})),
    )
    filtered = "SQ → FIL: ID\nFIL → CHILD: ID\nSQ → PARENT: ID\nSQ → SRT: ID\nSRT → OTHER: ID"
    assert _two_loads(filtered, *steps, order=("CHILD", "OTHER", "PARENT")) == ["parent", "other", "child"]
    sorted_ = "SQ → SRT: ID\nSRT → CHILD: ID\nSQ → FIL: ID\nFIL → PARENT: ID\nSQ → OTHER: ID"
    assert _two_loads(sorted_, *steps, order=("CHILD", "OTHER", "PARENT")) == ["child", "other", "parent"]
