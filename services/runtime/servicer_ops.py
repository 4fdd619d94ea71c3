"""OpsService: /health, /ready and /metrics of the server that answers."""

from __future__ import annotations

from typing import Any

from google.api import httpbody_pb2

from dataflow.ops.v1 import ops_pb2, ops_pb2_grpc
from services.runtime.app import App, Runtime, Service
from services.runtime.context import set_headers
from services.runtime.metrics import CONTENT_TYPE
from services.runtime.readiness import Finding, reasons
from services.runtime.status import HTTP_STATUS_KEY

_HEALTH = ops_pb2.HealthStatus
_READY = ops_pb2.ReadinessStatus


class OpsServicer(ops_pb2_grpc.OpsServiceServicer):
    def __init__(self, title: str, version: str, runtime: Runtime[Any]) -> None:
        self._about = {"service": title, "version": version}
        self._runtime = runtime

    async def GetHealth(self, request: Any, context: Any) -> ops_pb2.GetHealthResponse:
        draining = self._runtime.stopping.is_set()
        return ops_pb2.GetHealthResponse(
            status=_HEALTH.draining if draining else _HEALTH.healthy,
            uptime_seconds=self._runtime.metrics.uptime(),
            **self._about,
        )

    async def GetReadiness(self, request: Any, context: Any) -> ops_pb2.GetReadinessResponse:
        found = await self._runtime.readiness.findings()
        why = reasons(found)
        status = _READY.draining if self._runtime.stopping.is_set() else _READY.degraded if why else _READY.ready
        if status != _READY.ready:
            set_headers({HTTP_STATUS_KEY: "503"})
        return ops_pb2.GetReadinessResponse(
            status=status, reasons=why, dependencies=map(_dependency, found), **self._about
        )

    async def GetMetrics(self, request: Any, context: Any) -> httpbody_pb2.HttpBody:
        return httpbody_pb2.HttpBody(content_type=CONTENT_TYPE, data=self._runtime.metrics.exposition())


def _dependency(found: Finding) -> ops_pb2.Dependency:
    return ops_pb2.Dependency(
        name=found.name,
        healthy=found.healthy,
        detail=found.detail,
        latency_ms=found.latency_ms,
        checked_at=found.checked_at,
        required=bool(found.reason),
    )


def ops_service(app: App[Any], runtime: Runtime[Any]) -> Service:
    servicer = OpsServicer(app.title, app.version, runtime)
    return Service(ops_pb2_grpc.add_OpsServiceServicer_to_server, servicer, "dataflow.ops.v1.OpsService")
