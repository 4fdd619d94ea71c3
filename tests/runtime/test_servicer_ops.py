import urllib.request
from typing import Any

import pytest

from dataflow.ops.v1 import ops_pb2, ops_pb2_grpc
from services.runtime.app import Runtime
from tests.runtime import scripted as s


async def healthy() -> bool:
    return True


async def missing() -> bool:
    return False


def needing(check: Any, reason: str = "database_unavailable") -> Any:
    def prepare(runtime: Runtime[Any]) -> None:
        runtime.readiness.add("database", check, reason=reason)

    return prepare


async def test_health_says_who_and_how_long() -> None:
    async with s.probe(prepare=needing(missing)) as server, s.connected(server) as channel:
        reply = await ops_pb2_grpc.OpsServiceStub(channel).GetHealth(ops_pb2.GetHealthRequest())
    assert (reply.status, reply.service, reply.version) == (ops_pb2.HealthStatus.healthy, "Probe server", "1.2.3")
    assert reply.uptime_seconds > 0


@pytest.mark.parametrize(
    ("prepare", "draining", "status", "reasons", "http"),
    [
        (None, False, "ready", [], None),
        (needing(healthy), False, "ready", [], None),
        (needing(missing), False, "degraded", ["database_unavailable"], "503"),
        (needing(missing, ""), False, "ready", [], None),
        (needing(healthy), True, "draining", [], "503"),
    ],
)
async def test_readiness(prepare: Any, draining: bool, status: str, reasons: list[str], http: str | None) -> None:
    async with s.probe(prepare=prepare) as server, s.connected(server) as channel:
        if draining:
            server.runtime.stopping.set()
        call = ops_pb2_grpc.OpsServiceStub(channel).GetReadiness(ops_pb2.GetReadinessRequest())
        reply = await call
        headers = dict(await call.initial_metadata())
    assert ops_pb2.ReadinessStatus.Value.Name(reply.status) == status
    assert list(reply.reasons) == reasons
    assert headers.get("x-http-status") == http
    assert [item.name for item in reply.dependencies] == (["database"] if prepare else [])


async def test_metrics_are_the_same_over_grpc_and_on_the_port() -> None:
    async def reply(request: Any, context: Any) -> Any:
        return s.text()

    async with s.probe({"Unary": s.unary(reply)}, metrics_port=0) as server, s.connected(server) as channel:
        for _ in range(3):
            await s.text_unary(channel, "Unary")(s.text())
        body = await ops_pb2_grpc.OpsServiceStub(channel).GetMetrics(ops_pb2.GetMetricsRequest())
        with urllib.request.urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics") as response:
            over_http = response.read().decode()
    assert body.content_type == "text/plain; version=0.0.4; charset=utf-8"
    labels = f'grpc_method="Unary",grpc_service="{s.NAME}",grpc_type="unary"'
    for text in (body.data.decode(), over_http):
        assert 'dataflow_service_info{name="probe",title="Probe server",version="1.2.3"} 1.0' in text
        assert "dataflow_uptime_seconds " in text
        assert f'grpc_server_handled_total{{grpc_code="OK",{labels}}} 3.0' in text
        assert f"grpc_server_handling_seconds_count{{{labels}}} 3.0" in text
        assert f"grpc_server_in_flight{{{labels}}} 0.0" in text
        assert f"grpc_server_msg_sent_total{{{labels}}} 3.0" in text
        assert "_created" not in text
    assert "dataflow_requests_total 3.0" in body.data.decode()
    assert "dataflow_requests_total 4.0" in over_http
