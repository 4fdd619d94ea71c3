"""Tools of the add-ins as text, and what a line of them gives."""

from __future__ import annotations

from typing import Any

from services.pipelines.dsl.document import load_all
from tests.migration.flows.alteryx.build import converted, tool
from tests.pipelines.runner.engines import rows_on

SHOW = tool(99, "BrowseV2")


def shown(engine: str, url: str, given: str, *tools: str) -> list[tuple[Any, ...]]:
    """The rows that the last of a line of tools gives, in order."""
    numbers = range(1, len(tools) + 1)
    wires = [*(f"{n}>{n + 1}" for n in numbers), f"{len(tools) + 1}>99"]
    made = converted([given, *tools, SHOW], wires)
    assert [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"] == []
    (document,) = load_all(made.documents[0].yaml)
    (found,) = rows_on(engine, url, document).values()
    return found


def settings(**given: str) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in given.items())
