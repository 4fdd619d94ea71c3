"""Small Alteryx workflows as text, and what they give when they are converted and run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from benchmarks.alteryx_workflow import fields, formulas, meta, rows, selected, summary, tool, workflow
from services.migration.pipeline import Migration, migrate
from services.pipelines.dsl.document import load_all
from services.pipelines.runner import run

__all__ = [
    "converted", "fields", "formulas", "meta", "outcome", "played", "rows", "selected", "summary", "tool", "workflow",
]  # fmt: skip  # a list of names


def converted(
    tools: Iterable[str], wires: Iterable[str], properties: str = "", *, dialect: str = "postgresql"
) -> Migration:
    return migrate(
        workflow(tools, wires, properties), "flow.yxmd", dialect=dialect, generated_at="2026-01-01T00:00:00Z"
    )


def played(
    tools: Iterable[str], wires: Iterable[str], inputs: dict[str, list[dict[str, Any]]] | None = None
) -> dict[str, list[tuple[Any, ...]]]:
    """Sink → its rows, after a run. Fails where something was not converted or is not sound."""
    return outcome(converted(tools, wires), inputs)


def outcome(made: Migration, inputs: dict[str, list[dict[str, Any]]] | None = None) -> dict[str, list[tuple[Any, ...]]]:
    manual = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert not manual, manual
    assert [str(finding) for finding in made.structure.errors] == []
    (document,) = load_all(made.documents[0].yaml)
    return {sink: [tuple(row.values()) for row in found] for sink, found in run(document, inputs or {}).items()}
