"""Prometheus series of one server, in a registry of its own.

The three of the reference (service info with name and version, uptime, request counter) and, per RPC,
those that dashboards for gRPC servers expect (names of go-grpc-prometheus): handled by code, latency, in
flight, messages.
"""

from __future__ import annotations

import time
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
    start_http_server,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_RPC = ("grpc_type", "grpc_service", "grpc_method")


class Metrics:
    """The series of one server. Services add their own to `registry`."""

    def __init__(self, name: str, title: str, version: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self.registry = CollectorRegistry()
        self._started = time.monotonic()
        registry = self.registry
        ProcessCollector(registry=registry)
        Info("dataflow_service", "Name, title and version of this server", registry=registry).info(
            {"name": name, "title": title, "version": version}
        )
        Gauge("dataflow_uptime_seconds", "Seconds since this server started", registry=registry).set_function(
            self.uptime
        )
        self.requests = Counter("dataflow_requests", "Calls finished, of any method and outcome", registry=registry)
        self.handled = Counter(
            "grpc_server_handled", "Calls finished, by status code", (*_RPC, "grpc_code"), registry=registry
        )
        self.latency = Histogram(
            "grpc_server_handling_seconds",
            "Seconds from first byte to status",
            _RPC,
            registry=registry,
            buckets=_SECONDS,
        )
        self.in_flight = Gauge("grpc_server_in_flight", "Calls being served now", _RPC, registry=registry)
        self.received = Counter("grpc_server_msg_received", "Messages received", _RPC, registry=registry)
        self.sent = Counter("grpc_server_msg_sent", "Messages sent", _RPC, registry=registry)

    def uptime(self) -> float:
        """Seconds since this server started."""
        return time.monotonic() - self._started

    def exposition(self) -> bytes:
        """All series in the Prometheus text format 0.0.4 (`CONTENT_TYPE`)."""
        return generate_latest(self.registry)

    def value(self, name: str, **labels: str) -> float:
        """One sample, 0.0 where it was never written. For tests and /health."""
        return self.registry.get_sample_value(name, labels) or 0.0


class MetricsEndpoint:
    """`/metrics` on a port of its own, in a thread: it answers while the event loop is busy."""

    def __init__(self, metrics: Metrics, host: str, port: int) -> None:
        """OSError where the port cannot be bound."""
        started: Any = start_http_server(port, addr=host, registry=metrics.registry)
        self._server, self._thread = started
        self.port: int = self._server.server_port

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
