"""The sample data holds together: every name in it resolves, the pipelines are sound, and nothing tells the causes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml

from services.catalog.settings import SERVICES
from services.contracts.layout import REPOSITORY
from services.pipelines.dsl.document import load_all
from services.pipelines.structure import validate_structure
from services.sandbox import estate as module
from services.sandbox.changes import alerts, changes
from services.sandbox.estate import Estate

ESTATE = Estate()
TODAY = datetime(2026, 3, 18, tzinfo=UTC)
GLOSSARY = yaml.safe_load((REPOSITORY / "services/copilot/semantic/glossary.yaml").read_text(encoding="utf-8"))
TRUTH = yaml.safe_load((module.FILES / "incidents_truth.yaml").read_text(encoding="utf-8"))["truth"]


def test_the_documented_services_have_tables() -> None:
    assert set(ESTATE.services) == set(SERVICES)
    assert len(ESTATE.tables) >= 40
    assert {table.service for table in ESTATE.tables.values()} == set(SERVICES)


def test_some_descriptions_are_missing_and_some_are_polish() -> None:
    tables = ESTATE.tables.values()
    assert sum(not table.description for table in tables) >= 5
    assert sum(not column.description for table in tables for column in table.columns) >= 50
    assert any("ł" in table.description for table in tables)


@pytest.mark.parametrize("given", GLOSSARY["tables"], ids=lambda given: given["name"])
def test_the_glossarys_tables_are_in_the_catalog(given: dict) -> None:
    service = ESTATE.services[given["service"]]
    table = ESTATE.tables[f"{given['service']}.{service['database']}.{given['schema']}.{given['name']}"]
    assert [column.name for column in table.columns] == [column["name"] for column in given["columns"]]
    assert [column.type for column in table.columns] == [column["type"] for column in given["columns"]]
    assert list(table.key) == given["primary_key"]
    assert [column.required for column in table.columns] == [
        not column.get("nullable", False) for column in given["columns"]
    ]


@pytest.mark.parametrize("join", GLOSSARY["joins"], ids=lambda join: join["name"])
def test_the_glossarys_joins_are_foreign_keys(join: dict) -> None:
    table = next(each for each in ESTATE.tables.values() if each.name == join["from"])
    assert table.references[join["columns"][0]] == f"dm.{join['to']}.{join['to_columns'][0]}"


@pytest.mark.parametrize("table", ESTATE.tables.values(), ids=lambda table: table.qualified_name)
def test_keys_and_references_name_columns(table: module.SampleTable) -> None:
    names = {column.name for column in table.columns}
    assert len(names) == len(table.columns)
    assert set(table.key) <= names
    for column, target in table.references.items():
        above, _, referred = target.rpartition(".")
        other = ESTATE.tables[f"{table.service}.{table.database}.{above}"]
        assert column in names
        assert referred in {each.name for each in other.columns}


@pytest.mark.parametrize("pipeline", ESTATE.pipelines.values(), ids=lambda pipeline: pipeline.name)
def test_a_pipeline_is_sound_and_fits_the_catalog(pipeline: module.SamplePipeline) -> None:
    result = validate_structure(pipeline.yaml)
    assert [str(finding.message) for finding in result.findings] == []
    assert {*pipeline.sources, *pipeline.targets} <= set(ESTATE.tables)
    assert len(pipeline.targets) == 1
    assert load_all(pipeline.yaml)[0].data["name"] == pipeline.name


def test_pipelines_read_and_write_columns_of_the_catalog_but_for_the_one_that_was_renamed() -> None:
    unknown = set()
    for pipeline in ESTATE.pipelines.values():
        for node in load_all(pipeline.yaml)[0].data["nodes"]:
            table = next((ESTATE.tables[name] for name in pipeline.sources if _reads(node, name)), None)
            if table is not None:
                known = {column.name for column in table.columns}
                unknown |= {(table.name, column["name"]) for column in node["columns"] if column["name"] not in known}
        target = ESTATE.tables[pipeline.targets[0]]
        keys = load_all(pipeline.yaml)[0].data["nodes"][-1]["config"].get("keys", [])
        assert set(keys) <= {column.name for column in target.columns}
    assert unknown == {("CUSTOMER", "SEGMENT_CD")}


def _reads(node: dict, name: str) -> bool:
    config = node.get("config", {})
    return node["type"] == "source" and name.endswith(f".{config.get('schema')}.{config.get('table')}")


def test_there_are_enough_pipelines_and_each_file_is_one() -> None:
    assert len(ESTATE.pipelines) >= 12
    assert {path.stem for path in (module.FILES / "pipelines").glob("*.yaml")} == set(ESTATE.pipelines)


def test_what_a_schema_change_left_is_in_the_catalog() -> None:
    found = changes(ESTATE, TODAY)
    assert len(found) >= 15
    for change in found:
        columns = {column.name: column for column in ESTATE.tables[change.asset].columns}
        now = {"column_renamed": change.new}.get(change.kind, change.column)
        assert now in columns, change
        if change.kind in ("column_added", "type_changed"):
            assert columns[now].type == change.new, change
        if change.kind == "comment_changed":
            assert columns[now].description == change.new, change


def test_incidents_have_a_cause_that_only_the_tests_know() -> None:
    incidents = ESTATE.incidents["incidents"]
    assert [each["id"] for each in incidents] == [each["id"] for each in TRUTH]
    assert len(incidents) >= 10
    assert len({each["cause"] for each in TRUTH}) >= 9
    assert not any("cause" in incident for incident in incidents)
    sources = (path for path in (REPOSITORY / "services").rglob("*.py"))
    assert [path for path in sources if "incidents_truth" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("incident", ESTATE.incidents["incidents"], ids=lambda incident: incident["id"])
def test_an_incident_names_what_there_is(incident: dict) -> None:
    for part in (incident, *incident.get("also", ())):
        nodes = {node for node, _ in ESTATE.pipelines[part["pipeline"]].nodes} | {"start"}
        rules = {rule["rule"] for rule in ESTATE.operations["quality"] if rule["pipeline"] == part["pipeline"]}
        for run in part["runs"].values():
            written = {line.split(" | ")[0].split(" ")[1] for line in run.get("logs", ())}
            assert written <= nodes
            assert set(run.get("quality", ())) <= rules
            assert run["status"] == "succeeded" or {"error", "code", "node", "after"} <= set(run)
            assert run.get("node", "start") in nodes


def test_every_incident_has_alerts_and_there_are_others() -> None:
    found = alerts(ESTATE, TODAY)
    assert len({alert.alert_id for alert in found}) == len(found)
    assert {each["pipeline"] for each in ESTATE.incidents["incidents"]} <= {alert.pipeline for alert in found}
    assert sum(not alert.pipeline for alert in found) >= 3
