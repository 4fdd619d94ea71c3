"""Verdicts over gRPC: what they make of counts, gate, report and download, and that they survive."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import grpc
import pytest
import yaml

from dataflow.migration.v1 import job_pb2, report_pb2
from services.migration.server.review_cases import cases, text
from services.runtime.database import Database
from tests.migration.pages import Page
from tests.migration.server.conftest import InWorkspace, migration_server, raw_upload

EXPORT = (Path(__file__).parent / "sales.xml").read_bytes()
UNKNOWN = EXPORT.replace(b'"Filter"', b'"Custom Thing"')
Action = report_pb2.ReviewAction
EDIT = "type: transformation\ntransform: sql_where\nconfig: {condition: STATUS = 'B'}"

COUNTS = (
    ("total_objects", "Objects"),
    ("auto_converted", "Converted"),
    ("needs_review", "To review"),
    ("manual_required", "By hand"),
)


def verdict(job, action, name="FIL_ACTIVE", **more):
    return report_pb2.OverrideObjectRequest(job_id=job.job_id, name=name, action=action, **more)


async def uploaded(stub, content=EXPORT):
    return await stub.UploadExport(raw_upload(content, "sales.xml"))


async def status(stub, job):
    return await stub.GetJobStatus(job_pb2.GetJobStatusRequest(job_id=job.job_id))


async def report(stub, job):
    return (await stub.GetJobReport(report_pb2.GetJobReportRequest(job_id=job.job_id))).report


async def condition(stub, job):
    """The filter's condition in the download."""
    call = stub.DownloadPipeline(report_pb2.DownloadPipelineRequest(job_id=job.job_id))
    text = b"".join([piece.data async for piece in call])
    nodes = next(yaml.safe_load_all(text))["nodes"]
    return next(node["config"].get("condition") for node in nodes if node["id"] == "fil_active")


async def refused(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    details = dict(caught.value.trailing_metadata())["grpc-status-details-bin"].decode(errors="replace")
    return caught.value.code(), details


async def test_marked_wrong_blocks_release_until_it_is_accepted(migration):
    job = await uploaded(migration)
    assert job.status == job_pb2.MigrationStatus.completed
    marked = await migration.OverrideObject(verdict(job, Action.mark_wrong, comment="drops nulls"))
    assert (marked.confidence, marked.requires_manual_review, marked.review.comment) == (0.0, True, "drops nulls")
    assert marked.review.at.seconds > 0
    after = await status(migration, job)
    assert (after.status, after.status_reason) == (job_pb2.MigrationStatus.failed, "RELEASE_BLOCKED")
    told = await report(migration, job)
    assert (told.auto_converted, told.manual_required, told.overall_confidence) == (3, 1, after.confidence)
    accepted = await migration.OverrideObject(verdict(job, Action.accept))
    assert (accepted.confidence, accepted.requires_manual_review) == (1.0, False)
    assert (await status(migration, job)).status == job_pb2.MigrationStatus.completed
    assert (await report(migration, job)).auto_converted == 4


async def test_an_edit_is_delivered_counted_and_survives_conversion_anew(migration):
    job = await uploaded(migration)
    edited = await migration.OverrideObject(verdict(job, Action.edit, yaml=EDIT, comment="B it is"))
    assert (edited.review.action, list(edited.node_ids)) == (Action.edit, ["fil_active"])
    assert await condition(migration, job) == "STATUS = 'B'"
    await migration.ConvertJob(job_pb2.ConvertJobRequest(job_id=job.job_id))
    assert await condition(migration, job) == "STATUS = 'B'"
    item = next(item for item in (await report(migration, job)).objects if item.name == "FIL_ACTIVE")
    assert (item.review.action, item.review.comment, item.confidence) == (Action.edit, "B it is", 1.0)
    validated = await migration.ValidateJob(report_pb2.ValidateJobRequest(job_id=job.job_id))
    assert validated.is_valid
    # SQL of another dialect was not looked at
    await migration.ConvertJob(job_pb2.ConvertJobRequest(job_id=job.job_id, dialect="snowflake"))
    assert await condition(migration, job) == "STATUS = 'A'"
    await migration.ConvertJob(job_pb2.ConvertJobRequest(job_id=job.job_id, dialect="postgresql"))
    assert await condition(migration, job) == "STATUS = 'B'"


async def test_what_nobody_converted_is_edited_and_not_accepted(migration):
    job = await uploaded(migration, UNKNOWN)
    assert job.status_reason == "RELEASE_BLOCKED"
    code, why = await refused(migration.OverrideObject(verdict(job, Action.accept)))
    assert (code, "NOTHING_TO_ACCEPT" in why) == (grpc.StatusCode.INVALID_ARGUMENT, True)
    before = await report(migration, job)
    [node_id] = next(item.node_ids for item in before.objects if item.name == "FIL_ACTIVE")
    edited = await migration.OverrideObject(verdict(job, Action.edit, yaml=f"id: {node_id}\n{EDIT}"))
    assert (edited.target_type, edited.confidence) == ("sql_where", 1.0)
    after = await report(migration, job)
    assert (before.manual_required, after.manual_required, after.auto_converted) == (1, 0, 4)
    assert [issue.message for issue in after.issues if issue.object == "FIL_ACTIVE"] == []
    assert (await status(migration, job)).status_reason == ""


async def rendered(stub, job, form):
    call = stub.RenderJobReport(report_pb2.RenderJobReportRequest(job_id=job.job_id, format=form))
    return b"".join([piece.data async for piece in call]).decode()


async def test_every_form_of_the_report_has_the_same_verdicts_and_numbers(migration):
    job = await uploaded(migration)
    await migration.OverrideObject(verdict(job, Action.edit, yaml=EDIT, comment="B <it> is"))
    await migration.OverrideObject(verdict(job, Action.accept, "CUSTOMERS"))
    await migration.OverrideObject(verdict(job, Action.mark_wrong, "SQ_CUSTOMERS", comment="=drops nulls"))
    await migration.ConvertJob(job_pb2.ConvertJobRequest(job_id=job.job_id))
    told = await report(migration, job)
    given = {item.name: item.review for item in told.objects if item.HasField("review")}
    assert {name: Action.Value.Name(each.action) for name, each in given.items()} == {
        "FIL_ACTIVE": "edit",
        "CUSTOMERS": "accept",
        "SQ_CUSTOMERS": "mark_wrong",
    }
    data = json.loads(await rendered(migration, job, report_pb2.ReportFormat.json))
    in_json = {each["name"]: each["review"] for each in data["objects"] if each.get("review")}
    rows = list(csv.DictReader(io.StringIO(await rendered(migration, job, report_pb2.ReportFormat.csv))))
    in_csv = {row["object"]: row for row in rows if row["verdict"]}
    assert set(in_json) == set(in_csv) == set(given)
    for name, each in given.items():
        row, item = in_csv[name], in_json[name]
        assert row["comment"].removeprefix("'") == item["comment"] == each.comment
        assert row["author"] == item["author"] == each.author
        when = each.at.ToDatetime(UTC)
        assert datetime.fromisoformat(row["reviewed_at"]) == datetime.fromisoformat(item["at"]) == when
    (total,) = [row for row in rows if row["record"] == "total"]
    assert [total[name] for name in ("accepted", "edited", "wrong")] == ["1", "1", "1"]
    page = Page(await rendered(migration, job, report_pb2.ReportFormat.html))
    assert page.figure("Reviewed") == "1 accepted, 1 edited, 1 wrong"
    assert {"B <it> is", "=drops nulls"} <= set(page.texts)
    assert "Original beside result" in page.texts
    assert any("condition: STATUS = 'B'" in text for text in page.texts)  # the result is what was edited
    for name, shown in COUNTS:
        assert int(total[name]) == data[name] == getattr(told, name) == int(page.figure(shown))
        assert sum(getattr(each, name) for each in told.mappings) == getattr(told, name)
    assert float(total["effort_hours"]) == data["effort"]["total_hours"] == told.effort.total_hours
    assert page.figure("Effort") == f"{told.effort.total_hours:g} h"


@pytest.mark.parametrize(
    ("yaml_text", "told"),
    [
        ("a: [", "cannot be read"),
        ("just: words", "holds no node"),
        ("[]", "cannot be read"),
        ("type: transformation\nconfig: no", "config"),
        ("- type: sql\n- id: x\n  type: sql", "id"),
        ("type: transformation\ntransform: sql_where\nconfig: {condition: NO_SUCH = 'B'}", "NO_SUCH"),
        ('type: transformation\ntransform: sql_where\nconfig: {condition: "1=1; DROP TABLE x"}', "would not hold"),
        ("type: transformation\ntransform: nonsense\nconfig: {}", "would not hold"),
        ("id: elsewhere\n" + EDIT, "fil_active"),
        ("depends_on: [nobody]\n" + EDIT, "nobody"),
    ],
)
async def test_an_edit_that_does_not_hold_is_refused_and_changes_nothing(migration, yaml_text, told):
    job = await uploaded(migration)
    code, why = await refused(migration.OverrideObject(verdict(job, Action.edit, yaml=yaml_text)))
    assert (code, "BAD_EDIT" in why) == (grpc.StatusCode.INVALID_ARGUMENT, True)
    assert told in why
    assert (await status(migration, job)).status == job_pb2.MigrationStatus.completed
    assert await condition(migration, job) == "STATUS = 'A'"


@pytest.mark.parametrize(
    ("fields", "code", "reason"),
    [
        ({"action": 0}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_VALUE"),
        ({"action": 9}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_VALUE"),
        ({"action": Action.edit}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_VALUE"),
        ({"action": Action.accept, "yaml": EDIT}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_VALUE"),
        ({"action": Action.accept, "comment": "x" * 5000}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_VALUE"),
        ({"action": Action.accept, "comment": "\0"}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_VALUE"),
        ({"action": Action.accept, "name": "FIL_ACTIV"}, grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND"),
        ({"action": Action.accept, "mapping": "m_other"}, grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND"),
    ],
)
async def test_a_verdict_that_names_nothing_is_refused(migration, fields, code, reason):
    job = await uploaded(migration)
    got, why = await refused(migration.OverrideObject(verdict(job, **fields)))
    assert (got, reason in why) == (code, True)


async def test_an_object_of_another_workspace_is_not_there(shared_stub, migration):
    job = await uploaded(migration)
    stranger = InWorkspace(shared_stub, uuid4().hex)
    assert (await refused(stranger.OverrideObject(verdict(job, Action.accept))))[0] == grpc.StatusCode.NOT_FOUND


async def test_verdicts_given_at_once_are_all_kept(migration):
    job = await uploaded(migration)
    names = ("CUSTOMERS", "SQ_CUSTOMERS", "FIL_ACTIVE")
    await asyncio.gather(*(migration.OverrideObject(verdict(job, Action.mark_wrong, name)) for name in names))
    marked = {item.name for item in (await report(migration, job)).objects if item.HasField("review")}
    assert marked == set(names)


async def test_verdicts_are_written_as_test_cases(postgres_database, tmp_path):
    async with migration_server(postgres_database, upload_dir=tmp_path) as stub:
        job = await uploaded(stub)
        await stub.OverrideObject(verdict(job, Action.edit, yaml=EDIT, comment="B"))
        await stub.OverrideObject(verdict(job, Action.accept, "CUSTOMERS"))
        await stub.OverrideObject(verdict(job, Action.mark_wrong, "SQ_CUSTOMERS"))
        await stub.OverrideObject(verdict(job, Action.mark_wrong, "CUSTOMERS", comment="after all"))
    database = Database(postgres_database)
    try:
        told = {each["object"]: each for each in yaml.safe_load(text(await cases(database, "default")))["cases"]}
        assert await cases(database, "elsewhere") == []
        assert await cases(database, "default", str(uuid4())) == []
    finally:
        await database.close()
    assert {name: each["verdict"] for name, each in told.items()} == {
        "FIL_ACTIVE": "edit",
        "CUSTOMERS": "mark_wrong",
        "SQ_CUSTOMERS": "mark_wrong",
    }
    filter_case = told["FIL_ACTIVE"]
    assert filter_case["original"][0]["config"]["condition"] == "STATUS = 'A'"
    assert filter_case["expected"][0]["config"]["condition"] == "STATUS = 'B'"
    assert (filter_case["comment"], filter_case["tool"], filter_case["dialect"]) == ("B", "powercenter", "postgresql")
    assert "expected" not in told["SQ_CUSTOMERS"]
