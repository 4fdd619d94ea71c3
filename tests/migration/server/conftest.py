"""A Migration server with a database of its own."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

import grpc
import pytest
from google.api import httpbody_pb2

from dataflow.migration.v1 import migration_pb2_grpc, upload_pb2
from services.migration.server.app import APP
from services.migration.server.settings import MigrationSettings
from services.runtime.server import running


@asynccontextmanager
async def migration_server(database_url, **settings):
    """A server on free ports, and a stub to it."""
    values = {
        "grpc_port": 0,
        "metrics_port": None,
        "drain_seconds": 0,
        "database_url": database_url,
        "job_heartbeat_seconds": 2.0,
        "process_pool_size": 1,
        **settings,
    }
    async with (
        running(APP, MigrationSettings(**values)) as server,
        grpc.aio.insecure_channel(server.address) as channel,
    ):
        yield migration_pb2_grpc.MigrationServiceStub(channel)


class InWorkspace:
    """A stub whose calls name a workspace, unless they bring metadata of their own."""

    def __init__(self, stub, workspace):
        self._stub = stub
        self._metadata = (("x-workspace-id", workspace),)

    def __getattr__(self, name):
        return partial(getattr(self._stub, name), metadata=self._metadata)


@pytest.fixture(scope="session")
async def shared_stub(postgres_server, tmp_path_factory):
    """One server for all tests of the session, since its process pool takes a second to start."""
    spool = tmp_path_factory.mktemp("spool")
    async with migration_server(postgres_server.create_database(), upload_dir=spool) as stub:
        yield stub


@pytest.fixture
def migration(shared_stub):
    """The shared server, seen from a workspace that is empty."""
    return InWorkspace(shared_stub, uuid4().hex)


def raw_upload(content, filename="export.xml", chunk=64 * 1024, **fields):
    """The messages of a raw upload."""
    for start in range(0, max(len(content), 1), chunk):
        body = httpbody_pb2.HttpBody(content_type="application/octet-stream", data=content[start : start + chunk])
        head = {"filename": filename, **fields} if start == 0 else {}
        yield upload_pb2.UploadExportRequest(body=body, **head)
