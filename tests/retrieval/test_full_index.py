"""RunFullIndex over real gRPC, PostgreSQL and a scripted catalog on a real socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import grpc
import pytest

from dataflow.retrieval.v1 import index_pb2
from services.rest_client import pauses
from services.retrieval import full_index
from services.retrieval.corpus.reader import corpus
from services.retrieval.embedding.protocol import EmbedderBusy, EmbedderUnavailable
from services.retrieval.entities import Failure
from services.retrieval.full_index_state import (
    IndexRunDone,
    IndexRunInProgress,
    IndexRunLost,
    IndexRunNotFound,
    Position,
    Runs,
    RunState,
)
from services.retrieval.settings import RetrievalSettings
from services.runtime.database_errors import DatabaseConflict, DatabaseUnavailable
from services.runtime.errors import ServiceError
from services.runtime.status import error_info
from tests.catalog.scripted_catalog import Asked, Fault, ScriptedCatalog, serving_catalog, table, tables
from tests.retrieval.conftest import Client, engine_on, entity, ids, serving
from tests.throwaway_postgres import running_postgres

SMALL = [
    *(item for item in corpus() if "spool" in item.entity_id),
    *(i for i in corpus() if i.entity_type == "template"),
]
BUILT_IN = len(SMALL)
NOWHERE = "http://127.0.0.1:1/api/v1"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(full_index, "corpus", lambda: SMALL)  # embedding all of it takes seconds


@contextlib.asynccontextmanager
async def indexing(
    url: str, catalog: ScriptedCatalog | str, services: tuple[str, ...] = (), **values
) -> AsyncIterator[Client]:
    address = catalog if isinstance(catalog, str) else catalog.url
    names = services or (tuple(catalog.services) if isinstance(catalog, ScriptedCatalog) else ("a", "b"))
    quick = {"catalog_timeout_seconds": 2, "catalog_attempts": 2, "catalog_page_size": 4}
    async with serving(url, catalog_base_url=address, catalog_services=names, **{**quick, **values}) as client:
        yield client


async def run(client: Client, **fields) -> list[index_pb2.RunFullIndexResponse]:
    return [event async for event in client.stub.RunFullIndex(index_pb2.RunFullIndexRequest(**fields))]


async def done(client: Client, **fields) -> index_pb2.IndexProgress:
    """The last message of a run that has to end well."""
    last = (await run(client, **fields))[-1]
    assert last.WhichOneof("event") == "done", last
    return last.done


async def refused(client: Client, **fields) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await run(client, **fields)
    return caught.value.code(), error_info(caught.value).reason


async def counts(client: Client) -> dict[str, int]:
    return dict((await client.stats()).by_entity_type)


def of(service: str):
    return lambda asked: asked.get("service") == service


def further(asked: Asked) -> bool:
    return "after" in asked


@pytest.mark.slow
async def test_corpus_alone(postgres_database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_index, "corpus", corpus)
    whole = len(corpus())
    async with indexing(postgres_database, NOWHERE) as client:
        first = await done(client, corpus_only=True)
        assert (first.seen, first.embedded, first.skipped, first.failed) == (whole, whole, 0, 0)
        assert list(first.degraded_reasons) == []
        again = await done(client, corpus_only=True)
        assert (again.seen, again.embedded, again.skipped) == (whole, 0, whole)
        assert await counts(client) == {"document": whole - 5, "template": 5}
        found = await client.search("Teradata no more spool space", limit=1)
        assert ids(found) == ["common_error_patterns#teradata-no-more-spool-or-perm-space"]
        wanted = await client.search("keep the history of a dimension", limit=1, filter={"entity_types": ["template"]})
        assert ids(wanted) == ["slowly_changing_dimension"]


async def test_every_service_is_read_by_pages(postgres_database) -> None:
    sizes = {"teradata-dwh-mona": 9, "sap-hana": 4, "snowflake-analytics": 1, "oracle-legacy": 0}
    async with (
        serving_catalog({name: tables(name, size) for name, size in sizes.items()}) as catalog,
        indexing(postgres_database, catalog) as client,
    ):
        *events, last = await run(client)
        assert last.WhichOneof("event") == "done"
        assert {event.WhichOneof("event") for event in events} == {"progress"}
        assert (last.done.seen, last.done.embedded, last.done.failed) == (BUILT_IN + 3 * 14, BUILT_IN + 3 * 14, 0)
        assert await counts(client) == {"document": BUILT_IN - 5, "template": 5, "table": 14, "column": 28}
        progress = [event.progress for event in events]
        assert len({each.run_id for each in progress} | {last.done.run_id}) == 1
        assert [each.seen for each in progress] == sorted(each.seen for each in progress)
        assert {"teradata-dwh-mona", "sap-hana", "snowflake-analytics"} <= {each.service for each in progress}
        assert not progress[0].HasField("eta_seconds")
        assert any(each.HasField("eta_seconds") for each in progress)
        assert last.done.eta_seconds == 0
        assert last.done.rate > 0
        assert {asked["limit"] for asked in catalog.asked} == {"4"}
        assert (await done(client)).skipped == last.done.seen


async def test_only_the_services_asked_for(postgres_database) -> None:
    async with (
        serving_catalog({"a": tables("a", 2), "b": tables("b", 2)}) as catalog,
        indexing(postgres_database, catalog) as client,
    ):
        await done(client, services=["b"])
        assert {asked["service"] for asked in catalog.asked} == {"b"}
        assert await refused(client, services=["c"]) == (grpc.StatusCode.INVALID_ARGUMENT, "UNKNOWN_CATALOG_SERVICE")


async def test_without_a_catalog_there_is_the_corpus(postgres_database) -> None:
    async with indexing(postgres_database, NOWHERE) as client:
        last = await done(client, delete_stale=True)
        assert (last.seen, list(last.degraded_reasons)) == (BUILT_IN, ["catalog_unavailable"])


async def test_a_catalog_that_refuses_the_token(postgres_database) -> None:
    async with (
        serving_catalog({"a": tables("a", 2), "b": tables("b", 2)}, token="right") as catalog,
        indexing(postgres_database, catalog, catalog_token="wrong") as client,
    ):
        assert list((await done(client)).degraded_reasons) == ["catalog_unavailable", "catalog_unauthorized"]
        assert len(catalog.asked) == 1  # the other services are behind the same door


async def test_bad_entities_end_nothing(postgres_database) -> None:
    bad = [None, {}, {"name": ""}, table("a", "nul\0name"), table("a", "x" * 600), {"name": "a\ud800"}]
    rows = [table("a", "bare") | {"columns": None}, *bad, *tables("a", 2, columns=1)]
    async with serving_catalog({"a": rows}) as catalog, indexing(postgres_database, catalog) as client:
        last = await done(client)
        assert await counts(client) == {"document": BUILT_IN - 5, "template": 5, "table": 3, "column": 2}
        assert last.failed == len(bad)
        assert [failure.reason for failure in last.failures] == [
            *["MALFORMED"] * 3,
            "INVALID_TEXT",
            "TOO_LONG",
            "INVALID_TEXT",
        ]
        assert list(last.degraded_reasons) == []


async def test_a_page_that_cannot_be_served_whole_is_read_in_parts(postgres_database) -> None:
    async with (
        serving_catalog({"a": tables("a", 10)}) as catalog,
        indexing(postgres_database, catalog, catalog_page_size=8) as client,
    ):
        catalog.faults = [Fault(when=lambda asked: int(asked["limit"]) > 4, status=500, times=-1)]
        last = await done(client)
        assert (last.failed, (await counts(client))["table"]) == (0, 10)


@pytest.mark.parametrize(
    ("busy", "reasons", "read"),
    [("a", ["catalog_incomplete"], 2), ("ab", ["catalog_incomplete", "catalog_unavailable"], 0)],
)
async def test_services_that_are_busy_are_left_out(postgres_database, busy, reasons, read) -> None:
    async with (
        serving_catalog({"a": tables("a", 2), "b": tables("b", 2)}) as catalog,
        indexing(postgres_database, catalog) as client,
    ):
        catalog.faults = [Fault(when=lambda asked: asked["service"] in busy, status=503, times=-1)]
        last = await done(client)
        assert list(last.degraded_reasons) == reasons
        assert (await counts(client)).get("table", 0) == read
        assert {failure.reason for failure in last.failures} == {"CATALOG_UNAVAILABLE"}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(when=lambda asked: of("a")(asked) and further(asked), status=500, times=-1), "CATALOG_PAGE_UNREADABLE"),
        (Fault(when=lambda asked: of("a")(asked) and further(asked), body=b"{", times=-1), "CATALOG_PAGE_UNREADABLE"),
        (Fault(when=lambda asked: of("a")(asked) and further(asked), status=503, times=-1), "CATALOG_UNAVAILABLE"),
        (Fault(when=lambda asked: of("a")(asked) and further(asked), delay=1, times=-1), "CATALOG_UNAVAILABLE"),
        (
            Fault(when=lambda asked: of("a")(asked) and further(asked), status=404, times=-1),
            "CATALOG_SERVICE_UNREADABLE",
        ),
        (Fault(when=lambda asked: of("a")(asked) and further(asked), status=400, times=-1), "CATALOG_CURSOR_REFUSED"),
        (
            Fault(when=of("a"), body=b'{"data": [{"name": "again"}], "paging": {"after": "same"}}', times=-1),
            "CATALOG_CURSOR_REPEATED",
        ),
    ],
    ids=["500", "broken json", "503", "slow", "404", "cursor", "endless"],
)
async def test_a_service_that_cannot_be_read_on_is_left(postgres_database, fault, reason) -> None:
    async with (
        serving_catalog({"a": tables("a", 6), "b": tables("b", 6)}) as catalog,
        indexing(postgres_database, catalog, catalog_timeout_seconds=0.5) as client,
    ):
        await done(client)
        catalog.faults = [fault]
        last = await done(client, delete_stale=True)
        assert list(last.degraded_reasons) == ["catalog_incomplete"]
        assert [(failure.entity_id, failure.reason) for failure in last.failures] == [("a", reason)]
        assert last.deleted == 0  # what was not read is not stale
        assert len((await client.search("table", limit=100, filter={"metadata": {"service": "b"}})).results) == 18


async def test_a_forgotten_cursor_begins_the_service_again(postgres_database) -> None:
    async with serving_catalog({"a": tables("a", 6)}) as catalog, indexing(postgres_database, catalog) as client:
        catalog.faults = [Fault(when=further, status=400)]
        last = await done(client)
        assert (last.failed, (await counts(client))["table"]) == (0, 6)


async def test_a_catalog_that_ignores_the_filter(postgres_database) -> None:
    both = [*tables("a", 2), *tables("b", 3)]
    async with serving_catalog({"a": both, "b": both}) as catalog, indexing(postgres_database, catalog) as client:
        assert (await done(client)).seen == BUILT_IN + 15


async def test_stale_entities_go_and_only_they(postgres_database) -> None:
    async with (
        serving_catalog({"a": tables("a", 5), "b": tables("b", 5)}) as catalog,
        indexing(postgres_database, catalog) as client,
    ):
        await client.index(entity("mine", "made by a caller", service="elsewhere"), entity("bare", "without service"))
        await done(client)
        del catalog.services["a"][3:]
        del catalog.services["b"][4:]
        kept = await done(client, services=["a"])
        assert kept.deleted == 0
        swept = await done(client, services=["a"], delete_stale=True)
        assert swept.deleted == 2 * 3
        assert await counts(client) == {"document": BUILT_IN - 5 + 2, "template": 5, "table": 8, "column": 16}
        assert (await done(client, delete_stale=True)).deleted == 3


async def test_a_run_that_broke_off_goes_on(postgres_database) -> None:
    async with (
        serving_catalog({"a": tables("a", 12), "b": tables("b", 2)}) as catalog,
        indexing(postgres_database, catalog) as client,
    ):
        catalog.faults = [Fault(when=further, delay=0.5, times=-1)]
        events = []
        async for event in client.stub.RunFullIndex(index_pb2.RunFullIndexRequest(delete_stale=True)):
            events.append(event)
            if event.progress.service == "b":
                await catalog.stop()
        *events, last = events
        assert last.WhichOneof("event") == "error"
        assert (last.error.code, last.error.reason, last.error.retryable) == (14, "CATALOG_UNAVAILABLE", True)
        run_id = events[-1].progress.run_id
        assert run_id in last.error.message
        del catalog.asked[:], catalog.faults[:]
        await catalog.start()
        resumed = await done(client, resume_run_id=run_id)
        assert all("after" in asked and asked["service"] == "a" for asked in catalog.asked)
        assert (resumed.run_id, resumed.seen, resumed.embedded) == (run_id, BUILT_IN + 3 * 14, BUILT_IN + 3 * 14)
        assert resumed.deleted == 0
        assert await refused(client, resume_run_id=run_id) == (grpc.StatusCode.FAILED_PRECONDITION, "INDEX_RUN_DONE")


async def test_a_client_that_goes_leaves_a_run_to_resume(postgres_database) -> None:
    async with serving_catalog({"a": tables("a", 12)}) as catalog, indexing(postgres_database, catalog) as client:
        catalog.faults = [Fault(when=further, delay=1)]
        call = client.stub.RunFullIndex(index_pb2.RunFullIndexRequest())
        while not (event := await call.read()).progress.service:
            pass
        call.cancel()
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(grpc.aio.AioRpcError):  # until the server has noticed
                    resumed = await done(client, resume_run_id=event.progress.run_id)
                    break
                await asyncio.sleep(0.05)
        assert resumed.seen == BUILT_IN + 36


async def test_one_run_of_a_workspace_at_a_time(postgres_database) -> None:
    async with serving_catalog({"a": tables("a", 6)}) as catalog, indexing(postgres_database, catalog) as client:
        catalog.faults = [Fault(when=further, delay=1)]
        first = asyncio.create_task(done(client))
        while not catalog.asked:
            await asyncio.sleep(0.01)
        assert await refused(client) == (grpc.StatusCode.ABORTED, "INDEX_RUN_IN_PROGRESS")
        assert (await done(client, workspace_id="other", corpus_only=True)).seen == BUILT_IN
        run_id = (await first).run_id
        assert await refused(client, resume_run_id=run_id, workspace_id="other") == (
            grpc.StatusCode.NOT_FOUND,
            "INDEX_RUN_NOT_FOUND",
        )
        assert await refused(client, resume_run_id="no run") == (grpc.StatusCode.NOT_FOUND, "INDEX_RUN_NOT_FOUND")


class Flaky:
    """An indexer that has no time at first."""

    def __init__(self, indexer, errors: list[ServiceError]) -> None:
        self.indexer = indexer
        self.errors = errors

    async def index(self, workspace, entities):
        if self.errors:
            raise self.errors.pop()
        return await self.indexer.index(workspace, entities)


@pytest.mark.parametrize(
    ("errors", "ends"),
    [
        ([EmbedderBusy("busy"), DatabaseConflict("deadlock")], "done"),
        ([EmbedderBusy("busy")] * 3, "error"),
        ([EmbedderUnavailable("no model")], "error"),
    ],
)
async def test_a_run_waits_for_its_turn(postgres_database, monkeypatch: pytest.MonkeyPatch, errors, ends) -> None:
    monkeypatch.setattr(full_index, "PATIENCE_SECONDS", (0.01, 0.01))
    async with engine_on(postgres_database, catalog_base_url=NOWHERE) as engine:
        index = full_index.FullIndex(
            indexer=Flaky(engine.indexer, list(errors)),
            store=engine.store,
            database=engine.database,
            settings=RetrievalSettings(),
            written=engine.written,
        )
        events = [event async for event in index.run("w", index_pb2.RunFullIndexRequest(corpus_only=True))]
        assert events[-1].WhichOneof("event") == ends
        assert events[-1].error.reason == (errors[0].reason if ends == "error" else "")


async def test_runs_of_two_servers(postgres_database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with engine_on(postgres_database) as engine:
        one, two = Runs(engine.database), Runs(engine.database)
        began = await one.begin("w", RunState({"s": Position(after="c\0\ud800")}, False))
        began.state.refuse(Failure("table", "nul\0", "INVALID_TEXT", "no"))
        await one.checkpoint(began)
        for attempt in (two.begin("w", RunState({}, False)), two.take_up("w", str(began.run_id))):
            with pytest.raises(IndexRunInProgress, match=str(began.run_id)):
                await attempt
        monkeypatch.setattr("services.retrieval.full_index_state.LEASE_SECONDS", 0.0)  # one is not heard of
        taken = await two.take_up("w", str(began.run_id))
        assert (taken.state, taken.started_at) == (began.state, began.started_at)
        with pytest.raises(IndexRunLost):
            await one.checkpoint(began)
        await one.leave(began)  # not its own any more
        monkeypatch.setattr("services.retrieval.full_index_state.LEASE_SECONDS", 60.0)
        with pytest.raises(IndexRunInProgress):
            await one.begin("w", RunState({}, False))
        await two.beat(taken)
        await two.finish(taken)
        await two.leave(taken)
        with pytest.raises(IndexRunDone):
            await one.take_up("w", str(began.run_id))
        with pytest.raises(IndexRunNotFound):
            await one.take_up("elsewhere", str(began.run_id))


@pytest.mark.slow
async def test_the_database_dies_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_index, "SLICE", 8)
    with running_postgres() as postgres:
        async with (
            serving_catalog({"a": tables("a", 40)}) as catalog,
            indexing(postgres.url, catalog) as client,
        ):
            call = client.stub.RunFullIndex(index_pb2.RunFullIndexRequest())
            while not (event := await call.read()).progress.service:
                pass
            postgres.kill()
            last = event
            while (event := await call.read()) is not grpc.aio.EOF:
                last = event
            assert (last.error.reason, last.error.retryable) == (DatabaseUnavailable.reason, True)
            postgres.start()
            run_id = last.error.message.rpartition(" ")[2].rstrip(")")
            async with asyncio.timeout(20):
                while True:
                    with contextlib.suppress(grpc.aio.AioRpcError):
                        resumed = await done(client, resume_run_id=run_id)
                        break
                    await asyncio.sleep(0.1)
            assert await counts(client) == {"document": BUILT_IN - 5, "template": 5, "table": 40, "column": 80}
            assert resumed.seen >= BUILT_IN
