"""A Copilot with its SQL service alone, beside a Provider, a Retrieval and a catalog that do as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field

import grpc

from dataflow.common.v1 import reply_pb2, source_ref_pb2, table_schema_pb2
from dataflow.copilot.v1 import sql_pb2_grpc
from dataflow.provider.v1 import completion_pb2, provider_pb2, provider_pb2_grpc
from dataflow.retrieval.v1 import entity_pb2, retrieval_pb2, retrieval_pb2_grpc
from services.copilot.settings import CopilotSettings
from services.copilot.sql.servicer import SqlServicer
from services.copilot.surroundings import Surroundings
from services.runtime.app import App, Service
from services.runtime.server import running
from services.runtime.unbuilt import without_unbuilt

NOBODY = "127.0.0.1:1"  # nothing listens there
NO_CATALOG = f"http://{NOBODY}/api/v1"


@dataclass
class FakeModel(provider_pb2_grpc.ProviderServiceServicer):
    """Answers in turn, the last one again and again; `asked` are the prompts. No answers: no provider is configured."""

    answers: list[str] = field(default_factory=list)
    asked: list[completion_pb2.Prompt] = field(default_factory=list)

    def say(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), []

    async def StreamComplete(self, request, context):
        self.asked.append(request.prompt)
        if not self.answers:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "no provider is configured")
        text = self.answers[min(len(self.asked), len(self.answers)) - 1]
        yield provider_pb2.StreamCompleteResponse(text=provider_pb2.TextDelta(text=text))
        done = completion_pb2.Completion(model="fake-1", provider="scripted", prompt_tokens=9, completion_tokens=4)
        yield provider_pb2.StreamCompleteResponse(done=done)

    @property
    def turns(self) -> list[str]:
        return [prompt.messages[-1].content for prompt in self.asked]


@dataclass
class FakeRetrieval(retrieval_pb2_grpc.RetrievalServiceServicer):
    """Finds the tables named in `finds`; None: the store is out of reach."""

    finds: list[str] | None = None
    asked: list[str] = field(default_factory=list)

    async def Search(self, request, context):
        self.asked.append(request.query)
        if self.finds is None:
            return retrieval_pb2.SearchResponse(
                mode=source_ref_pb2.RagMode.unavailable, reason=retrieval_pb2.EmptyReason.store_unavailable
            )
        entities = [
            entity_pb2.Entity(entity_type="table", entity_id=name, entity_name=name, content=f"about {name}")
            for name in self.finds
        ]
        return retrieval_pb2.SearchResponse(
            results=[retrieval_pb2.SearchResult(entity=each, score=0.9, cosine=0.6) for each in entities],
            mode=source_ref_pb2.RagMode.dense,
            reason=retrieval_pb2.EmptyReason.unspecified if entities else retrieval_pb2.EmptyReason.below_threshold,
        )


@dataclass
class Stage:
    sql: sql_pb2_grpc.SqlServiceStub
    model: FakeModel
    retrieval: FakeRetrieval


@asynccontextmanager
async def _lifespan(runtime):
    async with aclosing(Surroundings.of(runtime)) as around:
        servicer = without_unbuilt(SqlServicer)(around)
        add = sql_pb2_grpc.add_SqlServiceServicer_to_server
        yield [Service(add, servicer, "dataflow.copilot.v1.SqlService")]


SQL_ALONE = App("copilot", "SQL alone", "0", CopilotSettings, _lifespan)


@asynccontextmanager
async def staged(catalog_url: str = NO_CATALOG, **values: object) -> AsyncIterator[Stage]:
    """Each part on a socket of its own."""
    model, retrieval = FakeModel(), FakeRetrieval()
    async with AsyncExitStack() as stack:
        parts = {
            "provider_address": await _serving(stack, provider_pb2_grpc.add_ProviderServiceServicer_to_server, model),
            "retrieval_address": await _serving(
                stack, retrieval_pb2_grpc.add_RetrievalServiceServicer_to_server, retrieval
            ),
            "catalog_base_url": catalog_url,
            "catalog_attempts": 1,
            "process_pool_size": 1,
        }
        settings = SQL_ALONE.settings(grpc_port=0, metrics_port=None, drain_seconds=0, **{**parts, **values})
        server = await stack.enter_async_context(running(SQL_ALONE, settings))
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(server.address))
        yield Stage(sql_pb2_grpc.SqlServiceStub(channel), model, retrieval)


async def _serving(stack: AsyncExitStack, add, servicer) -> str:
    server = grpc.aio.server()
    add(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    stack.push_async_callback(server.stop, 0)
    await asyncio.sleep(0)
    return f"127.0.0.1:{port}"


def table(name: str, columns: dict[str, str], key: str = "", **more: object) -> table_schema_pb2.TableSchema:
    """A table of columns by name and type."""
    described = [table_schema_pb2.Column(name=column, type=kind) for column, kind in columns.items()]
    return table_schema_pb2.TableSchema(name=name, columns=described, primary_key=[key] if key else [], **more)


def refers(column: str, other: str, there: str = "") -> table_schema_pb2.ForeignKey:
    return table_schema_pb2.ForeignKey(columns=[column], references_table=other, references_columns=[there or column])


CUSTOMERS = table("customers", {"customer_id": "integer", "name": "varchar(40)", "city": "varchar(40)"}, "customer_id")
ORDERS = table(
    "orders",
    {"order_id": "integer", "customer_id": "integer", "amount": "decimal(10,2)", "ordered_on": "date"},
    "order_id",
    foreign_keys=[refers("customer_id", "customers")],
)
SHOP = [CUSTOMERS, ORDERS]

MODEL, RULES, VERIFIED = (reply_pb2.Source.model, reply_pb2.Source.rules, reply_pb2.Source.verified)
