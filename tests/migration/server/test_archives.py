"""Archives uploaded: one job of all their exports, or a refusal before there is a job."""

from __future__ import annotations

import json

import grpc
import pytest
import yaml

from dataflow.migration.v1 import job_pb2, report_pb2
from tests.migration.archives.macros import caller, split
from tests.migration.archives.packed import packed
from tests.migration.archives.test_project import PROJECT
from tests.migration.server.conftest import raw_upload
from tests.migration.server.test_jobs import EXPORT, download, refused, render

WORKFLOW = {"flow.yxmd": caller(r".\macros\split.yxmc"), "macros/split.yxmc": split()}


async def test_a_packaged_workflow_is_one_job_with_its_macro_inlined(migration):
    job = await migration.UploadExport(raw_upload(packed(WORKFLOW), "flow.yxzp"))
    assert job.status == job_pb2.MigrationStatus.completed
    assert job.migration_type == job_pb2.MigrationType.alteryx
    text, _ = await download(migration, job_id=job.job_id)
    filtered = next(node for node in yaml.safe_load(text)["nodes"] if node.get("transform") == "sql_where")
    assert (filtered["origin"]["file"], filtered["origin"]["object"]) == ("macros/split.yxmc", "Filter (2.2)")


async def test_a_project_is_one_job_of_all_its_packages(migration):
    job = await migration.UploadExport(raw_upload(packed(PROJECT), "Sales.ispac"))
    assert (job.status, job.status_reason) == (job_pb2.MigrationStatus.completed, "")
    assert job.migration_type == job_pb2.MigrationType.ssis
    text, headers = await download(migration, job_id=job.job_id, format="json")
    assert [document["name"] for document in json.loads(text)] == ["Load.Load", "pkg", "Load"]
    assert "Sales.json" in headers["content-disposition"]
    _, report = await render(migration, job_id=job.job_id)
    assert {
        issue["origin"]["file"] for issue in json.loads(report)["issues"] if issue["code"] == "SENSITIVE_LEFT_OUT"
    } == {"Project.params"}
    assert b"hunter2" not in report + text


async def test_one_damaged_export_blocks_release_and_the_others_are_there(migration):
    files = {"a.xml": EXPORT, "b.xml": EXPORT[:400], "notes.txt": b"x"}
    job = await migration.UploadExport(raw_upload(packed(files), "estate.zip"))
    assert (job.status, job.status_reason) == (job_pb2.MigrationStatus.failed, "RELEASE_BLOCKED")
    text, _ = await download(migration, job_id=job.job_id)
    assert [document["name"] for document in yaml.safe_load_all(text)] == ["m_active"]
    report = (await migration.GetJobReport(report_pb2.GetJobReportRequest(job_id=job.job_id))).report
    assert any("b.xml was not converted" in issue.message for issue in report.issues)


@pytest.mark.parametrize(
    ("data", "name", "fields", "reason"),
    [
        (packed({"../x.yxmd": b"x"}), "x.zip", {}, "UNSAFE_ARCHIVE"),
        (packed({"x.yxmd": b"\0" * (17 << 20)}), "x.zip", {}, "ARCHIVE_TOO_LARGE"),
        (packed({"a.csv": b"1"}), "x.zip", {}, "UNSUPPORTED_ARCHIVE"),
        (packed({"META-INF/IS-MANIFEST.MF": b"x"}), "x.zip", {}, "ISX_NOT_SUPPORTED"),
        (packed({"a.xml": EXPORT, **WORKFLOW}), "x.zip", {}, "TOOL_MISMATCH"),
        (packed(WORKFLOW), "x.zip", {"migration_type": job_pb2.MigrationType.ssis}, "TOOL_MISMATCH"),
        (packed({"a.xml": EXPORT})[:-40], "x.zip", {}, "UNSUPPORTED_ARCHIVE"),
    ],
)
async def test_an_archive_that_is_refused_makes_no_job(migration, data, name, fields, reason):
    code, told = await refused(migration.UploadExport(raw_upload(data, name, **fields)))
    assert (code, told) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    assert (await migration.ListJobs(job_pb2.ListJobsRequest())).total == 0


async def test_the_tool_to_convert_may_be_chosen(migration):
    files = packed({"a.xml": EXPORT, **WORKFLOW})
    job = await migration.UploadExport(raw_upload(files, "mixed.zip", migration_type=job_pb2.MigrationType.powercenter))
    assert job.status == job_pb2.MigrationStatus.completed_with_warnings
    assert job.migration_type == job_pb2.MigrationType.powercenter
