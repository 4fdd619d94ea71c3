"""Converted pipelines executed: the runner and the harness beside these tests, written apart, give the same rows."""

from __future__ import annotations

import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate_powercenter import constructs
from services.migration.pipeline import convert, parse_export
from services.pipelines.dsl.document import dump, load
from services.pipelines.runner import run as run_document
from tests.migration.rules.duck import run

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "powercenter"
RUNNABLE = [
    "source_qualifier",
    "qualifier_join",
    "expression",
    "filter",
    "joiner_inner",
    "joiner_left",
    "joiner_right",
    "joiner_full",
    "aggregator",
    "aggregator_without_group",
    "sorter",
    "sorter_distinct",
    "router",
    "union",
    "lookup",
    "unconnected_lookup",
    "sequence",
    "rank",
    "transaction_control",
    "flat_files",
    "mapplet",
    "shortcuts",
    "session_overrides",
    "user_function",
]
WORDS = ("APAC", "EMEA", "A", "B", "jaffle", "beverage")


def value(column: dict[str, Any], chance: random.Random) -> Any:
    kind = column["type"]
    if column.get("nullable", True) and chance.random() < 0.1:
        return None
    if kind.startswith("varchar"):
        word = f"K{chance.randint(1, 5)}" if column["name"].endswith("ID") else chance.choice(WORDS)
        return word[: int(kind[8:-1])] if "(" in kind else word
    if kind == "timestamp":
        return datetime(2025, chance.randint(1, 12), chance.randint(1, 28), chance.randint(0, 23))
    return chance.randint(0, 1) if kind == "decimal(1,0)" else chance.randint(1, 9)


def plain(rows: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    """Rows in an order of their own, numbers alike whatever their type."""

    def number(item: Any) -> Any:
        return round(float(item), 4) if isinstance(item, int | float | Decimal) else item

    return sorted(([(name, number(item)) for name, item in sorted(row.items())] for row in rows), key=str)


def agree(data: bytes, name: str, *, widened: str = "") -> None:
    """`widened`: a sink column that takes larger numbers here than its target does."""
    for mapping in convert(parse_export(data, name), dialect="duckdb", generated_at="2026-01-01T00:00:00Z").mappings:
        chance = random.Random(7)
        for sink in (node for node in mapping.pipeline["nodes"] if node["type"] == "sink"):
            for column in sink["config"]["columns"]:
                if column["name"] == widened:
                    column["type"] = "decimal(18,4)"
        tables = {node["id"]: node["columns"] for node in mapping.pipeline["nodes"] if node["type"] == "source"}
        rows = {key: [[value(c, chance) for c in columns] for _ in range(15)] for key, columns in tables.items()}
        named = {
            key: [dict(zip([c["name"] for c in tables[key]], row, strict=True)) for row in listed]
            for key, listed in rows.items()
        }
        own = run(mapping.pipeline, rows)
        theirs = run_document(load(dump(mapping.pipeline)), named)
        assert own.keys() == theirs.keys()
        for key, found in own.items():
            assert plain(found) == plain(theirs[key])


@pytest.mark.parametrize("name", RUNNABLE)
def test_construct(name: str) -> None:
    agree(constructs()[name], f"{name}.xml")


def test_flowline() -> None:
    found = next(CORPUS.glob("*FLOWLINE*"), None) if CORPUS.is_dir() else None
    if found is None:
        pytest.skip("the public corpus is not at hand")
    # The mapping fills the flag from the margin (its connectors are crossed), which a flag's one digit does not hold.
    agree(found.read_bytes(), found.name, widened="PERISHABLE_SALES_FLAG")
