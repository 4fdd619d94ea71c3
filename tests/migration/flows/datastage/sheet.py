"""Small jobs as DSX exports, run from their text to the rows of their targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.migration.pipeline import Migration, migrate
from services.pipelines.dsl.document import load
from services.pipelines.runner import run
from tests.migration.flows.sheet import Rows, listed, named


def converted(text: str, dialect: str = "duckdb") -> Migration:
    return migrate(text.encode("cp1252"), "job.dsx", dialect=dialect, generated_at="2026-01-01T00:00:00Z")


def manual(migration: Migration) -> dict[str, tuple[str, ...]]:
    """Stage → why it was not converted."""
    return {
        item.object: item.warnings
        for one in migration.result.mappings
        for item in one.objects
        if item.target_type == "manual"
    }


def rows_of(
    text: str,
    inputs: Mapping[str, Rows],
    *,
    ordered: bool = False,
    before: Mapping[str, Rows] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> dict[str, list[tuple[Any, ...]]]:
    """Sink id → its rows, sorted unless their order counts. `inputs`: source id → rows in its columns' order."""
    done = converted(text)
    assert manual(done) == {}
    document = load(next(one.yaml for one in done.documents if one.kind == "pipeline"))
    nodes = {node["id"]: node for node in document.nodes()}
    found = run(
        document,
        {name: named(nodes[name]["columns"], rows) for name, rows in inputs.items()},
        targets={name: named(nodes[name]["config"]["columns"], rows) for name, rows in (before or {}).items()},
        parameters=parameters or {},
    )
    return listed({name: [row.values() for row in rows] for name, rows in found.items()}, ordered=ordered)


def expected(given: Mapping[str, Rows], *, ordered: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    return listed(given, ordered=ordered)
