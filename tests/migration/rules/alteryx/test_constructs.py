"""Every construct of real workflows, generated: converted and run, or refused with its own reason."""

from __future__ import annotations

import pytest

from benchmarks.alteryx_constructs import Construct, constructs
from services.migration.pipeline import migrate


@pytest.mark.parametrize("construct", list(constructs()), ids=lambda construct: construct.name)
def test_a_construct_is_converted_and_runs_or_says_why_not(construct: Construct) -> None:
    made = migrate(construct.data, "flow.yxmd", generated_at="2026-01-01T00:00:00Z")
    reasons = [item.warnings[0] for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert [str(finding) for finding in made.structure.errors] == []
    if construct.refused:
        assert any(construct.refused in reason for reason in reasons), reasons
    else:
        assert reasons == []
        assert made.structure.executed == 1


def test_constructs_have_names_of_their_own() -> None:
    names = [construct.name for construct in constructs()]
    assert len(names) == len(set(names)) > 100
