"""The model fallback on the road of a job: asked once, written down, taken up again by whoever continues."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import grpc
import pytest

from dataflow.migration.v1 import job_pb2, migration_pb2_grpc, report_pb2
from services.migration.ast import Tool
from services.migration.server import queue
from services.migration.server.engine import Engine
from services.migration.server.receive import Received
from services.migration.server.settings import MigrationSettings
from services.migration.server.store import SCHEMA
from services.runtime.channels import Channels
from services.runtime.database import Database
from tests.migration.fallback.fake_provider import Refuse, Silent, fake_provider, in_turn
from tests.migration.fallback.samples import GOOD, answer, java, reply
from tests.migration.server.conftest import InWorkspace, migration_server, raw_upload
from tests.migration.server.test_attempts import DONE, InThisProcess
from tests.migration.server.test_faults import AT_REST, ended, free_port, one_job, server_process
from tests.migration.server.test_jobs import download, render

Source = report_pb2.ConversionSource
EXPORT = java()
MAPPING = EXPORT[EXPORT.index(b"    <MAPPING ") : EXPORT.index(b"</MAPPING>")] + b"</MAPPING>\n"
SECOND = MAPPING.replace(b'"m_java"', b'"m_second"').replace(b"STATUS + CUSTOMER_ID", b"CUSTOMER_ID + STATUS")
TWO = EXPORT.replace(MAPPING, MAPPING + SECOND)  # the second mapping's code is another


@pytest.fixture(scope="module")
async def shared(postgres_server, tmp_path_factory):
    """A server and the Provider that it asks, for all tests of this file."""
    spool = tmp_path_factory.mktemp("spool")
    async with fake_provider(reply()) as provider:
        values = {"upload_dir": spool, "provider_address": provider.address, "model_timeout_seconds": 2.0}
        async with migration_server(postgres_server.create_database(), **values) as stub:
            yield stub, provider


@pytest.fixture
def asked(shared):
    """The server, seen from a workspace that is empty, and a Provider that has not been asked."""
    stub, provider = shared
    provider.prompts.clear()
    provider.metadata.clear()
    return InWorkspace(stub, uuid4().hex), provider


async def objects(stub, job):
    """The objects that need a model, as the report has them."""
    report = (await stub.GetJobReport(report_pb2.GetJobReportRequest(job_id=job.job_id))).report
    return [item for item in report.objects if item.name == "CT_JAVA"]


async def again(stub, job):
    return await stub.ConvertJob(job_pb2.ConvertJobRequest(job_id=job.job_id))


async def test_a_job_asks_the_model_and_tells_of_it(asked):
    stub, provider = asked
    provider.script = in_turn("no idea", reply())
    job = await stub.UploadExport(raw_upload(EXPORT, "x.xml"))
    assert (job.status_reason, job.status) == ("RELEASE_BLOCKED", job_pb2.MigrationStatus.failed)
    (item,) = await objects(stub, job)
    assert (item.conversion_source, item.target_type, item.confidence) == (Source.llm, "sql_query", 0.75)
    assert (item.model.model, item.model.provider, item.model.rounds) == ("fake-1", "scripted", 2)
    assert (item.model.prompt_tokens, item.model.completion_tokens) == (200, 20)
    assert (item.model.cost_usd, list(item.model.assumptions)) == (0.002, ["amount is never text"])
    stages = (await stub.GetJobStatus(job_pb2.GetJobStatusRequest(job_id=job.job_id))).stages
    assert [(stage.name, stage.status) for stage in stages] == [
        (name, job_pb2.StageStatus.completed) for name in ("parse", "convert", "validate")
    ]
    yaml, _ = await download(stub, job_id=job.job_id)
    assert GOOD.encode() in yaml
    html = await render(stub, job_id=job.job_id, format="html")
    assert b"fake-1 of scripted" in html[1]
    checks = (await stub.ValidateJob(report_pb2.ValidateJobRequest(job_id=job.job_id))).checks
    assert [check.name for check in checks if not check.passed] == ["mapping_issues"]  # that a person has yet to look
    metadata = provider.metadata[0]
    assert metadata["x-request-id"] == f"{job.job_id}-1"
    assert len(metadata["x-workspace-id"]) == 32


async def test_a_conversion_done_again_asks_nothing_twice_and_gives_the_same(asked):
    stub, provider = asked
    provider.script = in_turn(reply())
    job = await stub.UploadExport(raw_upload(EXPORT, "x.xml"))
    first, _ = await download(stub, job_id=job.job_id)
    assert (await again(stub, job)).status_reason == "RELEASE_BLOCKED"
    second, _ = await download(stub, job_id=job.job_id)
    assert len(provider.prompts) == 1
    assert without_times(first) == without_times(second)
    await stub.ConvertJob(job_pb2.ConvertJobRequest(job_id=job.job_id, dialect="snowflake"))
    assert len(provider.prompts) == 2  # another dialect is another question


def without_times(yaml: bytes) -> list[bytes]:
    return [line for line in yaml.splitlines() if b"generated_at" not in line]


@pytest.mark.parametrize(
    ("step", "source", "said"),
    [
        (Refuse(grpc.StatusCode.UNAVAILABLE, "LLM_UNAVAILABLE"), Source.llm_unavailable, "LLM_UNAVAILABLE"),
        (Refuse(grpc.StatusCode.FAILED_PRECONDITION, "LLM_AUTH"), Source.llm_unavailable, "LLM_AUTH"),
        (Silent(), Source.llm_unavailable, "did not answer within"),
        ("never JSON", Source.unsupported, "3 answers did not pass the checks"),
        (reply("DROP TABLE customers"), Source.unsupported, "did not pass the checks"),
        (reply(None, explanation="it calls out"), Source.unsupported, "declined: it calls out"),
    ],
    ids=["unavailable", "auth", "slow", "never right", "dangerous", "declined"],
)
async def test_without_a_good_answer_the_job_ends_honestly_and_may_ask_again(asked, step, source, said):
    stub, provider = asked
    provider.script = in_turn(step)
    job = await stub.UploadExport(raw_upload(EXPORT, "x.xml"))
    assert job.status_reason == "RELEASE_BLOCKED"
    (item,) = await objects(stub, job)
    assert (item.conversion_source, item.target_type, item.confidence) == (source, "manual", 0.0)
    assert item.requires_manual_review
    assert said in item.warnings[0]
    assert not item.HasField("model")
    provider.script = lambda _prompt: reply()
    await again(stub, job)
    (item,) = await objects(stub, job)
    assert (item.conversion_source, item.model.rounds) == (Source.llm, 1)


@pytest.fixture
async def engines(postgres_database, tmp_path):
    """Engines on one database, as servers one after the other have them, and the queue that nobody works off."""
    database = Database(postgres_database)
    database.on_connection(queue.Installer())
    database.add_schema(SCHEMA)
    opened = []

    def engine(provider, **more):
        values = {"upload_dir": tmp_path, "provider_address": provider.address, "model_concurrency": 1, **more}
        settings = MigrationSettings(**values)
        opened.append(Channels(settings))
        parts = {"settings": settings, "database": database, "workers": InThisProcess(), "channels": opened[-1]}
        return Engine(SimpleNamespace(**parts))

    yield engine
    for channels in opened:
        await channels.close()
    await database.close()


async def begun(engine):
    return await engine.begin(Received("x.xml", TWO, Tool.POWERCENTER, "postgresql"))


async def worked(engine):
    """What a job made of the objects that need a model."""
    job_id = await begun(engine)
    await engine.work(job_id)
    assert (await engine.store.get("default", job_id)).status_reason == "RELEASE_BLOCKED"
    report = await engine.store.report("default", job_id)
    return [(item["conversion_source"], item["warnings"][0]) for item in report["objects"] if item["name"] == "CT_JAVA"]


async def test_where_no_provider_answers_the_job_does_not_wait(engines):
    async with fake_provider(reply()) as provider:
        pass
    found = await asyncio.wait_for(worked(engines(provider)), 20)
    assert [source for source, _ in found] == ["llm_unavailable"] * 2
    assert "cannot be reached" in found[0][1]


async def test_the_fallback_can_be_turned_off(engines):
    async with fake_provider(reply()) as provider:
        found = await worked(engines(provider, model_fallback="off"))
    assert [source for source, _ in found] == ["llm_unavailable"] * 2
    assert "no language model was asked" in found[0][1]
    assert provider.prompts == []


async def test_the_objects_of_a_job_are_bounded(engines):
    async with fake_provider(reply()) as provider:
        found = await worked(engines(provider, model_objects_per_job=1))
    assert [source for source, _ in found] == ["llm", "llm_unavailable"]
    assert "more than 1 objects need one" in found[1][1]
    assert len(provider.prompts) == 1


async def test_a_server_that_stops_while_it_asks_is_continued_by_another(engines):
    async with fake_provider(reply(), Silent()) as provider:
        first = engines(provider)
        job_id = await begun(first)
        work = asyncio.create_task(first.work(job_id))
        async with asyncio.timeout(20):
            while len(provider.prompts) < 2 or not await first.store.answers(await first.store.get("default", job_id)):
                await asyncio.sleep(0.01)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        job = await first.store.get("default", job_id)
        assert (job.status, job.attempts) == ("uploaded", 0)
        assert len(await first.store.answers(job)) == 1
        provider.script = lambda _prompt: reply()
        await engines(provider).work(job_id)
        assert len(provider.prompts) == 3
    report = await first.store.report("default", job_id)
    assert [item["conversion_source"] for item in report["objects"] if item["name"] == "CT_JAVA"] == ["llm", "llm"]


async def test_an_attempt_that_was_taken_over_keeps_no_answer(engines):
    async with fake_provider(reply()) as provider:
        engine = engines(provider)
        job_id = await begun(engine)
        first = await engine.store.claim(job_id)
        second = await engine.store.claim(job_id)
        await engine.store.keep_answer(first, "a", answer())
        assert await engine.store.answers(second) == {}
        await engine.store.keep_answer(second, "a", answer())
        await engine.store.keep_answer(second, "a", answer(problems=("later",)))
        assert await engine.store.answers(second) == {"a": answer()}
        await engine.store.finish(second, DONE)
        await engine.store.keep_answer(second, "b", answer())
        assert list(await engine.store.answers(second)) == ["a"]


async def test_a_job_converted_again_forgets_only_what_failed(engines):
    async with fake_provider(reply()) as provider:
        engine = engines(provider)
        job_id = await begun(engine)
        job = await engine.store.claim(job_id)
        await engine.store.keep_answer(job, "good", answer())
        await engine.store.keep_answer(job, "bad", answer(problems=("p",)))
        await engine.store.finish(job, DONE)
        async with engine.store.database.transaction() as connection:
            await engine.store.restart(connection, "default", job_id, "postgresql")
        assert await engine.store.answers(job) == {"good": answer()}


async def test_an_answer_is_seen_in_its_own_workspace_only(engines):
    async with fake_provider(reply()) as provider:
        engine = engines(provider)
        job = await engine.store.claim(await begun(engine))
        await engine.store.keep_answer(job, "a", answer())
        assert await engine.store.answers(replace(job, workspace_id=uuid4().hex)) == {}


@pytest.mark.slow
async def test_a_server_killed_while_it_asks_loses_nothing_and_pays_nothing_twice(postgres_database, tmp_path):
    port = free_port()
    async with fake_provider(reply(), Silent()) as provider:
        more = {"PROVIDER_ADDRESS": provider.address, "MODEL_CONCURRENCY": "1"}
        async with server_process(port, postgres_database, tmp_path, more) as (process, channel):
            stub = migration_pb2_grpc.MigrationServiceStub(channel)
            upload = asyncio.ensure_future(ended(stub.UploadExport(raw_upload(TWO, "x.xml"))))
            async with asyncio.timeout(60):
                while len(provider.prompts) < 2:
                    await asyncio.sleep(0.02)
            process.send_signal(signal.SIGKILL)
            assert isinstance(await upload, grpc.aio.AioRpcError)
        provider.script = lambda _prompt: reply()
        async with server_process(port, postgres_database, tmp_path, more) as (_, channel):
            stub = migration_pb2_grpc.MigrationServiceStub(channel)
            job = await one_job(stub, AT_REST)
            assert [item.conversion_source for item in await objects(stub, job)] == [Source.llm] * 2
        assert len(provider.prompts) == 3
