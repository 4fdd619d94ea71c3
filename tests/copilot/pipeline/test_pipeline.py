"""Pipelines from words: forty requests through good, sloppy and wrong answers. What comes back is valid and runs, or
says what is wrong with it."""

from __future__ import annotations

import json

import grpc
import pytest
import yaml

from dataflow.common.v1 import reply_pb2
from dataflow.copilot.v1 import pipeline_pb2, pipeline_pb2_grpc
from services.copilot.pipeline.answer import built_from
from services.copilot.pipeline.grounds import Grounds
from services.copilot.schemas import Schemas
from services.pipelines.structure import validate_structure, with_execution
from services.sandbox.app import CATALOG, serving
from services.sandbox.settings import SandboxSettings
from tests.copilot.pipeline.plans import REQUESTS, sloppily, typed, well, wrong
from tests.copilot.stage import copilot
from tests.sandbox.served import catalog_settings


@pytest.fixture(scope="module")
def estate():
    with serving(SandboxSettings(sandbox_port=0)) as server:
        yield server


@pytest.fixture(scope="module")
async def tables(estate):
    schemas = Schemas(catalog_settings(estate))
    listed, _ = await schemas.listed()
    await schemas.aclose()
    return listed


def table_of(tables, end):
    (found,) = [table for table in tables if table.qualified_name.endswith(f".{end}")]
    return found


def generate(channel, prompt, **fields):
    stub = pipeline_pb2_grpc.PipelineServiceStub(channel)
    return stub.GeneratePipeline(pipeline_pb2.GeneratePipelineRequest(prompt=prompt, **fields))


def scripted(*replies):
    """A script whose answers come in turn, one a call, whatever is asked."""
    return json.dumps({"model": "m", "rules": [{"when": {"purpose": "generate_pipeline"}, "replies": list(replies)}]})


def is_sound(text):
    result = with_execution(validate_structure(text))
    return result.is_valid and result.executed == 1


def test_there_are_forty_requests_in_two_languages():
    assert len({prompt for _, _, prompt in REQUESTS}) == 40


@pytest.mark.parametrize("answer", [well, sloppily], ids=["good", "sloppy"])
@pytest.mark.parametrize(("shape", "end", "prompt"), REQUESTS)
def test_every_answer_that_can_be_saved_becomes_a_pipeline_that_runs(tables, shape, end, prompt, answer):
    table = table_of(tables, end)
    built = built_from(answer(shape, table), Grounds(tables), "postgresql")
    assert built.problems == []
    assert is_sound(built.text)
    source = yaml.safe_load(built.text)["nodes"][0]
    assert {(column["name"], column["type"]) for column in source["columns"]} <= typed(table)
    assert source["config"]["table"] == table.name
    assert built.tables


def test_a_listed_table_that_an_answer_names_counts_though_the_request_does_not_speak_of_it(tables):
    table = table_of(tables, "dm.fact_revenue")
    grounds = Grounds(listed=tables).naming(well("filter", table))
    assert [each.qualified_name for each in grounds.tables] == [table.qualified_name]
    assert [ref.entity_name for ref in grounds.refs] == [table.qualified_name]
    assert not grounds.listed
    assert grounds.naming("nothing.of.the.kind").tables == grounds.tables


@pytest.mark.parametrize(("shape", "end", "prompt"), REQUESTS)
def test_a_wrong_answer_is_returned_with_what_is_wrong(tables, shape, end, prompt):
    built = built_from(wrong(shape, table_of(tables, end)), Grounds(tables), "postgresql")
    assert any("no_such_column" in problem for problem in built.problems)
    assert built.text


@pytest.mark.parametrize(
    "answer", ["", "I cannot do that.", '{"nodes": []}', "nodes: 3", "{" * 5000, "```yaml\n[1, 2\n```"]
)
def test_an_answer_without_a_plan_says_what_to_send(answer):
    built = built_from(answer, Grounds(), "postgresql")
    assert built.text == ""
    assert "no plan" in built.problems[0]


async def test_over_the_wire(estate, tables, tmp_path):
    plan = well("group", table_of(tables, "dm.fact_revenue"))
    async with copilot(scripted(plan), tmp_path, catalog_base_url=estate.url + CATALOG) as channel:
        reply = await generate(channel, "Aggregate revenue by month", source_systems=["teradata-dwh-mona"])
    assert is_sound(reply.yaml)
    document = yaml.safe_load(reply.yaml)
    assert [node.id for node in reply.nodes] == [node["id"] for node in document["nodes"]]
    assert [(edge.source, edge.target) for edge in reply.edges] == [(e["from"], e["to"]) for e in document["edges"]]
    assert reply.validation.is_valid
    assert [check.name for check in reply.validation.checks if not check.passed] == []
    assert "teradata-dwh-mona.mona.dm.fact_revenue" in [ref.entity_name for ref in reply.templates_used]
    assert (reply.source, reply.model) == (reply_pb2.Source.model, "m")
    assert reply.confidence >= 0.75
    assert "pgvector_unavailable" in reply.degraded_reasons
    assert "fact_revenue" in reply.explanation


@pytest.mark.slow
async def test_every_request_is_answered_over_the_wire(estate, tables, tmp_path):
    answers = {"good": well, "sloppy": sloppily, "broken": wrong}
    rules = [
        {
            "when": {"purpose": "generate_pipeline", "user": f"{kind}: {prompt}"},
            "reply": answer(shape, table_of(tables, end)),
        }
        for shape, end, prompt in REQUESTS
        for kind, answer in answers.items()
    ]
    still_wrong = wrong("filter", table_of(tables, REQUESTS[0][1]))  # to every request to repair
    script = json.dumps({"model": "m", "rules": rules, "default": still_wrong})
    async with copilot(script, tmp_path, catalog_base_url=estate.url + CATALOG) as channel:
        for _, _, prompt in REQUESTS:
            for kind in ("good", "sloppy"):
                reply = await generate(channel, f"{kind}: {prompt}")
                assert reply.validation.is_valid, (kind, prompt, list(reply.validation.issues))
                assert is_sound(reply.yaml)
            reply = await generate(channel, f"broken: {prompt}")
            assert not reply.validation.is_valid
            assert list(reply.validation.issues)
            assert reply.provenance.repairs == 2


async def test_a_wrong_answer_is_sent_back_and_a_right_one_taken(estate, tables, tmp_path):
    table = table_of(tables, "dm.fact_revenue")
    script = scripted(wrong("group", table), well("group", table))
    async with copilot(script, tmp_path, catalog_base_url=estate.url + CATALOG) as channel:
        reply = await generate(channel, "Aggregate revenue by month")
    assert reply.validation.is_valid
    assert (reply.provenance.model_calls, reply.provenance.repairs) == (2, 1)


async def test_a_model_that_stays_wrong_is_returned_as_failed(estate, tables, tmp_path):
    bad = wrong("group", table_of(tables, "dm.fact_revenue"))
    async with copilot(scripted(bad, bad, bad, bad), tmp_path, catalog_base_url=estate.url + CATALOG) as channel:
        reply = await generate(channel, "Aggregate revenue by month")
    assert not reply.validation.is_valid
    assert any("no_such_column" in issue for issue in reply.validation.issues)
    assert reply.provenance.repairs == 2
    assert reply.confidence < 0.5


async def test_without_a_catalog_the_plans_own_columns_stand(tmp_path):
    plan = {
        "name": "p",
        "nodes": [
            {
                "id": "a",
                "type": "source",
                "connector": "csv",
                "config": {"path": "a.csv"},
                "columns": [{"name": "x", "type": "INT"}],
            },
            {"id": "b", "type": "sink", "connector": "parquet", "inputs": ["a"], "config": {"path": "b.parquet"}},
        ],
    }
    async with copilot(scripted(json.dumps(plan)), tmp_path, catalog_base_url="http://127.0.0.1:9/api") as channel:
        reply = await generate(channel, "Turn a.csv into Parquet")
    assert reply.validation.is_valid
    assert "catalog_unavailable" in reply.degraded_reasons


async def test_without_a_model_it_says_so():
    async with copilot(catalog_base_url="http://127.0.0.1:9/api") as channel:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await generate(channel, "Load a into b")
    assert raised.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"prompt": " "}, "prompt: is empty"),
        ({"prompt": "x" * 9000}, "at most 8,000"),
        ({"prompt": "x", "source_systems": ["s"] * 30}, "source_systems"),
    ],
)
async def test_bad_requests_name_the_field(fields, said):
    async with copilot() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await generate(channel, **fields)
    assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert said in raised.value.details()


async def test_a_repair_that_is_worse_does_not_take_the_place_of_a_plan(estate, tmp_path):
    source = {"id": "r", "type": "source", "config": {"table": "teradata-dwh-mona.mona.dm.fact_revenue"}}
    where = {"id": "w", "type": "transformation", "transform": "sql_where", "inputs": ["r"]}
    sink = {"id": "o", "type": "sink", "inputs": ["w"], "config": {"connector": "parquet", "path": "out.parquet"}}
    nodes = [source, {**where, "config": {"condition": "no_such_column > 0"}}, sink]
    plan = json.dumps({"name": "paid", "nodes": nodes})
    async with copilot(scripted(plan, "I cannot do that."), tmp_path, catalog_base_url=estate.url + CATALOG) as channel:
        reply = await generate(channel, "Copy fact_revenue to a file", source_systems=["teradata-dwh-mona"])
    assert [node.id for node in reply.nodes] == ["r", "w", "o"]
    assert not reply.validation.is_valid
    assert any("no_such_column" in issue for issue in reply.validation.issues)
    assert reply.provenance.repairs == 2


def copied(source, target):
    """A plan that copies one table to another."""
    nodes = [
        {"id": "r", "type": "source", "config": {"table": source}},
        {"id": "o", "type": "sink", "inputs": ["r"], "config": {"table": target}},
    ]
    return json.dumps({"name": "copied", "nodes": nodes})


@pytest.mark.parametrize(
    ("table", "target", "config"),
    [
        (
            "snowflake-analytics.ANALYTICS.MARTS.REVENUE_COPY",
            "",
            {"database": "ANALYTICS", "schema": "MARTS", "table": "REVENUE_COPY"},
        ),
        ("MARTS.REVENUE_COPY", "snowflake-analytics", {"schema": "MARTS", "table": "REVENUE_COPY"}),
        ("REVENUE_COPY", "Snowflake-Analytics", {"table": "REVENUE_COPY"}),
    ],
)
async def test_a_new_table_is_written_by_its_systems_connector(estate, tmp_path, table, target, config):
    plan = copied("teradata-dwh-mona.mona.dm.fact_revenue", table)
    async with copilot(scripted(plan), tmp_path, catalog_base_url=estate.url + CATALOG) as channel:
        asked = {"source_systems": ["teradata-dwh-mona"], "target_system": target}
        reply = await generate(channel, "Copy fact_revenue to Snowflake", **asked)
    sink = yaml.safe_load(reply.yaml)["nodes"][-1]
    assert sink["connector"] == "snowflake"
    assert sink["config"] == {**config, "connection": "snowflake-analytics", "mode": "append"}
    assert reply.validation.is_valid
    assert any(table in warning and "the catalog has no table" in warning for warning in reply.warnings)


async def test_a_source_of_a_system_that_was_not_asked_for_is_named(estate, tmp_path):
    plan = copied("oracle-legacy.CRMP.CRM.CUSTOMER", "snowflake-analytics.ANALYTICS.MARTS.CUSTOMER_360")
    async with copilot(scripted(plan), tmp_path, catalog_base_url=estate.url + CATALOG) as channel:
        reply = await generate(channel, "Copy customers", source_systems=["teradata-dwh-mona"])
        free = await generate(channel, "Copy customers")
    warning = "r: reads oracle-legacy.CRMP.CRM.CUSTOMER, whose system was not asked for"
    assert warning in reply.warnings
    assert warning not in free.warnings
    assert yaml.safe_load(reply.yaml)["nodes"][0]["connector"] == "oracle"


async def test_a_source_that_nobody_knows_stays_wrong(estate, tmp_path):
    plan = copied("teradata-dwh-mona.mona.dm.fact_revenu", "snowflake-analytics.ANALYTICS.MARTS.CUSTOMER_360")
    async with copilot(scripted(plan), tmp_path, catalog_base_url=estate.url + CATALOG) as channel:
        reply = await generate(channel, "Copy fact_revenu")
    assert not reply.validation.is_valid
    assert any("fact_revenu;" in warning for warning in reply.warnings)
