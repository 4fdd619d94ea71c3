"""Who may call what, over real descriptors of the contract."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from grpc import aio

from dataflow.migration.v1 import job_pb2, migration_pb2
from dataflow.ops.v1 import ops_pb2, ops_pb2_grpc
from services.runtime.auth import OPEN_SERVICES, choose_workspace, required_role
from services.runtime.context import current_caller, current_workspace
from services.runtime.errors import ServiceError
from services.runtime.keys import ANONYMOUS, Caller, Role, make_key
from services.runtime.status import describe
from tests.runtime import scripted as s

MIGRATION = "dataflow.migration.v1.MigrationService"
C = grpc.StatusCode

KEYS = {
    "viewer": make_key("viewer", ["viewer"], ["telco"]),
    "editor": make_key("editor", ["editor"], ["telco", "bank"]),
    "admin": make_key("admin", ["admin"], ["*"]),
}
ENTRIES = ";".join(entry for _, entry in KEYS.values())


@pytest.mark.parametrize(
    ("method", "role"),
    [
        (f"/{MIGRATION}/ListJobs", Role.VIEWER),
        (f"/{MIGRATION}/UploadExport", Role.EDITOR),
        ("/dataflow.ops.v1.OpsService/GetHealth", Role.NONE),
        ("/grpc.health.v1.Health/Check", Role.NONE),
        ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Role.NONE),
        (f"/{MIGRATION}/NoSuchMethod", None),
        ("/grpc.channelz.v1.Channelz/GetServers", None),
        ("/", None),
    ],
)
def test_required_role_is_read_from_the_contract(method: str, role: Role | None) -> None:
    assert required_role(method) is role


def test_every_method_of_the_contract_names_a_role() -> None:
    methods = migration_pb2.DESCRIPTOR.services_by_name["MigrationService"].methods_by_name
    assert [name for name in methods if required_role(f"/{MIGRATION}/{name}") is None] == []


def test_open_services_are_the_standard_ones_only() -> None:
    assert all(name.startswith("grpc.") for name in OPEN_SERVICES)


async def tell(request: Any, context: Any) -> Any:
    caller = current_caller()
    return s.text(f"{caller.name} {current_workspace()} {bool(caller.token)}")


METHODS = {"ListJobs": s.unary(tell), "UploadExport": s.unary(tell), "NoSuchMethod": s.unary(tell)}


async def answer(method: str, key: str, workspace: str = "", keys: str = ENTRIES) -> str | tuple[str, str]:
    """What the caller learns: the reply's text, or (code, reason)."""
    token = KEYS[key][0] if key in KEYS else key
    metadata = [("authorization", f"Bearer {token}")] if token else []
    metadata += [("x-workspace-id", workspace)] if workspace else []
    async with s.probe(METHODS, name=MIGRATION, dataflow_api_keys=keys) as server, s.connected(server) as channel:
        try:
            reply = await s.text_unary(channel, method, MIGRATION)(s.text(), metadata=tuple(metadata))
        except aio.AioRpcError as error:
            code, reason, message = describe(error)
            assert not token or token not in message
            return code.name, reason
    return str(reply.value)


@pytest.mark.parametrize(
    ("method", "key", "workspace", "expected"),
    [
        ("ListJobs", "viewer", "", "viewer telco True"),
        ("ListJobs", "viewer", "telco", "viewer telco True"),
        ("ListJobs", "viewer", "bank", ("PERMISSION_DENIED", "WORKSPACE_DENIED")),
        ("ListJobs", "viewer", "a b", ("INVALID_ARGUMENT", "INVALID_WORKSPACE")),
        ("ListJobs", "editor", "bank", "editor bank True"),
        ("ListJobs", "admin", "", "admin default True"),
        ("ListJobs", "admin", "anything", "admin anything True"),
        ("ListJobs", "", "", ("UNAUTHENTICATED", "UNAUTHENTICATED")),
        ("ListJobs", "dfk_wrong", "", ("UNAUTHENTICATED", "UNAUTHENTICATED")),
        ("UploadExport", "viewer", "", ("PERMISSION_DENIED", "ROLE_REQUIRED")),
        ("UploadExport", "editor", "", "editor telco True"),
        ("UploadExport", "admin", "bank", "admin bank True"),
        ("NoSuchMethod", "admin", "", ("PERMISSION_DENIED", "ROLE_REQUIRED")),
    ],
)
async def test_matrix(method: str, key: str, workspace: str, expected: Any) -> None:
    assert await answer(method, key, workspace) == expected


async def test_the_log_names_whose_key_was_refused(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    await answer("UploadExport", "viewer")
    await answer("UploadExport", "dfk_wrong")
    calls = [line for line in log_lines() if line["event"] == "call"]
    assert [(line["caller"], line["reason"]) for line in calls] == [
        ("viewer", "ROLE_REQUIRED"),
        ("anonymous", "UNAUTHENTICATED"),
    ]


@pytest.mark.parametrize(
    ("workspace", "expected"), [("", "anonymous default False"), ("telco", "anonymous telco False")]
)
async def test_without_keys_everyone_on_loopback_may_do_everything(workspace: str, expected: str) -> None:
    assert await answer("UploadExport", "", workspace, keys="") == expected


@pytest.mark.parametrize("scheme", ["Basic", "bearer"])
async def test_scheme_is_bearer_in_any_case(scheme: str) -> None:
    metadata = (("authorization", f"{scheme} {KEYS['viewer'][0]}"),)
    async with s.probe(METHODS, name=MIGRATION, dataflow_api_keys=ENTRIES) as server, s.connected(server) as channel:
        call = s.text_unary(channel, "ListJobs", MIGRATION)(s.text(), metadata=metadata)
        assert await call.code() is (C.OK if scheme == "bearer" else C.UNAUTHENTICATED)


@pytest.mark.parametrize("token", ["", "dfk_wrong"])
async def test_health_needs_no_key_and_ignores_a_wrong_one(token: str) -> None:
    metadata = (("authorization", f"Bearer {token}"), ("x-workspace-id", "telco")) if token else ()
    async with s.probe(dataflow_api_keys=ENTRIES) as server, s.connected(server) as channel:
        stub = ops_pb2_grpc.OpsServiceStub(channel)
        reply = await stub.GetHealth(ops_pb2.GetHealthRequest(), metadata=metadata)
        assert reply.status == ops_pb2.HealthStatus.healthy
        assert await channel.unary_unary("/grpc.health.v1.Health/Check")(b"", metadata=metadata) == b"\x08\x01"


async def list_services() -> Any:
    yield b":\x01*"


@pytest.mark.parametrize(
    ("keys", "reflection", "served"),
    [("", "auto", True), (ENTRIES, "auto", False), (ENTRIES, "on", True), ("", "off", False)],
)
async def test_reflection_is_off_by_default_when_keys_are_needed(keys: str, reflection: str, served: bool) -> None:
    async with s.probe(dataflow_api_keys=keys, reflection=reflection) as server, s.connected(server) as channel:
        ask = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        call = ask(list_services())
        if served:
            assert b"dataflow.ops.v1.OpsService" in await call.read()
            call.cancel()
        else:
            assert await call.code() is C.UNIMPLEMENTED


@pytest.mark.parametrize(
    ("workspaces", "header", "requested", "expected"),
    [
        (("telco", "bank"), "", "", "telco"),
        (("telco", "bank"), "bank", "telco", "bank"),
        (("telco", "bank"), "", "bank", "bank"),
        (("*",), "", "", "default"),
        (("*",), "", "x", "x"),
        (("telco",), "", "bank", "WORKSPACE_DENIED"),
        (("telco",), "no/slash", "", "INVALID_WORKSPACE"),
    ],
)
def test_workspace_is_header_then_request_then_the_keys_first(
    workspaces: tuple[str, ...], header: str, requested: str, expected: str
) -> None:
    caller = Caller("x", frozenset({Role.VIEWER}), workspaces)
    try:
        found = choose_workspace(caller, header, requested)
    except ServiceError as error:
        found = error.reason
    assert found == expected


async def test_workspace_of_the_request_message_counts_and_is_checked() -> None:
    async def list_jobs(request: job_pb2.ListJobsRequest, context: Any) -> Any:
        return s.text(current_workspace())

    handler = grpc.unary_unary_rpc_method_handler(list_jobs, job_pb2.ListJobsRequest.FromString, s.TEXT[1])
    metadata = (("authorization", f"Bearer {KEYS['editor'][0]}"),)
    async with (
        s.probe({"ListJobs": handler}, name=MIGRATION, dataflow_api_keys=ENTRIES) as server,
        s.connected(server) as channel,
    ):
        call = channel.unary_unary(f"/{MIGRATION}/ListJobs", job_pb2.ListJobsRequest.SerializeToString, s.TEXT[0])
        request = job_pb2.ListJobsRequest(workspace_id="bank")
        assert (await call(request, metadata=metadata)).value == "bank"
        other = job_pb2.ListJobsRequest(workspace_id="elsewhere")
        with pytest.raises(aio.AioRpcError) as caught:
            await call(other, metadata=metadata)
    assert describe(caught.value)[:2] == (C.PERMISSION_DENIED, "WORKSPACE_DENIED")


def test_anonymous_has_no_token_to_forward() -> None:
    assert ANONYMOUS.token == ""
