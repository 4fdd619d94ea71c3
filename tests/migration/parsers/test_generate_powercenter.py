"""The generator of big exports: valid, of the size asked for, the same for the same seed."""

from __future__ import annotations

import pytest

from benchmarks.generate_powercenter import generate
from services.migration.parsers import parse


@pytest.mark.parametrize(
    ("options", "encoding"),
    [
        ({"mappings": 12}, "UTF-8"),
        ({"mappings": 6, "encoding": "Windows-1252", "newline": "\r\n"}, "Windows-1252"),
        ({"mappings": 6, "encoding": "ISO-8859-1", "seed": 5, "columns": 30}, "ISO-8859-1"),
    ],
)
def test_generated_export_is_valid(options: dict[str, object], encoding: str) -> None:
    data = generate(**options)  # type: ignore[arg-type]  # rows of keyword arguments
    tree = parse(data, "x.xml")
    assert tree.problems == ()
    assert tree.encoding == encoding
    assert len({m.definition_name or m.name for m in tree.mappings}) == options["mappings"]
    assert any(m.definition_name for m in tree.mappings)  # every fifth is run by two sessions that differ
    assert tree.mappings[0].description.startswith("Prüfung n° 1: tägliche Größe")
    assert generate(**options) == data  # type: ignore[arg-type]  # rows of keyword arguments


def test_generated_export_has_every_kind_of_part() -> None:
    tree = parse(generate(mappings=30), "x.xml")
    kinds = {t.type for m in tree.mappings for t in m.transformations}
    assert kinds >= {
        "Source Qualifier",
        "Expression",
        "Filter",
        "Joiner",
        "Aggregator",
        "Sorter",
        "Router",
        "Union Transformation",
        "Lookup Procedure",
        "Rank",
        "Update Strategy",
    }
    assert any(t.mapplet for m in tree.mappings for t in m.transformations)
    assert any(s.name.startswith("Shortcut_to_") for m in tree.mappings for s in m.sources)
    assert sum(bool(t.overridden) for m in tree.mappings for t in m.transformations) == len(tree.mappings)


def test_generated_export_has_the_size_asked_for() -> None:
    size = len(generate(megabytes=2.0))
    assert 2_000_000 <= size <= 2_600_000
