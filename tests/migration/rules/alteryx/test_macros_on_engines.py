"""Standard macros and tools with choices of their own: both engines give the same rows."""

from __future__ import annotations

import pytest

from benchmarks.alteryx_constructs_macros import ROWS
from services.pipelines.dsl.document import load_all
from tests.migration.flows.alteryx.build import converted, rows, tool
from tests.pipelines.runner.engines import ENGINES, rows_on

GIVEN = rows(1, "n t", ("1", "Alpha"), ("2", None), (None, "b c"), ("4", "Alpha"))
CONVERTED = [(kind, configuration) for _, kind, configuration, refused in ROWS if not refused]
PROFILE = ("BasicDataProfile", "")


@pytest.mark.parametrize(
    ("kind", "configuration"), [*CONVERTED, PROFILE], ids=lambda value: value[:40] if value[:1] != "<" else ""
)
def test_both_engines_give_the_same_rows(kind: str, configuration: str, postgres_url: str) -> None:
    out = ".Estimation" if "Create_Samples" in kind else ""
    made = converted([GIVEN, tool(5, kind, configuration), tool(99, "BrowseV2")], ["1>5", f"5{out}>99"])
    (document,) = load_all(made.documents[0].yaml)
    found = [next(iter(rows_on(engine, postgres_url, document).values())) for engine in ENGINES]
    assert sorted(found[0], key=repr) == sorted(found[1], key=repr)
    assert found[0] != []
