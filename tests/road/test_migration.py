"""An export uploaded with a form, over REST and over gRPC, to its pipelines."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import grpc
import httpx
import pytest
import yaml

from dataflow.migration.v1 import job_pb2, migration_pb2_grpc, report_pb2
from tests.migration.server.conftest import raw_upload

ROOT = Path(__file__).resolve().parents[2]
SALES = (ROOT / "tests/migration/server/sales.xml").read_bytes()
CORPUS = ROOT.parent / "shared/corpus/powercenter"
MOUNTS = ("/api/v1/migration", "/api/migration")


def form(content=SALES, name="sales.xml"):
    return {"file": (name, content, "text/xml")}


async def uploaded(client: httpx.AsyncClient, mount: str, content=SALES, name="sales.xml", **fields):
    reply = await client.post(f"{mount}/upload", files=form(content, name), data=fields)
    assert reply.status_code == 200, reply.text
    return reply


@pytest.mark.parametrize("mount", MOUNTS)
async def test_the_whole_road_over_rest(road, mount):
    reply = await uploaded(road.migration, mount)
    job = reply.json()
    assert job["status"] == "completed"
    assert job["migration_type"] == "powercenter"
    assert float(reply.headers["x-copilot-confidence"]) == job["confidence"]
    at = f"{mount}/jobs/{job['job_id']}"

    status = (await road.migration.get(f"{at}/status")).json()
    assert status == (await road.migration.get(f"{mount}/{job['job_id']}/status")).json()
    assert [stage["status"] for stage in status["stages"]] == ["completed"] * 3
    assert status["issues_count"] == 0

    report = (await road.migration.get(f"{at}/report")).json()
    assert (report["total_objects"], report["needs_review"], report["manual_required"]) == (4, 0, 0)
    page = await road.migration.get(f"{at}/report", params={"format": "html"})
    assert page.headers["content-type"].startswith("text/html")

    download = await road.migration.get(f"{at}/download")
    assert "sales.yaml" in download.headers["content-disposition"]
    assert yaml.safe_load(download.text)["name"] == "m_active"

    validation = (await road.migration.post(f"{at}/validate", json={})).json()
    assert validation["is_valid"] is True
    assert len(validation["checks"]) == 7

    again = (await road.migration.post(f"{at}/convert", json={"dialect": "snowflake"})).json()
    assert again["status"] == "completed"

    listed = (await road.migration.get(f"{mount}/jobs", params={"search": "sales", "page_size": 100})).json()
    assert job["job_id"] in [item["job_id"] for item in listed["items"]]


async def test_the_same_over_grpc_on_envoys_port(road):
    async with grpc.aio.insecure_channel(f"127.0.0.1:{road.migration_port}") as channel:
        stub = migration_pb2_grpc.MigrationServiceStub(channel)
        job = await stub.UploadExport(raw_upload(SALES, "sales.xml"))
        assert job.status == job_pb2.MigrationStatus.completed
        typed = await stub.GetJobReport(report_pb2.GetJobReportRequest(job_id=job.job_id))
        over_rest = (await road.migration.get(f"/api/migration/jobs/{job.job_id}/report")).json()
        assert over_rest["total_objects"] == typed.report.total_objects == 4
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.GetJobStatus(job_pb2.GetJobStatusRequest(job_id="none"))
        assert caught.value.code() == grpc.StatusCode.NOT_FOUND


async def test_fields_of_the_form_are_heeded(road):
    job = (await uploaded(road.migration, MOUNTS[0], migration_type="powercenter", dialect="snowflake")).json()
    text = (await road.migration.get(f"/api/migration/jobs/{job['job_id']}/download")).text
    assert yaml.safe_load(text)["dialect"] == "snowflake"


async def test_a_file_name_of_any_letters_survives(road):
    job = (await uploaded(road.migration, MOUNTS[0], name="zażółć gęślą.xml")).json()
    assert job["filename"] == "zażółć gęślą.xml"
    reply = await road.migration.get(f"/api/migration/jobs/{job['job_id']}/download")
    assert reply.status_code == 200
    assert "filename*=UTF-8''za%C5%BC" in reply.headers["content-disposition"]


FLOWLINE = sorted(CORPUS.glob("*FLOWLINE*"))


@pytest.mark.skipif(not FLOWLINE, reason="the shared corpus is not here")
async def test_a_real_export_arrives_whole(road):
    job = (await uploaded(road.migration, MOUNTS[1], FLOWLINE[0].read_bytes(), FLOWLINE[0].name)).json()
    report = (await road.migration.get(f"/api/migration/jobs/{job['job_id']}/report")).json()
    kinds = Counter(item["source_type"] for item in report["objects"])
    wanted = {"Source Qualifier": 28, "Expression": 25, "Joiner": 16, "Sorter": 15, "Aggregator": 9, "Router": 2}
    assert {kind: kinds[kind] for kind in wanted} == wanted
    assert kinds["Union Transformation"] == 2
    parts = ("auto_converted", "needs_review", "manual_required")
    assert sum(report[part] for part in parts) == report["total_objects"]
    validation = (await road.migration.post(f"/api/migration/jobs/{job['job_id']}/validate", json={})).json()
    assert [check["name"] for check in validation["checks"] if not check["passed"]] == []
    text = (await road.migration.get(f"/api/migration/jobs/{job['job_id']}/download")).text
    pipelines = [document for document in yaml.safe_load_all(text) if "nodes" in document]
    assert len(pipelines) == 3


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
JSON_TYPE = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "request_parts", "status", "reason"),
    [
        ("POST", "/upload", {}, 400, "NO_FILE_PART|NOT_MULTIPART|EMPTY"),
        ("POST", "/upload", {"data": {"dialect": "mssql"}, "files": {"other": b"x"}}, 400, "NO_FILE_PART"),
        ("POST", "/upload", {"files": form(b"")}, 400, "EMPTY_FILE"),
        ("POST", "/upload", {"files": form(SALES[:2000])}, 400, "TRUNCATED_XML"),
        ("POST", "/upload", {"files": form(b"<!doctype html><html></html>")}, 400, "NOT_AN_EXPORT"),
        ("POST", "/upload", {"files": form(BOMB)}, 400, "ENTITY_BOMB"),
        ("POST", "/upload", {"files": form(OUTSIDE)}, 400, "EXTERNAL_ENTITY"),
        ("POST", "/upload", {"files": form(), "data": {"dialect": "oracle"}}, 400, "BAD_VALUE"),
        ("POST", "/upload", {"content": b"{}", "headers": JSON_TYPE}, 400, "NOT_MULTIPART"),
        ("POST", "/upload", {"files": form(b"x" * ((50 << 20) + 1))}, 413, "FILE_TOO_LARGE"),
        ("GET", "/jobs/none/status", {}, 404, "JOB_NOT_FOUND"),
        ("GET", "/jobs?status=done", {}, 400, ""),
        ("GET", "/jobs?colour=red", {}, 400, ""),
        ("GET", "/jobs?page=0", {}, 400, "BAD_VALUE"),
        ("POST", "/jobs/none/convert", {"content": b'{"dialect":', "headers": JSON_TYPE}, 400, ""),
        ("POST", "/jobs/none/convert", {"json": {"dialect": "oracle"}}, 400, ""),
        ("DELETE", "/jobs", {}, 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/nowhere", {}, 404, ""),
    ],
)
async def test_bad_input_is_a_clear_error_in_json(road, method, path, request_parts, status, reason):
    reply = await road.migration.request(method, f"/api/v1/migration{path}", **request_parts)
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"].startswith("application/json")
    body = reply.json()
    assert body["message"]
    assert body["code"] > 0
    reasons = [detail.get("reason", "") for detail in body["details"]]
    assert not reason or any(found and found in reason.split("|") for found in reasons) or reason in str(reasons), body
    assert "Traceback" not in json.dumps(body)
    assert reply.headers["x-request-id"]
