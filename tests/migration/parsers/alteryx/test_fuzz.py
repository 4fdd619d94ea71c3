"""Workflows with random damage: read, or refused with a reason; never a crash, never a hang."""

from __future__ import annotations

import random

import pytest

from services.migration import pipeline
from services.migration.parsers.errors import ExportError
from tests.migration.flows.alteryx.build import fields, formulas, rows, selected, summary, tool, workflow

WHOLE = workflow(
    [
        rows(1, "n t", ("1", "a"), ("2", None)),
        tool(2, "Filter", "<Expression>[n] &gt; 1</Expression>"),
        tool(3, "Formula", formulas(("m", "Double", "[n] / 2 + Length([t])"))),
        tool(
            4,
            "Join",
            (
                f'<Configuration joinByRecordPos="True"><SelectConfiguration>'
                f"<Configuration>{selected()}</Configuration></SelectConfiguration>"
                f"</Configuration>"
            ),
        ),
        tool(5, "Summarize", summary("GroupBy:t", "Sum:m")),
        tool(6, "Unique", fields("UniqueFields", "t")),
        tool(7, "Sort", '<SortInfo locale="0"><Field field="t" order="Ascending" /></SortInfo>'),
        tool(8, "BrowseV2"),
    ],
    ["1>2", "2.True>3", "3>4.Left", "1>4.Right", "4.Join>5", "5>6", "6.Unique>7", "7>8"],
)


@pytest.mark.parametrize("seed", range(60))
def test_damage_is_met_with_a_result_or_a_reason(seed: int) -> None:
    choose = random.Random(seed)
    data = bytearray(WHOLE)
    for _ in range(choose.randint(1, 6)):
        at = choose.randrange(len(data))
        kind = choose.randrange(4)
        if kind == 0:
            data[at] = choose.randrange(32, 127)
        elif kind == 1:
            del data[at : at + choose.randint(1, 40)]
        elif kind == 2:
            data[at:at] = data[at : at + choose.randint(1, 200)]
        else:
            data[at:at] = choose.choice([b'"', b"<", b"&", b"[", b"]]>", b"\xff", b"'", b"<c/>"])
    try:
        ast = pipeline.parse_export(bytes(data), "flow.yxmd")
    except ExportError:
        return
    result = pipeline.convert(ast, generated_at="2026-01-01T00:00:00Z")
    kept = [item for mapping in result.mappings for item in mapping.objects]
    assert len(kept) == sum(len(mapping.transformations) for mapping in ast.mappings)
    assert all(item.warnings for item in kept if item.target_type == "manual")
