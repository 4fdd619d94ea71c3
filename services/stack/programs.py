"""The table of programs the stack runs, in the order in which they start; they stop in the reverse order."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.stack.postgres import Cluster
from services.stack.settings import LISTENERS, PLATFORM, SERVERS, Endpoint, StackSettings

Stage = Literal["database", "sandbox", "servers", "edge"]
STAGES: tuple[Stage, ...] = ("database", "sandbox", "servers", "edge")

#: How a program shows that it is up: PostgreSQL's own probe, the gRPC health service, GET /health of Envoy or, never in
#: TLS, of the sandbox.
Check = Literal["postgres", "grpc", "http", "sandbox"]

#: On one machine nothing in front of the servers needs time to notice that they are going.
LOCAL_DRAIN_SECONDS = 0.2
#: What a program may take on top of its drain and grace periods, until it is killed.
STOP_MARGIN_SECONDS = 10.0
POSTGRES_STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Program:
    """One program under the supervisor. Programs of one stage start and stop together."""

    name: str
    stage: Stage
    command: tuple[str, ...]
    checks: tuple[tuple[Check, Endpoint], ...]
    stop_signal: str = "TERM"
    stop_seconds: float = 30.0


def with_parent(*command: str) -> tuple[str, ...]:
    """`command` in a form that ends with its supervisor, however that ends."""
    return (sys.executable, "-m", "services.stack.child", "--signal", "TERM", "--", *command)


def program_table(settings: StackSettings, cluster: Cluster | None) -> list[Program]:
    """All programs that run on this machine under `settings`."""
    stop_seconds = drain_seconds(settings) + settings.shutdown_grace_seconds + STOP_MARGIN_SECONDS
    programs = [_postgres(cluster)] if cluster else []
    programs += [_sandbox(settings)] if settings.runs_sandbox else []
    programs += [_server(name, settings, stop_seconds) for name in SERVERS if settings.runs_here(name)]
    return [*programs, _edge(settings, stop_seconds)]


def drain_seconds(settings: StackSettings) -> float:
    return LOCAL_DRAIN_SECONDS if settings.drain_seconds is None else settings.drain_seconds


def _postgres(cluster: Cluster) -> Program:
    endpoint = Endpoint("127.0.0.1", cluster.port)
    return Program(
        "postgres",
        "database",
        tuple(cluster.command()),
        (("postgres", endpoint),),
        stop_signal="INT",  # fast shutdown: sessions are ended, transactions rolled back
        stop_seconds=POSTGRES_STOP_SECONDS,
    )


def _sandbox(settings: StackSettings) -> Program:
    return Program(
        "sandbox",
        "sandbox",
        with_parent(sys.executable, "-m", "services.sandbox"),
        (("sandbox", settings.sandbox_endpoint),),
    )


def _server(name: str, settings: StackSettings, stop_seconds: float) -> Program:
    return Program(
        name,
        "servers",
        with_parent(sys.executable, "-m", f"services.{name}"),
        (("grpc", settings.endpoint(name)),),
        stop_seconds=stop_seconds,
    )


def _edge(settings: StackSettings, stop_seconds: float) -> Program:
    listeners = [settings.edge_endpoint(name) for name in LISTENERS]
    return Program(
        "envoy",
        "edge",
        with_parent(sys.executable, "-m", "services.edge", "run"),
        tuple(("http", endpoint) for endpoint in listeners),
        stop_seconds=stop_seconds,
    )


def program_environment(settings: StackSettings, cluster: Cluster | None, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of every program: the caller's, with what the stack decides made explicit.

    Ports are set with the server's prefix, which wins over an unprefixed GRPC_PORT that would make them collide.
    """
    decided = {
        "DATAFLOW_HOME": str(settings.home),
        "EDGE_DATAFLOW_HOME": str(settings.home / "run"),  # what it writes means nothing once it has stopped
        "DRAIN_SECONDS": str(drain_seconds(settings)),
        "PYTHONUNBUFFERED": "1",
    }
    for name in SERVERS:
        metrics = settings.metrics_endpoint(name)
        decided[f"{name.upper()}_GRPC_PORT"] = str(settings.endpoint(name).port)
        decided[f"{name.upper()}_METRICS_PORT"] = str(metrics.port) if metrics else "off"
        decided[f"{name.upper()}_ADDRESS"] = settings.address(name)
    for listener in LISTENERS:
        decided[f"{listener.upper()}_SERVICE_PORT"] = str(settings.edge_endpoint(listener).port)
    if settings.runs_sandbox:
        decided["SANDBOX_PORT"] = str(settings.sandbox_port)
        decided |= {name.upper(): f"http://{settings.sandbox_endpoint}{path}" for name, path in PLATFORM.items()}
    if cluster:
        decided["DATABASE_URL"] = cluster.url
    spool = {"UPLOAD_DIR": str(settings.home / "run" / "spool")}  # the default of a server alone may be another user's
    return {**spool, **environ, **decided}
