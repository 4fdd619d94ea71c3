"""Connectors are known by their names without a version, as real workflows spell them."""

from __future__ import annotations

import pytest

from benchmarks.alteryx_workflow import tool, workflow
from services.migration.parsers.alteryx import systems
from services.migration.pipeline import parse_export
from services.pipelines.dsl.language import connectors


@pytest.mark.parametrize(
    ("kind", "connector", "does"),
    [
        ("Google Sheets Input", "google_sheets", systems.READS),
        ("Google Sheets Output_1_2_3", "google_sheets", systems.WRITES),
        ("GoogleDriveOutput_1_3_2", "google_drive", systems.WRITES),
        ("SharePointInput_2.0.1", "sharepoint", systems.READS),
        ("SharepointOutput", "sharepoint", systems.WRITES),
        ("azure_data_lake_input", "adls", systems.READS),
        ("marketo-output", "http", systems.WRITES),
        ("Publish to Tableau Server v2.0.yxmc", "tableau", systems.WRITES),
        ("GoogleAnalytics4Input", "http", systems.READS),
    ],
)
def test_a_name_is_known_in_every_spelling(kind: str, connector: str, does: str) -> None:
    found = systems.of(kind)
    assert found is not None
    assert (found.connector, found.does, systems.writes(kind)) == (connector, does, does == systems.WRITES)


@pytest.mark.parametrize("kind", ["", "Filter", "ConnectJsonBuilder", "GlassdoorScrape", "MySalesforceInput", "1_2_3"])
def test_other_tools_are_no_connectors(kind: str) -> None:
    assert systems.of(kind) is None


def test_every_connector_is_one_of_the_language() -> None:
    assert {each.connector for each in systems.SYSTEMS.values()} <= connectors().keys()


def test_a_version_with_points_is_not_the_kind() -> None:
    plugin = tool(1, "Box").replace("AlteryxBasePluginsGui.Box.Box", "BoxInput_1.0.2")
    (step, *_) = parse_export(workflow([plugin], []), "flow.yxmd").mappings[0].transformations
    assert step.type == "BoxInput_1.0.2"
