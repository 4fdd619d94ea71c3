"""Runs Envoy: renders, checks, starts, and on SIGTERM or SIGINT lets running calls finish before it stops.

The order on stop: /healthz turns 503 and answers ask to close their connections; after `drain_seconds`, by which a
balancer has noticed, no new connection is accepted; running calls get `shutdown_grace_seconds`; then SIGTERM. SIGTERM
alone would cut every stream. A second signal skips the waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from services.edge import envoy, tables
from services.edge.admin import Admin
from services.edge.problem import EdgeError
from services.edge.render import render, to_yaml
from services.edge.settings import EdgeSettings

START_SECONDS = 30.0
STOP_SECONDS = 5.0
POLL_SECONDS = 0.05
# A Unix socket's path has 108 bytes at most.
LONGEST_SOCKET_PATH = 100


@contextmanager
def state_directory(settings: EdgeSettings) -> Iterator[Path]:
    """`<dataflow_home>/edge`, or a temporary directory where that path is too long for a socket."""
    folder = tables.REPOSITORY / settings.dataflow_home / "edge"
    if len(str(folder / "admin.sock")) <= LONGEST_SOCKET_PATH:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    temporary = Path(tempfile.mkdtemp(prefix="dataflow-edge-"))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_configuration(settings: EdgeSettings, folder: Path) -> tuple[Path, Path]:
    """Renders into `folder` and has Envoy check it. Returns (configuration, admin socket).

    Raises EdgeError, SettingsError.
    """
    admin_socket = folder / "admin.sock"
    admin_socket.unlink(missing_ok=True)
    file = folder / "envoy.yaml"
    file.write_text(to_yaml(render(settings, admin_socket)), encoding="utf-8")
    envoy.validate(file, settings)
    return file, admin_socket


def refuse_taken_ports(settings: EdgeSettings) -> None:
    """Raises EdgeError naming the port and its setting where another process listens."""
    for name in ("copilot", "migration"):
        port = settings.port(name)
        with socket.socket(socket.AF_INET6 if ":" in settings.edge_host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.edge_host, port))
            except OSError as error:
                raise EdgeError(
                    f"cannot listen on {settings.edge_host}:{port} ({error.strerror}): stop the process that has "
                    f"the port, or set {name.upper()}_SERVICE_PORT to another"
                ) from error


@asynccontextmanager
async def started(settings: EdgeSettings) -> AsyncIterator[tuple[asyncio.subprocess.Process, Admin]]:
    """A running, ready Envoy; killed on leaving if it still runs. Raises EdgeError when it does not come up."""
    refuse_taken_ports(settings)
    with state_directory(settings) as folder:
        file, admin_socket = write_configuration(settings, folder)
        # A session of its own: Ctrl-C in a terminal reaches the launcher, which drains, not Envoy, which would drop.
        process = await asyncio.create_subprocess_exec(*envoy.command(file, settings), start_new_session=True)
        admin = Admin(admin_socket)
        try:
            await _until_ready(process, admin)
            yield process, admin
        finally:
            await admin.close()
            await _end(process)
            admin_socket.unlink(missing_ok=True)


async def run(settings: EdgeSettings) -> int:
    """Until a signal or Envoy's own end. Returns the exit code: 0 after a signal, 1 if Envoy ended by itself."""
    loop = asyncio.get_running_loop()
    stop, hurry = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: (hurry if stop.is_set() else stop).set())
    async with started(settings) as (process, admin):
        ports = await admin.listener_ports()
        addresses = ", ".join(f"{name} {settings.edge_host}:{port}" for name, port in ports.items())
        sys.stderr.write(f"Envoy listens: {addresses}\n")
        if await _first(process.wait(), stop.wait()) == 0:
            sys.stderr.write(f"Envoy ended by itself with code {process.returncode}\n")
            return 1
        await _first(drain(admin, settings), hurry.wait())
        return 0


async def drain(admin: Admin, settings: EdgeSettings) -> None:
    """Lets calls finish: until none is left, the grace period ends, or Envoy no longer answers."""
    with contextlib.suppress(httpx.TransportError):
        await admin.fail_health_check()
        await asyncio.sleep(settings.drain_seconds)
        await admin.stop_accepting()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(settings.shutdown_grace_seconds):
                while await admin.active_requests():  # noqa: ASYNC110  Envoy can only be asked
                    await asyncio.sleep(POLL_SECONDS)


async def _until_ready(process: asyncio.subprocess.Process, admin: Admin) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await admin.is_ready():
                if process.returncode is not None:
                    raise EdgeError(f"Envoy ended with code {process.returncode} while starting; its log says why")
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError as error:
        raise EdgeError(f"Envoy was not ready after {START_SECONDS:.0f} s; its log says why") from error


async def _end(process: asyncio.subprocess.Process) -> None:
    for send in (process.terminate, process.kill):
        if process.returncode is not None:
            return
        send()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)


async def _first(*waiting: Coroutine[Any, Any, object]) -> int:
    """Index of the coroutine that ends first; the others are cancelled, its exception is raised."""
    tasks = [asyncio.ensure_future(one) for one in waiting]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    winner = next(index for index, task in enumerate(tasks) if task in done)
    tasks[winner].result()
    return winner
