"""Every construct in every layout: converted or refused with its reason, and run where nothing is left to a person."""

from __future__ import annotations

import pytest

from benchmarks.ssis_constructs import BY_HAND, CONSTRUCTS, LAYOUTS, drawn
from services.migration.pipeline import Migration, migrate


def errors(migration: Migration) -> list[str]:
    return [finding.message for finding in migration.structure.findings if finding.severity == "error"]


def by_hand(migration: Migration) -> set[str]:
    items = [item for mapping in migration.result.mappings for item in mapping.objects]
    return {item.source_type for item in items if item.target_type == "manual"}


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_construct_runs_or_says_why_not(name: str) -> None:
    for layout in LAYOUTS:
        migration = migrate(drawn(name, layout), f"{name}.dtsx", dialect="duckdb")
        assert errors(migration) == [], layout
        assert bool(by_hand(migration)) == (name in BY_HAND), (layout, by_hand(migration))
        if name not in BY_HAND:
            assert migration.structure.executed == 1, layout


@pytest.mark.parametrize("dialect", ["postgresql", "snowflake", "teradata", "sap_hana", "mssql"])
def test_every_construct_has_sound_sql_in_every_dialect(dialect: str) -> None:
    for name in CONSTRUCTS:
        assert errors(migrate(drawn(name), f"{name}.dtsx", dialect=dialect)) == [], name
