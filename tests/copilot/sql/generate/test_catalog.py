"""No tables in the request: the catalog's, found through Retrieval; and either of them away."""

from __future__ import annotations

import grpc
import pytest
import pytest_asyncio

from dataflow.copilot.v1 import sql_pb2
from services.runtime.status import describe
from tests.catalog.scripted_catalog import serving_catalog
from tests.catalog.scripted_catalog import table as listed
from tests.copilot.sql.generate.stage import RULES, staged

SERVICE = "teradata-dwh-mona"
TABLES = [
    listed(SERVICE, "orders", {"order_id": "", "customer_id": "who bought", "amount": "net value", "note": ""}),
    listed(SERVICE, "customers", {"customer_id": "", "city": "where they live"}),
    *(listed(SERVICE, f"filler_{at:04}", {f"field_{at}_{n}": "" for n in range(6)}) for at in range(1500)),
]
GOOD = (
    "SELECT c.city, SUM(o.amount) AS total FROM orders o JOIN customers c ON c.customer_id = o.customer_id GROUP BY 1"
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def whole_run():
    catalog = serving_catalog({SERVICE: TABLES})
    async with catalog as served, staged(served.url, catalog_services=(SERVICE,), catalog_page_size=1000) as stage:
        yield stage


@pytest.fixture
def stage(whole_run):
    whole_run.model.say()
    whole_run.retrieval.finds, whole_run.retrieval.asked = [], []
    return whole_run


async def generate(stage, question):
    return await stage.sql.GenerateSql(sql_pb2.GenerateSqlRequest(question=question))


async def test_what_retrieval_finds_goes_first_and_is_cited(stage):
    stage.retrieval.finds = [f"{SERVICE}.db.core.filler_0700", f"{SERVICE}.db.core.customers"]
    stage.model.say(f"```sql\n{GOOD}\n```")
    reply = await generate(stage, "Total amount of orders by city")
    assert (reply.sql, list(reply.degraded_reasons)) == (GOOD, [])
    assert [each.entity_name for each in reply.provenance.retrieved] == stage.retrieval.finds
    turn = stage.model.turns[0]
    assert turn.index("filler_0700") < turn.index("table db.core.customers") < turn.index("table db.core.orders")
    assert "field_3_1" not in turn


async def test_with_retrieval_away_the_words_find_the_tables(stage):
    stage.retrieval.finds = None
    stage.model.say(f"```sql\n{GOOD}\n```")
    reply = await generate(stage, "Total amount of orders by city")
    assert (reply.sql, list(reply.degraded_reasons)) == (GOOD, ["pgvector_unavailable"])
    assert "table db.core.orders" in stage.model.turns[0]


async def test_a_question_that_no_table_speaks_of_is_not_put_to_the_model(stage):
    reply = await generate(stage, "Who wrote the dystopian novel 1984?")
    assert (reply.sql, reply.source, reply.confidence) == ("", RULES, 0)
    assert [each.code for each in reply.warnings] == ["CANNOT_ANSWER"]
    assert stage.model.asked == []


async def test_the_reason_is_given_in_the_language_of_the_question(stage):
    reply = await generate(stage, "Kto napisał powieść Lalka i w którym roku?")
    assert reply.explanation.startswith("Żadna tabela katalogu")


async def test_with_retrieval_away_it_says_that_only_words_were_looked_for(stage):
    stage.retrieval.finds = None
    reply = await generate(stage, "Ilu mamy klientów?")
    assert (reply.sql, stage.model.asked) == ("", [])
    assert "wyszukiwanie po znaczeniu jest teraz niedostępne" in reply.explanation
    assert list(reply.degraded_reasons) == ["pgvector_unavailable"]


async def test_without_a_model_it_is_unavailable(stage):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await generate(stage, "Total amount of orders by city")
    assert describe(raised.value)[:2] == (grpc.StatusCode.UNAVAILABLE, "LLM_UNAVAILABLE")


@pytest.mark.parametrize(
    ("sql", "found", "nearest"),
    [
        ("SELECT note FROM orders", [], []),
        ("SELECT note FROM db.core.orders", [], []),
        ("SELECT note FROM ordrs", ["UNKNOWN_TABLE"], ["orders"]),
        ("SELECT nte FROM orders", ["UNKNOWN_COLUMN"], ["note"]),
    ],
)
async def test_a_statement_without_tables_is_checked_against_the_catalog(stage, sql, found, nearest):
    reply = await stage.sql.ValidateSql(sql_pb2.ValidateSqlRequest(sql=sql))
    assert [each.code for each in reply.errors] == found
    assert [name for each in reply.errors for name in each.nearest[:1]] == nearest
    assert "checked_against: schema" in reply.provenance.rules
    assert list(reply.degraded_reasons) == []


async def test_with_catalog_and_retrieval_away_a_verified_query_still_answers():
    async with staged() as stage:
        stage.retrieval.finds = None
        reply = await generate(stage, "How many subscriptions have no usage?")
    assert reply.verified
    assert "NOT EXISTS" in reply.sql
    assert list(reply.degraded_reasons) == ["catalog_unavailable"]
    assert reply.confidence == pytest.approx(0.85)
