"""Uploads, jobs and results over gRPC, on a real PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path

import grpc
import pytest
import yaml
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from dataflow.migration.v1 import job_pb2, report_pb2, upload_pb2
from tests.migration.server.conftest import raw_upload

EXPORT = (Path(__file__).parent / "sales.xml").read_bytes()


def reason_of(error):
    info = error_details_pb2.ErrorInfo()
    rpc_status.from_call(error).details[0].Unpack(info)
    return info.reason


async def refused(call):
    """Code and reason of a call that must fail."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value.code(), reason_of(caught.value)


async def download(stub, **request):
    call = stub.DownloadPipeline(report_pb2.DownloadPipelineRequest(**request))
    headers = dict(await call.initial_metadata())
    return b"".join([piece.data async for piece in call]), headers


async def render(stub, **request):
    pieces = [piece async for piece in stub.RenderJobReport(report_pb2.RenderJobReportRequest(**request))]
    return pieces[0].content_type, b"".join(piece.data for piece in pieces)


@pytest.fixture
async def job(migration):
    return await migration.UploadExport(raw_upload(EXPORT, "sales.xml"))


async def test_an_upload_returns_the_job_as_it_ended(migration, job):
    assert (job.status, job.status_reason) == (job_pb2.MigrationStatus.completed, "")
    assert job.migration_type == job_pb2.MigrationType.powercenter
    assert job.confidence >= 0.85
    status = await migration.GetJobStatus(job_pb2.GetJobStatusRequest(job_id=job.job_id))
    assert [(stage.name, stage.status) for stage in status.stages] == [
        (name, job_pb2.StageStatus.completed) for name in ("parse", "convert", "validate")
    ]
    assert (status.progress, status.total_objects, status.pipelines_count) == (1.0, 4, 1)
    assert status.size_bytes == len(EXPORT)


async def test_the_pipeline_can_be_downloaded_in_both_forms(migration, job):
    text, headers = await download(migration, job_id=job.job_id)
    pipeline = yaml.safe_load(text)
    assert headers["content-disposition"] == "attachment; filename=\"sales.yaml\"; filename*=UTF-8''sales.yaml"
    assert [node["type"] for node in pipeline["nodes"]] == ["source", "transformation", "transformation", "sink"]
    text, headers = await download(migration, job_id=job.job_id, format="json", mapping="m_active")
    assert [document["name"] for document in json.loads(text)] == ["m_active"]
    assert "m_active.json" in headers["content-disposition"]


async def test_report_json_csv_and_html_tell_the_same(migration, job):
    typed = (await migration.GetJobReport(report_pb2.GetJobReportRequest(job_id=job.job_id))).report
    kind, text = await render(migration, job_id=job.job_id)
    shown = json.loads(text)
    assert kind == "application/json"
    assert (shown["total_objects"], shown["needs_review"]) == (typed.total_objects, 0)
    assert sum(shown[part] for part in ("auto_converted", "needs_review", "manual_required")) == 4
    kind, text = await render(migration, job_id=job.job_id, format="csv")
    assert kind.startswith("text/csv")
    assert b"FIL_ACTIVE" in text
    kind, text = await render(migration, job_id=job.job_id, format="html")
    assert kind.startswith("text/html")
    assert b"FIL_ACTIVE" in text


async def test_validation_runs_the_checks(migration, job):
    reply = await migration.ValidateJob(report_pb2.ValidateJobRequest(job_id=job.job_id))
    assert reply.is_valid
    assert [check.passed for check in reply.checks] == [True] * 7


async def test_a_job_is_converted_again_in_another_dialect(migration, job):
    again = await migration.ConvertJob(job_pb2.ConvertJobRequest(job_id=job.job_id, dialect="snowflake"))
    assert again.status == job_pb2.MigrationStatus.completed
    text, _ = await download(migration, job_id=job.job_id)
    assert yaml.safe_load(text)["dialect"] == "snowflake"


async def test_the_same_bytes_twice_make_two_jobs(migration, job):
    other = await migration.UploadExport(raw_upload(EXPORT, "sales.xml"))
    assert other.job_id != job.job_id


async def test_jobs_are_filtered_sorted_and_paged(migration):
    for name in ("b.xml", "a.xml", "c_50%_off.xml"):
        await migration.UploadExport(raw_upload(EXPORT, name))

    async def names(**request):
        reply = await migration.ListJobs(job_pb2.ListJobsRequest(**request))
        return [item.filename for item in reply.items], reply.total, reply.pages

    assert await names(sort_by="filename", order="asc") == (["a.xml", "b.xml", "c_50%_off.xml"], 3, 1)
    assert await names() == (["c_50%_off.xml", "a.xml", "b.xml"], 3, 1)
    assert await names(page=2, page_size=2) == (["b.xml"], 3, 2)
    assert await names(page=9, page_size=2) == ([], 3, 2)
    assert await names(search="50%") == (["c_50%_off.xml"], 1, 1)
    assert await names(status="failed") == ([], 0, 0)
    assert await names(migration_type="powercenter", search="B.X") == (["b.xml"], 1, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "EMPTY_FILE"),
        (EXPORT[: len(EXPORT) // 2], "TRUNCATED_XML"),
        (b"<!doctype html><html><body>404</body></html>", "NOT_AN_EXPORT"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>', "ENTITY_BOMB"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "EXTERNAL_ENTITY"),
        (b"PK\x03\x04" + bytes(100), "UNSUPPORTED_ARCHIVE"),
    ],
)
async def test_what_is_no_export_is_refused_and_makes_no_job(migration, content, reason):
    code, found = await refused(migration.UploadExport(raw_upload(content, "x.xml")))
    assert (code, found) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    assert (await migration.ListJobs(job_pb2.ListJobsRequest())).total == 0


async def test_another_tool_than_the_one_named_is_refused(migration):
    call = migration.UploadExport(raw_upload(EXPORT, "x.xml", migration_type="ssis"))
    assert await refused(call) == (grpc.StatusCode.INVALID_ARGUMENT, "TOOL_MISMATCH")


@pytest.mark.parametrize("job_id", ["", "nonsense", "00000000-0000-0000-0000-000000000000", "'; DROP TABLE x"])
async def test_unknown_jobs_are_not_found(migration, job_id):
    wanted = (grpc.StatusCode.NOT_FOUND, "JOB_NOT_FOUND")
    assert await refused(migration.GetJobStatus(job_pb2.GetJobStatusRequest(job_id=job_id))) == wanted
    assert await refused(migration.ConvertJob(job_pb2.ConvertJobRequest(job_id=job_id))) == wanted
    assert await refused(migration.ValidateJob(report_pb2.ValidateJobRequest(job_id=job_id))) == wanted
    assert await refused(download(migration, job_id=job_id)) == wanted


async def test_an_unknown_mapping_names_the_nearest(migration, job):
    with pytest.raises(grpc.aio.AioRpcError, match="did you mean 'm_active'") as caught:
        await download(migration, job_id=job.job_id, mapping="m_actve")
    assert reason_of(caught.value) == "MAPPING_NOT_FOUND"


@pytest.mark.parametrize("request_fields", [{"page": 0}, {"page_size": 101}, {"search": "x" * 201}, {"status": 77}])
async def test_filters_out_of_range_are_refused(migration, request_fields):
    call = migration.ListJobs(job_pb2.ListJobsRequest(**request_fields))
    assert await refused(call) == (grpc.StatusCode.INVALID_ARGUMENT, "BAD_VALUE")


async def test_another_workspace_sees_nothing_of_a_job(migration, job):
    elsewhere = {"metadata": (("x-workspace-id", "other"),)}
    call = migration.GetJobStatus(job_pb2.GetJobStatusRequest(job_id=job.job_id), **elsewhere)
    assert await refused(call) == (grpc.StatusCode.NOT_FOUND, "JOB_NOT_FOUND")
    assert (await migration.ListJobs(job_pb2.ListJobsRequest(), **elsewhere)).total == 0
    again = migration.ConvertJob(job_pb2.ConvertJobRequest(job_id=job.job_id), **elsewhere)
    assert await refused(again) == (grpc.StatusCode.NOT_FOUND, "JOB_NOT_FOUND")


def export_stream(content, filename="sales.xml"):
    yield upload_pb2.ConvertExportRequest(header=upload_pb2.ExportHeader(filename=filename))
    for start in range(0, len(content), 1000):
        yield upload_pb2.ConvertExportRequest(chunk=content[start : start + 1000])


async def test_a_conversion_can_be_followed(migration):
    events = [event async for event in migration.ConvertExport(export_stream(EXPORT))]
    kinds = [event.WhichOneof("event") for event in events]
    assert kinds[0] == "progress"
    assert kinds[-2:] == ["pipeline", "done"]
    assert set(kinds[:-2]) == {"progress"}
    stages = [(event.progress.stage, event.progress.status) for event in events[1:-2]]
    assert [stage for stage, status in stages if status == job_pb2.StageStatus.completed] == [
        "parse",
        "convert",
        "validate",
    ]
    assert events[-2].pipeline.mapping == "m_active"
    assert events[-1].done.job.status == job_pb2.MigrationStatus.completed
    assert events[-1].done.report.total_objects == 4


@pytest.mark.parametrize(
    ("requests", "reason"),
    [
        ([], "NO_HEADER"),
        ([upload_pb2.ConvertExportRequest(chunk=b"x")], "NO_HEADER"),
        (list(export_stream(b"")), "EMPTY_FILE"),
        (list(export_stream(EXPORT[:3000])), "TRUNCATED_XML"),
    ],
)
async def test_a_stream_that_is_no_export_is_refused_with_a_status(migration, requests, reason):
    async def follow():
        return [event async for event in migration.ConvertExport(iter(requests))]

    assert await refused(follow()) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
