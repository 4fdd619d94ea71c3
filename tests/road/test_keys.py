"""Keys and workspaces, over REST and gRPC, through Envoy to a real server."""

from __future__ import annotations

from contextlib import AsyncExitStack

import grpc
import httpx
import pytest

from dataflow.migration.v1 import job_pb2, migration_pb2_grpc
from services.migration.server.app import APP as MIGRATION
from services.runtime.keys import make_key
from services.runtime.server import running
from tests.fixtures_envoy import running_envoy
from tests.road.conftest import settings_for
from tests.road.test_migration import form

EDITOR, EDITOR_ENTRY = make_key("ed", ["editor"], ["team-a"])
VIEWER, VIEWER_ENTRY = make_key("vi", ["viewer"], ["team-a", "team-b"])
JOBS = "/api/migration/jobs"


@pytest.fixture(scope="module")
async def keyed(postgres_server, tmp_path_factory):
    """Envoy's migration port in front of a server that asks for keys."""
    async with AsyncExitStack() as stack:
        settings = settings_for(
            MIGRATION,
            postgres_server.create_database(),
            upload_dir=tmp_path_factory.mktemp("spool"),
            dataflow_api_keys=f"{EDITOR_ENTRY} {VIEWER_ENTRY}",
        )
        server = await stack.enter_async_context(running(MIGRATION, settings))
        _, port = await stack.enter_async_context(running_envoy({"migration": server.address}))
        yield port


@pytest.fixture
async def client(keyed):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{keyed}", timeout=60, trust_env=False) as client:
        yield client


def bearer(key, workspace=""):
    named = {"x-workspace-id": workspace} if workspace else {}
    return {"authorization": f"Bearer {key}", **named}


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        ({}, 401, "UNAUTHENTICATED"),
        (bearer("df_wrong"), 401, "UNAUTHENTICATED"),
        ({"authorization": "Basic eDp5"}, 401, "UNAUTHENTICATED"),
        (bearer(EDITOR, "team-b"), 403, "WORKSPACE_DENIED"),
        (bearer(EDITOR, "no such/name"), 400, "INVALID_WORKSPACE"),
    ],
)
async def test_who_may_not_is_told_why(client, headers, status, reason):
    reply = await client.get(JOBS, headers=headers)
    assert reply.status_code == status
    assert reply.json()["details"][0]["reason"] == reason


async def test_health_needs_no_key(client):
    assert (await client.get("/health")).status_code == 200
    assert (await client.get("/ready")).status_code == 200


async def test_a_viewer_reads_what_an_editor_makes_and_only_there(client):
    upload = "/api/migration/upload"
    refused = await client.post(upload, files=form(), headers=bearer(VIEWER))
    assert (refused.status_code, refused.json()["details"][0]["reason"]) == (403, "ROLE_REQUIRED")
    job = (await client.post(upload, files=form(), headers=bearer(EDITOR))).json()
    for path in ("status", "report", "download"):
        seen = await client.get(f"{JOBS}/{job['job_id']}/{path}", headers=bearer(VIEWER))
        assert seen.status_code == 200
        elsewhere = await client.get(f"{JOBS}/{job['job_id']}/{path}", headers=bearer(VIEWER, "team-b"))
        assert (elsewhere.status_code, elsewhere.json()["details"][0]["reason"]) == (404, "JOB_NOT_FOUND")
    assert (await client.get(JOBS, headers=bearer(VIEWER, "team-b"))).json()["total"] == 0


async def test_grpc_asks_for_the_same_keys(keyed):
    async with grpc.aio.insecure_channel(f"127.0.0.1:{keyed}") as channel:
        stub = migration_pb2_grpc.MigrationServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.ListJobs(job_pb2.ListJobsRequest())
        assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED
        metadata = (("authorization", f"Bearer {VIEWER}"),)
        assert (await stub.ListJobs(job_pb2.ListJobsRequest(), metadata=metadata)).page == 1
        other = job_pb2.ListJobsRequest(workspace_id="team-c")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.ListJobs(other, metadata=metadata)
        assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED
