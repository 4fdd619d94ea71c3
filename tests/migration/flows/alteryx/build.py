"""Small Alteryx workflows as text, and what they give when they are converted and run."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from benchmarks.alteryx_workflow import fields, formulas, meta, rows, selected, summary, tool, workflow
from services.migration.pipeline import Migration, migrate
from services.pipelines.dsl.document import load_all
from services.pipelines.runner import run
from tests.pipelines.runner.engines import rows_on

__all__ = [
    "SHOW", "Flow", "after", "converted", "fields", "formulas", "meta", "outcome", "played", "rows", "selected",
    "shown_on", "summary", "tool", "workflow",
]  # fmt: skip  # a list of names

SHOW = tool(99, "BrowseV2")
Flow = tuple[list[str], list[str]]
"""Tools and wires; the last of these leads to `SHOW`."""


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


def after(given: str, kind: str, configuration: str) -> Flow:
    """A tool behind the rows of tool 1."""
    return [given, tool(2, kind, configuration)], ["1>2", "2>99"]


def shown_on(engine: str, url: str, flow: Flow) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names and the rows, sorted by how they are written, of what the last tool gives."""
    tools, wires = flow
    made = converted([*tools, SHOW], wires, dialect=engine)
    manual = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert not manual, manual
    (document,) = load_all(made.documents[0].yaml)
    (found,) = rows_on(engine, url, document).values()
    sink = next(node for node in document.nodes() if node["type"] == "sink")
    return [column["name"] for column in sink["config"]["columns"]], sorted(map(_simple, found), key=repr)


def _simple(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers alike whatever their type, days as text."""
    return tuple(
        float(value) if isinstance(value, Decimal) else str(value) if isinstance(value, datetime.date) else value
        for value in row
    )
