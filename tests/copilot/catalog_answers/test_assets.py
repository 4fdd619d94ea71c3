"""Topics, dashboards and pipelines described from what the catalog has of them, over the sandbox's estate."""

from __future__ import annotations

import json

import grpc
import pytest

from dataflow.copilot.v1 import catalog_pb2, catalog_pb2_grpc
from services.catalog.assets import asset_of
from services.sandbox.app import CATALOG, serving
from services.sandbox.http import Fault
from services.sandbox.settings import SandboxSettings
from tests.copilot.stage import copilot


@pytest.fixture(scope="module")
def estate():
    with serving(SandboxSettings(sandbox_port=0)) as server:
        yield server


@pytest.fixture(scope="module")
async def channel(estate):
    async with copilot(catalog_base_url=estate.url + CATALOG, catalog_attempts=1) as channel:
        yield channel


def describe(channel, **fields):
    return catalog_pb2_grpc.CatalogServiceStub(channel).DescribeAsset(catalog_pb2.DescribeAssetRequest(**fields))


@pytest.mark.parametrize(
    ("kind", "name", "language", "said", "parts"),
    [
        (
            "topic",
            "kafka-network.network-events",
            "en",
            ["Topic `network-events`", "4 fields", "feeds `databricks-lakehouse.", "Owner: `network-data`"],
            {"cell_id": "", "event_type": "attach, detach, handover, drop or alarm", "event_ts": "", "imsi": ""},
        ),
        (
            "dashboard",
            "bi-portal.churn-overview",
            "en",
            ["Dashboard `churn-overview`", "3 charts", "`Customers at risk`", "CHURN_SCORES`", "`marketing-analytics`"],
            {"Churn rate by month": "", "Churn by segment": "Share of customers", "Customers at risk": ""},
        ),
        (
            "pipeline",
            "dataflow.roaming_settlement",
            "pl",
            ["Potok `roaming_settlement`", "zadań: 3", "Zaczyna się od `records`", "Kończy się na `target`"],
            {"records": "", "by_month": "", "target": ""},
        ),
    ],
)
async def test_an_asset_is_described_from_what_it_holds(channel, kind, name, language, said, parts):
    reply = await describe(channel, asset_type=kind, fully_qualified_name=name, language=language)
    assert [words for words in said if words not in reply.description] == []
    told = {each.name: each.description for each in reply.column_descriptions}
    assert list(told) == list(parts)
    assert all(told[part].startswith(text) and told[part] for part, text in parts.items())
    assert list(reply.degraded_reasons) == ["llm_unavailable"]
    assert 0 < reply.confidence < 1


async def test_a_persons_words_on_a_topic_stay(channel):
    reply = await describe(channel, asset_type="topic", fully_qualified_name="kafka-digital.app-clickstream")
    assert reply.existing_description.startswith("Clicks of the self-care application")
    assert "PII.MSISDN" in reply.tags


async def test_a_model_words_charts_and_invents_none(estate, tmp_path):
    words = {
        "description": "Shows who leaves, from `CHURN_SCORES`.",
        "columns": {"Churn by segment": "Mine.", "Customers at risk": "Those likely to leave.", "Sunspots": "x"},
    }
    script = json.dumps({"model": "m", "rules": [], "default": json.dumps(words)})
    async with copilot(script, tmp_path, catalog_base_url=estate.url + CATALOG) as channel:
        reply = await describe(channel, asset_type="dashboard", fully_qualified_name="bi-portal.churn-overview")
    told = {each.name: each.description for each in reply.column_descriptions}
    assert reply.description == "Shows who leaves, from `CHURN_SCORES`."
    assert told["Churn by segment"].startswith("Share of customers")
    assert told["Customers at risk"] == "Those likely to leave."
    assert "Sunspots" not in told


@pytest.mark.parametrize("kind", ["topic", "dashboard", "pipeline"])
async def test_what_the_catalog_does_not_have_is_not_found(channel, kind):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await describe(channel, asset_type=kind, fully_qualified_name="no.such")
    assert raised.value.code() is grpc.StatusCode.NOT_FOUND
    assert f"no {kind} 'no.such'" in raised.value.details()


async def test_lineage_that_cannot_be_read_is_said_and_the_rest_described(estate, channel):
    estate.faults.put(Fault(path=f"{CATALOG}/lineage", status=500, times=1))
    reply = await describe(channel, asset_type="topic", fully_qualified_name="kafka-network.network-events")
    assert "catalog_unavailable" in reply.degraded_reasons
    assert "4 fields" in reply.description
    assert "feeds" not in reply.description


async def test_a_catalog_that_is_away_leaves_the_name():
    async with copilot(catalog_base_url="http://127.0.0.1:9/api", catalog_attempts=1) as channel:
        reply = await describe(channel, asset_type="dashboard", fully_qualified_name="bi.revenue-monthly")
    assert reply.description.startswith("Dashboard `revenue-monthly`")
    assert "0 charts" not in reply.description
    assert "catalog_unavailable" in reply.degraded_reasons


@pytest.mark.parametrize(
    ("kind", "given", "parts"),
    [
        ("topic", {"messageSchema": None}, []),
        ("topic", {"messageSchema": {"schemaFields": [{"name": "a", "dataType": "INT"}, 7]}}, ["a"]),
        (
            "topic",
            {"messageSchema": {"schemaFields": [{"name": "Event", "children": [{"name": "a"}, {"name": "b"}]}]}},
            ["a", "b"],
        ),
        ("dashboard", {"charts": "none"}, []),
        ("dashboard", {"charts": [{"name": "42", "displayName": "Revenue"}, {}]}, ["Revenue"]),
        ("pipeline", {"tasks": [{"name": "load", "downstreamTasks": [1, "x"]}, None]}, ["load"]),
    ],
)
def test_answers_of_any_shape_are_read(kind, given, parts):
    assert [part.name for part in asset_of(kind, {"name": "n", **given}).columns] == parts
