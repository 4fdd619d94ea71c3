"""No tables in the request: the catalog's, found through Retrieval; and either of them away."""

from __future__ import annotations

import grpc
import pytest
import pytest_asyncio

from dataflow.common.v1 import dialect_pb2
from dataflow.copilot.v1 import sql_pb2
from services.copilot.semantic.layer import layer
from services.runtime.status import describe
from tests.catalog.scripted_catalog import serving_catalog
from tests.catalog.scripted_catalog import table as listed
from tests.copilot.sql.generate.stage import RULES, VERIFIED, staged

SERVICE = "teradata-dwh-mona"


def of_the_glossary(table):
    """A glossary's table as the catalog lists it."""
    columns = [{"name": each.name, "dataType": each.type.upper()} for each in table.columns]
    name = f"{SERVICE}.db.{table.schema_name}.{table.name}"
    listing = listed(SERVICE, table.name, fullyQualifiedName=name, databaseSchema={"name": table.schema_name})
    return listing | {"columns": columns}


TABLES = [
    listed(SERVICE, "orders", {"order_id": "", "customer_id": "who bought", "amount": "net value", "note": ""}),
    listed(SERVICE, "customers", {"customer_id": "", "city": "where they live"}),
    *map(of_the_glossary, layer().glossary.tables),
    *(listed(SERVICE, f"filler_{at:04}", {f"field_{at}_{n}": "" for n in range(6)}) for at in range(1500)),
]
ELSEWHERE = "snowflake-analytics"
OTHERS = [listed(ELSEWHERE, "web_sessions", {"session_id": "", "landing_page": ""}, serviceType="Snowflake")]
GOOD = (
    "SELECT c.city, SUM(o.amount) AS total FROM orders o JOIN customers c ON c.customer_id = o.customer_id GROUP BY 1"
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def whole_run():
    catalog = serving_catalog({SERVICE: TABLES, ELSEWHERE: OTHERS})
    services = (SERVICE, ELSEWHERE)
    async with catalog as served, staged(served.url, catalog_services=services, catalog_page_size=1000) as stage:
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


@pytest.mark.parametrize("dialect", ["postgresql", "snowflake", "teradata", "sap_hana", "mssql"])
@pytest.mark.parametrize("question", ["Revenue by region in 2025", "How many subscriptions have no usage?"])
async def test_what_is_known_is_answered_in_any_dialect_from_the_service_that_has_the_tables(stage, question, dialect):
    asked = dialect_pb2.SqlDialect.Value.Value(dialect)
    reply = await stage.sql.GenerateSql(sql_pb2.GenerateSqlRequest(question=question, dialect=asked))
    assert (reply.verified, reply.source, stage.model.asked) == (True, VERIFIED, [])
    assert {name.split(".")[-1] for name in reply.tables_referenced} <= set(layer().glossary.table)


async def test_a_catalog_without_the_tables_of_the_glossary_leaves_the_question_to_the_model():
    catalog = serving_catalog({ELSEWHERE: OTHERS})
    async with catalog as served, staged(served.url, catalog_services=(ELSEWHERE,)) as stage:
        stage.retrieval.finds = [f"{ELSEWHERE}.db.core.web_sessions"]
        stage.model.say("```sql\nSELECT COUNT(*) AS n FROM web_sessions\n```")
        reply = await generate(stage, "Revenue by region in 2025")
    assert (reply.verified, len(stage.model.asked)) == (False, 1)


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


@pytest.mark.parametrize(
    ("sql", "errors", "warnings"),
    [
        ("SELECT note FROM orders", [], ["TABLE_ELSEWHERE"]),
        ("SELECT o.note FROM orders o JOIN web_sessions w ON o.note = w.landing_page", [], ["TABLE_ELSEWHERE"]),
        ("SELECT nte FROM orders", ["UNKNOWN_COLUMN"], ["TABLE_ELSEWHERE"]),
        ("SELECT landing_page FROM web_sessions", [], []),
        ("SELECT 1 FROM nowhere", ["UNKNOWN_TABLE"], []),
    ],
)
async def test_a_table_of_another_system_is_known_and_said_to_be_there(stage, sql, errors, warnings):
    asked = sql_pb2.ValidateSqlRequest(sql=sql, dialect=dialect_pb2.SqlDialect.snowflake)
    reply = await stage.sql.ValidateSql(asked)
    assert [each.code for each in reply.errors] == errors
    assert [each.code for each in reply.warnings] == warnings
    assert all(f"orders is in {SERVICE}" in each.message for each in reply.warnings)


async def test_with_catalog_and_retrieval_away_a_verified_query_still_answers():
    async with staged() as stage:
        stage.retrieval.finds = None
        reply = await generate(stage, "How many subscriptions have no usage?")
    assert reply.verified
    assert "NOT EXISTS" in reply.sql
    assert list(reply.degraded_reasons) == ["catalog_unavailable"]
    assert reply.confidence == pytest.approx(0.85)
