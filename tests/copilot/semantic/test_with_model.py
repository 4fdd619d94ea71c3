"""What the glossary does not cover, answered by a scripted model over the glossary's tables."""

from __future__ import annotations

import grpc
import pytest

from dataflow.common.v1 import reply_pb2
from dataflow.copilot.v1 import semantic_pb2, semantic_pb2_grpc
from dataflow.provider.v1 import provider_pb2_grpc
from services.copilot.app import APP
from services.runtime.server import running
from tests.copilot.sql.generate.stage import NO_CATALOG, NOBODY, FakeModel

GROWTH = (
    "SELECT dim_region.region_name, SUM(fact_revenue.amount_net) AS revenue FROM dm.fact_revenue "
    "JOIN dm.dim_subscription ON dim_subscription.subscription_id = fact_revenue.subscription_id "
    "JOIN dm.dim_customer ON dim_customer.customer_id = dim_subscription.customer_id "
    "JOIN dm.dim_location ON dim_location.location_id = dim_customer.location_id "
    "JOIN dm.dim_region ON dim_region.region_id = dim_location.region_id GROUP BY dim_region.region_name"
)


@pytest.fixture(scope="module")
async def stage():
    model = FakeModel()
    provider = grpc.aio.server()
    provider_pb2_grpc.add_ProviderServiceServicer_to_server(model, provider)
    port = provider.add_insecure_port("127.0.0.1:0")
    await provider.start()
    settings = APP.settings(
        grpc_port=0,
        metrics_port=None,
        drain_seconds=0,
        process_pool_size=1,
        provider_address=f"127.0.0.1:{port}",
        retrieval_address=NOBODY,
        catalog_base_url=NO_CATALOG,
    )
    async with running(APP, settings) as server, grpc.aio.insecure_channel(server.address) as channel:
        yield semantic_pb2_grpc.SemanticServiceStub(channel), model
    await provider.stop(0)


async def test_the_model_answers_what_goes_beyond_the_glossary(stage):
    stub, model = stage
    model.say(f"```sql\n{GROWTH}\n```\nRevenue by region; growth was taken as the sum.")
    reply = await stub.QuerySemantic(semantic_pb2.QuerySemanticRequest(question="Revenue growth by region"))
    assert "fact_revenue.amount_net" in reply.sql
    assert (reply.source, reply.verified, reply.model) == (reply_pb2.Source.model, False, "fake-1")
    assert [each.name for each in reply.terms] == ["revenue", "region"]
    assert list(reply.unresolved) == ["growth"]
    assert not reply.refused_reason
    assert not [each.code for each in reply.warnings if each.code.startswith("UNKNOWN")]
    told = "\n".join(model.turns)
    assert "amount_net" in told
    assert "SUM(fact_revenue.amount_net)" in told


async def test_a_models_wrong_names_are_found_against_the_glossarys_tables(stage):
    stub, model = stage
    model.say("```sql\nSELECT SUM(amount_gross) FROM dm.fact_revenue\n```")
    reply = await stub.QuerySemantic(semantic_pb2.QuerySemanticRequest(question="Average revenue"))
    assert "UNKNOWN_COLUMN" in {each.code for each in reply.warnings}
    assert reply.confidence < 0.6
    assert reply.provenance.repairs == 2


@pytest.mark.parametrize("question", ["Revenue in 2025", "Sales by region"])
async def test_no_model_is_asked_where_the_glossary_answers_or_refuses(stage, question):
    stub, model = stage
    model.say("```sql\nSELECT 1\n```")
    reply = await stub.QuerySemantic(semantic_pb2.QuerySemanticRequest(question=question))
    assert model.asked == []
    assert reply.verified == (question == "Revenue in 2025")
    assert reply.provenance.model_calls == 0
