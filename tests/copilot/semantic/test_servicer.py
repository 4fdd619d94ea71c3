"""SemanticService over gRPC, on the real server, with neither model nor catalog nor Retrieval."""

from __future__ import annotations

from importlib import resources

import grpc
import pytest

from dataflow.common.v1 import dialect_pb2, reply_pb2, table_schema_pb2
from dataflow.copilot.v1 import semantic_pb2, semantic_pb2_grpc
from services.copilot.app import APP
from services.runtime.server import running
from services.runtime.settings import SettingsError

Dialect = dialect_pb2.SqlDialect
Kind = semantic_pb2.TermKind


def _settings(**more):
    nowhere = "127.0.0.1:1"
    return APP.settings(
        grpc_port=0,
        metrics_port=None,
        drain_seconds=0,
        process_pool_size=1,
        provider_address=nowhere,
        retrieval_address=nowhere,
        catalog_base_url="http://127.0.0.1:1/api/v1",
        **more,
    )


@pytest.fixture(scope="module")
async def stub():
    async with running(APP, _settings()) as server, grpc.aio.insecure_channel(server.address) as channel:
        yield semantic_pb2_grpc.SemanticServiceStub(channel)


def _asked(question, **more):
    return semantic_pb2.QuerySemanticRequest(question=question, **more)


async def test_a_covered_question_needs_no_model(stub):
    reply = await stub.QuerySemantic(_asked("Revenue and churn rate by region in 2025", dialect=Dialect.teradata))
    assert reply.verified
    assert reply.source == reply_pb2.Source.verified
    assert list(reply.metrics_used) == ["revenue", "churn_rate"]
    assert "DATE '2025-01-01'" in reply.sql
    assert set(reply.tables_referenced) >= {"dm.fact_revenue", "dm.fact_subscription_event", "dm.dim_region"}
    assert [(each.text, each.name, each.kind) for each in reply.terms] == [
        ("Revenue", "revenue", Kind.metric),
        ("churn rate", "churn_rate", Kind.metric),
        ("region", "region", Kind.dimension),
    ]
    assert reply.terms[0].formula == "SUM(fact_revenue.amount_net)"
    assert (reply.dialect, list(reply.degraded_reasons), reply.refused_reason) == (Dialect.teradata, [], "")
    assert reply.confidence == pytest.approx(0.97)
    assert reply.confidence == pytest.approx(sum(each.effect for each in reply.provenance.confidence_factors))
    assert "glossary: churn_rate" in reply.provenance.rules


@pytest.mark.parametrize(
    ("question", "dialect"),
    [
        ("Revenue by region in Snowflake", "snowflake"),
        ("Revenue by region", "postgresql"),
        ("Przychód wg regionu dla Teradata", "teradata"),
    ],
)
async def test_the_dialect_is_told_from_the_question(stub, question, dialect):
    reply = await stub.QuerySemantic(_asked(question))
    assert Dialect.Value.Name(reply.dialect) == dialect
    assert reply.sql
    assert [each.code for each in reply.warnings] == ["NO_PERIOD"]


async def test_what_is_not_covered_says_what_is_known_where_no_model_answers(stub):
    reply = await stub.QuerySemantic(_asked("Revenue growth by region without roaming"))
    assert (reply.sql, reply.verified, reply.confidence, reply.refused_reason) == ("", False, 0, "")
    assert reply.source == reply_pb2.Source.llm_unavailable
    assert "llm_unavailable" in reply.degraded_reasons
    assert list(reply.unresolved) == ["growth", "without"]
    assert [each.name for each in reply.terms] == ["revenue", "region", "roaming"]
    assert "SUM(fact_revenue.amount_net)" in reply.explanation


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Sales by region", "gross_adds"),
        ("Revenue by churn reason", "fact_revenue"),
        ("ARPU last 30 days", "month"),
    ],
)
async def test_a_refusal_has_its_reason_and_is_not_handed_to_a_model(stub, question, reason):
    reply = await stub.QuerySemantic(_asked(question))
    assert reason in reply.refused_reason
    assert (reply.sql, reply.source, list(reply.degraded_reasons)) == ("", reply_pb2.Source.rules, [])
    assert reply.terms


async def test_only_tables_that_were_given_are_used(stub):
    column = table_schema_pb2.Column
    given = table_schema_pb2.TableSchema(
        name="fact_revenue", schema="mart", columns=[column(name="amount_net"), column(name="revenue_date")]
    )
    reply = await stub.QuerySemantic(_asked("Revenue in 2025", tables=[given]))
    assert "FROM mart.fact_revenue" in reply.sql
    assert list(reply.tables_referenced) == ["mart.fact_revenue"]
    refused = await stub.QuerySemantic(_asked("Revenue by region in 2025", tables=[given]))
    assert refused.sql == ""
    assert "dim_customer" in refused.explanation or "region" in refused.explanation


async def test_without_the_glossary_only_a_model_answers(stub):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await stub.QuerySemantic(_asked("Revenue in 2025", use_semantic_layer=False))
    assert raised.value.code() == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("question", ["", "   ", "x" * 8001])
async def test_a_question_that_cannot_be_read_is_refused(stub, question):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await stub.QuerySemantic(_asked(question))
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "question" in raised.value.details()


async def test_the_glossary_is_listed(stub):
    reply = await stub.ListGlossary(semantic_pb2.ListGlossaryRequest())
    assert (len(reply.metrics), len(reply.dimensions), len(reply.filters)) == (11, 14, 7)
    assert [each.name for each in reply.metrics] == sorted(each.name for each in reply.metrics)
    reference = {each.name for each in reply.metrics if each.origin == "reference"}
    assert reference == {"churn_rate", "arpu", "mou", "data_usage", "net_adds", "revenue"}
    for item in (*reply.metrics, *reply.dimensions, *reply.filters):
        assert all([item.display_name, item.description, item.formula, item.examples])
        assert item.origin in ("reference", "project")
    churn = next(each for each in reply.metrics if each.name == "churn_rate")
    assert churn.table == "dm.fact_subscription_event"
    assert "wskaźnik odejść" in churn.synonyms


@pytest.mark.parametrize("kind", ["metric", "dimension", "filter"])
async def test_one_kind_is_listed(stub, kind):
    reply = await stub.ListGlossary(semantic_pb2.ListGlossaryRequest(kind=kind))
    filled = {name for name in ("metrics", "dimensions", "filters") if getattr(reply, name)}
    assert filled == {f"{kind}s"}


async def test_another_glossary_takes_its_place(tmp_path):
    file = tmp_path / "mine.yaml"
    text = resources.files("services.copilot.semantic").joinpath("glossary.yaml").read_text("utf-8")
    file.write_text(text.replace("synonyms: {en: [province, voivodeship]", "synonyms: {en: [bailiwick]"), "utf-8")
    async with (
        running(APP, _settings(glossary_file=file)) as server,
        grpc.aio.insecure_channel(server.address) as channel,
    ):
        mine = semantic_pb2_grpc.SemanticServiceStub(channel)
        reply = await mine.QuerySemantic(_asked("Revenue by bailiwick in 2025"))
        assert reply.verified
        assert (await mine.QuerySemantic(_asked("Revenue by voivodeship in 2025"))).sql == ""


async def test_a_glossary_that_cannot_be_used_stops_the_start(tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text("name: broken\ntables: []\n", "utf-8")
    with pytest.raises(SettingsError, match=r"GLOSSARY_FILE: broken\.yaml: tables"):
        async with running(APP, _settings(glossary_file=file)):
            pass
