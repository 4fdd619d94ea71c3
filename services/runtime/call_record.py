"""What a finished call leaves behind: its series and its log line. Never a body."""

from __future__ import annotations

import time
from typing import Any

import grpc

from services.runtime.auth import OPEN_SERVICES
from services.runtime.context import Call
from services.runtime.logs import get_logger
from services.runtime.metrics import Metrics

log = get_logger("call")

FAULTS = frozenset({grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS})
# Probes come every second or so; their lines are logged at DEBUG.
QUIET_SERVICES = OPEN_SERVICES | {"dataflow.ops.v1.OpsService"}


class CallRecord:
    """One call on its way: its context, its outcome, its series."""

    def __init__(self, metrics: Metrics, kind: str, service: str, name: str, call: Call, context: Any) -> None:
        self.metrics, self.call, self.context = metrics, call, context
        self.service = service
        self.labels = (kind, service, name)
        self.code = grpc.StatusCode.OK
        self.reason = ""
        self._started = time.perf_counter()
        metrics.in_flight.labels(*self.labels).inc()

    def finish(self) -> None:
        seconds = time.perf_counter() - self._started
        metrics, call = self.metrics, self.call
        metrics.in_flight.labels(*self.labels).dec()
        metrics.requests.inc()
        metrics.handled.labels(*self.labels, self.code.name).inc()
        metrics.latency.labels(*self.labels).observe(seconds)
        metrics.received.labels(*self.labels).inc(call.received)
        metrics.sent.labels(*self.labels).inc(call.sent)
        quiet = self.service in QUIET_SERVICES and self.code not in FAULTS
        level = "debug" if quiet else "error" if self.code in FAULTS else "info"
        fields = {"reason": self.reason} if self.reason else {}
        getattr(log, level)(
            "call",
            code=self.code.name,
            duration_ms=round(seconds * 1000, 2),
            caller=call.caller.name,
            workspace=call.workspace,
            peer=self.context.peer(),
            received=call.received,
            sent=call.sent,
            **fields,
        )
