"""Start and stop of a server: bind, serve, drain, stop. `run(app)` is the whole of a service's `__main__`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

from grpc import aio
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from services.runtime.app import App, Runtime, S, Service
from services.runtime.auth import Authorizer
from services.runtime.channels import Channels
from services.runtime.contract import implemented
from services.runtime.database import Database
from services.runtime.health import SERVICE as HEALTH_SERVICE
from services.runtime.health import Health
from services.runtime.interceptors import RuntimeInterceptor
from services.runtime.logs import configure_logging, get_logger
from services.runtime.metrics import Metrics, MetricsEndpoint
from services.runtime.readiness import Readiness
from services.runtime.server_settings import ServerSettings
from services.runtime.servicer_ops import ops_service
from services.runtime.settings import SettingsError, check_conflicts, load_settings
from services.runtime.settings_table import help_text
from services.runtime.tls import server_credentials
from services.runtime.workers import Workers

log = get_logger("server")


class StartError(Exception):
    """The server cannot start; the text is one sentence saying why and what to do."""


class Server:
    """A running server. `port` and `metrics_port` are the bound ones, also where 0 was asked for."""

    def __init__(self, runtime: Runtime[Any], grpc_server: aio.Server, health: Health, port: int) -> None:
        self.runtime = runtime
        self.port = port
        self.metrics_port: int | None = None
        self._grpc = grpc_server
        self._health = health
        self._stopped = False

    @property
    def address(self) -> str:
        return f"{self.runtime.settings.grpc_host}:{self.port}"

    async def stop(self) -> None:
        """Health NOT_SERVING, wait `drain_seconds`, refuse new calls, let running ones finish within the
        grace."""
        if self._stopped:
            return
        self._stopped = True
        settings = self.runtime.settings
        log.info("draining", drain_seconds=settings.drain_seconds, grace_seconds=settings.shutdown_grace_seconds)
        self.runtime.stopping.set()
        await self._health.draining()
        await asyncio.sleep(settings.drain_seconds)
        self._health.end_watches()
        await self._grpc.stop(settings.shutdown_grace_seconds)
        log.info("stopped")


def _options(settings: ServerSettings) -> tuple[tuple[str, int], ...]:
    return (
        ("grpc.so_reuseport", 0),  # two servers on one port would share its calls silently
        (
            "grpc.http2.min_ping_interval_without_data_ms",
            10_000,
        ),  # a proxy's keepalive must not end a silent stream
        ("grpc.max_receive_message_length", settings.max_receive_message_bytes),
        ("grpc.max_send_message_length", settings.max_send_message_bytes),
    )


@contextmanager
def _sentence_for_a_taken_port(variable: str, host: str, port: int) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise StartError(
            f"{variable}: cannot listen on {host}:{port}; another program uses it, or the address is not "
            f"this machine's. Stop that program or set {variable} to another port."
        ) from error


def _bind(server: aio.Server, settings: ServerSettings) -> int:
    credentials = server_credentials(settings)
    # gRPC would bind "localhost" to ::1 alone, silently, where somebody else has the port on 127.0.0.1
    host = "127.0.0.1" if settings.grpc_host == "localhost" else settings.grpc_host
    host = f"[{host}]" if ":" in host else host
    address = f"{host}:{settings.grpc_port}"
    with _sentence_for_a_taken_port("GRPC_PORT", settings.grpc_host, settings.grpc_port):
        port: int = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    return port


def _runtime(app: App[S], settings: S) -> Runtime[S]:
    return Runtime(
        settings=settings,
        metrics=Metrics(app.name, app.title, app.version),
        readiness=Readiness(),
        database=Database.from_settings(settings, application=f"dataflow-{app.name}"),
        workers=Workers.from_settings(settings),
        channels=Channels(settings),
        stopping=asyncio.Event(),
    )


def _register(server: aio.Server, services: Sequence[Service], health: Health, with_reflection: bool) -> None:
    for service in services:
        implemented(type(service.servicer))  # its roles are read from the descriptor, which this loads
        service.add(service.servicer, server)
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    if with_reflection:
        names = [service.name for service in services]
        reflection.enable_server_reflection((*names, HEALTH_SERVICE, reflection.SERVICE_NAME), server)


@asynccontextmanager
async def running(app: App[S], settings: S) -> AsyncIterator[Server]:
    """`app` served in this process until the block ends, then drained and stopped.

    Raises SettingsError or StartError. Logging is left as it is: `run` configures it, tests have their own.
    """
    check_conflicts(settings)
    runtime = _runtime(app, settings)
    authorizer = Authorizer(settings.key_entries())
    interceptor = RuntimeInterceptor(authorizer, runtime.metrics, settings.max_concurrent_rpcs)
    async with AsyncExitStack() as stack:
        for resource in (runtime.channels, runtime.workers, runtime.database):
            stack.push_async_callback(resource.close)
        services = [ops_service(app, runtime), *await stack.enter_async_context(app.lifespan(runtime))]
        grpc_server = aio.server(interceptors=(interceptor,), options=_options(settings))
        health = Health()
        wanted = settings.reflection == "on" or (settings.reflection == "auto" and not authorizer.enabled)
        _register(grpc_server, services, health, wanted)
        server = Server(runtime, grpc_server, health, _bind(grpc_server, settings))
        if settings.metrics_port is not None:
            with _sentence_for_a_taken_port("METRICS_PORT", settings.grpc_host, settings.metrics_port):
                endpoint = MetricsEndpoint(runtime.metrics, settings.grpc_host, settings.metrics_port)
            stack.push_async_callback(asyncio.to_thread, endpoint.close)
            server.metrics_port = endpoint.port
        await grpc_server.start()
        stack.push_async_callback(server.stop)
        await health.serving(service.name for service in services)
        log.info("serving", address=server.address, metrics_port=server.metrics_port, version=app.version)
        yield server


async def serve(app: App[S], settings: S) -> None:
    """Serve until SIGTERM or SIGINT, then drain."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(app, settings):
        await stop.wait()


def run(app: App[S], arguments: Sequence[str] | None = None) -> int:
    """Exit code of the process: 0 after a clean stop, 1 where it could not start, 2 for wrong settings or
    arguments."""
    given = tuple(sys.argv[1:] if arguments is None else arguments)
    texts = {
        ("--help",): lambda: help_text(app.settings, app.title, app.version),
        ("--version",): lambda: f"{app.title} {app.version}",
    }
    if given in texts:
        print(texts[given]())
        return 0
    if given:
        print(f"unknown argument {given[0]!r}; see python -m services.{app.name} --help", file=sys.stderr)
        return 2
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # its own lines on standard error are not JSON
    try:
        settings = load_settings(app.settings, os.environ)
        configure_logging(settings.log_format, settings.log_level, service=app.name)
        asyncio.run(serve(app, settings))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
