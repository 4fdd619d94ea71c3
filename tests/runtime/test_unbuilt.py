"""RPCs that a servicer leaves out, through a real server."""

from typing import Any

import grpc
import pytest
from grpc import aio

from dataflow.migration.v1 import job_pb2, migration_pb2, migration_pb2_grpc
from services.runtime.app import Service
from services.runtime.status import describe, error_info
from services.runtime.unbuilt import without_unbuilt
from tests.runtime import scripted as s

SERVICE = migration_pb2.DESCRIPTOR.services_by_name["MigrationService"]


class Partial(migration_pb2_grpc.MigrationServiceServicer):
    async def ListJobs(self, request: Any, context: Any) -> job_pb2.ListJobsResponse:
        return job_pb2.ListJobsResponse(total=3)


@pytest.mark.parametrize("method", list(SERVICE.methods), ids=lambda method: method.name)
async def test_every_rpc_answers_or_says_that_it_is_not_built(method: Any) -> None:
    add = migration_pb2_grpc.add_MigrationServiceServicer_to_server
    service = Service(add, without_unbuilt(Partial)(), SERVICE.full_name)
    kind = f"{'stream' if method.client_streaming else 'unary'}_{'stream' if method.server_streaming else 'unary'}"

    async def one() -> Any:
        yield b""

    async with s.probe(services=[service]) as server, s.connected(server) as channel:
        call = getattr(channel, kind)(f"/{SERVICE.full_name}/{method.name}")
        running = call(one() if method.client_streaming else b"")
        if method.name == "ListJobs":
            assert job_pb2.ListJobsResponse.FromString(await running).total == 3
            return
        with pytest.raises(aio.AioRpcError) as caught:
            await (running.read() if method.server_streaming else running)
    assert describe(caught.value)[:2] == (grpc.StatusCode.UNIMPLEMENTED, "NOT_BUILT")
    info = error_info(caught.value)
    assert info is not None
    assert info.metadata["method"] == method.full_name


def test_something_else_than_a_servicer_is_refused() -> None:
    with pytest.raises(TypeError, match="derives from no generated servicer"):
        without_unbuilt(dict)
