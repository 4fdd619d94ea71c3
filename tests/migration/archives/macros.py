"""Macros and workflows that the tests of bundled macros share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.alteryx_workflow import rows, tool, workflow
from services.migration.pipeline import Migration
from services.pipelines.dsl.document import load_all
from services.pipelines.runner import run
from tests.migration.archives.packed import (
    call,
    macro,
    macro_input,
    macro_output,
    migrated,
    question,
    runtime,
    surface,
    with_wires,
)

ABOVE = "<Mode>Custom</Mode><Expression>[a] &gt; 3</Expression>"
SIMPLE = "<Mode>Simple</Mode><Variable />"
NUMBER = "Questions.NumericUpDown.NumericUpDown"
BOX = "Questions.TextBox.QuestionTextBox"
ACTION = "Action.Action"


def played(files: Mapping[str, bytes]) -> dict[str, list[tuple[Any, ...]]]:
    """Sink → its rows, of the one pipeline that the archive gives."""
    made = migrated(files)
    assert [item.warnings for item in objects(made) if item.target_type == "manual"] == []
    assert [str(finding) for finding in made.structure.errors] == []
    (document,) = load_all(made.documents[0].yaml)
    return {sink: [tuple(row.values()) for row in found] for sink, found in run(document, {}).items()}


def objects(made: Migration) -> tuple[Any, ...]:
    return made.result.mappings[0].objects


def caller(path: str, answers: Mapping[str, str] | None = None, *, into: str = "In", out: str = "Out") -> bytes:
    """Rows 1, 5, 9 of `a` through a macro to a Browse."""
    return workflow(
        [rows(1, "a", ["1"], ["5"], ["9"]), call(2, path, answers), tool(3, "BrowseV2")], [f"1>2.{into}", f"2.{out}>3"]
    )


def split(*more: str, wires: tuple[str, ...] = (), properties: str = "") -> bytes:
    """A macro that splits rows at 3: outputs Out and Rest."""
    return macro(
        [macro_input(1, "In", "a"), tool(2, "Filter", ABOVE), macro_output(3, "Out"), macro_output(4, "Rest"), *more],
        ["1>2", "2.True>3", "2.False>4", *wires],
        properties,
    )


ASKED = (surface(11, NUMBER), surface(12, ACTION))
LIMIT = question("NumericUpDown", "Limit", 11, '<Default value="3" />')
REPLACED = f'{SIMPLE}<Replace value="True" /><ReplaceText>3</ReplaceText>'


def asking(actions: str, *tools: str, questions: str = LIMIT, wires: tuple[tuple[str, str, str], ...] = ()) -> bytes:
    made = split(*(tools or ASKED), properties=runtime(questions, actions))
    return with_wires(made, *(wires or (("#1", "11", "12"),)))
